"""List filters shared by pages and API: the same names, the same meaning."""

import django_filters
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityStatus
from activities.kinds import kind_choices
from activities.models import Activity, ActivityParty
from partnerships.choices import Side, Zone
from partnerships.filters import DayFilter, PlaceFilters, home_regions
from partnerships.models import Region, Specialty


class ActivityFilters(PlaceFilters):
    status = django_filters.ChoiceFilter(choices=ActivityStatus, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=kind_choices, label=_("Kind"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.all(), field_name="specialties", to_field_name="code", label=_("Specialty"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_host_region", label=_("Region of the host"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_host_zone", label=_("Zone of the host"))
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))
    since = DayFilter(field_name="ends_on", lookup_expr="gte", label=_("From"))
    until = DayFilter(field_name="ends_on", lookup_expr="lte", label=_("To"))

    class Meta:
        model = Activity
        fields: list[str] = []

    def by_host_region(self, queryset, name, value: Region):
        return self.hosted_in(queryset, self.regions_under(value))

    def by_host_zone(self, queryset, name, value: str):
        return self.hosted_in(queryset, self.regions_of_zone(value))

    def hosted_in(self, queryset, regions: list[int]):
        return queryset.filter(pk__in=ActivityParty.objects.filter(side=Side.HOST, institution__region__in=regions).values("activity"))
