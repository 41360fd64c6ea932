"""Which function computes which indicator. An app further right adds its own: `add_computation("TW41", funding_execution)`.

A computation takes cells, each a scope and a period, and gives one `Figure` for each, in a number of queries that does not grow
with the rows. What has no computation is the sum of the measurements that were approved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from core.privacy import FEWEST
from evaluation.indicators.scope import Cell, Period, Scope


@dataclass(frozen=True)
class Figure:
    """One figure of an indicator.

    `value` is what the indicator says, None when there is nothing to say it of. `numerator` and `denominator` are its halves,
    `count` how many rows stand behind it, `parts` what it is made of. `is_protected`: too few people to show any of it.
    """

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0
    parts: tuple[tuple[str | Promise, float], ...] = field(default=())
    is_protected: bool = False


NOTHING = Figure()
PROTECTED = Figure(is_protected=True)

Computation = Callable[[Sequence[Cell]], list[Figure]]
Breakdown = Callable[[Cell], Sequence[tuple[str | Promise, float]]]

COMPUTATIONS: dict[str, Computation] = {}
BREAKDOWNS: dict[str, Breakdown] = {}


def add_computation(code: str, computation: Computation, parts: Breakdown | None = None) -> None:
    """Say how an indicator is computed, and, where it is made of parts, what they are."""
    COMPUTATIONS[code] = computation
    if parts:
        BREAKDOWNS[code] = parts


def computes(code: str, parts: Breakdown | None = None) -> Callable[[Computation], Computation]:
    """The same as a decorator."""

    def note(computation: Computation) -> Computation:
        add_computation(code, computation, parts)
        return computation

    return note


def is_computed(code: str) -> bool:
    return code in COMPUTATIONS


def measure(code: str, cells: Sequence[Cell]) -> list[Figure]:
    """One figure for each cell. The cells of one call share the reach of the asker."""
    from evaluation.indicators.typed import approved  # it reads this module

    if not cells:
        return []
    return COMPUTATIONS[code](cells) if code in COMPUTATIONS else approved(code, cells)


def compute(code: str, scope: Scope, period: Period) -> Figure:
    """The figure of one indicator with what it is made of."""
    from dataclasses import replace  # only here

    cell = (scope, period)
    figure = measure(code, [cell])[0]
    if code not in BREAKDOWNS or figure.is_protected:
        return figure
    return replace(figure, parts=tuple((label, value) for label, value in BREAKDOWNS[code](cell)))


def trend(code: str, scope: Scope, periods: Sequence[Period]) -> list[Figure]:
    """The figures of one scope over several periods."""
    return measure(code, [(scope, period) for period in periods])


def compare(code: str, scopes: Sequence[Scope], period: Period) -> list[Figure]:
    """The figures of several scopes in one period."""
    return measure(code, [(scope, period) for scope in scopes])


def amount(value: float, count: int | None = None) -> Figure:
    """A number of things."""
    return Figure(value, value, None, int(value if count is None else count))


def share(part: float, whole: float, count: int | None = None) -> Figure:
    """A percentage; nothing where the whole is nothing."""
    return Figure(100 * part / whole if whole else None, part, whole, int(whole if count is None else count))


def mean(total: float, of: int) -> Figure:
    return Figure(total / of if of else None, total, of, of)


def of_people(part: int, whole: int, sees_people: bool) -> Figure:
    """A percentage of treated people: nothing is shown of fewer than five, nor of a part of one to four unless the asker looks after them."""
    if 0 < whole < FEWEST or (0 < part < FEWEST and not sees_people):
        return PROTECTED
    return share(part, whole)
