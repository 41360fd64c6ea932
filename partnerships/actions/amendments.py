"""Amending a signed agreement: a list of changes with the day from which they hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from core.editing import edit
from core.files import attach
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself, check
from core.outbox import tell
from partnerships.actions.agreements import words_about_agreement
from partnerships.actions.people import ministry, people_of
from partnerships.choices import AmendmentStatus
from partnerships.lifecycle import AMENDMENT, agreement_holds, no_open_amendment
from partnerships.models import Agreement, Amendment, AmendmentChange, Clause

name_verbs(reword=_("Clause worded anew"))


def words_about(amendment: Amendment, **more: Any) -> dict[str, Any]:
    return words_about_agreement(amendment.agreement, amendment_number=amendment.number, **more)


def draft_amendment(agreement: Agreement, *, by: User | None, subject: str, effective_on: date, ends_on: date | None = None) -> Amendment:
    """Begin an amendment; it takes the next number of its agreement.

    Raises TransitionRefused while another one is open, when the agreement is not signed or has ended, when the day lies
    outside it, and when the new end comes before the day from which the amendment holds.
    """
    refuse_unless(by, "amendment.draft", agreement)
    check_days(agreement, effective_on, ends_on)
    with changing():
        no_open_amendment(agreement, by, {})
        last = agreement.amendments.aggregate(last=Max("number"))["last"] or 0
        amendment = Amendment(agreement=agreement, number=last + 1, subject=subject, effective_on=effective_on, ends_on=ends_on)
        agreement_holds(amendment, by, {})
        amendment.save()
        record(amendment, "create", by=by, to_status=amendment.status, after={"subject": subject, "effective_on": effective_on, "ends_on": ends_on})
    return amendment


def check_days(agreement: Agreement, effective_on: date, ends_on: date | None) -> None:
    if effective_on < agreement.starts_on or (effective_on > agreement.ends_on and ends_on is None):
        raise TransitionRefused("outside", _("The amendment holds from a day within the agreement."))
    if ends_on is not None and ends_on < effective_on:
        raise TransitionRefused("end_before_start", _("The new end comes before the day from which the amendment holds."))


def edit_amendment(
    amendment: Amendment, *, by: User | None, subject: str, effective_on: date, ends_on: date | None = None, version: int | None = None
) -> Amendment:
    """Change what a draft is about and from when. Raises TransitionRefused outside the draft and as drafting does; EditConflict when stale."""
    refuse_unless(by, "amendment.draft", amendment)
    check_days(amendment.agreement, effective_on, ends_on)
    with changing():
        amendment.refresh_from_db(fields=["status"])
        refuse_written(amendment)
        edit(amendment, {"subject": subject, "effective_on": effective_on, "ends_on": ends_on}, by=by, version=version)
    return amendment


def refuse_written(amendment: Amendment) -> None:
    """Raise TransitionRefused for an amendment that the ministry reads already, or that is over."""
    if amendment.status != AmendmentStatus.DRAFT:
        raise TransitionRefused("wrong_status", _("The text of an amendment is written while it is a draft."))


def reword_clause(amendment: Amendment, clause: Clause, texts: Mapping[str, str], *, by: User | None) -> AmendmentChange:
    """Word a clause anew, in the languages of the agreement; the clause itself stays as it was signed.

    Raises TransitionRefused outside the draft, for a clause of another agreement, and for an empty text.
    """
    refuse_unless(by, "amendment.draft", amendment)
    if clause.agreement_id != amendment.agreement_id:
        raise TransitionRefused("other_agreement", _("This clause belongs to another agreement."))
    given = {f"text_{language}": texts.get(language, "").strip() for language in ("ar", "fr", "en")}
    if not all(given[f"text_{language}"] for language in amendment.agreement.languages):
        raise TransitionRefused("text_missing", _("Write the new text in every language of the agreement."))
    with changing():
        amendment.refresh_from_db(fields=["status", "version"])
        refuse_written(amendment)
        change, _is_new = AmendmentChange.objects.update_or_create(amendment=amendment, clause=clause, defaults=given)
        amendment.version += 1
        amendment.save(update_fields=["version"])
        record(amendment, "reword", by=by, after={"clause": clause.pk})
    return change


def transition_amendment(amendment: Amendment, transition: Transition, *, by: User | None, reason: str = "") -> Amendment:
    """Take a step that carries nothing but a reason, and tell who must act next."""
    by_itself(transition, by)
    with changing():
        apply(amendment, transition, by=by, reason=reason)
        partnership, address = amendment.agreement.partnership, amendment.get_absolute_url()
        if transition.slug == "submit":
            tell(ministry(Role.OFFICER, Role.HEAD), "amendment_to_sign", amendment, address, words_about(amendment), rung=f"v{amendment.version}")
        elif transition.slug == "return":
            tell(
                people_of(partnership, Role.COORDINATOR),
                "amendment_returned",
                amendment,
                address,
                words_about(amendment, reason=reason),
                rung=f"v{amendment.version}",
            )
    return amendment


def sign_amendment(amendment: Amendment, *, by: User | None, signed_on: date, scan: Any = None) -> Amendment:
    """Record that all parties signed the amendment, with its scan; a new end becomes the end of the agreement.

    Raises TransitionRefused for a day in the future, and when a person signs without a scan.
    """
    if by is not None and scan is None:
        raise TransitionRefused("scan_missing", _("Attach the scan of the signed paper."))
    step = AMENDMENT["sign"]
    with changing():
        check(amendment, step, by=by, changes={"signed_on": signed_on})
        if scan is not None:
            attach(amendment, scan, role="signed_scan", by=by)
        apply(amendment, step, by=by, changes={"signed_on": signed_on})
        agreement = amendment.agreement
        if amendment.ends_on is not None:
            before = agreement.ends_on
            Agreement.objects.filter(pk=agreement.pk).update(ends_on=amendment.ends_on)
            agreement.ends_on = amendment.ends_on
            record(agreement, "edit", by=by, before={"ends_on": before}, after={"ends_on": agreement.ends_on}, reason=str(amendment))
        people = people_of(agreement.partnership, Role.DIRECTOR, Role.COORDINATOR)
        tell(people, "amendment_signed", amendment, amendment.get_absolute_url(), words_about(amendment))
    return amendment


def text_on(agreement: Agreement, day: date) -> dict[int, AmendmentChange]:
    """The clauses that an amendment words anew on `day`, by their key: the latest one wins. One query."""
    rows = AmendmentChange.objects.filter(
        amendment__agreement=agreement, amendment__status=AmendmentStatus.SIGNED, amendment__effective_on__lte=day
    ).select_related("amendment")
    return {row.clause_id: row for row in rows.order_by("amendment__effective_on", "amendment__number")}
