"""Days that people spent with the other side, each way, as indicator TW35 counts them."""

from dataclasses import dataclass
from typing import Any

from evaluation.indicators import measure
from reports.dashboards.comparison import period_before
from reports.headline import Chosen


@dataclass(frozen=True)
class Ways:
    """Days of people from the supporting sides to the benefiting ones, and back."""

    there: int
    back: int

    @property
    def most(self) -> int:
        return max(self.there, self.back)

    @property
    def share_back(self) -> float | None:
        """In percent of all days; None when nobody went anywhere. Half would be even."""
        return 100 * self.back / (self.there + self.back) if self.there + self.back else None


def ways(user: Any, chosen: Chosen) -> tuple[Ways, Ways | None]:
    """Those of the period, and those of the stretch before. Three queries; reads every participant of both stretches."""
    scope, period = chosen.cell(user)
    before = period_before(chosen)
    said = measure("TW35", [(scope, period)] + ([(scope, before)] if before else []))
    found = [Ways(int((figure.denominator or 0) - (figure.numerator or 0)), int(figure.numerator or 0)) for figure in said]
    return found[0], found[1] if before else None
