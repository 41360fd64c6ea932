"""The headline figures beside those of the same stretch before."""

from dataclasses import dataclass
from typing import Any

from core.formats import today
from evaluation.indicators import Period, measure
from reports.dashboards.periods import stretch_before
from reports.headline import HEADLINES, Chosen, Headline

A_MEASURE = 10  # percent of less say nothing


@dataclass(frozen=True)
class Compared:
    """One figure and the same figure of the stretch before; None where there is nothing to compare with."""

    figure: Headline
    value: int
    before: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.value - self.before

    @property
    def more(self) -> int:
        return max(0, self.difference or 0)

    @property
    def fewer(self) -> int:
        return max(0, -(self.difference or 0))

    @property
    def percent(self) -> int | None:
        """The difference in percent of what was before, rounded; None where that was too little to be a measure, or where nothing changed."""
        return round(100 * self.difference / self.before) if self.before and self.before >= A_MEASURE and self.difference else None


def period_before(chosen: Chosen) -> Period | None:
    return stretch_before(chosen.start, chosen.end, today())


def compared(user: Any, chosen: Chosen) -> list[Compared]:
    """The seven figures, each with the one before, under the same division into regions. One query each."""
    scope, period = chosen.cell(user)
    before = period_before(chosen)
    cells = [(scope, period)] + ([(scope, before)] if before else [])
    found = []
    for figure in HEADLINES:
        values = [int(said.value or 0) for said in measure(figure.code, cells)]
        found.append(Compared(figure, values[0], values[1] if before else None))
    return found
