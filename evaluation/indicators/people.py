"""Indicators counted from people who took part, and from those who were treated: TW07, TW11, TW15–TW18, TW21, TW24–TW26."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.functional import Promise

from activities import outcomes
from activities.choices import Cadre, CaseReason, Part
from core.formats import today
from evaluation.indicators import rows, totals
from evaluation.indicators.registry import Figure, amount, computes, mean, of_people, share
from evaluation.indicators.scope import Cell

Cells = Sequence[Cell]
Parts = list[tuple[str | Promise, float]]
A_YEAR = timedelta(days=365)
HORIZON = timedelta(days=outcomes.HORIZON)

in_people = rows.in_activities("activity__")


def trained_by_cadre(cell: Cell) -> Parts:
    found = rows.people([cell]).filter(in_people(cell)).order_by().values_list("cadre")
    heads = dict(found.filter(professional=None).annotate(total=Sum("count")))
    named = dict(found.filter(professional__isnull=False).annotate(total=Count("professional", distinct=True)))
    return [(cadre.label, heads.get(cadre, 0) + named.get(cadre, 0)) for cadre in Cadre if heads.get(cadre) or named.get(cadre)]


@computes("TW07", trained_by_cadre)
def trained(cells: Cells) -> list[Figure]:
    """Everybody of the head-counts, and each named person once however often they came."""
    said = totals.tally(cells, head_counts, heads="trained", lines="trained_lines")
    return [amount(one["heads"] + named, one["lines"]) for one, named in zip(said, totals.people_trained(cells, named_people), strict=True)]


def named_people(cells: Cells) -> list[int]:
    """How many people of the roster were trained, from the live rows."""
    said = rows.tally(rows.people(cells).named(), cells, in_people, count=lambda where: Count("professional", filter=where, distinct=True))
    return [one["count"] for one in said]


def head_counts(cells: Cells) -> list[dict[str, Any]]:
    """People trained who were counted without names, and how many lines say who was trained."""
    return rows.tally(
        rows.people(cells), cells, in_people,
        heads=lambda where: Sum("count", filter=where & Q(professional=None), default=0), lines=lambda where: Count("pk", filter=where),
    )  # fmt: skip


def person_days(part: str) -> Callable[[Cells], list[Figure]]:
    """The computation of people times days: the days somebody was present, or the whole activity."""

    def computation(cells: Cells) -> list[Figure]:
        found = rows.sorted_out(rows.people(cells, part), cells, in_people, "activity__starts_on", "activity__ends_on", "days", "count")
        return [amount(sum(count * (days or (end - start).days + 1) for start, end, days, count in people), len(people)) for people in found]

    return computation


specialist_days = computes("TW11")(person_days(Part.TEAM))
training_days = computes("TW15")(person_days(Part.TRAINED))


@computes("TW16", trained_by_cadre)
def non_physicians(cells: Cells) -> list[Figure]:
    """Of the people trained whose cadre is known, those who are no doctors."""
    said = rows.tally(
        rows.people(cells).exclude(cadre=""), cells, in_people,
        others=lambda where: Sum("count", filter=where & ~Q(cadre=Cadre.DOCTORS), default=0),
        everybody=lambda where: Sum("count", filter=where, default=0),
    )  # fmt: skip
    return [share(one["others"], one["everybody"]) for one in said]


@computes("TW17")
def knowledge_gain(cells: Cells) -> list[Figure]:
    """The mean of test after minus test before, out of 100, of those who took both."""
    tested = rows.people(cells).filter(pre_score__isnull=False, post_score__isnull=False)
    said = rows.tally(
        tested, cells, in_people, gain=lambda where: Sum(F("post_score") - F("pre_score"), filter=where), people=lambda where: Count("pk", filter=where)
    )
    return [mean(float(one["gain"]), one["people"]) for one in said]


@computes("TW18")
def retention(cells: Cells) -> list[Figure]:
    """Of the named people whose training ended a year before, those still in their post then. The year must be over."""
    moved = [(scope, period.moved(-A_YEAR)) for scope, period in cells]
    named = rows.people(moved).filter(professional__isnull=False, professional__erased_at=None, activity__ends_on__lte=today() - A_YEAR)
    figures = []
    for found in rows.sorted_out(named, moved, in_people, "professional", "activity__ends_on", "professional__left_on"):
        first: dict[int, tuple[date, date | None]] = {}
        for person, ended, left in found:
            first[person] = min(first.get(person, (ended, left)), (ended, left), key=lambda pair: pair[0])
        stayed = sum(1 for ended, left in first.values() if left is None or left > ended + A_YEAR)
        figures.append(share(stayed, len(first)))
    return figures


@computes("TW21")
def transferred_followed(cells: Cells) -> list[Figure]:
    """Of the people transferred in the period, those whose transfer is closed: healed, back home, or died."""

    def where_from(cell: Cell) -> Q:
        return cell[1].within("treated_on") & rows.of_cases(cell[0])

    said = rows.tally(
        rows.cases(cells).filter(reason=CaseReason.TRANSFERRED), cells, where_from,
        closed=lambda where: Count("pk", filter=where & Q(closed_on__isnull=False)), everybody=lambda where: Count("pk", filter=where),
    )  # fmt: skip
    return [of_people(one["closed"], one["everybody"], cell[0].sees_people) for one, cell in zip(said, cells, strict=True)]


def at_day_30(cells: Cells) -> list[outcomes.Figures]:
    """What is known at day 30 of the treated people whose day 30 lies in the period. The rules are those of the follow-up pages."""

    def due(cell: Cell) -> Q:
        return cell[1].moved(-HORIZON).within("treated_on") & rows.of_cases(cell[0])

    treated = rows.cases(cells).filter(reason=CaseReason.TREATED, checks__day__lte=outcomes.HORIZON)
    found = rows.sorted_out(treated, cells, due, "pk", "checks__day", "checks__due_on", "checks__outcome")
    figures = []
    for (_scope, period), checks in zip(cells, found, strict=True):
        by_case: dict[int, list[outcomes.Check]] = defaultdict(list)
        for case, day, due_on, outcome in checks:
            by_case[case].append(outcomes.Check(day, due_on, outcome))
        figures.append(outcomes.figures(by_case.values(), period.last))
    return figures


def rate_of(name: str) -> Callable[[Cells], list[Figure]]:
    """The computation of one rate of `activities.outcomes`, with small numbers withheld."""

    def computation(cells: Cells) -> list[Figure]:
        rates = [getattr(figures, name) for figures in at_day_30(cells)]
        return [of_people(rate.part, rate.whole, cell[0].sees_people) for rate, cell in zip(rates, cells, strict=True)]

    return computation


completeness = computes("TW24")(rate_of("completeness"))
complications = computes("TW25")(rate_of("complication"))
mortality = computes("TW26")(rate_of("mortality"))
