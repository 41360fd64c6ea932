"""Proposed matches: from the ministry's idea over the answers of both directors to a partnership."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role, institutions_of, may_act_for
from core.editing import edit
from core.formats import number, today
from core.history import changing, name_verbs, name_words, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself, not_allowed
from core.mail import in_each_language
from core.outbox import tell
from partnerships.actions.interests import mark_matched
from partnerships.actions.partnerships import create_partnership
from partnerships.actions.people import ministry
from partnerships.choices import Answer, Origin, ProposalStatus
from partnerships.lifecycle import MATCHPROPOSAL
from partnerships.matching import Reason, say_exclusion
from partnerships.models import Institution, MatchProposal, Membership, NationalPlan, Partnership, PlanPair, Specialty
from partnerships.register_facts import kept_apart, not_yet_twinned

ANSWER_DAYS = 15  # for both directors, from the day on which it is sent
SIDES = ("sender", "host")

name_verbs(answer_proposal=_("Answered"), send_proposal_again=_("Sent again"), make_partnership=_("Partnership made"))
name_words(
    sender_answered_on=_("day of the answer of the supporting institution"), host_answered_on=_("day of the answer of the benefiting institution"),
)  # fmt: skip


def propose(
    *,
    by: User | None,
    sender: Institution,
    host: Institution,
    specialties: Iterable[Specialty],
    score: float = 0.0,
    reasons: Sequence[Reason] = (),
    plan: NationalPlan | None = None,
    note: str = "",
) -> MatchProposal:
    """Propose a pair; nobody outside the ministry sees it before it is sent.

    Specialties in which the two are twinned already are left out. Raises TransitionRefused when none is left, when a rule of matching keeps
    the two apart, or when a proposal for them is open already.
    """
    refuse_unless(by, "proposal.propose")
    wanted = sorted(set(specialties), key=lambda specialty: specialty.pk)
    if not wanted:
        raise TransitionRefused("specialties_missing", _("Name at least one specialty."))
    with changing():
        check_rules(sender, host, wanted)
        if MatchProposal.objects.open().filter(sender=sender, host=host).exists():
            raise TransitionRefused("already_open", _("A proposal for these two is open already: decide or withdraw it first."))
        kept = not_yet_twinned(sender, host, wanted)
        proposal = MatchProposal.objects.create(sender=sender, host=host, score=score, reasons=list(reasons), plan=plan, note=note, proposed_by=by)
        proposal.specialties.set(kept)
        record(
            proposal, "create", by=by, to_status=proposal.status,
            after={"sender": sender.code, "host": host.code, "specialties": [specialty.code for specialty in kept], "score": score},
        )  # fmt: skip
    return proposal


def check_rules(sender: Institution, host: Institution, specialties: Sequence[Specialty]) -> None:
    """Raise TransitionRefused when a rule of matching keeps the two apart today."""
    if code := kept_apart(sender, host, specialties):
        raise TransitionRefused(code, say_exclusion(code))


def propose_pairs(plan: NationalPlan, pairs: Iterable[PlanPair], *, by: User, note: str = "") -> tuple[list[MatchProposal], list[tuple[PlanPair, str]]]:
    """Turn chosen pairs of a plan into proposals, one for each two institutions: (made, [(pair, why it could not be)]).

    What cannot be proposed does not stop the others.
    """
    refuse_unless(by, "proposal.propose")
    together: dict[tuple[int, int], list[PlanPair]] = defaultdict(list)
    for pair in pairs:
        together[pair.sender_id, pair.host_id].append(pair)
    made, refused = [], []
    with changing():
        for group in together.values():
            best = max(group, key=lambda pair: (pair.score, -pair.pk))
            try:
                proposal = propose(
                    by=by, sender=best.sender, host=best.host, specialties=[pair.specialty for pair in group], score=best.score, reasons=best.reasons,
                    plan=plan, note=note,
                )  # fmt: skip
            except TransitionRefused as refusal:
                refused += [(pair, str(refusal)) for pair in group]
            else:
                made.append(proposal)
    return made, refused


def words_about_proposal(proposal: MatchProposal, **more: Any) -> dict[str, Any]:
    """What a notice about a proposal needs, as JSON."""
    return {
        **in_each_language("sender", lambda: proposal.sender.name),
        **in_each_language("host", lambda: proposal.host.name),
        **({"answer_due_on": proposal.answer_due_on.isoformat()} if proposal.answer_due_on else {}),
        **more,
    }


def people_of_proposal(proposal: MatchProposal, *roles: str, sides: Iterable[str] = SIDES) -> list[User]:
    """The people who hold one of `roles` today at these sides."""
    places = [getattr(proposal, f"{side}_id") for side in sides]
    return [person for role in roles for person in Membership.objects.people(role, institution__in=places)]


def silent_sides(proposal: MatchProposal) -> list[str]:
    """The sides that have not answered."""
    return [side for side in SIDES if not getattr(proposal, f"{side}_answer")]


def send_proposal(proposal: MatchProposal, *, by: User | None) -> MatchProposal:
    """Send a proposal to both directors, who have ANSWER_DAYS days; the coordinators are told as well."""
    with changing():
        apply(proposal, MATCHPROPOSAL["send"], by=by, changes={"sent_at": timezone.now(), "answer_due_on": today() + timedelta(days=ANSWER_DAYS)})
        tell_sides(proposal, SIDES)
    return proposal


def tell_sides(proposal: MatchProposal, sides: Iterable[str]) -> None:
    address, words, rung = proposal.get_absolute_url(), words_about_proposal(proposal, note=proposal.note), f"v{proposal.version}"
    tell(people_of_proposal(proposal, Role.DIRECTOR, sides=sides), "proposal_sent", proposal, address, words, rung=rung)
    tell(people_of_proposal(proposal, Role.COORDINATOR, sides=sides), "proposal_for_information", proposal, address, words, rung=rung)


def send_proposal_again(proposal: MatchProposal, *, by: User | None) -> MatchProposal:
    """Give a lapsed proposal a new date; answers that were given stay. Raises TransitionRefused unless it has lapsed."""
    refuse_unless(by, "proposal.propose", proposal)
    with changing():
        proposal.refresh_from_db()
        if not proposal.is_lapsed:
            raise TransitionRefused("not_lapsed", _("Only a proposal whose days to answer are over is sent again."))
        check_rules(proposal.sender, proposal.host, list(proposal.specialties.all()))
        values = {"sent_at": timezone.now(), "answer_due_on": today() + timedelta(days=ANSWER_DAYS)}
        edit(proposal, values, by=by, verb="send_proposal_again")
        tell_sides(proposal, silent_sides(proposal))
    return proposal


def sides_of(proposal: MatchProposal, by: User) -> list[str]:
    """The sides in whose name `by` may answer."""
    mine = institutions_of(by)
    return [side for side in SIDES if getattr(proposal, f"{side}_id") in mine and may_act_for(by, "proposal.answer", getattr(proposal, f"{side}_id"))]


def answer_proposal(proposal: MatchProposal, *, by: User | None, answer: str, reason: str = "", side: str = "") -> MatchProposal:
    """A director's answer for the own institution; it may be changed until the due day or the decision. The same answer twice changes nothing.

    The portal itself (None) names the `side`. Raises TransitionRefused (not_allowed, wrong_status, lapsed, reason_missing).
    """
    sides = [side] if by is None else sides_of(proposal, by)
    if not sides:
        raise not_allowed()
    with changing():
        proposal.refresh_from_db()
        if proposal.status != ProposalStatus.SENT:
            raise TransitionRefused("wrong_status", _("No answer is asked for now: the proposal has been decided or withdrawn."))
        if not proposal.is_answerable:
            raise TransitionRefused("lapsed", _("The days to answer are over. The ministry can send the proposal again."))
        if answer == Answer.DECLINED and not reason.strip():
            raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
        values: dict[str, Any] = {}
        for name in sides:
            if (getattr(proposal, f"{name}_answer"), getattr(proposal, f"{name}_reason")) != (answer, reason):
                values |= {f"{name}_answer": answer, f"{name}_reason": reason, f"{name}_answered_on": today()}
        if values and edit(proposal, values, by=by, verb="answer_proposal"):
            tell_ministry(proposal, answer)
    return proposal


def tell_ministry(proposal: MatchProposal, answer: str) -> None:
    """Both have answered: the head decides. One has declined: the officers look for somebody else."""
    address, words, rung = proposal.get_absolute_url(), words_about_proposal(proposal), f"v{proposal.version}"
    if answer == Answer.DECLINED:
        tell(ministry(Role.OFFICER), "proposal_declined", proposal, address, words, rung=rung)
    elif proposal.is_accepted:
        tell(ministry(Role.HEAD, Role.OFFICER), "proposal_accepted", proposal, address, words, rung=rung)


def approve_proposal(proposal: MatchProposal, *, by: User | None, reason: str) -> Partnership:
    """Approve what both sides accepted: the partnership begins, their interest has found its partner, and both are told.

    Raises TransitionRefused, and makes nothing, when a rule of matching keeps the two apart by now.
    """
    with changing():
        apply(proposal, MATCHPROPOSAL["approve"], by=by, reason=reason)
        specialties = not_yet_twinned(proposal.sender, proposal.host, list(proposal.specialties.all()))
        partnership = create_partnership(
            by=by, senders=[proposal.sender], hosts=[proposal.host], specialties=specialties, origin=Origin.PROGRAMME, started_on=today()
        )
        edit(proposal, {"partnership": partnership}, by=by, verb="make_partnership")
        mark_matched([proposal.sender, proposal.host])
        people = people_of_proposal(proposal, Role.DIRECTOR, Role.COORDINATOR)
        words = words_about_proposal(proposal, reason=reason, partnership_code=partnership.code)
        tell(people, "proposal_approved", proposal, partnership.get_absolute_url(), words)
    return partnership


def transition_proposal(proposal: MatchProposal, transition: Transition, *, by: User | None, reason: str = "") -> MatchProposal:
    """Take a step of the lifecycle by its name. Both sides are told of the end of what had been sent to them."""
    by_itself(transition, by)
    if transition.slug == "send":
        return send_proposal(proposal, by=by)
    if transition.slug == "approve":
        approve_proposal(proposal, by=by, reason=reason)
        return proposal
    with changing():
        apply(proposal, transition, by=by, reason=reason)
        if proposal.sent_at:
            people = people_of_proposal(proposal, Role.DIRECTOR, Role.COORDINATOR)
            tell(people, "proposal_ended", proposal, proposal.get_absolute_url(), words_about_proposal(proposal, reason=reason))
    return proposal


def made_words(count: int) -> str:
    """How many proposals were made, as a sentence."""
    return ngettext("%(count)s proposal is made; it can be sent now.", "%(count)s proposals are made; they can be sent now.", count) % {"count": number(count)}
