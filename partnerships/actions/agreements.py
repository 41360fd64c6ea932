"""Drafting, visas, approval and signature of agreements."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role, can, institutions_of
from core.files import attach
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, as_seen, by_itself, check, not_allowed
from core.mail import in_each_language
from core.outbox import tell
from partnerships.actions.drafting import check_languages, freeze, tell_first_turn, usual_languages
from partnerships.actions.people import ministry, names, people_of
from partnerships.choices import AgreementStatus, PartnershipStatus
from partnerships.lifecycle import AGREEMENT, PARTNERSHIP
from partnerships.models import Agreement, AgreementVisa, Partnership

name_verbs(visa=_("Visa given"))


def words_about_agreement(agreement: Agreement, **more: Any) -> dict[str, Any]:
    """What a notice about an agreement needs, as JSON."""
    return {**names(agreement.partnership), **in_each_language("agreement", lambda: agreement.title), **more}


def draft_agreement(
    partnership: Partnership,
    *,
    by: User | None,
    kind: str,
    starts_on: date,
    ends_on: date,
    renewal: str = "express",
    subject: str = "",
    renews: Agreement | None = None,
    source: str = "",
    note: str = "",
    year: int | None = None,
    parent: Agreement | None = None,
    **terms: Any,
) -> Agreement:
    """Begin an agreement; it takes the next number of its year's series. `terms` are further fields: languages, cost_sharing, place …

    Raises TransitionRefused when the end is before the start, the partnership is over, or the parent belongs to another one.
    """
    refuse_unless(by, "agreement.draft", partnership)
    if ends_on < starts_on:
        raise TransitionRefused("end_before_start", _("The end comes before the start."))
    if partnership.status in {PartnershipStatus.CLOSED, PartnershipStatus.CANCELLED}:
        raise TransitionRefused("partnership_over", _("This partnership is over."))
    if parent is not None and parent.partnership_id != partnership.pk:
        raise TransitionRefused("other_partnership", _("The original agreement belongs to another partnership."))
    terms.setdefault("languages", usual_languages(partnership))
    check_languages(terms["languages"], terms.get("prevailing_language", "ar"))
    year = year or starts_on.year
    if renews is None:  # the paper before it, so that the reminders of its end stop once this one is signed
        renews = partnership.agreements.filter(status=AgreementStatus.SIGNED, kind=kind, ends_on__lte=starts_on).order_by("-ends_on").first()
    with changing():
        last = Agreement.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0
        agreement = Agreement.objects.create(
            partnership=partnership, kind=kind, year=year, number=last + 1, starts_on=starts_on, ends_on=ends_on,
            renewal=renewal, subject=subject, renews=renews, source=source, note=note, parent=parent, **terms,
        )  # fmt: skip
        record(agreement, "create", by=by, to_status=agreement.status, after={"starts_on": starts_on, "ends_on": ends_on})
    return agreement


def give_visa(agreement: Agreement, *, by: User, seen: str = "") -> Agreement:
    """A director's visa in the name of their institution; the last one sends the agreement to the ministry.

    Giving it twice changes nothing. Raises TransitionRefused outside the status "visa", and for a text that changed since the
    version that was `seen`.
    """
    mine = institutions_of(by) & agreement.party_ids
    if not mine or not can(by, "agreement.visa", agreement):
        raise not_allowed()
    with changing():
        agreement.refresh_from_db(fields=["status", "version"])
        if agreement.status != AgreementStatus.VISA:
            raise TransitionRefused("wrong_status", _("No visa is asked for now."))
        as_seen(agreement, seen)
        for institution_id in mine:
            _visa, is_new = AgreementVisa.objects.get_or_create(agreement=agreement, institution_id=institution_id, defaults={"by": by})
            if is_new:
                record(agreement, "visa", by=by, after={"institution": institution_id})
        if agreement.party_ids <= set(agreement.visas.values_list("institution_id", flat=True)):
            apply(agreement, AGREEMENT["complete_visas"], by=None)
            tell(ministry(Role.OFFICER, Role.HEAD), "agreement_to_approve", agreement, agreement.get_absolute_url(), words_about_agreement(agreement))
    return agreement


def transition_agreement(agreement: Agreement, transition: Transition, *, by: User | None, reason: str = "") -> Agreement:
    """Take a step of the agreement's lifecycle that carries nothing but a reason, and tell who must act next."""
    by_itself(transition, by)
    with changing():
        apply(agreement, transition, by=by, reason=reason, changes=freeze(agreement) if transition.slug == "approve" else None)
        address, words = agreement.get_absolute_url(), words_about_agreement(agreement)
        if transition.slug == "negotiate":
            tell_first_turn(agreement, by)
        elif transition.slug == "request_visa":
            agreement.visas.all().delete()  # a new text needs new visas
            tell(people_of(agreement.partnership, Role.DIRECTOR), "agreement_visa_asked", agreement, address, words, rung=f"v{agreement.version}")
        elif transition.slug == "return":
            people = people_of(agreement.partnership, Role.COORDINATOR)
            tell(people, "agreement_returned", agreement, address, {**words, "reason": reason}, rung=f"v{agreement.version}")
        elif transition.slug == "approve":
            people = people_of(agreement.partnership, Role.DIRECTOR, Role.COORDINATOR)
            tell(people, "agreement_approved", agreement, address, words, rung=f"v{agreement.version}")
    return agreement


def sign_agreement(agreement: Agreement, *, by: User | None, signed_on: date, scan: Any = None) -> Agreement:
    """Record the signature of an approved agreement, with the scan of the signed paper.

    A draft may be recorded as signed by the ministry when the paper was negotiated outside the portal. The first
    signed agreement makes its partnership active. Raises TransitionRefused for a day in the future, and when a person
    signs without a scan; ValidationError when the scan is refused.
    """
    step = AGREEMENT["register" if agreement.status == AgreementStatus.DRAFT else "sign"]
    if by is not None and scan is None:
        raise TransitionRefused("scan_missing", _("Attach the scan of the signed paper."))
    with changing():
        check(agreement, step, by=by, changes={"signed_on": signed_on})
        if scan is not None:
            attach(agreement, scan, role="signed_scan", by=by)
        frozen = freeze(agreement) if step.slug == "register" else {}
        apply(agreement, step, by=by, changes={"signed_on": signed_on, **frozen})
        partnership = agreement.partnership
        if partnership.status in {PartnershipStatus.EXPLORING, PartnershipStatus.PLANNING}:
            apply(partnership, PARTNERSHIP["activate"], by=None)
        people = people_of(partnership, Role.DIRECTOR, Role.COORDINATOR) + ministry(Role.FINANCE)
        tell(people, "agreement_signed", agreement, agreement.get_absolute_url(), words_about_agreement(agreement))
    return agreement
