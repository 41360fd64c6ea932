"""How agreements go on or end: signatures of each party, renewal, notice, termination."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from core.files import attach
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused, apply, check
from core.outbox import tell
from partnerships.actions.agreements import draft_agreement, words_about_agreement
from partnerships.actions.drafting import start_text
from partnerships.actions.people import ministry, people_of
from partnerships.choices import AgreementStatus
from partnerships.lifecycle import AGREEMENT, not_signed_ahead, not_signed_before_it_was_drafted
from partnerships.models import Agreement, Signatory

name_verbs(party_signed=_("Signed by a party"), notice=_("Notice given"))


def record_party_signature(signatory: Signatory, *, by: User | None, signed_on: date) -> Signatory:
    """The day on which one party signed the approved paper. Raises TransitionRefused for a day ahead or before the approval."""
    agreement = signatory.agreement
    refuse_unless(by, "agreement.sign", agreement)
    with changing():
        agreement.refresh_from_db(fields=["status", "frozen_at"])
        if agreement.status != AgreementStatus.APPROVED:
            raise TransitionRefused("wrong_status", _("The parties sign once the ministry has approved the text."))
        for guard in (not_signed_ahead, not_signed_before_it_was_drafted):
            guard(agreement, by, {"signed_on": signed_on})
        before = signatory.signed_on
        if before != signed_on:
            Signatory.objects.filter(pk=signatory.pk).update(signed_on=signed_on)
            signatory.signed_on = signed_on
            record(agreement, "party_signed", by=by, before={"signed_on": before}, after={"institution": signatory.institution_id, "signed_on": signed_on})
    return signatory


def renew_agreement(agreement: Agreement, *, by: User | None, starts_on: date, ends_on: date) -> Agreement:
    """Begin the agreement that follows this one: the same kind, languages, terms, clauses and legal bases still in force.

    Raises TransitionRefused unless the old one was signed, while a renewal is being drafted already, and when the new one
    begins before the old one.
    """
    if not agreement.is_renewable:
        raise TransitionRefused("not_signed", _("Only a signed agreement can be renewed."))
    if starts_on <= agreement.starts_on:
        raise TransitionRefused("too_early", _("The new agreement begins after the one that it renews."))
    with changing():
        if agreement.has_renewal:
            raise TransitionRefused("renewal_there", _("A renewal has been begun already: carry on with it."))
        renewal = draft_agreement(
            agreement.partnership, by=by, kind=agreement.kind, starts_on=starts_on, ends_on=ends_on, renewal=agreement.renewal, subject=agreement.subject,
            renews=agreement, languages=agreement.languages, prevailing_language=agreement.prevailing_language, cost_sharing=agreement.cost_sharing,
            place=agreement.place, copies_count=agreement.copies_count, notice_days=agreement.notice_days,
        )  # fmt: skip
        renewal.legal_bases.set(agreement.legal_bases.filter(status__in=["in_force", "amended"]))
        if agreement.clauses.exists():  # one recorded from paper has no text here to go on from
            start_text(renewal, by=by)
    return renewal


def give_notice(agreement: Agreement, *, by: User | None, given_on: date, reason: str) -> Agreement:
    """Tell the other parties that the agreement is to end; the days of notice run from `given_on`.

    Giving it again changes nothing. Raises TransitionRefused for a day ahead, without a reason, and for an agreement that is
    not signed.
    """
    refuse_unless(by, "agreement.give_notice", agreement)
    if given_on > today():
        raise TransitionRefused("in_future", _("The day cannot be in the future."))
    if not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
    with changing():
        agreement.refresh_from_db(fields=["status", "notice_given_on"])
        if not agreement.is_binding:
            raise TransitionRefused("not_signed", _("Notice is given of a signed agreement only."))
        if agreement.notice_given_on is not None:
            return agreement
        Agreement.objects.filter(pk=agreement.pk).update(notice_given_on=given_on)
        agreement.notice_given_on = given_on
        record(agreement, "notice", by=by, after={"notice_given_on": given_on}, reason=reason)
        people = people_of(agreement.partnership, Role.DIRECTOR, Role.COORDINATOR) + ministry(Role.HEAD, Role.OFFICER)
        words = words_about_agreement(agreement, given_on=given_on.isoformat(), reason=reason)
        tell([person for person in people if person != by], "agreement_notice", agreement, agreement.get_absolute_url(), words)
    return agreement


def terminate_agreement(agreement: Agreement, *, by: User | None, from_day: date, reason: str, document: Any = None, by_consent: bool = False) -> Agreement:
    """End a signed agreement before its time, with the paper that says so; running activities are finished by the parties.

    Takes effect on `from_day`: after the notice, or on any day when all parties agree. Raises TransitionRefused otherwise, and
    when a person terminates without a document.
    """
    if by is not None and document is None:
        raise TransitionRefused("document_missing", _("Attach the document of the termination."))
    step = AGREEMENT["terminate"]
    with changing():
        changes = {"terminated_on": from_day, "terminated_by_consent": by_consent}
        check(agreement, step, by=by, reason=reason, changes=changes)
        if document is not None:
            attach(agreement, document, role="termination", by=by)
        apply(agreement, step, by=by, reason=reason, changes=changes)
        people = people_of(agreement.partnership, Role.DIRECTOR, Role.COORDINATOR) + ministry(Role.OFFICER)
        words = words_about_agreement(agreement, from_on=from_day.isoformat(), reason=reason)
        tell([person for person in people if person != by], "agreement_terminated", agreement, agreement.get_absolute_url(), words)
    return agreement
