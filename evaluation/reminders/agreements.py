"""What is owed before there are activities: agreements, interest in twinning, proposed matches, legal bases. R01–R07, R23."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.policy import Role
from core.formats import as_day
from core.mail import in_each_language
from core.models import Change
from evaluation.reminders.engine import HORIZON, Owed, each, in_batches, trigger
from evaluation.reminders.words import moved_on, of_parties, with_moves
from library.models import LegalText
from partnerships.actions import words_about_agreement
from partnerships.actions.interests import words_about_interest
from partnerships.actions.proposals import silent_sides, words_about_proposal
from partnerships.choices import AgreementStatus, InterestStatus, Renewal
from partnerships.models import Agreement, Interest, MatchProposal

LEGAL_CHANGE_TOLD_FOR = timedelta(days=30)  # an older change is no news


def agreements(rows):
    return of_parties(rows)


@trigger("agreement_end", counts_from=_("the last day of the agreement"), stops=_("its renewal is signed"))
def agreements_ending(on: date) -> Iterator[Owed]:
    """Agreements in force, counted to their last day, unless their renewal has been signed."""
    ending = Agreement.objects.ending_within(HORIZON.days, on).exclude(renewals__status="signed")
    return each(
        agreements(ending),
        lambda agreement: Owed(
            agreement, agreement.partnership, agreement.last_day, "agreement_end_reminder",
            lambda: words_about_agreement(agreement, due_on=agreement.last_day.isoformat()),
        ),
    )  # fmt: skip


@trigger("tacit_renewal_notice", counts_from=_("the last day on which notice can be given"), stops=_("notice is given, or its last day has passed"))
def notices_due(on: date) -> Iterator[Owed]:
    """Agreements that renew themselves, counted to the last day on which a party can give notice."""
    tacit = Agreement.objects.in_force(on).filter(renewal=Renewal.TACIT, notice_given_on=None, terminated_on=None, ends_on__lte=on + 2 * HORIZON)

    def make(agreement: Agreement) -> Owed | None:
        last_day = agreement.ends_on - timedelta(days=agreement.notice_days)
        if last_day < on:
            return None
        words = lambda: words_about_agreement(agreement, due_on=last_day.isoformat())  # noqa: E731 – asked only when somebody is told
        return Owed(agreement, agreement.partnership, last_day, "agreement_notice_reminder", words)

    return each(agreements(tacit), make)


@trigger("draft_unchanged", counts_from=_("the last change of the draft"), stops=_("the draft is changed or sent on"))
def drafts_unchanged(on: date) -> Iterator[Owed]:
    """Drafts and texts in negotiation, counted from their last change."""
    drafts = Agreement.objects.filter(status__in=[AgreementStatus.DRAFT, AgreementStatus.NEGOTIATION])
    return each(
        with_moves(agreements(drafts)),
        lambda agreement: Owed(agreement, agreement.partnership, moved_on(agreement, on), "agreement_draft_reminder", lambda: words_about_agreement(agreement)),
    )


@trigger("approved_unsigned", counts_from=_("the approval for signature"), stops=_("the agreement is signed"))
def approved_unsigned(on: date) -> Iterator[Owed]:
    """Papers approved for signature, counted from the approval."""
    approved = Agreement.objects.filter(status=AgreementStatus.APPROVED)
    return each(
        with_moves(agreements(approved), AgreementStatus.APPROVED),
        lambda agreement: Owed(
            agreement, agreement.partnership, moved_on(agreement, on), "agreement_unsigned_reminder", lambda: words_about_agreement(agreement)
        ),
    )


@trigger("interest_unanswered", counts_from=_("the day it was handed in, or accepted"), stops=_("the ministry answers, or a partner is found"))
def interests_unanswered(on: date) -> Iterator[Owed]:
    """Interest that the ministry has not answered; and, for its author, what was accepted and came to nothing."""
    waiting = Interest.objects.filter(status__in=[InterestStatus.SUBMITTED, InterestStatus.UNDER_REVIEW], submitted_on__isnull=False)
    accepted = Interest.objects.filter(status=InterestStatus.ACCEPTED, accepted_on__isnull=False)
    places = ("institution__region", "institution__country", "institution__kind")
    yield from each(
        waiting.select_related(*places),
        lambda interest: Owed(
            interest, None, interest.submitted_on, "interest_reminder", lambda: words_about_interest(interest),
            institution=interest.institution, more_people={"author": []},
        ),
    )  # fmt: skip
    yield from each(
        accepted.select_related(*places),
        lambda interest: Owed(
            interest, None, interest.accepted_on, "interest_lapsed", lambda: words_about_interest(interest),
            institution=interest.institution, more_people={"officers": [], "heads": []},
        ),
    )  # fmt: skip


@trigger("match_answer", counts_from=_("the last day to answer"), stops=_("the side has answered"))
def proposals_to_answer(on: date) -> Iterator[Owed]:
    """Proposed matches that a side has not answered, counted to the day on which they lapse; afterwards only the ministry can act."""
    waiting = MatchProposal.objects.filter(Q(sender_answer="") | Q(host_answer=""), status="sent", answer_due_on__lte=on + HORIZON).with_sides()

    def make(proposal: MatchProposal) -> Owed:
        silent = [getattr(proposal, f"{side}_id") for side in silent_sides(proposal)] if proposal.answer_due_on >= on else []
        people = {"directors": lambda directory: directory.of(Role.DIRECTOR, silent)}
        return Owed(proposal, None, proposal.answer_due_on, "proposal_reminder", lambda: words_about_proposal(proposal), more_people=people)

    return each(waiting, make)


@trigger("legal_text_changed", counts_from=_("the day the text was amended or repealed"), stops=_("it is told once"))
def agreements_citing_changed_texts(on: date) -> Iterator[Owed]:
    """Living agreements that cite a text which was amended or repealed lately, after they were begun."""
    since = on - LEGAL_CHANGE_TOLD_FOR
    lines = Change.objects.filter(object_type="library.legaltext", to_status__in=["amended", "repealed"], at__date__gte=since)
    for line in in_batches(lines):
        text = LegalText.objects.filter(pk=line.object_id).first()
        if text is None or text.status != line.to_status:
            continue
        citing = Agreement.objects.filter(legal_bases=text, created_at__lt=line.at).exclude(status__in=["cancelled", "terminated"])
        yield from each(agreements(citing), lambda agreement, text=text, line=line: about_text(agreement, text, as_day(line.at)))


def about_text(agreement: Agreement, text: LegalText, day: date) -> Owed | None:
    if agreement.phase == "ended":
        return None
    return Owed(
        agreement, agreement.partnership, day, f"legal_text_{text.status}",
        lambda: words_about_agreement(agreement, **in_each_language("text", lambda: text.short)), mark=f"t{text.pk}",
    )  # fmt: skip
