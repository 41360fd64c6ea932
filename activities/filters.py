"""List filters shared by pages and API: the same names, the same meaning."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.choices import PHASES, ActivityStatus, ProgrammeStatus, VisitPurpose
from activities.kinds import kind_choices
from activities.models import Activity, ActivityParty, PlannedActivity, Programme, Series
from core.formats import digits, today
from partnerships.choices import GIVING, Side, Zone
from partnerships.filters import DayFilter, PlaceFilters, home_regions
from partnerships.models import Institution, Partnership, PartnershipParty, Region, Specialty


class ActivityFilters(PlaceFilters):
    status = django_filters.ChoiceFilter(choices=[*ActivityStatus.choices, ("report_overdue", PHASES["report_overdue"])], method="by_status", label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=kind_choices, label=_("Kind"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), field_name="specialties", to_field_name="code", label=_("Specialty"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_host_region", label=_("Region of the host"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_host_zone", label=_("Zone of the host"))
    sender = django_filters.ModelChoiceFilter(queryset=None, to_field_name="code", method="by_sender", label=_("Supporting institution"))
    host = django_filters.ModelChoiceFilter(queryset=None, to_field_name="code", method="by_host", label=_("Benefiting institution"))
    purpose = django_filters.ChoiceFilter(choices=VisitPurpose, label=_("Purpose of the visit"))
    series = django_filters.ModelChoiceFilter(queryset=None, label=_("Series"))
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))
    since = DayFilter(field_name="ends_on", lookup_expr="gte", label=_("From"))
    until = DayFilter(field_name="ends_on", lookup_expr="lte", label=_("To"))

    class Meta:
        model = Activity
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["sender"].queryset = lambda request: self.places(GIVING)
        self.filters["host"].queryset = lambda request: self.places((Side.HOST,))
        self.filters["series"].queryset = lambda request: Series.objects.filter(pk__in=self.queryset.exclude(series=None).order_by().values("series"))

    def places(self, sides: tuple[str, ...]) -> QuerySet[Institution]:
        """The institutions on these sides of the partnerships that the reader sees."""
        user = getattr(self.request, "user", None)
        seen = Partnership.objects.visible_to(user) if user is not None else Partnership.objects.none()
        parties = PartnershipParty.objects.filter(partnership__in=seen.values("pk"), side__in=sides)
        return Institution.objects.filter(pk__in=parties.values("institution")).order_by("sort_key", "pk")

    def by_sender(self, queryset, name, value: Institution):
        return queryset.filter(pk__in=ActivityParty.objects.filter(side__in=GIVING, institution=value).values("activity"))

    def by_host(self, queryset, name, value: Institution):
        return queryset.filter(pk__in=ActivityParty.objects.filter(side=Side.HOST, institution=value).values("activity"))

    def by_status(self, queryset, name, value: str):
        return queryset.report_overdue() if value == "report_overdue" else queryset.filter(status=value)

    def by_host_region(self, queryset, name, value: Region):
        return self.hosted_in(queryset, self.regions_under(value))

    def by_host_zone(self, queryset, name, value: str):
        return self.hosted_in(queryset, self.regions_of_zone(value))

    def hosted_in(self, queryset, regions: list[int]):
        return queryset.filter(pk__in=ActivityParty.objects.filter(side=Side.HOST, institution__region__in=regions).values("activity"))


class CalendarFilters(ActivityFilters):
    """The filters of the list without the days, which the calendar has of its own, and without its long menus: a code finds an institution."""

    left_out = ("since", "until", "on", "sender", "host", "series")
    institution = django_filters.CharFilter(method="by_institution", label=_("Code of the institution"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.left_out:
            self.filters.pop(name, None)

    def by_institution(self, queryset, name, value: str):
        return queryset.filter(pk__in=ActivityParty.objects.filter(institution__code__iexact=value.strip()).values("activity"))


def programme_years() -> list[tuple[str, str]]:
    """The years that a list of programmes offers: five back, one ahead."""
    return [(str(year), digits(str(year))) for year in range(today().year + 1, today().year - 5, -1)]


class ProgrammeFilters(PlaceFilters):
    search_field = "agreement__partnership__search_text"

    year = django_filters.ChoiceFilter(choices=programme_years, label=_("Year"))
    status = django_filters.ChoiceFilter(choices=ProgrammeStatus, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=kind_choices, method="by_line_kind", label=_("Kind"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), to_field_name="code", method="by_line_specialty", label=_("Specialty"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_host_region", label=_("Region of the host"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_host_zone", label=_("Zone of the host"))
    partnership = django_filters.CharFilter(field_name="agreement__partnership__code", label=_("Code of the partnership"))

    class Meta:
        model = Programme
        fields: list[str] = []

    def by_line_kind(self, queryset, name, value: str):
        return queryset.filter(pk__in=PlannedActivity.objects.filter(kind=value).values("programme"))

    def by_line_specialty(self, queryset, name, value: Specialty):
        return queryset.filter(pk__in=PlannedActivity.objects.filter(specialty=value).values("programme"))

    def by_host_region(self, queryset, name, value: Region):
        return self.hosted_in(queryset, self.regions_under(value))

    def by_host_zone(self, queryset, name, value: str):
        return self.hosted_in(queryset, self.regions_of_zone(value))

    def hosted_in(self, queryset, regions: list[int]):
        hosts = PartnershipParty.objects.filter(side=Side.HOST, institution__region__in=regions)
        return queryset.filter(agreement__partnership__in=hosts.values("partnership"))
