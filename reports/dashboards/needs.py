"""Open needs as the figures count them: those of the institutions that the reader may count, whoever may read them one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from activities.kinds import missions
from core.formats import today
from evaluation.indicators import rows
from partnerships.deficits import NeedRow, covered_on, open_on
from partnerships.models import Need, Specialty
from reports.headline import Chosen, activities


def day_of(chosen: Chosen) -> date:
    """The day on which needs and agreements are looked at: the last of the period, today while it runs."""
    return min(chosen.end or today(), today())


def open_needs(user: Any, chosen: Chosen) -> Iterator[NeedRow]:
    """The needs that stood open on the last day, at institutions of the places chosen; a kind of activity does not narrow them. Two queries."""
    scope, _period = chosen.cell(user)
    wanted = rows.reached_institutions(scope.reach) & rows.institution_place(scope)
    if scope.specialty:
        wanted &= Q(specialty=scope.specialty)
    day = day_of(chosen)
    covered = covered_on(day)
    found = open_on(Need.objects.filter(wanted), day).values_list("institution", "institution__region", "specialty", "kind", "severity", "waiting_count")
    for place, region, specialty, kind, severity, waiting in found:
        yield NeedRow(scope.divided.get(region), specialty, kind, severity, waiting, (place, specialty) in covered)


@dataclass
class Coverage:
    """What is needed in one specialty, and what twinning brings. `missions` are those of the period."""

    specialty: Specialty
    needs: int = 0
    covered: int = 0
    waiting: int = 0
    missions: int = 0

    @property
    def left(self) -> int:
        return self.needs - self.covered


def coverage(user: Any, chosen: Chosen) -> list[Coverage]:
    """The specialties in which something is needed, the most uncovered needs first. Four queries."""
    served = activities(user, chosen).filter(kind__in=missions(), specialties__isnull=False).order_by().values_list("specialties")
    counts = dict(served.annotate(count=Count("pk", distinct=True)))
    needs = list(open_needs(user, chosen))
    names = Specialty.objects.in_bulk({need.specialty for need in needs})
    found = {key: Coverage(specialty, missions=counts.get(key, 0)) for key, specialty in names.items()}
    for need in needs:
        row = found[need.specialty]
        row.needs += 1
        row.covered += need.is_covered
        row.waiting += need.waiting
    return sorted(found.values(), key=lambda row: (-row.left, -row.needs, row.specialty.code))
