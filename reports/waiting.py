"""What waits for a person, and what is late: the top of the home page. Reads across apps, writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.policy import Role, institutions_of, roles_of
from activities.choices import ActivityStatus
from activities.models import Activity
from core.formats import today
from core.models import Change
from evaluation.actions import SIDES
from evaluation.choices import EvaluationStatus
from evaluation.models import Evaluation
from partnerships.choices import AgreementStatus, Answer, InterestStatus, PartnershipStatus, World
from partnerships.models import Agreement, Institution, Interest, MatchProposal, Partnership
from partnerships.models.institution import PROFILE_LASTS
from partnerships.turns import parties_awaited

AT_MOST = 25  # rows of one sort
DECISION_DAYS = 7  # within which the ministry means to decide; shown as the due day of what waits there


@dataclass(frozen=True)
class Waiting:
    """One row: what, with whom, until when, and the one button."""

    title: str
    about: str
    due_on: date | None
    address: str
    button: str | Promise

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < today()


def waiting_for(user: Any) -> list[Waiting]:
    """Everything that `user` has to do, the earliest due first. A fixed number of queries for each role held."""
    rows: list[Waiting] = []
    roles = roles_of(user)
    if Role.COORDINATOR in roles:
        rows += [*to_report(user), *to_counter_confirm(user), *to_correct(user), *to_confirm_part(user), *to_evaluate(user)]
        rows += [*interests_to_correct(user), *profiles_to_check(user), *to_read(user)]
    if Role.DIRECTOR in roles:
        rows += [*to_visa(user), *proposals_to_answer(user)]
    if Role.REGION in roles:
        rows += to_give_opinion(user)
    if roles & {Role.OFFICER, Role.HEAD}:
        rows += [*to_decide(user, roles), *agreements_to_decide(user, roles)]
    if Role.HEAD in roles:
        rows += proposals_to_decide(user)
    if Role.OFFICER in roles:
        rows += [*interests_to_look_at(user), *proposals_lapsed(user)]
    if roles & {Role.EVALUATOR, Role.OFFICER}:
        rows += to_review(user)
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.address))


def activities(user: Any) -> Any:
    rows = Activity.objects.visible_to(user).with_people()
    return rows.prefetch_related("partnership__parties__institution__region", "partnership__parties__institution__country")


def about(thing: Any) -> str:
    partnership = thing if isinstance(thing, Partnership) else thing.partnership
    return partnership.title if partnership else ""


def to_report(user: Any) -> Iterator[Waiting]:
    for activity in activities(user).report_owed().order_by("ends_on")[:AT_MOST]:
        yield Waiting(
            _("Report of the %(activity)s") % {"activity": activity.title},
            about(activity),
            activity.report_due_on,
            f"{activity.get_absolute_url()}report/",
            _("Write the report"),
        )


def to_counter_confirm(user: Any) -> Iterator[Waiting]:
    mine = institutions_of(user)
    for activity in activities(user).filter(status=ActivityStatus.REPORTED).exclude(reported_by=user).order_by("reported_at")[:AT_MOST]:
        sides = {party.side for party in activity.parties.all() if party.institution_id == activity.reported_for_id}
        if activity.reported_for_id in mine or not mine - {party.institution_id for party in activity.parties.all() if party.side in sides}:
            continue
        due = activity.reported_at.date() + timedelta(days=15) if activity.reported_at else None
        yield Waiting(
            _("Confirm the figures of the %(activity)s") % {"activity": activity.title},
            about(activity),
            due,
            activity.get_absolute_url(),
            _("Check the figures"),
        )


def to_correct(user: Any) -> Iterator[Waiting]:
    rows = activities(user).filter(status__in=[ActivityStatus.RETURNED, ActivityStatus.DISPUTED]).order_by("updated_at")
    for activity in rows[:AT_MOST]:
        if activity.status == ActivityStatus.DISPUTED and activity.reported_for_id not in institutions_of(user):
            continue
        yield Waiting(
            _("Correct the %(activity)s") % {"activity": activity.title}, about(activity), None, activity.get_absolute_url(), pgettext("button", "Open")
        )


def to_confirm_part(user: Any) -> Iterator[Waiting]:
    mine = institutions_of(user)
    rows = activities(user).filter(status=ActivityStatus.APPROVED, ends_on__gte=today(), parties__institution__in=mine, parties__confirmed_at=None)
    for activity in rows.distinct().order_by("starts_on")[:AT_MOST]:
        yield Waiting(
            _("Confirm that your institution takes part: %(activity)s") % {"activity": activity.title}, about(activity),
            activity.starts_on - timedelta(days=10), activity.get_absolute_url(), pgettext("button", "Open"),
        )  # fmt: skip


def to_evaluate(user: Any) -> Iterator[Waiting]:
    mine = institutions_of(user)
    for evaluation in Evaluation.objects.visible_to(user).waiting().with_people().order_by("due_on")[:AT_MOST]:
        owing = {side.side for side in evaluation.sides.all() if side.submitted_at is None}
        sides = {name for side in owing for name in SIDES[side]}
        if any(party.institution_id in mine and party.side in sides for party in evaluation.partnership.parties.all()):
            yield Waiting(
                str(evaluation.get_kind_display()), evaluation_about(evaluation), evaluation.due_on, f"{evaluation.get_absolute_url()}answer/", _("Answer")
            )


def evaluation_about(evaluation: Evaluation) -> str:
    joint = pgettext("between two sentences", ". ")
    return joint.join(filter(None, [about(evaluation), evaluation.activity.title if evaluation.activity else ""]))


def agreements(user: Any) -> Any:
    rows = Agreement.objects.visible_to(user).select_related("partnership")
    return rows.prefetch_related("partnership__parties__institution__region", "partnership__parties__institution__country", "visas")


def to_read(user: Any) -> Iterator[Waiting]:
    """Texts in negotiation that the other side has sent."""
    mine = institutions_of(user)
    rows = list(agreements(user).filter(status=AgreementStatus.NEGOTIATION, revision__gt=0).order_by("updated_at", "pk")[:AT_MOST])
    awaited = parties_awaited(rows)
    for agreement in rows:
        if mine & awaited.get(agreement.pk, frozenset()):
            yield Waiting(
                _("Your turn: %(agreement)s") % {"agreement": agreement.title}, about(agreement), None,
                f"{agreement.get_absolute_url()}changes/", _("See what changed"),
            )  # fmt: skip


def to_visa(user: Any) -> Iterator[Waiting]:
    mine = institutions_of(user)
    for agreement in agreements(user).filter(status=AgreementStatus.VISA).order_by("updated_at")[:AT_MOST]:
        if mine & agreement.party_ids - {visa.institution_id for visa in agreement.visas.all()}:
            yield Waiting(
                _("Give a visa: %(agreement)s") % {"agreement": agreement.title}, about(agreement), None, agreement.get_absolute_url(), _("Read and visa")
            )


def proposals_to_answer(user: Any) -> Iterator[Waiting]:
    mine = institutions_of(user)
    for proposal in MatchProposal.objects.visible_to(user, "proposal.answer").waiting().with_sides().order_by("answer_due_on", "pk")[:AT_MOST]:
        owing = {proposal.sender_id} if not proposal.sender_answer else set()
        owing |= {proposal.host_id} if not proposal.host_answer else set()
        if owing & mine:
            yield Waiting(
                _("Answer the proposed twinning"), proposal.title, proposal.answer_due_on, f"{proposal.get_absolute_url()}answer/", _("Read and answer")
            )


def proposals_to_decide(user: Any) -> Iterator[Waiting]:
    accepted = MatchProposal.objects.visible_to(user).filter(status="sent", sender_answer=Answer.ACCEPTED, host_answer=Answer.ACCEPTED)
    for proposal in accepted.with_sides().order_by("answer_due_on", "pk")[:AT_MOST]:
        answered_on = max(proposal.sender_answered_on, proposal.host_answered_on)
        yield Waiting(
            _("Decide on the proposed twinning"), proposal.title, answered_on + timedelta(days=DECISION_DAYS), proposal.get_absolute_url(), _("Decide")
        )


def proposals_lapsed(user: Any) -> Iterator[Waiting]:
    for proposal in MatchProposal.objects.visible_to(user).lapsed().with_sides().order_by("answer_due_on", "pk")[:AT_MOST]:
        yield Waiting(
            _("Lapsed: send the proposed twinning again, or withdraw it"), proposal.title, proposal.answer_due_on, proposal.get_absolute_url(),
            pgettext("button", "Open"),
        )  # fmt: skip


def to_give_opinion(user: Any) -> Iterator[Waiting]:
    for activity in activities(user).filter(status=ActivityStatus.SUBMITTED, region_opinion="").order_by("starts_on")[:AT_MOST]:
        yield Waiting(
            _("Give an opinion: %(activity)s") % {"activity": activity.title}, about(activity), activity.starts_on - timedelta(days=15),
            f"{activity.get_absolute_url()}opinion/", _("Give the opinion"),
        )  # fmt: skip


def to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = list(
        activities(user)
        .filter(status__in=[ActivityStatus.SUBMITTED, ActivityStatus.COUNTER_CONFIRMED])
        .exclude(reported_by=user)
        .order_by("updated_at")[: 2 * AT_MOST]
    )
    since = dict(
        Change.objects.filter(
            object_type="activities.activity", object_id__in=[activity.pk for activity in rows], to_status__in=["submitted", "counter_confirmed"]
        )
        .values_list("object_id")
        .annotate(at=Max("at"))
    )
    for activity in rows:
        due = (since[activity.pk].date() if activity.pk in since else today()) + timedelta(days=DECISION_DAYS)
        if activity.status == ActivityStatus.SUBMITTED:
            yield Waiting(_("Decide: %(activity)s") % {"activity": activity.title}, about(activity), due, activity.get_absolute_url(), _("Decide"))
        else:
            yield Waiting(
                _("Validate: %(activity)s") % {"activity": activity.title}, about(activity), due, activity.get_absolute_url(), _("Check and validate")
            )
    statuses = {Role.OFFICER: EvaluationStatus.REVIEWED, Role.HEAD: EvaluationStatus.VALIDATED}
    wanted = [status for role, status in statuses.items() if role in roles]
    for evaluation in Evaluation.objects.visible_to(user).filter(status__in=wanted).with_people().order_by("due_on")[:AT_MOST]:
        yield Waiting(
            _("Decide: %(activity)s") % {"activity": evaluation.get_kind_display()},
            evaluation_about(evaluation),
            None,
            evaluation.get_absolute_url(),
            pgettext("button", "Open"),
        )


def agreements_to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for agreement in agreements(user).filter(status=AgreementStatus.REVIEW).order_by("updated_at")[:AT_MOST]:
        yield Waiting(
            _("Review: %(agreement)s") % {"agreement": agreement.title},
            about(agreement),
            agreement.updated_at.date() + timedelta(days=DECISION_DAYS),
            agreement.get_absolute_url(),
            pgettext("button", "Open"),
        )


def interests_to_correct(user: Any) -> Iterator[Waiting]:
    rows = Interest.objects.visible_to(user, "interest.express").filter(status=InterestStatus.RETURNED).select_related("institution")
    for interest in rows.order_by("updated_at", "pk")[:AT_MOST]:
        yield Waiting(
            _("Correct the expression of interest"), f"{interest.institution} · {interest.get_wish_display()}", None,
            interest.get_absolute_url(), pgettext("button", "Open"),
        )  # fmt: skip


def profiles_to_check(user: Any) -> Iterator[Waiting]:
    """Profiles of the own institutions that nobody has looked through for a year; due on the day that the year is over."""
    old = Institution.objects.listed().filter(pk__in=institutions_of(user), kind__world=World.CARE).order_by("sort_key", "pk")
    for place in old.exclude(profile_checked_on__gte=today() - PROFILE_LASTS)[:AT_MOST]:
        due = place.profile_checked_on + PROFILE_LASTS if place.profile_checked_on else None
        yield Waiting(_("Look the profile of the institution through"), place.name, due, place.get_absolute_url(), _("Check the profile"))


def interests_to_look_at(user: Any) -> Iterator[Waiting]:
    rows = Interest.objects.visible_to(user, "interest.review").filter(status__in=[InterestStatus.SUBMITTED, InterestStatus.UNDER_REVIEW])
    for interest in rows.select_related("institution").order_by("submitted_on", "pk")[:AT_MOST]:
        due = interest.submitted_on + timedelta(days=DECISION_DAYS) if interest.submitted_on else None
        title = _("Expression of interest to take up") if interest.status == InterestStatus.SUBMITTED else _("Expression of interest under review")
        yield Waiting(title, f"{interest.institution} · {interest.get_wish_display()}", due, interest.get_absolute_url(), _("Decide"))


def to_review(user: Any) -> Iterator[Waiting]:
    for evaluation in (
        Evaluation.objects.visible_to(user, "evaluation.review").filter(status=EvaluationStatus.SUBMITTED).with_people().order_by("due_on")[:AT_MOST]
    ):
        yield Waiting(
            _("Joint review: %(evaluation)s") % {"evaluation": evaluation.get_kind_display()},
            evaluation_about(evaluation),
            evaluation.due_on + timedelta(days=15),
            f"{evaluation.get_absolute_url()}review/",
            _("Review"),
        )


def coming(user: Any, days: int = 60) -> list[Activity]:
    """The next activities ahead, at most five."""
    ahead = activities(user).filter(starts_on__gte=today(), starts_on__lte=today() + timedelta(days=days))
    return list(ahead.exclude(status__in=[ActivityStatus.CANCELLED, ActivityStatus.POSTPONED]).order_by("starts_on", "pk")[:5])


def my_partnerships(user: Any) -> list[Partnership]:
    """The running partnerships of the person's own institutions, at most six."""
    mine = institutions_of(user)
    if not mine:
        return []
    rows = Partnership.objects.visible_to(user).filter(status=PartnershipStatus.ACTIVE, institutions__in=mine).distinct().with_people()
    return list(rows.prefetch_related("parties__institution__country").order_by("-last_activity_on", "-pk")[:6])
