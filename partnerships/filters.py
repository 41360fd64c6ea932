"""List filters shared by pages and API: the same names, the same meaning."""

from functools import cached_property

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from core.listing import ListFilters
from core.profile import home
from partnerships.choices import AgreementKind, AgreementStatus, PartnershipStatus, Reach, Side, Zone
from partnerships.models import Agreement, Country, Institution, InstitutionKind, Partnership, PartnershipParty, Region, Specialty
from partnerships.regions import division, ground, ground_of_zone


def home_regions(request) -> QuerySet:
    from django.conf import settings  # the country of this portal

    return Region.objects.filter(country__code=settings.PORTAL_COUNTRY).select_related("country")


class DayFilter(django_filters.Filter):
    field_class = DayField


class PlaceFilters(ListFilters):
    """Region and zone under the division of today, or of the day `on`. Leaves the zones out where the country has none."""

    on = DayFilter(method="leave", label=_("Regions as they were on"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not home().has_zones:
            del self.filters["zone"]

    def leave(self, queryset, name, value):
        return queryset  # the day tells the other two filters which division counts

    @cached_property
    def divided(self) -> dict[int, int]:
        return division(self.form.cleaned_data.get("on"))

    def regions_under(self, region: Region) -> list[int]:
        return ground(region.pk, self.divided)

    def regions_of_zone(self, zone: str) -> list[int]:
        return ground_of_zone(zone, self.divided)


class RegionFilters(django_filters.FilterSet):
    """The regions of one country, and those that exist on a day."""

    country = django_filters.CharFilter(field_name="country__code", label=_("Country"))
    on = DayFilter(method="by_day", label=_("Regions as they were on"))

    class Meta:
        model = Region
        fields: list[str] = []

    def by_day(self, queryset, name, value):
        return queryset.on(value)


class InstitutionFilters(PlaceFilters):
    kind = django_filters.ModelChoiceFilter(queryset=InstitutionKind.objects.all(), to_field_name="code", label=_("Kind"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_region", label=_("Region"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_zone", label=_("Zone"))
    country = django_filters.ModelChoiceFilter(queryset=Country.objects.filter(institutions__isnull=False).distinct(), to_field_name="code", label=_("Country"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.all(), field_name="specialties", to_field_name="code", label=_("Specialty"))

    class Meta:
        model = Institution
        fields: list[str] = []

    def by_region(self, queryset, name, value: Region):
        return queryset.filter(region__in=self.regions_under(value))

    def by_zone(self, queryset, name, value: str):
        return queryset.filter(region__in=self.regions_of_zone(value))


class PartnershipFilters(PlaceFilters):
    status = django_filters.ChoiceFilter(choices=PartnershipStatus, label=_("Status"))
    reach = django_filters.ChoiceFilter(choices=Reach, label=_("Kind"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_host_region", label=_("Region of the host"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_host_zone", label=_("Zone of the host"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.all(), field_name="specialties", to_field_name="code", label=_("Specialty"))

    class Meta:
        model = Partnership
        fields: list[str] = []

    def by_host_region(self, queryset, name, value: Region):
        return self.hosted_in(queryset, self.regions_under(value))

    def by_host_zone(self, queryset, name, value: str):
        return self.hosted_in(queryset, self.regions_of_zone(value))

    def hosted_in(self, queryset, regions: list[int]):
        return queryset.filter(pk__in=PartnershipParty.objects.filter(side=Side.HOST, institution__region__in=regions).values("partnership"))


class AgreementFilters(ListFilters):
    search_field = "partnership__search_text"

    status = django_filters.ChoiceFilter(choices=AgreementStatus, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=AgreementKind, label=_("Kind"))
    in_force = django_filters.ChoiceFilter(choices=[("yes", _("yes")), ("no", _("no"))], method="by_force", label=_("In force"))
    year = django_filters.NumberFilter(label=_("Year"), min_value=1960, max_value=2100)

    class Meta:
        model = Agreement
        fields: list[str] = []

    def by_force(self, queryset, name, value):
        in_force = Agreement.objects.in_force().values("pk")
        return queryset.filter(pk__in=in_force) if value == "yes" else queryset.exclude(pk__in=in_force)
