"""The lifecycles of activities, of visiting specialists' files and of annual programmes: tables and guards."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import institutions_of
from activities.choices import PLANNED, InvitationStatus, PaperKind, PaperState, Part, ProgrammeStatus, VisitorStatus
from activities.choices import ActivityStatus as S
from activities.rules import problems_with_dates
from core.formats import days, joined, today
from core.history import trail
from core.lifecycle import Transition, TransitionRefused, add_guard, lifecycle
from core.profile import home
from partnerships.choices import GIVING


def has_ended(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if activity.ends_on > today():
        raise TransitionRefused("not_over", _("The last day has not come yet: results are recorded once the days are over."))


def not_over_yet(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and activity.ends_on < today():  # the portal itself may take over days that were planned elsewhere
        raise TransitionRefused("already_over", _("These days are already over."))


def agreement_holds(activity: Any, by: Any, given: dict[str, Any]) -> None:
    """The days lie within a signed agreement, also when it was terminated or shortened after they were planned."""
    if by is None or activity.partnership_id is None:
        return
    if problems := problems_with_dates(activity.partnership, activity.starts_on, activity.ends_on):
        raise TransitionRefused("outside_agreement", next(iter(problems.values())))


def for_the_other_side(activity: Any, by: Any, given: dict[str, Any]) -> None:
    """The side that wrote the report cannot confirm it, nor can the person who wrote it from any other seat."""
    if by is None:
        return
    if by.pk == activity.reported_by_id or not on_the_other_side(activity, institutions_of(by)):
        raise TransitionRefused("own_report", _("The figures are confirmed by the other side, not by the one that wrote them."))


def on_the_other_side(activity: Any, institutions: Collection[int]) -> bool:
    """Whether `institutions` answer for a side that did not report; others of the partnership were not there. A report of the ministry belongs to no side."""
    parties = list(activity.parties.all())
    reporting = {party.side for party in parties if party.institution_id == activity.reported_for_id}
    there = {party.institution_id: party.side for party in parties if party.institution_id in institutions}
    return activity.reported_for_id not in there and any(side not in reporting for side in there.values())


def not_the_author(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk in {activity.reported_by_id, activity.created_by_id}:
        raise TransitionRefused("author", _("Nobody validates what they wrote: someone else of the ministry must do it."))


def all_have_confirmed(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if activity.parties.unconfirmed().exists():
        raise TransitionRefused("confirmation_missing", _("A party has not confirmed yet."))


def of_a_partnership(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and activity.partnership_id is None:
        raise TransitionRefused("of_ministry", _("An activity of the ministry needs no approval: it is announced."))


def of_the_ministry(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and activity.partnership_id is not None:
        raise TransitionRefused("of_partnership", _("An activity of a partnership is submitted by its coordinators."))


BEFORE_REPORT = PLANNED | {S.POSTPONED}

ACTIVITY = lifecycle(
    "activity",
    Transition("submit", frozenset({S.DRAFT, S.RETURNED, S.POSTPONED}), S.SUBMITTED, "activity.submit", _("Submit to the ministry"), (of_a_partnership, not_over_yet, agreement_holds)),
    Transition(
        "announce", frozenset({S.DRAFT, S.POSTPONED}), S.APPROVED, "ministry_activity.create", pgettext_lazy("step", "Announce"),
        (of_the_ministry, not_over_yet), explanation=_("The ministry's own workshops and seminars need no approval. Institutions can be invited from now on."),
    ),
    Transition("approve", frozenset({S.SUBMITTED}), S.APPROVED, "activity.approve", pgettext_lazy("step", "Approve"), (not_the_author, agreement_holds)),
    Transition("return", frozenset({S.SUBMITTED}), S.RETURNED, "activity.approve", pgettext_lazy("step", "Return"), needs_reason=True),
    Transition("confirm", frozenset({S.APPROVED}), S.CONFIRMED, None, _("Confirmed by both sides"), (all_have_confirmed,), by_hand=False),
    Transition(
        "report", frozenset({S.DRAFT, S.APPROVED, S.CONFIRMED, S.DISPUTED}), S.REPORTED, "activity.report",
        _("Report the results"), (has_ended,), by_hand=False,
    ),
    Transition(
        "counter_confirm", frozenset({S.REPORTED}), S.COUNTER_CONFIRMED, "activity.counter_confirm", _("Confirm the figures"),
        (for_the_other_side,), explanation=_("The figures go to the ministry, which validates them."),
    ),
    Transition(
        "dispute", frozenset({S.REPORTED}), S.DISPUTED, "activity.counter_confirm", _("Dispute a figure"),
        (for_the_other_side,), needs_reason=True, by_hand=False,
    ),
    Transition(
        "validate", frozenset({S.COUNTER_CONFIRMED}), S.VALIDATED, "activity.validate", _("Validate"), (not_the_author,),
        is_final=True,
        explanation=_("The figures enter the national results, and a follow-up evaluation is scheduled for both sides."),
    ),
    Transition(
        "postpone", frozenset({S.SUBMITTED, S.APPROVED, S.CONFIRMED}), S.POSTPONED, "activity.cancel", _("Postpone"),
        needs_reason=True, by_hand=False,
    ),
    Transition(
        "approve_days", frozenset({S.POSTPONED}), S.APPROVED, "activity.approve", _("Approve the new days"), (not_over_yet, not_the_author, agreement_holds),
        explanation=_("Each institution confirms its part anew."),
    ),
    Transition(
        "cancel", BEFORE_REPORT, S.CANCELLED, "activity.cancel", _("Cancel the activity"), needs_reason=True, is_final=True,
        explanation=_("Both sides are told. A cancelled activity cannot be taken up again: a new one is planned instead."),
    ),
)  # fmt: skip


# --- The answer to an invitation ------------------------------------------------------------------------------------


def can_still_answer(invitation: Any, by: Any, given: dict[str, Any]) -> None:
    activity = invitation.activity
    if by is None:
        return
    if activity.status not in {S.APPROVED, S.CONFIRMED}:
        raise TransitionRefused("not_taking_place", _("This activity does not take place as planned."))
    if activity.starts_on <= today():
        raise TransitionRefused("begun", _("The activity has begun: the answer can no longer be changed."))


A = InvitationStatus

INVITATION = lifecycle(
    "invitation",
    Transition(
        "accept", frozenset({A.SENT, A.DECLINED}), A.ACCEPTED, "activity.answer_invitation", pgettext_lazy("step", "Accept"), (can_still_answer,), by_hand=False,
    ),
    Transition(
        "decline", frozenset({A.SENT, A.ACCEPTED}), A.DECLINED, "activity.answer_invitation", pgettext_lazy("step", "Decline"), (can_still_answer,),
        explanation=_("The registrations of the institution are withdrawn."), by_hand=False,
    ),
)  # fmt: skip


# --- The file of a visiting specialist ----------------------------------------------------------------------------

NEEDED_PAPERS = (PaperKind.DIPLOMA, PaperKind.LICENCE, PaperKind.GOOD_STANDING, PaperKind.INSURANCE)  # a visa is not asked of everybody


def papers_are_in(file: Any, by: Any, given: dict[str, Any]) -> None:
    missing = [
        paper.get_kind_display() for paper in file.papers.all() if paper.kind in NEEDED_PAPERS and paper.state in {PaperState.MISSING, PaperState.REJECTED}
    ]
    if missing:
        raise TransitionRefused("papers_missing", _("These papers are still missing: %(papers)s.") % {"papers": joined(missing)})


def papers_are_checked(file: Any, by: Any, given: dict[str, Any]) -> None:
    """Every needed paper was looked at; a visa counts only when it was brought."""
    papers = file.papers.all()
    open_ones = [paper for paper in papers if paper.kind in NEEDED_PAPERS and paper.state != PaperState.CHECKED]
    open_ones += [paper for paper in papers if paper.kind not in NEEDED_PAPERS and paper.state in {PaperState.RECEIVED, PaperState.REJECTED}]
    if open_ones:
        names = joined(paper.get_kind_display() for paper in open_ones)
        raise TransitionRefused("papers_unchecked", _("These papers have not been checked and accepted yet: %(papers)s.") % {"papers": names})


def papers_last(file: Any, by: Any, given: dict[str, Any]) -> None:
    short = [paper.get_kind_display() for paper in file.papers.all() if not paper.lasts]
    if short:
        raise TransitionRefused(
            "papers_end", _("These papers end before the last day of the mission: %(papers)s. Ask for newer ones.") % {"papers": joined(short)}
        )


def licence_covers_the_days(file: Any, by: Any, given: dict[str, Any]) -> None:
    start, end = given.get("valid_from", file.valid_from), given.get("valid_to", file.valid_to)
    if not start or not end or start > file.activity.starts_on or end < file.activity.ends_on:
        words = {"days": days(file.activity.starts_on, file.activity.ends_on)}
        raise TransitionRefused("days_not_covered", _("The licence must cover every day of the mission: %(days)s.") % words)


def not_who_put_it_together(file: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk in {file.created_by_id, file.checked_by_id}:
        raise TransitionRefused("author", _("Whoever put the file together or checked its papers does not give the licence."))


def not_begun_yet(file: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and file.activity.ends_on < today():
        raise TransitionRefused("already_over", _("These days are already over."))


V = VisitorStatus

VISITOR = lifecycle(
    "visitorfile",
    Transition(
        "submit", frozenset({V.DRAFT, V.RETURNED}), V.SUBMITTED, "visitor.keep", _("Submit to the ministry"), (not_begun_yet, papers_are_in),
        explanation=_("The ministry checks the papers, then the head of the twinning cell gives the licence."),
    ),
    Transition("check", frozenset({V.SUBMITTED}), V.CHECKED, "visitor.check", _("Papers are in order"), (papers_are_checked, papers_last)),
    Transition("return", frozenset({V.SUBMITTED, V.CHECKED}), V.RETURNED, "visitor.check", pgettext_lazy("step", "Return"), needs_reason=True),
    Transition(
        "license", frozenset({V.CHECKED}), V.LICENSED, "visitor.license", _("Give the licence"),
        (papers_are_checked, papers_last, licence_covers_the_days, not_who_put_it_together), by_hand=False,
    ),
    Transition(
        "refuse", frozenset({V.SUBMITTED, V.CHECKED}), V.REFUSED, "visitor.license", _("Refuse the licence"), needs_reason=True, is_final=True,
        explanation=_("The specialist cannot take part in this mission. Both sides are told."),
    ),
    Transition(
        "withdraw", frozenset({V.LICENSED}), V.RETURNED, "visitor.license", _("Withdraw the licence"), needs_reason=True,
        explanation=_("The file goes back to whoever put it together. Use it too when the mission was postponed and the licence must be given anew."),
    ),
)  # fmt: skip


def visitors_without_licence(activity: Any) -> list[str]:
    """The names of the visiting specialists of a mission who have no licence for its days. Two queries."""
    licensed, missing = set(), {}
    for file in activity.visitor_files.select_related("professional", "activity"):
        if file.covers_the_days:
            licensed.add(file.professional_id)
        elif file.status != V.REFUSED:  # whoever was refused is missing only while still named in the team
            missing[file.professional_id] = file.professional.name
    named = activity.participants.filter(part=Part.TEAM, professional__isnull=False).exclude(professional__institution__country__code=home().country)
    for participant in named.select_related("professional"):
        if participant.professional_id not in licensed:
            missing.setdefault(participant.professional_id, participant.professional.name)
    return sorted(missing.values())


def needs_licences(activity: Any) -> bool:
    """A mission of people who treat, from another country than the portal's own."""
    return activity.kind_of.needs_licences and any(place.country.code != home().country for place in activity.of_side(*GIVING))


