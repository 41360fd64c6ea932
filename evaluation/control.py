"""Signal or noise: statistical process control over the figures of an indicator. Values in, values out, no queries.

A figure always moves. The charts say which moves are too large or too regular to be chance, so that noise is neither
celebrated nor punished. Sources: W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931); Western Electric,
Statistical Quality Control Handbook (1956), for the runs; L. S. Nelson, Journal of Quality Technology 16 (1984), for six in a row
rising or falling; D. J. Wheeler, Understanding Variation (1993), for the XmR chart and its 2.66.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FEWEST_PERIODS = 8  # below this the limits say little
LIMIT = 2.66  # 3 / 1.128: natural limits in mean moving ranges
RANGE_LIMIT = 3.268  # upper limit of the moving ranges themselves
BIAS = 1.128  # d2 of two values: the mean moving range over the standard deviation
SAME_SIDE, SAME_WAY = 8, 6
STILL = 8  # a signal speaks of today when it lies within the last eight figures


class Rule(models.TextChoices):
    """Why a figure is not chance."""

    BEYOND = "beyond", pgettext_lazy("signal", "beyond the limits")
    SIDE = "side", pgettext_lazy("signal", "eight in a row on one side of the middle")
    WAY = "way", pgettext_lazy("signal", "six in a row rising or falling")
    NEAR = "near", pgettext_lazy("signal", "two of three near the same limit")


class Verdict(models.TextChoices):
    """What the latest figures say."""

    TOO_FEW = "too_few", pgettext_lazy("verdict on a trend", "too few periods to tell")
    USUAL = "usual", pgettext_lazy("verdict on a trend", "usual variation")
    RISE = "rise", pgettext_lazy("verdict on a trend", "a real rise")
    FALL = "fall", pgettext_lazy("verdict on a trend", "a real fall")


EXPLANATIONS = {
    Verdict.TOO_FEW: _("At least eight figures are needed before chance and change can be told apart."),
    Verdict.USUAL: _("The figures move within what chance alone brings. One that is higher or lower than the one before says nothing yet."),
    Verdict.RISE: _("The figures have risen more than chance would bring. It is worth asking what changed."),
    Verdict.FALL: _("The figures have fallen more than chance would bring. It is worth asking what changed."),
}


@dataclass(frozen=True)
class Behaviour:
    """A process behaviour chart. All lists have one entry for each figure; None where there is no figure."""

    values: list[float | None]
    centre: list[float | None]
    lower: list[float | None]
    upper: list[float | None]
    signals: list[tuple[tuple[Rule, int], ...]] = field(default_factory=list)  # (rule, 1 upwards or −1 downwards)
    ranges: list[float | None] = field(default_factory=list)  # moving ranges; the first has none
    range_limit: float | None = None

    @property
    def is_enough(self) -> bool:
        return sum(value is not None for value in self.values) >= FEWEST_PERIODS

    @property
    def verdict(self) -> Verdict:
        """What the last signal among the latest figures says."""
        if not self.is_enough:
            return Verdict.TOO_FEW
        latest = [signals for value, signals in zip(self.values, self.signals, strict=True) if value is not None][-STILL:]
        for signals in reversed(latest):
            if signals:
                return Verdict.RISE if signals[0][1] > 0 else Verdict.FALL
        return Verdict.USUAL

    @property
    def explanation(self) -> str:
        return str(EXPLANATIONS[self.verdict])

    def readings(self) -> list[str]:
        """For each figure the rules it breaks, in words; "" for none."""
        comma = str(pgettext_lazy("between two names", ", "))
        return [comma.join(str(rule.label) for rule, _way in signals) for signals in self.signals]


def spread(values: Sequence[float | None], known: Sequence[float]) -> list[float | None]:
    """`known` put back into the places where `values` has a figure."""
    rest = iter(known)
    return [None if value is None else next(rest) for value in values]


def xmr(values: Sequence[float | None], floor: float | None = None, ceiling: float | None = None) -> Behaviour:
    """The chart of single figures. Limits: the mean ± 2.66 mean moving ranges, kept within `floor` and `ceiling` where nothing lies beyond.

    Gaps are stepped over. Below eight figures there are neither limits nor signals.
    """
    known = [float(value) for value in values if value is not None]
    moves = [abs(after - before) for before, after in pairwise(known)]
    ranges = spread(values, [math.nan, *moves]) if known else list(values)
    ranges = [None if item is None or math.isnan(item) else item for item in ranges]
    if len(known) < FEWEST_PERIODS:
        nothing: list[float | None] = [None] * len(values)
        return Behaviour(list(values), nothing, nothing, nothing, [()] * len(values), ranges)
    centre, mean_range = sum(known) / len(known), sum(moves) / len(moves)
    low, high = centre - LIMIT * mean_range, centre + LIMIT * mean_range
    low = low if floor is None else max(low, floor)
    high = high if ceiling is None else min(high, ceiling)
    count = len(known)
    found = signals(known, [centre] * count, [low] * count, [high] * count, [mean_range / BIAS] * count)
    placed = iter(found)
    return Behaviour(
        list(values), spread(values, [centre] * count), spread(values, [low] * count), spread(values, [high] * count),
        [() if value is None else next(placed) for value in values], ranges, RANGE_LIMIT * mean_range,
    )  # fmt: skip


def p_chart(parts: Sequence[float | None], wholes: Sequence[float | None]) -> Behaviour:
    """The chart of percentages, each of a number of its own: wide limits where few stand behind a figure, narrow ones where many do.

    The middle is all parts over all wholes; the limits are three standard deviations of a share, kept within 0 and 100.
    A period without a part, or of nobody, is a gap.
    """
    pairs = [(float(part), float(whole)) if part is not None and whole else None for part, whole in zip(parts, wholes, strict=True)]
    known = [pair for pair in pairs if pair is not None]
    values = [None if pair is None else 100 * pair[0] / pair[1] for pair in pairs]
    if len(known) < FEWEST_PERIODS:
        nothing: list[float | None] = [None] * len(values)
        return Behaviour(values, nothing, nothing, nothing, [()] * len(values))
    middle = sum(part for part, _whole in known) / sum(whole for _part, whole in known)
    sigmas = [100 * math.sqrt(middle * (1 - middle) / whole) for _part, whole in known]
    centre = [100 * middle] * len(known)
    low, high = [max(0.0, 100 * middle - 3 * sigma) for sigma in sigmas], [min(100.0, 100 * middle + 3 * sigma) for sigma in sigmas]
    found = iter(signals([100 * part / whole for part, whole in known], centre, low, high, sigmas))
    return Behaviour(values, spread(values, centre), spread(values, low), spread(values, high), [() if value is None else next(found) for value in values])


def signals(
    values: Sequence[float], centre: Sequence[float], low: Sequence[float], high: Sequence[float], sigmas: Sequence[float]
) -> list[tuple[tuple[Rule, int], ...]]:
    """For each figure the rules it breaks and which way, the plainest first. A run marks all its figures."""
    found: list[list[tuple[Rule, int]]] = [[] for _value in values]
    for place, value in enumerate(values):
        if value > high[place] + 1e-9 or value < low[place] - 1e-9:
            found[place].append((Rule.BEYOND, 1 if value > centre[place] else -1))
    sides = [side(value - middle) for value, middle in zip(values, centre, strict=True)]
    for first, length, way in runs(sides):
        if length >= SAME_SIDE:
            mark(found, range(first, first + length), Rule.SIDE, way)
    ways = [side(after - before) for before, after in pairwise(values)]
    for first, length, way in runs(ways):
        if length + 1 >= SAME_WAY:
            mark(found, range(first, first + length + 1), Rule.WAY, way)
    near = [side_ if abs(value - middle) > 2 * sigma + 1e-9 else 0 for value, middle, sigma, side_ in zip(values, centre, sigmas, sides, strict=True)]
    for place in range(2, len(values)):
        for way in (1, -1):
            close = [at for at in range(place - 2, place + 1) if near[at] == way]
            if len(close) >= 2:
                mark(found, close, Rule.NEAR, way)
    return [tuple(signals_) for signals_ in found]


def mark(found: list[list[tuple[Rule, int]]], places: Sequence[int], rule: Rule, way: int) -> None:
    for place in places:
        if (rule, way) not in found[place]:
            found[place].append((rule, way))


def side(difference: float) -> int:
    return 0 if abs(difference) < 1e-9 else 1 if difference > 0 else -1


def runs(sides: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Unbroken stretches of the same sign as (first place, length, sign); zeros belong to none."""
    first = 0
    for place in range(1, len(sides) + 1):
        if place == len(sides) or sides[place] != sides[first]:
            if sides[first]:
                yield first, place - first, sides[first]
            first = place


# --- Before and after ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """Twinned places before and after, beside comparable ones. All four figures in the unit of the indicator, or None."""

    before: float | None
    after: float | None
    before_others: float | None
    after_others: float | None
    others: int = 0  # how many comparable places there are

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def change_others(self) -> float | None:
        return None if self.before_others is None or self.after_others is None else self.after_others - self.before_others

    @property
    def net(self) -> float | None:
        """How much more the twinned place changed than the others: the difference of the two differences."""
        return None if self.change is None or self.change_others is None else self.change - self.change_others
