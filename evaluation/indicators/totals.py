"""Figures read from the totals of activities: whole years and months come from there, the days at either end from the live rows.

Equal to counting the live rows, which a test compares; `decisions/0019-monthly-totals.md` says why there are two ways.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.policy import Reach
from activities.kinds import missions
from activities.missions import Flows, flows_of, flows_of_totals, together
from activities.models import ActivityParty, PartySetMember, Professional, Total, TrainedPerson
from core.formats import today
from evaluation.indicators import rows
from evaluation.indicators.scope import Cell, Period, Scope, months_later
from partnerships.choices import Side
from partnerships.models import Institution
from partnerships.regions import counted_under

FIRST, LAST = 1, 9999  # years, where a period is open
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cut:
    """A period cut into what the totals know (`known`, a condition on their rows; None: nothing) and the days beside it."""

    known: Q | None
    rest: tuple[Period, ...]


def cut(period: Period, months_only: bool = False) -> Cut:
    """Cut a period into whole years (unless `months_only`), whole months, and the days at either end.

    A running month is whole: activities are validated once they are over.
    """
    start, end = period.start, None if period.end and period.end >= today() else period.end
    first = (start.year, start.month) if start and start.day == 1 else month_after(start) if start else (FIRST, 1)
    after = month_after(end) if end and (end + A_DAY).day == 1 else (end.year, end.month) if end else (LAST, 1)
    if first >= after:
        return Cut(None, (Period(start, end),))
    rest = []
    if start and (start.year, start.month) != first:
        rest.append(Period(start, date(*first, 1) - A_DAY))
    if end and (end.year, end.month) == after:
        rest.append(Period(date(*after, 1), end))
    return Cut(whole_months(first, after) if months_only else whole(first, after), tuple(rest))


def month_after(day: date) -> tuple[int, int]:
    later = months_later(day, 1)
    return later.year, later.month


def whole(first: tuple[int, int], after: tuple[int, int]) -> Q:
    """The totals of the months from `first` up to before `after`: those of whole years where there are any."""
    years = range(first[0] + (first[1] > 1), after[0])
    if not years:
        return whole_months(first, after)
    found = Q(month=0, year__gte=years[0], year__lte=years[-1])
    if first[1] > 1:
        found |= Q(year=first[0], month__gte=first[1])
    return found | Q(year=after[0], month__gt=0, month__lt=after[1]) if after[1] > 1 else found


def whole_months(first: tuple[int, int], after: tuple[int, int]) -> Q:
    """The same from months alone."""
    begun = Q(year__gt=first[0]) | Q(year=first[0], month__gte=first[1])
    return Q(month__gt=0) & begun & (Q(year__lt=after[0]) | Q(year=after[0], month__lt=after[1]))


def within(reach: Reach, model: Any = Total) -> QuerySet:
    """The totals that the asker may count."""
    if reach.everything:
        return model.objects.all()
    return model.objects.filter(model.objects.all().within(reach)) if reach else model.objects.none()


def place(scope: Scope) -> Q:
    """Totals of the place of a scope: the same as `rows.activity_place`, without the kind."""
    wanted = Q()
    if scope.host_place:
        hosts = PartySetMember.objects.filter(side=Side.HOST, **{f"institution__{key}": value for key, value in scope.host_place.items()})
        wanted &= Q(party_set__in=hosts.values("party_set"))
    if scope.institution:
        wanted &= Q(party_set__in=PartySetMember.objects.filter(institution=scope.institution).values("party_set"))
    if scope.partnership:
        wanted &= Q(party_set__partnership=scope.partnership)
    return wanted


def of_scope(scope: Scope) -> Q:
    """The totals of one scope: of its place, its kind and its specialty."""
    return place(scope) & Q(kind=scope.kind, specialty=scope.specialty)


def tally(cells: Sequence[Cell], live: Callable[[Sequence[Cell]], list[dict[str, int]]], **measures: str) -> list[dict[str, int]]:
    """For each cell {name: sum of a column of the totals}; `live` gives the same from the live rows, for what the totals do not know.

    One query for 60 cells, and one more where days stand beside whole months.
    """
    cuts = [cut(period) for _scope, period in cells]
    found = [dict.fromkeys(measures, 0) for _cell in cells]
    known = [(number, part.known) for number, part in enumerate(cuts) if part.known is not None]
    for first in range(0, len(known), rows.AT_ONCE):
        part = known[first : first + rows.AT_ONCE]
        wanted = {number: of_scope(cells[number][0]) & days for number, days in part}
        source = within(cells[0][0].reach)
        if len(wanted) <= rows.FEW:
            source = source.filter(reduce(or_, wanted.values()))
        elif all(cells[number][0] == cells[part[0][0]][0] for number in wanted):
            source = source.filter(of_scope(cells[part[0][0]][0]))
        asked = {f"{name}_{number}": Sum(column, filter=where or None, default=0) for number, where in wanted.items() for name, column in measures.items()}
        said = source.order_by().aggregate(**asked)
        for number in wanted:
            add(found[number], {name: said[f"{name}_{number}"] for name in measures})
    beside = [(number, (cells[number][0], days)) for number, part in enumerate(cuts) for days in part.rest]
    if beside:
        for (number, _cell), more in zip(beside, live([cell for _number, cell in beside]), strict=True):
            add(found[number], more)
    return found


def add(sums: dict[str, int], more: Mapping[str, int]) -> None:
    for name in sums:
        sums[name] += more[name]


def known_and_beside(cell: Cell, is_known: bool = True) -> tuple[QuerySet[Total], list[Cell]]:
    """The totals of a cell, of every kind and specialty, and the cells to count live besides; all of it live unless `is_known`."""
    scope, period = cell
    part = cut(period)
    if part.known is None or not is_known:
        return Total.objects.none(), [cell]
    return within(scope.reach).filter(place(scope), part.known).order_by(), [(scope, days) for days in part.rest]


def parties_of(cell: Cell, sides: Sequence[str]) -> tuple[QuerySet, list[Cell]]:
    """The keys of the institutions on these sides of the activities that the totals of a cell know, and the cells to count live besides."""
    scope = cell[0]
    known, beside = known_and_beside(cell)
    held = known.filter(kind=scope.kind, specialty=scope.specialty, activities__gt=0)
    return PartySetMember.objects.filter(side__in=sides, party_set__in=held.values("party_set")).values("institution"), beside


def knows_people(cell: Cell) -> bool:
    """Whether the totals alone know who was trained."""
    days = cut(cell[1], months_only=True)
    return days.known is not None and not days.rest


def of_people(cell: Cell) -> Q:
    """The rows of people trained of a cell that `knows_people`, or of its whole months."""
    days = cut(cell[1], months_only=True).known
    return place(cell[0]) & Q(specialty=cell[0].specialty) & (Q(kind=cell[0].kind) if cell[0].kind else Q()) & (Q() if days is None else days)


def people_trained(cells: Sequence[Cell], live: Callable[[Sequence[Cell]], list[int]]) -> list[int]:
    """For each cell how many people of the roster were trained, each once however often they came.

    One query for 60 cells of whole months; one for each where cells are few; `live` counts the rest.
    """
    if len(cells) <= rows.FEW:
        return [one_trained(cell) for cell in cells]
    if not all(map(knows_people, cells)):
        return live(cells)
    found: list[int] = []
    for first in range(0, len(cells), rows.AT_ONCE):
        part = cells[first : first + rows.AT_ONCE]
        asked = {f"people_{number}": Count("professional", distinct=True, filter=of_people(cell)) for number, cell in enumerate(part)}
        said = within(cells[0][0].reach, TrainedPerson).order_by().aggregate(**asked)
        found += [said[f"people_{number}"] for number in range(len(part))]
    return found


def one_trained(cell: Cell) -> int:
    scope, period = cell
    days = cut(period, months_only=True)
    if days.known is None:
        known, beside = TrainedPerson.objects.none(), [cell]
    else:
        known, beside = within(scope.reach, TrainedPerson).filter(of_people(cell)), [(scope, part) for part in days.rest]
    if not beside:
        return known.order_by().aggregate(people=Count("professional", distinct=True))["people"]
    wanted = Q(pk__in=known.order_by().values("professional"))
    for part in beside:
        live = rows.people([part]).named().filter(rows.in_activities("activity__")(part))
        wanted |= Q(pk__in=live.order_by().values("professional"))
    return Professional.objects.filter(wanted).count()


def by_kind(cell: Cell) -> dict[str, int]:
    """Activities by kind; kinds without any are left out."""
    scope = cell[0]
    known, beside = known_and_beside(cell)
    of_kind = Q(kind=scope.kind) if scope.kind else ~Q(kind="")
    found = Counter(dict(known.filter(of_kind, specialty=scope.specialty, activities__gt=0).values_list("kind").annotate(count=Sum("activities"))))
    for part in beside:
        found += Counter(dict(rows.activities([part]).filter(rows.in_activities()(part)).order_by().values_list("kind").annotate(count=Count("pk"))))
    return dict(found)


def by_specialty(cell: Cell) -> dict[int, tuple[int, int]]:
    """For each specialty that lines of results name (operations, consultations)."""
    scope = cell[0]
    known, beside = known_and_beside(cell)
    own = Q(specialty=scope.specialty) if scope.specialty else Q(specialty__isnull=False)
    sums = {"done": Sum("operations"), "seen": Sum("consultations")}
    found = {key: (done, seen) for key, done, seen in known.filter(own, kind=scope.kind, lines__gt=0).values_list("specialty").annotate(**sums)}
    for part in beside:
        lines = rows.results([part]).filter(rows.in_results(part), specialty__isnull=False).order_by()
        for key, done, seen in lines.values_list("specialty").annotate(done=Sum("operations_done"), seen=Sum("consultations")):
            before = found.get(key, (0, 0))
            found[key] = (before[0] + done, before[1] + seen)
    return found


def by_region(cell: Cell) -> dict[int, int]:
    """Activities by region of a host, under the division of the scope. One counts once for a region, however many of its institutions hosted it."""
    scope = cell[0]
    known, beside = known_and_beside(cell)
    held = dict(known.filter(kind=scope.kind, specialty=scope.specialty, activities__gt=0).values_list("party_set").annotate(count=Sum("activities")))
    found: Counter[int] = Counter()
    hosts = PartySetMember.objects.filter(side=Side.HOST, institution__region__isnull=False).order_by()
    for party_set, region in hosts.annotate(under=counted_under("institution__region", scope.divided)).values_list("party_set", "under").distinct():
        found[region] += held.get(party_set, 0)
    for part in beside:
        live = ActivityParty.objects.filter(
            rows.validated([part], "activity__"), rows.in_activities("activity__")(part), side=Side.HOST, institution__region__isnull=False
        )
        grouped = live.order_by().annotate(under=counted_under("institution__region", scope.divided)).values_list("under")
        found += Counter(dict(grouped.annotate(count=Count("activity", distinct=True))))
    return {key: count for key, count in found.items() if count}


def flows(cell: Cell, divided: Mapping[int, int]) -> Flows:
    """The missions between the regions of a division, and how many have a side outside them."""
    scope = cell[0]
    known, beside = known_and_beside(cell, not scope.specialty)
    of_kind = known.filter(kind=scope.kind) if scope.kind else known
    live = (flows_of(rows.activities([part]).filter(rows.in_activities()(part), kind__in=missions()), divided) for part in beside)
    return together(flows_of_totals(of_kind, divided), *live)


def received(cell: Cell) -> dict[int, dict[str, int]] | None:
    """By region what hosts of the place received: missions, consultations, operations, people trained; None where the totals alone do not know.

    What several regions hosted counts in each.
    """
    scope = cell[0]
    if not knows_people(cell) or scope.specialty:
        return None
    names = {"missions": "missions", "consultations": "consultations", "operations": "operations", "trained": "trained"}
    known, _beside = known_and_beside(cell)
    sums = known.filter(kind=scope.kind, specialty=None).values("party_set").annotate(**{f"sum_{name}": Sum(column) for name, column in names.items()})
    held = {row["party_set"]: {name: row[f"sum_{name}"] for name in names} for row in sums}
    places = {f"institution__{key}": value for key, value in scope.host_place.items()}
    hosts = PartySetMember.objects.filter(side=Side.HOST, institution__region__isnull=False, **places).order_by()
    found: dict[int, dict[str, int]] = {}
    for party_set, region in hosts.annotate(under=counted_under("institution__region", scope.divided)).values_list("party_set", "under").distinct():
        if party_set in held:
            add(found.setdefault(region, dict.fromkeys(names, 0)), held[party_set])
    at = {f"party_set__members__{key}": value for key, value in {"side": Side.HOST, "institution__region__isnull": False, **places}.items()}
    people = within(scope.reach, TrainedPerson).filter(of_people(cell), **at).order_by()
    for region, count in (
        people.annotate(under=counted_under("party_set__members__institution__region", scope.divided))
        .values_list("under")
        .annotate(count=Count("professional", distinct=True))
    ):
        found[region]["trained"] += count
    return found


def host_regions(cell: Cell) -> set[int]:
    """The regions, undivided, in which something was hosted."""
    keys, beside = parties_of(cell, [Side.HOST])
    wanted = Q(pk__in=keys)
    for part in beside:
        live = ActivityParty.objects.filter(rows.validated([part], "activity__"), rows.in_activities("activity__")(part), side=Side.HOST)
        wanted |= Q(pk__in=live.values("institution"))
    return set(Institution.objects.filter(wanted, region__isnull=False).order_by().values_list("region", flat=True).distinct())
