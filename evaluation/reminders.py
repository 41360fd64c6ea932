"""Which reminder is owed to whom, as queries over rules that are data.

A rule asks “has the moment passed, is it still owed, is there no receipt?”. So a scheduler that slept catches up, and a
second run stays silent. When several moments have passed unheard only the latest is told: a late portal does not scold.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q

from accounts.models import User
from accounts.policy import Role
from activities.actions import words_about as about_activity
from activities.choices import ActivityStatus
from activities.models import Activity
from activities.querysets import REPORT_DUE_DAYS
from core.formats import as_day, today
from core.models import Change
from core.outbox import tell
from core.profile import home
from evaluation.actions import SIDES, open_due, words_about
from evaluation.models import Evaluation, ReminderRule
from partnerships.actions import ministry, people_of, words_about_agreement
from partnerships.actions.proposals import people_of_proposal, silent_sides, words_about_proposal
from partnerships.choices import Renewal, Side
from partnerships.models import Agreement, MatchProposal, Membership, Partnership

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Owed:
    """One thing that somebody still has to do: about which object, due when, and who the people around it are."""

    obj: Any
    partnership: Partnership | None  # None where there is none yet: `more_people` then says who is meant
    due_on: date
    event: str
    words: dict[str, Any]
    silent_sides: tuple[str, ...] = tuple(Side.values)  # sides that still owe it; the others have done theirs
    more_people: dict[str, list[User]] = field(default_factory=dict)


Trigger = Callable[[date], Iterator[Owed]]
TRIGGERS: dict[str, Trigger] = {}
PARTIES = ("partnership__parties__institution__region", "partnership__parties__institution__country")
HORIZON = timedelta(days=200)  # the earliest advance notice is 180 days


def trigger(slug: str) -> Callable[[Trigger], Trigger]:
    def register(function: Trigger) -> Trigger:
        TRIGGERS[slug] = function
        return function

    return register


def in_batches(rows: Any, size: int = 200) -> Iterator[Any]:
    """The rows in constant memory, with no cursor open between them: SQLite refuses to write under an open one when
    another process has written meanwhile."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        yield from rows.filter(pk__in=keys[start : start + size])


@trigger("evaluation_due")
def evaluations_due(on: date) -> Iterator[Owed]:
    """Open evaluations, for the sides that have not handed in."""
    for evaluation in in_batches(Evaluation.objects.waiting().filter(due_on__lte=on + HORIZON).with_people()):
        waiting = [side.side for side in evaluation.sides.all() if side.submitted_at is None]
        sides = tuple(name for side in waiting for name in SIDES[side])
        yield Owed(evaluation, evaluation.partnership, evaluation.due_on, "evaluation_reminder", words_about(evaluation), sides)


@trigger("activity_report")
def reports_owed(on: date) -> Iterator[Owed]:
    """Activities that are over and that nobody reported; the rule counts from their last day."""
    owed = Activity.objects.report_owed(on).filter(partnership__isnull=False).with_people()
    for activity in in_batches(owed.prefetch_related(*PARTIES)):
        words = {**about_activity(activity), "report_due_on": (activity.ends_on + timedelta(days=REPORT_DUE_DAYS)).isoformat()}
        yield Owed(activity, activity.partnership, activity.ends_on, "activity_report_reminder", words)


@trigger("report_to_validate")
def reports_to_validate(on: date) -> Iterator[Owed]:
    """Reports confirmed by both sides that wait for the ministry, counted from the day of the confirmation."""
    for activity in of_status(ActivityStatus.COUNTER_CONFIRMED):
        yield Owed(activity, activity.partnership, since(activity, on), "activity_validate_reminder", about_activity(activity))


@trigger("returned_item")
def items_returned(on: date) -> Iterator[Owed]:
    """Activities sent back or disputed, counted from the day they came back."""
    for activity in [*of_status(ActivityStatus.RETURNED), *of_status(ActivityStatus.DISPUTED)]:
        author = activity.reported_by or activity.created_by
        people = {"author": [author] if author else people_of(activity.partnership, Role.COORDINATOR)}
        yield Owed(activity, activity.partnership, since(activity, on), "activity_returned_reminder", about_activity(activity), more_people=people)


@trigger("agreement_end")
def agreements_ending(on: date) -> Iterator[Owed]:
    """Agreements in force, counted to their last day, unless their renewal has been signed."""
    ending = Agreement.objects.in_force(on).filter(ends_on__lte=on + HORIZON).exclude(renewals__status="signed")
    for agreement in in_batches(ending.select_related("partnership").prefetch_related(*PARTIES)):
        words = words_about_agreement(agreement, due_on=agreement.ends_on.isoformat())
        yield Owed(agreement, agreement.partnership, agreement.ends_on, "agreement_end_reminder", words)


@trigger("tacit_renewal_notice")
def notices_due(on: date) -> Iterator[Owed]:
    """Agreements that renew themselves, counted to the last day on which a party can give notice."""
    tacit = Agreement.objects.in_force(on).filter(renewal=Renewal.TACIT, notice_given_on=None, ends_on__lte=on + HORIZON)
    for agreement in in_batches(tacit.select_related("partnership").prefetch_related(*PARTIES)):
        last_day = agreement.ends_on - timedelta(days=agreement.notice_days)
        if last_day >= on:
            yield Owed(agreement, agreement.partnership, last_day, "agreement_notice_reminder", words_about_agreement(agreement, due_on=last_day.isoformat()))


