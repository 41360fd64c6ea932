"""What a patient cost: what is justified of a request over the patients of its partnership in the same days. Pure arithmetic."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import rounded


@dataclass(frozen=True)
class Cost:
    """Both sides of the division; each may be unknown.

    `justified` is in `currency`, the request's own; `patients` are the consultations and operations of validated activities of the
    partnership that ended from `start`, the first payment, to `end`, the last justification accepted.
    """

    currency: str
    justified: Decimal
    has_partnership: bool
    patients: int
    start: date | None
    end: date | None

    @property
    def per_patient(self) -> Decimal | None:
        """In the currency of the request, to its smallest unit; None when a side is missing."""
        return rounded(self.justified / self.patients, self.currency) if self.justified and self.patients else None

    @property
    def missing(self) -> str:
        """Which side is not known, in words; "" when the cost is."""
        if not self.justified:
            return _("nothing is justified yet")
        if not self.has_partnership:
            return _("the request names no partnership")
        return "" if self.patients else _("no validated result of the partnership from those days")


def cost_of(request: Any) -> Cost:
    """Of a row of `SupportRequest.objects.with_cost()`."""
    return Cost(request.currency, request.justified, request.partnership_id is not None, request.patients, request.spent_from, request.spent_until)
