"""Special days of the calendar: rules in, days out. Reads the database in `rules_now()` alone.

Hijri rules are computed with the Umm al-Qura tables; what was announced for a year replaces what was computed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

from activities.choices import OccasionCalendar, OccasionKind
from activities.models import Occasion
from core.formats import in_language

NEAR = timedelta(days=10)  # how far an announced day may lie from the computed one that it replaces
A_MONTH = 29  # a Hijri rule at least as long lasts its whole month
FIRST_YEAR, LAST_YEAR = 1925, 2076  # whole years of the Umm al-Qura tables


@dataclass(frozen=True)
class Rule:
    """One row of the reference table. `announced` are the first days that were announced, in any year."""

    slug: str
    kind: str
    calendar: str
    month: int
    day: int
    length: int
    zone: str = ""
    names: tuple[str, str, str] = ("", "", "")  # ar, fr, en
    announced: tuple[date, ...] = ()


@dataclass(frozen=True)
class Special:
    """One occurrence. `is_computed` is true for a Hijri day that nobody has announced."""

    slug: str
    kind: str
    starts_on: date
    ends_on: date
    zone: str = ""
    names: tuple[str, str, str] = field(default=("", "", ""), compare=False)
    is_computed: bool = False

    @property
    def name(self) -> str:
        return in_language(*self.names) or self.slug

    def touches(self, start: date, end: date) -> bool:
        return self.starts_on <= end and start <= self.ends_on

    def is_for(self, zones: Iterable[str]) -> bool:
        return not self.zone or self.zone in zones


def rules_now() -> list[Rule]:
    """The rules that are on, with the announced dates. One query."""
    columns = ("slug", "kind", "calendar", "month", "day", "length", "zone", "name_ar", "name_fr", "name_en", "dates__starts_on")
    found: dict[str, Rule] = {}
    for slug, kind, calendar, month, day, length, zone, ar, fr, en, announced in Occasion.objects.filter(is_active=True).order_by("slug").values_list(*columns):
        before = found[slug].announced if slug in found else ()
        found[slug] = Rule(slug, kind, calendar, month, day, length, zone, (ar, fr, en), (*before, announced) if announced else before)
    return list(found.values())


def occasions_between(rules: Sequence[Rule], start: date, end: date) -> list[Special]:
    """The special days that touch a stretch of days, the earliest first; holidays before longer seasons of the same day."""
    found = [special for rule in rules for special in occurrences(rule, start, end) if special.touches(start, end)]
    order = {OccasionKind.HOLIDAY: 0, OccasionKind.FASTING: 1, OccasionKind.HEAT: 2}
    return sorted(found, key=lambda special: (special.starts_on, order.get(OccasionKind(special.kind), 3), special.slug))


def occurrences(rule: Rule, start: date, end: date) -> Iterator[Special]:
    """Every occurrence of one rule around a stretch of days, announced dates in the place of computed ones."""
    used: set[date] = set()
    for computed, length in first_days(rule, start, end):
        said = min((day for day in rule.announced if abs(day - computed) <= NEAR), key=lambda day: (abs(day - computed), day), default=None)
        if said:
            used.add(said)
        first = said or computed
        is_computed = said is None and rule.calendar == OccasionCalendar.HIJRI
        yield Special(rule.slug, rule.kind, first, first + timedelta(days=length - 1), rule.zone, rule.names, is_computed)
    for day in sorted(set(rule.announced) - used):  # a day added for one year alone
        if start - timedelta(days=rule.length) <= day <= end and not any(abs(day - other) <= NEAR for other, _length in first_days(rule, day, day)):
            yield Special(rule.slug, rule.kind, day, day + timedelta(days=rule.length - 1), rule.zone, rule.names)


def first_days(rule: Rule, start: date, end: date) -> Iterator[tuple[date, int]]:
    """The computed first days of one rule, with the length in days, a little beyond both ends."""
    early, late = start - timedelta(days=rule.length) - NEAR, end + NEAR
    if rule.calendar == OccasionCalendar.GREGORIAN:
        for year in range(early.year, late.year + 1):
            if (day := gregorian(year, rule.month, rule.day)) and early <= day <= late:
                yield day, rule.length
        return
    first, last = max(early, date(FIRST_YEAR, 1, 1)), min(late, date(LAST_YEAR, 12, 31))
    if first > last:
        return
    for year in range(Gregorian.fromdate(first).to_hijri().year, Gregorian.fromdate(last).to_hijri().year + 1):
        month_length = Hijri(year, rule.month, 1).month_length()
        begins = Hijri(year, rule.month, min(rule.day, month_length)).to_gregorian()
        day = date(begins.year, begins.month, begins.day)
        if early <= day <= late:
            yield day, month_length - rule.day + 1 if rule.length >= A_MONTH else rule.length


def gregorian(year: int, month: int, day: int) -> date | None:
    """The day, or None where the year has none: 29 February."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def hijri_day(day: date) -> tuple[int, int, int] | None:
    """Year, month and day of the Umm al-Qura calendar; None outside its tables."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    found = Gregorian.fromdate(day).to_hijri()
    return found.year, found.month, found.day