def visitors_are_licensed(activity: Any, by: Any, given: dict[str, Any]) -> None:
    """An international visiting mission is not confirmed before every visiting specialist may practise."""
    if not needs_licences(activity):
        return
    if names := visitors_without_licence(activity):
        words = {"names": joined(f"\u2068{name}\u2069" for name in names)}
        raise TransitionRefused("licence_missing", _("The mission can be confirmed once these specialists are licensed for its days: %(names)s.") % words)
    if not activity.visitor_files.filter(status=V.LICENSED).exists():
        raise TransitionRefused("licence_missing", _("The mission can be confirmed once its visiting specialists are named and licensed."))


add_guard("activity.confirm", visitors_are_licensed)


# --- The annual programme -----------------------------------------------------------------------------------------

P = ProgrammeStatus


def has_lines(programme: Any, by: Any, given: dict[str, Any]) -> None:
    if not programme.lines.exists():
        raise TransitionRefused("no_lines", _("A programme holds at least one line: what is to be done, and when."))


def wrote_nothing_in_it(programme: Any, by: Any, given: dict[str, Any]) -> None:
    """Whoever of the ministry wrote a line or handed it in has had their say."""
    if by is None:
        return
    if by.pk == programme.created_by_id or trail(programme).filter(by=by).exclude(verb__in=["approve", "return"]).exists():
        raise TransitionRefused("author", _("Nobody approves what they wrote: someone else of the ministry must do it."))


PROGRAMME = lifecycle(
    "programme",
    Transition("submit", frozenset({P.DRAFT, P.RETURNED}), P.SUBMITTED, "programme.draft", _("Submit to the ministry"), (has_lines,)),
    Transition(
        "approve", frozenset({P.SUBMITTED}), P.APPROVED, "programme.approve", pgettext_lazy("step", "Approve"), (has_lines, wrote_nothing_in_it), is_final=True,
        explanation=_("The lines no longer change. Activities are made of them, and the programme is read beside what was done."),
    ),
    Transition("return", frozenset({P.SUBMITTED}), P.RETURNED, "programme.approve", pgettext_lazy("step", "Return"), needs_reason=True),
)  # fmt: skip
