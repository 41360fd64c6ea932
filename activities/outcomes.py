"""What became of the treated people, as rates: pure arithmetic, no queries.

A rate is of people, up to a horizon in days after the treatment. Whoever died before the horizon counts as known. Below
five people a rate says more about somebody than about the care: it is withheld.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from activities.choices import Outcome
from core.formats import number
from core.privacy import FEWEST

DAYS = (7, 30, 90)  # after the treatment; 365 on choice
A_YEAR = 365
HORIZON = 30
EARLIEST = {7: 4, 30: 21, 90: 75, 365: 335}  # the first day on which “well” at that check means something
LATEST = {7: 20, 30: 74, 90: 334, 365: 450}  # the last one: later the next check says it
ATTEMPTS = 3  # in vain, then a person is lost from sight
HAPPENS = frozenset({Outcome.COMPLICATION, Outcome.READMITTED, Outcome.TRANSFERRED, Outcome.DIED})  # may happen any day before
UNKNOWN = frozenset({"", Outcome.LOST})
Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True)
class Check:
    """One check of a case, as arithmetic needs it."""

    day: int
    due_on: date
    outcome: str = ""


@dataclass(frozen=True)
class Rate:
    """`part` out of `whole` people. `value`, `low` and `high` are 0–1, None when withheld or when there is nobody."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole >= FEWEST else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.part, self.whole) if self.whole >= FEWEST else None

    @property
    def words(self) -> str:
        """The rate for a page: 8 %, "fewer than five cases", "nobody yet"."""
        if self.value is None:
            return _("fewer than five cases") if self.whole else _("nobody yet")
        return percent(self.value)

    @property
    def interval_words(self) -> str:
        """How sure the rate is: between 1 % and 35 % with 95 % certainty; "" when withheld."""
        if self.interval is None:
            return ""
        low, high = self.interval
        return _("the true rate lies between %(low)s and %(high)s, with a certainty of 95%%") % {"low": percent(low), "high": percent(high)}


@dataclass(frozen=True)
class Figures:
    """What is known of a group of cases at a horizon."""

    cases: int
    due: int
    recorded: int
    lost: int
    completeness: Rate
    complication: Rate
    readmission: Rate
    mortality: Rate

    @property
    def due_words(self) -> str:
        """How many of those due are recorded; nothing below five."""
        if 0 < self.due < FEWEST:
            return _("fewer than five cases")
        return _("%(recorded)s of %(due)s") % {"recorded": number(self.recorded), "due": number(self.due)}

    @property
    def cases_words(self) -> str:
        return few(self.cases)

    @property
    def lost_words(self) -> str:
        return few(self.lost)


def few(count: int) -> str:
    """A count for a page that many read: exact from five on, and when there is nobody."""
    return _("fewer than five") if 0 < count < FEWEST else number(count)


def percent(ratio: float) -> str:
    """A ratio as a whole percentage, as this country writes it."""
    return _("%(number)s%%") % {"number": number(round(100 * ratio))}


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for `part` of `whole`, as two ratios. Raises ValueError when there is nobody."""
    if whole <= 0 or not 0 <= part <= whole:
        raise ValueError((part, whole))
    ratio, square = part / whole, Z * Z
    middle = (ratio + square / (2 * whole)) / (1 + square / whole)
    half = Z * math.sqrt(ratio * (1 - ratio) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return (max(0.0, middle - half), min(1.0, middle + half))


def figures(cases: Iterable[Iterable[Check]], on: date, horizon: int = HORIZON) -> Figures:
    """The figures of these cases at the check of day `horizon`, as it stands on the day `on`.

    Due: the check has come, or something is recorded already. Recorded: the outcome is known. The other rates are of the
    recorded: whoever had a complication, came back, or died at any check up to the horizon.
    """
    total = due = recorded = lost = complication = readmitted = died = 0
    for case in cases:
        total += 1
        until = {check.day: check for check in case if check.day <= horizon}
        check = until.get(horizon)
        if check is None or (check.due_on > on and not check.outcome):
            continue
        due += 1
        lost += check.outcome == Outcome.LOST
        if check.outcome in UNKNOWN:
            continue
        recorded += 1
        seen = {item.outcome for item in until.values()}
        complication += Outcome.COMPLICATION in seen
        readmitted += Outcome.READMITTED in seen
        died += Outcome.DIED in seen
    return Figures(
        total, due, recorded, lost, Rate(recorded, due), Rate(complication, recorded), Rate(readmitted, recorded), Rate(died, recorded),
    )  # fmt: skip


def window(treated_on: date, day: int) -> tuple[date, date]:
    """From when to when somebody can be seen for the check of this day."""
    return treated_on + timedelta(days=EARLIEST[day]), treated_on + timedelta(days=LATEST[day])
