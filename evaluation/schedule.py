"""Which follow-up evaluations the rules ask for, and which of them are there: values in, values out.

The rules count from days of the agreements. Agreements that follow each other within a few months are one stretch; the
first stretch has the baseline, each has its years, the last one the final evaluation and the one that comes a year after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from evaluation.choices import Moment

FOLLOWS = timedelta(days=92)  # an agreement that begins within so many days after the one before carries the stretch on
NEAR = timedelta(days=60)  # a yearly evaluation so near to the last day, or a mid-term so near to a yearly one, falls away
SAME = timedelta(days=90)  # an evaluation within so many days of what a rule asks for answers the rule
LONG_ENOUGH = timedelta(days=400)  # a shorter agreement has no middle worth an evaluation
AHEAD = timedelta(days=400)  # how far ahead evaluations stand on the calendar


@dataclass(frozen=True)
class Stretch:
    """Agreements that follow each other: first day, last day, and the days of each."""

    start: date
    end: date
    terms: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class Rule:
    """What the schedule reads of a rule. Days are counted from its moment, or back from the due day."""

    pk: int
    kind: str
    moment: str
    due_after_days: int
    opens_before_days: int
    time_to_answer_days: int
    not_older_than_days: int
    is_active: bool = True


@dataclass(frozen=True)
class Wanted:
    """An evaluation that a rule asks for."""

    partnership: int
    rule: int
    kind: str
    counted_from: date
    opens_on: date
    due_on: date


@dataclass(frozen=True)
class There:
    """An evaluation of a partnership that exists. `may_move`: it stands on the calendar by a rule and has not opened."""

    pk: int
    kind: str
    counted_from: date | None
    opens_on: date
    due_on: date
    rule: int | None
    may_move: bool


@dataclass
class Changes:
    """What has to be done so that the calendar says what the rules ask for."""

    new: list[Wanted] = field(default_factory=list)
    moved: list[tuple[int, Wanted]] = field(default_factory=list)  # (evaluation, where it belongs now)
    gone: list[int] = field(default_factory=list)


def stretches(terms: Iterable[tuple[date, date]]) -> list[Stretch]:
    """The stretches that agreements make; `terms` are their first and last days, in any order."""
    found: list[Stretch] = []
    for start, end in sorted(terms):
        if end < start:
            continue  # ended before it began
        last = found[-1] if found else None
        if last and start <= last.end + FOLLOWS:
            found[-1] = Stretch(last.start, max(last.end, end), (*last.terms, (start, end)))
        else:
            found.append(Stretch(start, end, ((start, end),)))
    return found


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def anniversaries(stretch: Stretch) -> list[date]:
    """The days on which another year is over, but for one so near to the end that the final evaluation takes its place."""
    days = (years_after(stretch.start, years) for years in range(1, stretch.end.year - stretch.start.year + 1))
    return [day for day in days if day + NEAR <= stretch.end]


def middles(stretch: Stretch) -> list[date]:
    """The middle of each long agreement, unless a yearly evaluation is near."""
    years = anniversaries(stretch)
    days = (start + (end - start) / 2 for start, end in stretch.terms if end - start >= LONG_ENOUGH)
    return [day for day in days if all(abs(day - year) > NEAR for year in years)]


def moments(moment: str, course: Sequence[Stretch], *, closed_on: date | None, on: date) -> list[date]:
    """The days that a rule of this moment counts from, in a partnership with these stretches."""
    if not course:
        return []
    last = course[-1].end
    if moment == Moment.CLOSING:
        return [closed_on] if closed_on else [last] if last < on else []
    if closed_on:
        return []
    if moment == Moment.START:
        return [course[0].start]
    if moment == Moment.MIDDLE:
        return [day for stretch in course for day in middles(stretch)]
    if moment == Moment.YEAR:
        return [day for stretch in course for day in anniversaries(stretch)]
    return [last] if moment == Moment.END else []


def wanted_by(rule: Rule, partnership: int, course: Sequence[Stretch], *, closed_on: date | None, on: date) -> list[Wanted]:
    """What a rule asks for in one partnership: what was due not too long ago, and what opens before long."""
    found = []
    for day in moments(rule.moment, course, closed_on=closed_on, on=on) if rule.is_active else ():
        due_on = day + timedelta(days=rule.due_after_days)
        opens_on = due_on - timedelta(days=rule.opens_before_days)
        if on - due_on > timedelta(days=rule.not_older_than_days) or opens_on > on + AHEAD:
            continue
        if opens_on <= on:
            opens_on, due_on = on, max(due_on, on + timedelta(days=rule.time_to_answer_days))
        found.append(Wanted(partnership, rule.pk, rule.kind, day, opens_on, due_on))
    return found


def answers(there: There, wanted: Wanted, *, is_once: bool) -> bool:
    """Whether an evaluation that is fixed already is the one that the rule asks for."""
    if there.kind != wanted.kind:
        return False
    if is_once:
        return True
    apart = there.counted_from - wanted.counted_from if there.counted_from else there.due_on - wanted.due_on
    return abs(apart) <= SAME


def compare(rules: Sequence[Rule], wanted: Iterable[Wanted], there: Iterable[There]) -> Changes:
    """What has to change for one partnership. An evaluation that has opened, or that people put there, stays as it is."""
    once = {rule.pk for rule in rules if rule.moment == Moment.START}
    existing = list(there)
    fixed = [item for item in existing if not item.may_move]
    loose = [item for item in existing if item.may_move]
    changes = Changes()
    asked: set[tuple[str, date]] = set()
    open_wishes: list[Wanted] = []
    for wish in wanted:
        if (wish.kind, wish.counted_from) in asked or any(answers(item, wish, is_once=wish.rule in once) for item in fixed):
            continue
        asked.add((wish.kind, wish.counted_from))
        open_wishes.append(wish)
    for wish in list(open_wishes):
        match = next((item for item in loose if item.rule == wish.rule and item.counted_from == wish.counted_from), None)
        if match is not None:
            loose.remove(match)
            open_wishes.remove(wish)
            if (match.opens_on, match.due_on) != (wish.opens_on, wish.due_on):
                changes.moved.append((match.pk, wish))
    for wish in open_wishes:
        same_rule = [item for item in loose if item.rule == wish.rule]
        if same_rule:
            nearest = min(same_rule, key=lambda item: abs((item.counted_from or item.due_on) - wish.counted_from))
            loose.remove(nearest)
            changes.moved.append((nearest.pk, wish))
        else:
            changes.new.append(wish)
    changes.gone = [item.pk for item in loose]
    return changes
