"""What the reader of the map of missions may ask for."""

from typing import Any

import django_filters
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from activities.kinds import REGISTRY, missions
from activities.models import Activity, Total
from partnerships.choices import Zone
from partnerships.map_filters import MapFilters, years_since


def years_of_missions() -> list[tuple[str, str]]:
    return years_since(Activity.objects.validated().aggregate(first=Min("ends_on"))["first"])


def mission_kinds() -> list[tuple[str, Any]]:
    return [(slug, REGISTRY[slug].label) for slug in missions()]


class MissionFilters(MapFilters):
    year = django_filters.ChoiceFilter(choices=years_of_missions, method="leave", label=_("Year"))
    kind = django_filters.ChoiceFilter(choices=mission_kinds, empty_label=_("all kinds"), method="leave", label=_("Kind"))
    zone = django_filters.ChoiceFilter(choices=Zone, empty_label=_("all zones"), method="leave", label=_("Zone of the host"))
    measure = django_filters.ChoiceFilter(
        choices=[("operations", _("Operations"))], empty_label=_("Missions"), method="leave", label=_("Thickness of the lines")
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def totals(self) -> Any:
        """The totals of the missions that `chosen` selects where no specialty is asked for, of every reader; a year is always whole."""
        rows = Total.objects.filter(year=self.period[0].year, month=0)
        return rows.filter(kind=self.asked("kind")) if self.asked("kind") else rows

    def chosen(self) -> Any:
        """The missions that ended in the year asked for, of the kind and specialty asked for; the zone is one of the flows."""
        rows = self.queryset.filter(ends_on__range=self.period)
        if kind := self.asked("kind"):
            rows = rows.filter(kind=kind)
        if specialty := self.asked("specialty"):
            rows = rows.filter(specialties=specialty)
        return rows
