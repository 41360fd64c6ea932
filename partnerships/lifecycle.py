"""The lifecycles of partnerships, agreements, interest in twinning, proposed matches and imports: tables and guards."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import as_day, day, joined, today
from core.lifecycle import Transition, TransitionRefused, lifecycle
from partnerships.choices import AgreementStatus as A
from partnerships.choices import AmendmentStatus as D
from partnerships.choices import IntakeStatus as T
from partnerships.choices import InterestStatus as I
from partnerships.choices import PartnershipStatus as P
from partnerships.choices import ProposalStatus as M
from partnerships.completeness import completeness
from partnerships.matching import say_exclusion
from partnerships.register_facts import kept_apart


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


def not_signed_before_it_was_drafted(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    signed_on = given.get("signed_on")
    if signed_on and agreement.frozen_at and signed_on < as_day(agreement.frozen_at):
        raise TransitionRefused("signed_before_approval", _("The day of signature comes before the day on which the text was approved."))


def everybody_has_signed(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    """Every party that names its signatory has a day of signature, none of them ahead or after the day recorded."""
    people = list(agreement.signatories.all())
    if missing := [person for person in people if person.signed_on is None]:
        raise TransitionRefused("signature_missing", _("%(name)s has not signed yet: give the day of every signature.") % {"name": missing[0].name})


def no_open_amendment(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    if agreement.has_open_amendment:
        raise TransitionRefused("amendment_open", _("An amendment is open: sign or abandon it first."))


def notice_respected(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    """Termination takes effect after the notice, unless all parties agree on an earlier day."""
    from_day = given.get("terminated_on")
    if from_day is None or given.get("terminated_by_consent"):
        return
    if agreement.earliest_end is None:
        raise TransitionRefused("notice_missing", _("No notice has been given yet: give it first, or record that all parties agree."))
    if from_day < agreement.earliest_end:
        raise TransitionRefused(
            "notice_too_short",
            _("The notice runs until %(day)s: choose that day or a later one, or record that all parties agree.") % {"day": day(agreement.earliest_end)},
        )


def agreement_holds(amendment: Any, by: Any, given: dict[str, Any]) -> None:
    if not amendment.agreement.is_amendable:
        raise TransitionRefused("agreement_over", _("Only an agreement that is signed and has not ended can be amended."))


def says_something(amendment: Any, by: Any, given: dict[str, Any]) -> None:
    if not amendment.changes.exists() and amendment.ends_on is None and amendment.agreement.clauses.exists():  # else its paper says it
        raise TransitionRefused("nothing_changes", _("The amendment changes nothing yet: word a clause anew, or set a new end."))


def all_visas_given(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    missing = agreement.party_ids - set(agreement.visas.values_list("institution_id", flat=True))
    if missing:
        raise TransitionRefused("visa_missing", _("The visa of a party is still missing."))


def text_is_complete(agreement: Any, by: Any, given: dict[str, Any]) -> None:
    """Nothing is missing in the text; an agreement recorded from paper has none here."""
    if missing := completeness(agreement):
        first = joined(item.words for item in missing[:3])
        raise TransitionRefused("text_incomplete", _("The text is not complete: %(missing)s. The task list of the text names everything.") % {"missing": first})


def says_what_it_wants(interest: Any, by: Any, given: dict[str, Any]) -> None:
    if not interest.specialties.exists():
        raise TransitionRefused("specialties_missing", _("Name at least one specialty: the ministry looks for a partner by specialty."))
    if not interest.motivation.strip():
        raise TransitionRefused("motivation_missing", _("Say why the institution wants to be twinned: the ministry decides by it."))


def both_have_accepted(proposal: Any, by: Any, given: dict[str, Any]) -> None:
    if not proposal.is_answered:
        raise TransitionRefused("answer_missing", _("A side has not answered yet: wait for it, or send the proposal again once its days are over."))
    if not proposal.is_accepted:
        raise TransitionRefused("declined", _("A side has declined: refuse the proposal and look for another partner."))


def no_rule_keeps_apart(proposal: Any, by: Any, given: dict[str, Any]) -> None:
    """What was allowed when it was proposed may not be any more."""
    if code := kept_apart(proposal.sender, proposal.host, list(proposal.specialties.all())):
        raise TransitionRefused(code, say_exclusion(code))


IMPORT_CAN_BE_UNDONE = timedelta(hours=24)


def within_a_day(intake: Any, by: Any, given: dict[str, Any]) -> None:
    if intake.applied_at is None or timezone.now() - intake.applied_at > IMPORT_CAN_BE_UNDONE:
        raise TransitionRefused("too_late", _("An import can be undone for 24 hours. Correct the institutions one by one."))


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
WHILE_WRITTEN = frozenset({A.DRAFT, A.NEGOTIATION})  # the text may change; afterwards it is what the directors and the ministry read

AGREEMENT = lifecycle(
    "agreement",
    Transition("negotiate", frozenset({A.DRAFT}), A.NEGOTIATION, "agreement.negotiate", _("Send to the other side")),
    Transition("request_visa", frozenset({A.NEGOTIATION}), A.VISA, "agreement.negotiate", _("Ask the directors for their visa"), (text_is_complete,)),
    Transition(
        "complete_visas", frozenset({A.VISA}), A.REVIEW, None, _("All visas given"), (all_visas_given,), by_hand=False,
    ),
    Transition(
        "return", frozenset({A.VISA, A.REVIEW}), A.NEGOTIATION, "agreement.return", pgettext_lazy("step", "Return"),
        needs_reason=True,
    ),
    Transition("approve", frozenset({A.REVIEW}), A.APPROVED, "agreement.approve", _("Approve for signature"), (all_visas_given,)),
    Transition("sign", frozenset({A.APPROVED}), A.SIGNED, "agreement.sign", _("Record the signature"), (not_signed_ahead, not_signed_before_it_was_drafted, everybody_has_signed), by_hand=False),
    Transition(
        "register", frozenset({A.DRAFT}), A.SIGNED, "agreement.register", _("Record a paper signed outside the portal"),
        (not_signed_ahead,), by_hand=False,
    ),
    Transition("suspend", frozenset({A.SIGNED}), A.SUSPENDED, "agreement.suspend", _("Suspend"), needs_reason=True),
    Transition("resume", frozenset({A.SUSPENDED}), A.SIGNED, "agreement.suspend", _("Resume"), (no_open_amendment,), needs_reason=True),
    Transition(
        "terminate", frozenset({A.SIGNED, A.SUSPENDED}), A.TERMINATED, "agreement.suspend", _("Terminate"), (notice_respected,),
        needs_reason=True, is_final=True, by_hand=False, explanation=_("Termination is final: only a new agreement brings the partnership back."),
    ),
    Transition(
        "cancel", BEFORE_SIGNATURE, A.CANCELLED, "agreement.cancel", _("Cancel the draft"), needs_reason=True, is_final=True,
        explanation=_("The draft stays readable in the partnership, and nothing follows from it."),
    ),
)  # fmt: skip

AMENDMENT = lifecycle(
    "amendment",
    Transition("submit", frozenset({D.DRAFT}), D.REVIEW, "amendment.draft", _("Hand in to the ministry"), (agreement_holds, says_something)),
    Transition("return", frozenset({D.REVIEW}), D.DRAFT, "agreement.return", pgettext_lazy("step", "Return"), needs_reason=True),
    Transition("sign", frozenset({D.REVIEW}), D.SIGNED, "amendment.sign", _("Record the signature"), (not_signed_ahead, agreement_holds), by_hand=False),
    Transition(
        "abandon", frozenset({D.DRAFT, D.REVIEW}), D.ABANDONED, "amendment.draft", _("Abandon"), needs_reason=True, is_final=True,
        explanation=_("The agreement stays as it was signed; another amendment can be begun."),
    ),
)  # fmt: skip

INTEREST = lifecycle(
    "interest",
    Transition(
        "submit", frozenset({I.DRAFT, I.RETURNED}), I.SUBMITTED, "interest.express", _("Hand in to the ministry"), (says_what_it_wants,),
    ),
    Transition("take_up", frozenset({I.SUBMITTED}), I.UNDER_REVIEW, "interest.review", _("Take up")),
    Transition("accept", frozenset({I.UNDER_REVIEW}), I.ACCEPTED, "interest.review", _("Accept into the register")),
    Transition(
        "return", frozenset({I.SUBMITTED, I.UNDER_REVIEW}), I.RETURNED, "interest.review", pgettext_lazy("step", "Return"), needs_reason=True,
        explanation=_("The institution corrects it and hands it in again."),
    ),
    Transition(
        "reject", frozenset({I.UNDER_REVIEW}), I.REJECTED, "interest.review", pgettext_lazy("step", "Reject"), needs_reason=True, is_final=True,
        explanation=_("The institution is told the reason. It can express another interest later."),
    ),
    Transition(
        "withdraw", frozenset({I.SUBMITTED, I.UNDER_REVIEW, I.RETURNED, I.ACCEPTED}), I.WITHDRAWN, "interest.withdraw", pgettext_lazy("step", "Withdraw"),
        needs_reason=True, is_final=True, explanation=_("It leaves the register. The institution can express another interest later."),
    ),
    Transition("match", frozenset({I.ACCEPTED}), I.MATCHED, None, _("Partner found"), by_hand=False),
)  # fmt: skip

MATCHPROPOSAL = lifecycle(
    "matchproposal",
    Transition("send", frozenset({M.PROPOSED}), M.SENT, "proposal.propose", _("Send to both sides"), (no_rule_keeps_apart,)),
    Transition(
        "approve", frozenset({M.SENT}), M.APPROVED, "proposal.decide", _("Approve the twinning"), (both_have_accepted, no_rule_keeps_apart),
        needs_reason=True, is_final=True, explanation=_("The partnership is made with its specialties, and both sides are told."),
    ),
    Transition(
        "refuse", frozenset({M.PROPOSED, M.SENT}), M.REFUSED, "proposal.decide", _("Refuse the proposal"), needs_reason=True, is_final=True,
        explanation=_("Both sides are told the reason if it had been sent to them. The two can be proposed again later."),
    ),
    Transition(
        "withdraw", frozenset({M.PROPOSED, M.SENT}), M.WITHDRAWN, "proposal.propose", _("Withdraw the proposal"), needs_reason=True, is_final=True,
        explanation=_("Both sides are told the reason if it had been sent to them. The two can be proposed again later."),
    ),
)  # fmt: skip

INTAKE = lifecycle(
    "intake",
    Transition("show", frozenset({T.READING}), T.PREVIEW, None, _("Show what was read"), by_hand=False),
    Transition("give_up", frozenset({T.READING}), T.UNREADABLE, None, _("Say why it cannot be read"), by_hand=False),
    Transition("read_again", frozenset({T.PREVIEW, T.UNREADABLE}), T.READING, "institution.import", _("Read again"), by_hand=False),
    Transition("import", frozenset({T.PREVIEW}), T.APPLIED, "institution.import", _("Import"), by_hand=False),
    Transition(
        "undo", frozenset({T.APPLIED}), T.UNDONE, "institution.import", _("Undo the import"), (within_a_day,), is_final=True, by_hand=False,
        explanation=_("New institutions are deleted and changed ones get back what they were, except those that somebody has worked with since."),
    ),
    Transition("drop", frozenset({T.READING, T.PREVIEW, T.UNREADABLE}), T.DROPPED, "institution.import", _("Put aside"), is_final=True, by_hand=False),
)  # fmt: skip
