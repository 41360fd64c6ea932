"""The lifecycle of a support request: table and guards."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import day
from core.lifecycle import Transition, TransitionRefused, lifecycle
from core.money import money
from support.choices import JustificationStatus as J
from support.choices import SupportStatus as S
from support.models import Justification, Tranche


def has_content(request: Any, by: Any, given: dict[str, Any]) -> None:
    """Lines with a price, or for advice a question."""
    if request.is_in_money and not request.lines.exists():
        raise TransitionRefused("lines_missing", _("Say what you ask for: at least one line with its price."))


def nothing_overdue(request: Any, by: Any, given: dict[str, Any]) -> None:
    """An institution that owes a justification asks for no more money; it may still ask for advice."""
    if not request.is_in_money:
        return
    late = Tranche.objects.filter(request__institution=request.institution).overdue().select_related("request").order_by("justify_by").first()
    if late:
        words = {"tranche": str(late), "day": day(late.justify_by), "amount": money(late.left, late.request.currency)}
        raise TransitionRefused(
            "justification_overdue",
            _("Tranche %(tranche)s was to be justified by %(day)s; %(amount)s is still missing. Justify it first, then submit this request.") % words,
        )


def not_the_asker(request: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk in {request.created_by_id, request.submitted_by_id}:
        raise TransitionRefused("author", _("Nobody decides on their own request."))


def everything_is_paid(request: Any, by: Any, given: dict[str, Any]) -> None:
    paid = request.tranches.filter(paid_on__isnull=False).aggregate(total=Sum("amount", default=Decimal(0)))["total"]
    if paid < (request.granted or 0):
        raise TransitionRefused("not_paid", _("A part of what was granted has not been paid yet."))


def is_justified(request: Any) -> bool:
    """Papers for all that was granted are accepted."""
    accepted = Justification.objects.filter(tranche__request=request, status=J.ACCEPTED)
    return accepted.aggregate(total=Sum("amount", default=Decimal(0)))["total"] >= (request.granted or 0)


def everything_is_justified(request: Any, by: Any, given: dict[str, Any]) -> None:
    if not is_justified(request):
        raise TransitionRefused("not_justified", _("A part of what was paid has not been justified yet."))


def not_its_author(justification: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk == justification.by_id:
        raise TransitionRefused("author", _("Nobody checks what they wrote: somebody else must do it."))


IN_REVIEW = frozenset({S.SUBMITTED, S.TECHNICAL, S.FINANCIAL})

SUPPORTREQUEST = lifecycle(
    "supportrequest",
    Transition("submit", frozenset({S.DRAFT, S.RETURNED}), S.SUBMITTED, "support.submit", _("Submit to the ministry"), (has_content, nothing_overdue),
               explanation=_("The ministry gives a technical and a financial opinion, then decides. You are told at each step.")),
    Transition("technical_opinion", frozenset({S.SUBMITTED}), S.TECHNICAL, "support.give_technical_opinion", _("Give the technical opinion"),
               (not_the_asker,), by_hand=False),
    Transition("financial_opinion", frozenset({S.TECHNICAL}), S.FINANCIAL, "support.give_financial_opinion", _("Give the financial opinion"),
               (not_the_asker,), by_hand=False),
    Transition("grant", frozenset({S.FINANCIAL}), S.GRANTED, "support.grant", pgettext_lazy("support request", "Grant"), (not_the_asker,), by_hand=False),
    Transition("refuse", frozenset({S.SUBMITTED, S.TECHNICAL, S.FINANCIAL}), S.REFUSED, "support.grant", pgettext_lazy("support request", "Refuse"),
               (not_the_asker,), needs_reason=True, is_final=True,
               explanation=_("The institution is told why. It may ask again with a new request.")),
    Transition("return", IN_REVIEW, S.RETURNED, "support.return", pgettext_lazy("step", "Return"), needs_reason=True),
    Transition("answer", frozenset({S.SUBMITTED}), S.ANSWERED, "support.advise", _("Answer"), (not_the_asker,), by_hand=False),
    Transition("complete", frozenset({S.GRANTED}), S.PAID, None, _("Paid in full"), (everything_is_paid,), by_hand=False),
    Transition("receive", frozenset({S.GRANTED}), S.JUSTIFIED, "support.justify", _("Confirm that it was received"), by_hand=False),
    Transition("justify", frozenset({S.PAID}), S.JUSTIFIED, None, _("Justified in full"), (everything_is_justified,), by_hand=False),
    Transition("close", frozenset({S.JUSTIFIED, S.ANSWERED}), S.CLOSED, "support.close", _("Close the request"), is_final=True,
               explanation=_("The file is complete and can no longer be changed.")),
    Transition("withdraw", frozenset({S.DRAFT, S.RETURNED, *IN_REVIEW}), S.WITHDRAWN, "support.submit", pgettext_lazy("support request", "Withdraw"),
               needs_reason=True, is_final=True, explanation=_("A withdrawn request is kept, and nobody works on it any more.")),
)  # fmt: skip


JUSTIFICATION = lifecycle(
    "justification",
    Transition("accept", frozenset({J.SUBMITTED}), J.ACCEPTED, "support.check_justification", _("Accept the justification"), (not_its_author,)),
    Transition("return", frozenset({J.SUBMITTED}), J.RETURNED, "support.check_justification", pgettext_lazy("step", "Return"), (not_its_author,),
               needs_reason=True),
)  # fmt: skip