@trigger("draft_unchanged")
def drafts_unchanged(on: date) -> Iterator[Owed]:
    """Drafts and texts in negotiation, counted from their last change."""
    for agreement in in_batches(agreements_of("draft", "negotiation")):
        yield Owed(agreement, agreement.partnership, last_change(agreement, on), "agreement_draft_reminder", words_about_agreement(agreement))


@trigger("approved_unsigned")
def approved_unsigned(on: date) -> Iterator[Owed]:
    """Papers approved for signature, counted from the approval."""
    for agreement in in_batches(agreements_of("approved")):
        yield Owed(agreement, agreement.partnership, last_change(agreement, on), "agreement_unsigned_reminder", words_about_agreement(agreement))


def agreements_of(*statuses: str) -> Any:
    return Agreement.objects.filter(status__in=statuses).select_related("partnership").prefetch_related(*PARTIES)


def last_change(agreement: Agreement, on: date) -> date:
    """The day of the last line of an agreement's history."""
    last = Change.objects.filter(object_type="partnerships.agreement", object_id=agreement.pk).aggregate(at=Max("at"))["at"]
    return as_day(last) if last else on


@trigger("match_answer")
def proposals_to_answer(on: date) -> Iterator[Owed]:
    """Proposed matches that a side has not answered, counted to the day on which they lapse; afterwards only the ministry can act."""
    owed = MatchProposal.objects.filter(Q(sender_answer="") | Q(host_answer=""), status="sent", answer_due_on__lte=on + HORIZON).with_sides()
    for proposal in in_batches(owed):
        sides = silent_sides(proposal) if proposal.answer_due_on >= on else []
        directors = {"directors": people_of_proposal(proposal, Role.DIRECTOR, sides=sides)}
        yield Owed(proposal, None, proposal.answer_due_on, "proposal_reminder", words_about_proposal(proposal), more_people=directors)


def of_status(status: str) -> Iterator[Activity]:
    rows = Activity.objects.filter(status=status, partnership__isnull=False).with_people().select_related("reported_by", "created_by")
    yield from in_batches(rows.prefetch_related(*PARTIES))


def since(activity: Activity, on: date) -> date:
    """The day on which an activity came into its present status."""
    last = Change.objects.filter(object_type="activities.activity", object_id=activity.pk, to_status=activity.status).aggregate(at=Max("at"))["at"]
    return last.date() if last else on


def audience(slug: str, owed: Owed) -> list[User]:
    """The people whom a rule means by `slug`, for the thing that is owed."""
    around = owed.partnership
    if slug in owed.more_people:
        return owed.more_people[slug]
    if slug in {"officers", "reviewer"}:
        return ministry(Role.OFFICER)
    if slug == "heads":
        return ministry(Role.HEAD)
    if around is None:
        return []
    if slug in {"coordinators", "leads"}:
        return people_of(around, Role.COORDINATOR, sides=owed.silent_sides)
    if slug == "host_coordinators":
        return people_of(around, Role.COORDINATOR, sides=[Side.HOST])
    if slug == "directors":
        return people_of(around, Role.DIRECTOR, sides=owed.silent_sides)
    if slug == "evaluator":
        return list(Membership.objects.people(Role.EVALUATOR, partnership=around))
    if slug == "region":
        return list(Membership.objects.people(Role.REGION, region__in=around.party_region_ids))
    return []


def rungs(rule: ReminderRule, due_on: date, on: date) -> list[tuple[int, str]]:
    """The (offset in days, audience) pairs whose moment has passed and that are to be told: the latest for each audience.

    Advance notices (negative offsets) wait for the end of the country's week-end.
    """
    steps = [(offset, slug) for offset in rule.offset_days for slug in rule.audience.split("|")] + rule.escalation_steps
    latest: dict[str, int] = {}
    for offset, slug in steps:
        if due_on + timedelta(days=offset) <= on:
            latest[slug] = max(offset, latest.get(slug, offset))
    resting = on.weekday() in home().week_end
    return [(offset, slug) for slug, offset in latest.items() if offset >= 0 or not resting]


def send_due(on: date | None = None) -> int:
    """Open what opens, then owe every reminder that is due on `on` (today by default) and not owed yet; how many are new.

    The receipts are unique, so it may run twice or in several processes at once. Each object costs a few queries, and
    memory stays constant.
    """
    day = on or today()
    open_due(on)
    sent = 0
    for rule in ReminderRule.objects.filter(is_active=True, trigger__in=TRIGGERS):
        for owed in TRIGGERS[rule.trigger](day):
            try:
                sent += remind(rule, owed, day)
            except Exception:  # one bad row must not silence the others
                log.exception("rule %s failed for %s %s", rule.code, owed.obj._meta.label_lower, owed.obj.pk)
    return sent


def remind(rule: ReminderRule, owed: Owed, on: date) -> int:
    told: set[int] = set()
    new = 0
    for offset, slug in sorted(rungs(rule, owed.due_on, on), reverse=True):
        people: Iterable[User] = [person for person in audience(slug, owed) if person.pk not in told]
        told |= {person.pk for person in people}
        path = owed.obj.get_absolute_url()
        words = {**owed.words, "rule_name_ar": rule.name_ar, "rule_name_fr": rule.name_fr, "rule_name_en": rule.name_en}
        new += tell(people, owed.event, owed.obj, path, words, rule=rule.code, due_on=owed.due_on, rung=f"{offset:+d}")
    return new
