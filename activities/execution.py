"""What became of an annual programme: each line beside the activities that were made of it, and what was done besides.

`state_of` and `counted` are pure; `execution_of` reads, in three queries.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from activities.choices import PLANNED, ActivityStatus, ProgrammeStatus
from activities.models import Activity, PlannedActivity, Programme
from core.formats import today
from partnerships.choices import AgreementKind, PartnershipStatus
from partnerships.models import Agreement
from partnerships.querysets import in_force, reaching

MISSING_FROM = 11  # the month from which next year's programme is asked for
HAVE_PROGRAMMES = (AgreementKind.CONVENTION, AgreementKind.MEMORANDUM)
NOT_YET_VALIDATED = frozenset({ActivityStatus.REPORTED, ActivityStatus.DISPUTED, ActivityStatus.COUNTER_CONFIRMED})

STATES = {  # in the order in which a line with several activities is judged: the best of them counts
    "validated": (pgettext_lazy("line of a programme", "validated"), "done"),
    "held": (pgettext_lazy("line of a programme", "held"), "run"),
    "ahead": (pgettext_lazy("line of a programme", "activity planned"), "wait"),
    "postponed": (pgettext_lazy("line of a programme", "postponed"), "stop"),
    "cancelled": (pgettext_lazy("line of a programme", "cancelled"), "stop"),
    "missed": (pgettext_lazy("line of a programme", "not held"), "late"),
    "open": (pgettext_lazy("line of a programme", "to be planned"), "draft"),
}


@dataclass
class LineState:
    """One line and what became of it."""

    line: PlannedActivity
    state: str
    activities: list[Activity] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(STATES[self.state][0])

    @property
    def tone(self) -> str:
        return STATES[self.state][1]


@dataclass
class Execution:
    """The lines in order, what was done outside them, and the sums."""

    lines: list[LineState]
    unplanned: list[Activity]
    counts: dict[str, int]

    @property
    def planned(self) -> int:
        return len(self.lines)

    @property
    def done(self) -> int:
        """Lines that were held, validated or not."""
        return self.counts["validated"] + self.counts["held"]

    @property
    def pct(self) -> int | None:
        """The share of lines held, 0–100, rounded down; None for a programme without lines."""
        return 100 * self.done // self.planned if self.planned else None


def state_of(month: int, year: int, activities: Iterable[Any], on: date) -> str:
    """What became of a line of a month, from its activities' status and last day: the best of them counts."""
    found = set()
    for activity in activities:
        if activity.status == ActivityStatus.VALIDATED:
            found.add("validated")
        elif activity.status in NOT_YET_VALIDATED or (activity.status in {ActivityStatus.APPROVED, ActivityStatus.CONFIRMED} and activity.ends_on < on):
            found.add("held")
        elif activity.status in PLANNED:
            found.add("ahead" if activity.ends_on >= on else "missed")
        elif activity.status == ActivityStatus.POSTPONED:
            found.add("postponed")
        elif activity.status == ActivityStatus.CANCELLED:
            found.add("cancelled")
    best = next((state for state in STATES if state in found), None)
    return best or ("missed" if (year, month) < (on.year, on.month) else "open")


def counted(states: Iterable[str]) -> dict[str, int]:
    """How many lines are in each state; every state is there."""
    counts = Counter(states)
    return {state: counts[state] for state in STATES}


def execution_of(programme: Programme, on: date | None = None) -> Execution:
    """The lines of a programme with what became of each, and the activities of its year that no line foresaw. Four queries."""
    on = on or today()
    lines = [
        LineState(line, state_of(line.month, programme.year, made := list(line.activities.all()), on), made)
        for line in programme.lines.select_related("specialty").prefetch_related("activities")
    ]
    return Execution(lines, list(outside(programme).prefetch_related("specialties")), counted(line.state for line in lines))


def progress(programme: Programme, on: date | None = None) -> dict[str, int]:
    """How many lines of a programme are in each state, and all of them as "lines"; reads the prefetched lines and activities."""
    on = on or today()
    lines = list(programme.lines.all())
    counts = counted(state_of(line.month, programme.year, line.activities.all(), on) for line in lines)
    return {**counts, "lines": len(lines), "done": counts["validated"] + counts["held"]}


def year_to_plan(on: date | None = None) -> int | None:
    """The year whose programmes are due by the end of this one: the next, from 1 November on."""
    on = on or today()
    return on.year + 1 if on.month >= MISSING_FROM else None


def programmes_to_approve(user: Any) -> QuerySet[Programme]:
    """Those that wait for the ministry, for whoever may approve them."""
    return Programme.objects.visible_to(user, "programme.approve").filter(status=ProgrammeStatus.SUBMITTED).with_people().order_by("updated_at", "pk")


def programmes_returned(user: Any) -> QuerySet[Programme]:
    """Those that wait for their authors, for whoever may write in them."""
    return Programme.objects.visible_to(user, "programme.draft").filter(status=ProgrammeStatus.RETURNED).with_people().order_by("updated_at", "pk")


def planning(agreements: QuerySet[Agreement], year: int) -> QuerySet[Agreement]:
    """Those of running partnerships that owe a programme of a year: in force at its turn, and for at least two months of it."""
    rows = agreements.filter(in_force(date(year - 1, 12, 31)), reaching(date(year, 3, 1)), kind__in=HAVE_PROGRAMMES)
    return rows.filter(partnership__status=PartnershipStatus.ACTIVE)


def without_programme(agreements: QuerySet[Agreement], on: date | None = None) -> QuerySet[Agreement]:
    """Those that owe a programme of the year to plan, where nobody has begun one."""
    year = year_to_plan(on)
    if year is None:
        return agreements.none()
    return planning(agreements, year).exclude(partnership__in=Programme.objects.filter(year=year).values("agreement__partnership"))


def outside(programme: Programme) -> Any:
    """Activities of the programme's year and partnership that no line of a programme foresaw, cancelled and abandoned ones left out."""
    rows = Activity.objects.filter(partnership=programme.agreement.partnership_id, starts_on__year=programme.year)
    rows = rows.filter(Q(agreement=programme.agreement_id) | Q(agreement=None), planned=None)
    return rows.exclude(status__in=[ActivityStatus.CANCELLED, ActivityStatus.DRAFT]).order_by("starts_on", "pk")


def summed(lines: Sequence[PlannedActivity], key: Any) -> list[dict[str, Any]]:
    """The lines added up by `key(line)`, most lines first: {"key", "lines", "days", "consultations", "operations", "trained"}."""
    groups: dict[Any, list[PlannedActivity]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    found = [
        {
            "key": name, "lines": len(rows), "days": sum(row.days for row in rows), "consultations": sum(row.consultations for row in rows),
            "operations": sum(row.operations for row in rows), "trained": sum(row.trained for row in rows),
        }
        for name, rows in groups.items()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row["lines"], str(row["key"])))
