"""What is owed about money: tranches that were paid and are not justified. R20."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from core.mail import in_each_language
from core.money import money
from evaluation.reminders import Owed, each, trigger
from support.actions import words_about
from support.models import Tranche


@trigger(
    "tranche_justification", counts_from=_("the day by which the tranche is to be justified"), stops=_("a justification of the whole tranche is handed in")
)
def tranches_to_justify(on: date) -> Iterator[Owed]:
    """Paid tranches of which a part is not justified, for the institution; then for finance."""
    rows = Tranche.objects.to_justify().select_related("request__institution__region", "request__institution__country")

    def make(tranche: Tranche) -> Owed | None:
        if tranche.justify_by is None:
            return None
        request = tranche.request
        left = in_each_language("amount", lambda: money(tranche.left, request.currency))
        words = words_about(request, due_on=tranche.justify_by.isoformat(), **left)
        return Owed(
            request, None, tranche.justify_by, "support_justify_reminder", words, institution=request.institution, mark=f"t{tranche.number}",
        )  # fmt: skip

    return each(rows, make)
