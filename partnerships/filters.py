"""List filters shared by pages and API: the same names, the same meaning."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.listing import ListFilters
from core.profile import home
from partnerships.choices import AgreementKind, AgreementStatus, PartnershipStatus, Reach, Side, Zone
from partnerships.models import Agreement, Country, Institution, InstitutionKind, Partnership, PartnershipParty, Region, Specialty


def home_regions(request) -> QuerySet:
    from django.conf import settings  # the country of this portal

    return Region.objects.filter(country__code=settings.PORTAL_COUNTRY).select_related("country")


class PlaceFilters(ListFilters):
    """Leaves the zones out where the country has none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not home().has_zones:
            del self.filters["zone"]


class InstitutionFilters(PlaceFilters):
    kind = django_filters.ModelChoiceFilter(queryset=InstitutionKind.objects.all(), to_field_name="code", label=_("Kind"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", label=_("Region"))
    zone = django_filters.ChoiceFilter(field_name="region__zone", choices=Zone, label=_("Zone"))
    country = django_filters.ModelChoiceFilter(queryset=Country.objects.filter(institutions__isnull=False).distinct(), to_field_name="code", label=_("Country"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.all(), field_name="specialties", to_field_name="code", label=_("Specialty"))

    class Meta:
        model = Institution
        fields: list[str] = []


class PartnershipFilters(PlaceFilters):
    status = django_filters.ChoiceFilter(choices=PartnershipStatus, label=_("Status"))
    reach = django_filters.ChoiceFilter(choices=Reach, label=_("Kind"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_host_region", label=_("Region of the host"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_host_zone", label=_("Zone of the host"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.all(), field_name="specialties", to_field_name="code", label=_("Specialty"))

    class Meta:
        model = Partnership
        fields: list[str] = []

    def by_host_region(self, queryset, name, value: str):
        return queryset.filter(pk__in=PartnershipParty.objects.filter(side=Side.HOST, institution__region=value).values("partnership"))

    def by_host_zone(self, queryset, name, value: str):
        return queryset.filter(pk__in=PartnershipParty.objects.filter(side=Side.HOST, institution__region__zone=value).values("partnership"))


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
