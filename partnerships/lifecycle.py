"""The lifecycles of partnerships and agreements: tables and guards."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import today
from core.lifecycle import Transition, TransitionRefused, lifecycle
from partnerships.choices import AgreementStatus as A
from partnerships.choices import PartnershipStatus as P


def has_two_sides(partnership: Any, by: Any, given: dict[str, Any]) -> None:
    if not partnership.senders or not partnership.hosts:
        raise TransitionRefused("side_missing", _("A partnership needs a supporting and a benefiting institution."))


def no_agreement_in_force(partnership: Any, by: Any, given: dict[str, Any]) -> None:
    if partnership.agreements.in_force().exists():
        raise TransitionRefused("agreement_in_force", _("An agreement is still in force: terminate it or wait for its end."))


def not_signed_ahead(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    signed_on = given.get("signed_on")
    if signed_on and signed_on > today():
        raise TransitionRefused("signed_in_future", _("The day of signature cannot be in the future."))


def all_visas_given(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    missing = agreement.party_ids - set(agreement.visas.values_list("institution_id", flat=True))
    if missing:
        raise TransitionRefused("visa_missing", _("The visa of a party is still missing."))


PARTNERSHIP = lifecycle(
    "partnership",
    Transition("plan", frozenset({P.EXPLORING}), P.PLANNING, "partnership.create", _("Begin planning"), (has_two_sides,)),
    Transition("activate", frozenset({P.EXPLORING, P.PLANNING}), P.ACTIVE, None, _("Activate"), (has_two_sides,), by_hand=False),
    Transition(
        "cancel", frozenset({P.EXPLORING, P.PLANNING}), P.CANCELLED, "partnership.create", _("Cancel the partnership"),
        needs_reason=True, is_final=True, explanation=_("The partnership leaves the lists of both sides. A new one can be made later."),
    ),
    Transition(
        "close", frozenset({P.ACTIVE}), P.CLOSED, "partnership.close", _("Close the partnership"), (no_agreement_in_force,),
        needs_reason=True, is_final=True, explanation=_("No activity can be added any more; everything stays readable."),
    ),
)  # fmt: skip

BEFORE_SIGNATURE = frozenset({A.DRAFT, A.NEGOTIATION, A.VISA, A.REVIEW, A.APPROVED})

AGREEMENT = lifecycle(
    "agreement",
    Transition("negotiate", frozenset({A.DRAFT}), A.NEGOTIATION, "agreement.negotiate", _("Send to the other side")),
    Transition("request_visa", frozenset({A.NEGOTIATION}), A.VISA, "agreement.negotiate", _("Ask the directors for their visa")),
    Transition(
        "complete_visas", frozenset({A.VISA}), A.REVIEW, None, _("All visas given"), (all_visas_given,), by_hand=False,
    ),
    Transition(
        "return", frozenset({A.VISA, A.REVIEW}), A.NEGOTIATION, "agreement.return", pgettext_lazy("step", "Return"),
        needs_reason=True,
    ),
    Transition("approve", frozenset({A.REVIEW}), A.APPROVED, "agreement.approve", _("Approve for signature"), (all_visas_given,)),
    Transition("sign", frozenset({A.APPROVED}), A.SIGNED, "agreement.sign", _("Record the signature"), (not_signed_ahead,), by_hand=False),
    Transition(
        "register", frozenset({A.DRAFT}), A.SIGNED, "agreement.register", _("Record a paper signed outside the portal"),
        (not_signed_ahead,), by_hand=False,
    ),
    Transition("suspend", frozenset({A.SIGNED}), A.SUSPENDED, "agreement.suspend", _("Suspend"), needs_reason=True),
    Transition("resume", frozenset({A.SUSPENDED}), A.SIGNED, "agreement.suspend", _("Resume"), needs_reason=True),
    Transition(
        "terminate", frozenset({A.SIGNED, A.SUSPENDED}), A.TERMINATED, "agreement.suspend", _("Terminate"),
        needs_reason=True, is_final=True, explanation=_("Termination is final: only a new agreement brings the partnership back."),
    ),
    Transition(
        "cancel", BEFORE_SIGNATURE, A.CANCELLED, "agreement.cancel", _("Cancel the draft"), needs_reason=True, is_final=True,
        explanation=_("The draft stays readable in the partnership, and nothing follows from it."),
    ),
)  # fmt: skip
