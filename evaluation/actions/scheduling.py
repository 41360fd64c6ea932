"""The calendar of evaluations: what the rules ask for is put there, moves with the agreements, opens and closes by itself."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from activities.choices import ActivityStatus
from activities.models import Activity
from core.formats import as_day, today
from core.history import changing, name_verbs, name_words, record
from core.lifecycle import TransitionRefused, apply
from core.mail import in_each_language
from core.models import Change
from core.outbox import tell
from evaluation import schedule
from evaluation.choices import AnsweringSide, EvaluationStatus, Moment
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation, EvaluationRule, EvaluationSide, Questionnaire
from evaluation.models.evaluation import GRACE_DAYS
from partnerships.actions import ministry, names, people_of
from partnerships.choices import AgreementStatus, PartnershipStatus
from partnerships.models import Agreement, Membership, Partnership

log = logging.getLogger(__name__)

name_verbs(schedule=_("Scheduled"), withdraw=_("Evaluation taken off the calendar"), move=_("Moved"), extend=_("More time given"))

name_words(evaluation=_("evaluation"), **{name: Evaluation._meta.get_field(name).verbose_name for name in ("kind", "due_on")})

WAS_SIGNED = (AgreementStatus.SIGNED, AgreementStatus.SUSPENDED, AgreementStatus.TERMINATED)


def words_about(evaluation: Evaluation, **more: Any) -> dict[str, Any]:
    """What a notice about an evaluation needs, as JSON."""
    activity = evaluation.activity
    return {
        **names(evaluation.partnership),
        **in_each_language("evaluation", evaluation.get_kind_display),
        **(in_each_language("activity", lambda: activity.title) if activity else {}),
        "due_on": evaluation.due_on.isoformat(),
        **more,
    }


def schedule_evaluation(
    partnership: Partnership,
    *,
    by: User | None,
    kind: str,
    questionnaire: Questionnaire,
    due_on: date,
    opens_on: date | None = None,
    activity: Activity | None = None,
    rule: EvaluationRule | None = None,
    counted_from: date | None = None,
) -> Evaluation:
    """Put an evaluation on the calendar of both sides; it opens at once when its day has come.

    Raises TransitionRefused for somebody who may not, for days in the wrong order or gone by, for an activity of another
    partnership, and when the same evaluation is there already.
    """
    opens_on = opens_on or today()
    refuse_unless(by, "evaluation.schedule", partnership)
    if due_on < opens_on:
        raise TransitionRefused("due_before_opening", _("The due day comes before the day on which it opens."))
    if by is not None and due_on < today():
        raise TransitionRefused("in_past", _("The due day has already passed."))
    if activity is not None and activity.partnership_id != partnership.pk:
        raise TransitionRefused("other_partnership", _("This activity belongs to another partnership."))
    with changing():
        same = Evaluation.objects.filter(partnership=partnership, kind=kind, activity=activity)
        if by is not None and same.filter(Q(due_on=due_on) | Q(activity__isnull=False)).exists():
            raise TransitionRefused("already_there", _("This evaluation is on the calendar already."))
        evaluation = Evaluation.objects.create(
            partnership=partnership, activity=activity, kind=kind, questionnaire=questionnaire, rule=rule, counted_from=counted_from,
            opens_on=opens_on, due_on=due_on,
        )  # fmt: skip
        EvaluationSide.objects.bulk_create(EvaluationSide(evaluation=evaluation, side=side) for side in AnsweringSide.values)
        record(evaluation, "schedule", by=by, to_status=evaluation.status, after={"due_on": due_on, "rule": rule.slug if rule else ""})
        if evaluation.opens_on <= today():
            open_evaluation(evaluation)
    return evaluation


def open_evaluation(evaluation: Evaluation) -> None:
    """The portal itself opens what is due and tells both coordinators."""
    with changing():
        apply(evaluation, EVALUATION["open"], by=None)
        people = people_of(evaluation.partnership, Role.COORDINATOR)
        tell(people, "evaluation_opened", evaluation, evaluation.get_absolute_url(), words_about(evaluation))


def withdraw_evaluation(evaluation: Evaluation, *, by: User | None, reason: str = "") -> None:
    """Take an evaluation that has not opened off the calendar; the partnership's history keeps that it stood there.

    Raises TransitionRefused once it has opened, and for a person who gives no reason.
    """
    refuse_unless(by, "evaluation.schedule", evaluation)
    if by is not None and not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
    with changing():
        if not Evaluation.objects.filter(pk=evaluation.pk, status=EvaluationStatus.SCHEDULED).exists():
            raise TransitionRefused("wrong_status", _("It has opened already, and stays."))
        before = {"kind": evaluation.kind, "due_on": evaluation.due_on, "evaluation": evaluation.pk}
        record(evaluation.partnership, "withdraw", by=by, before=before, reason=reason)
        evaluation.delete()


def set_dates(evaluation: Evaluation, *, by: User | None, due_on: date, reason: str, opens_on: date | None = None) -> Evaluation:
    """Give both sides more time, or move what has not opened. Moved by people it stays where they put it.

    Raises TransitionRefused for somebody who may not, without a reason, for a day gone by or before the present due day of
    an open evaluation, and once the answers are in.
    """
    refuse_unless(by, "evaluation.schedule", evaluation)
    if not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
    with changing():
        evaluation.refresh_from_db(fields=["status", "due_on", "opens_on", "version"])
        is_open = evaluation.status == EvaluationStatus.OPEN
        if not is_open and evaluation.status != EvaluationStatus.SCHEDULED:
            raise TransitionRefused("wrong_status", _("The answers are in: there is nothing left to wait for."))
        opens = evaluation.opens_on if is_open else opens_on or evaluation.opens_on
        if due_on < max(today(), opens, evaluation.due_on if is_open else opens):
            raise TransitionRefused("too_early", _("Choose a later day: nobody loses time that was given."))
        before = {"opens_on": evaluation.opens_on, "due_on": evaluation.due_on}
        after = {"opens_on": opens, "due_on": due_on}
        if before == after:
            return evaluation
        evaluation.opens_on, evaluation.due_on, evaluation.version = opens, due_on, evaluation.version + 1
        evaluation.rule = evaluation.rule if is_open else None  # from now on it is not the rule that moves it
        evaluation.save(update_fields=["opens_on", "due_on", "rule", "version", "updated_at"])
        record(evaluation, "extend" if is_open else "move", by=by, before=before, after=after, reason=reason)
        if is_open:
            people = people_of(evaluation.partnership, Role.COORDINATOR)
            words = words_about(evaluation, reason=reason)
            tell(people, "evaluation_extended", evaluation, evaluation.get_absolute_url(), words, rung=f"v{evaluation.version}")
        elif evaluation.opens_on <= today():
            open_evaluation(evaluation)
    return evaluation


def schedule_follow_up(activity: Activity, by: User | None = None, on: date | None = None) -> list[Evaluation]:
    """What the rules say must follow a validated activity. Runs when an activity is validated; twice changes nothing."""
    if activity.partnership is None:
        return []
    day, made = on or today(), []
    rules = EvaluationRule.objects.filter(is_active=True, moment=Moment.ACTIVITY, activity_kind__in=["", activity.kind])
    for rule in rules.select_related("questionnaire").order_by("-activity_kind", "slug"):  # a rule of its own kind comes before one for all
        if (day - activity.ends_on).days > rule.not_older_than_days:
            continue
        if Evaluation.objects.filter(activity=activity, kind=rule.kind).exists():
            continue
        due_on = max(activity.ends_on + timedelta(days=rule.due_after_days), day + timedelta(days=rule.time_to_answer_days))
        opens_on = max(due_on - timedelta(days=rule.opens_before_days), day)
        made.append(
            schedule_evaluation(
                activity.partnership, by=None, kind=rule.kind, questionnaire=rule.questionnaire, opens_on=opens_on, due_on=due_on, activity=activity, rule=rule,
            )
        )  # fmt: skip
    return made


def open_due(on: date | None = None) -> int:
    """What the scheduler does for evaluations: put on the calendar what the rules ask for, open what has come, close what
    only one side has answered in time; how many were opened. A second run changes nothing."""
    day = on or today()
    keep_schedule(day)
    close_late(day)
    opened = 0
    for evaluation in Evaluation.objects.filter(status=EvaluationStatus.SCHEDULED, opens_on__lte=day).with_people():
        try:
            open_evaluation(evaluation)
            opened += 1
        except TransitionRefused:
            continue  # someone else opened it in the meantime
    return opened


def close_late(on: date | None = None) -> int:
    """Where one side alone has answered and the days of grace are over, the joint review goes on with it; how many.

    Where nobody has answered it stays open: there is nothing to review.
    """
    closed = 0
    late = Evaluation.objects.filter(status=EvaluationStatus.OPEN, due_on__lt=(on or today()) - timedelta(days=GRACE_DAYS))
    for evaluation in late.filter(sides__submitted_at__isnull=False).distinct().with_people():
        try:
            complete(evaluation)
            closed += 1
        except TransitionRefused:
            continue  # the other side has handed in at this very moment
    return closed


def complete(evaluation: Evaluation) -> None:
    """The answers are in, of both sides or of the one that answered in time: whoever reviews is told which."""
    with changing():
        apply(evaluation, EVALUATION["complete"], by=None)
        evaluators = Membership.objects.people(Role.EVALUATOR, partnership=evaluation.partnership)
        people = [*people_of(evaluation.partnership, Role.COORDINATOR), *ministry(Role.OFFICER), *evaluators]
        silent = evaluation.sides.filter(submitted_at=None).first()
        words = words_about(evaluation, **(in_each_language("silent", silent.get_side_display) if silent else {}))
        event = "evaluation_one_sided" if silent else "evaluation_complete"
        tell(people, event, evaluation, evaluation.get_absolute_url(), words)


# --- What the rules ask for ---------------------------------------------------------------------------------------


def keep_schedule(on: date | None = None) -> schedule.Changes:
    """Compare the calendar with the rules and mend it; what was changed. Four queries when there is nothing to do.

    What has opened stays, what people put there stays. The rest follows the agreements: it is made, moves, or disappears.
    """
    day = on or today()
    done = schedule.Changes()
    rules = {rule.pk: rule for rule in EvaluationRule.objects.select_related("questionnaire")}
    if not rules:
        return done
    plain = [
        schedule.Rule(
            rule.pk, rule.kind, rule.moment, rule.due_after_days, rule.opens_before_days, rule.time_to_answer_days, rule.not_older_than_days, rule.is_active
        )
        for rule in rules.values()
        if rule.moment != Moment.ACTIVITY
    ]
    courses, closed, there = courses_of_partnerships(), days_of_closing(), on_the_calendar({rule.pk for rule in plain})
    for partnership, existing in {**{key: [] for key in courses}, **there}.items():
        course = courses.get(partnership, [])
        wanted = [wish for rule in plain for wish in schedule.wanted_by(rule, partnership, course, closed_on=closed.get(partnership), on=day)]
        changes = schedule.compare(plain, wanted, existing)
        try:
            mend(changes, rules)
        except (IntegrityError, TransitionRefused):  # somebody else was faster; the next run looks again
            log.warning("the calendar of partnership %s was changed by somebody else", partnership)
            continue
        done = replace(done, new=done.new + changes.new, moved=done.moved + changes.moved, gone=done.gone + changes.gone)
    for activity in activities_owed(list(rules.values()), day):
        schedule_follow_up(activity, on=day)
    return done


def courses_of_partnerships() -> dict[int, list[schedule.Stretch]]:
    """The stretches of agreements of each partnership that is active or closed. Annexes do not count: they lie inside."""
    terms: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Agreement.objects.filter(
        status__in=WAS_SIGNED, signed_on__isnull=False, parent=None, partnership__status__in=[PartnershipStatus.ACTIVE, PartnershipStatus.CLOSED]
    )
    for partnership, starts_on, ends_on, terminated_on in rows.order_by("pk").values_list("partnership", "starts_on", "ends_on", "terminated_on"):
        last = min(ends_on, terminated_on - timedelta(days=1)) if terminated_on else ends_on
        terms[partnership].append((starts_on, last))
    return {partnership: schedule.stretches(days) for partnership, days in terms.items()}


def days_of_closing() -> dict[int, date]:
    """When each closed partnership was closed."""
    closed = Partnership.objects.filter(status=PartnershipStatus.CLOSED).values("pk")
    lines = Change.objects.filter(object_type="partnerships.partnership", object_id__in=closed, to_status=PartnershipStatus.CLOSED)
    return {key: as_day(at) for key, at in lines.order_by().values_list("object_id").annotate(at=Max("at"))}


def on_the_calendar(rules: set[int]) -> dict[int, list[schedule.There]]:
    """The evaluations of partnerships, those of their activities left aside."""
    found: dict[int, list[schedule.There]] = defaultdict(list)
    rows = Evaluation.objects.filter(activity=None).order_by("pk")
    for partnership, *values, rule, status in rows.values_list("partnership", "pk", "kind", "counted_from", "opens_on", "due_on", "rule", "status"):
        found[partnership].append(schedule.There(*values, rule, status == EvaluationStatus.SCHEDULED and rule in rules))
    return found


def mend(changes: schedule.Changes, rules: dict[int, EvaluationRule]) -> None:
    """Bring the calendar of one partnership in line, whole or not at all."""
    if not (changes.new or changes.moved or changes.gone):
        return
    with changing():
        for evaluation in Evaluation.objects.filter(pk__in=changes.gone).select_related("partnership"):
            withdraw_evaluation(evaluation, by=None)
        for key, wish in changes.moved:
            move(key, wish)
        for wish in changes.new:
            if Evaluation.objects.filter(partnership=wish.partnership, kind=wish.kind, counted_from=wish.counted_from, activity=None).exists():
                continue  # another scheduler did it between the look and the lock
            rule = rules[wish.rule]
            schedule_evaluation(
                Partnership.objects.with_people().get(pk=wish.partnership), by=None, kind=wish.kind, questionnaire=rule.questionnaire, rule=rule,
                counted_from=wish.counted_from, opens_on=wish.opens_on, due_on=wish.due_on,
            )  # fmt: skip


def move(key: int, wish: schedule.Wanted) -> None:
    """An evaluation that has not opened follows the days that its rule counts from."""
    evaluation = Evaluation.objects.get(pk=key)
    if evaluation.status != EvaluationStatus.SCHEDULED:
        return
    before = {"counted_from": evaluation.counted_from, "opens_on": evaluation.opens_on, "due_on": evaluation.due_on}
    evaluation.counted_from, evaluation.opens_on, evaluation.due_on = wish.counted_from, wish.opens_on, wish.due_on
    evaluation.version += 1
    evaluation.save(update_fields=["counted_from", "opens_on", "due_on", "version", "updated_at"])
    record(evaluation, "move", by=None, before=before, after={name: getattr(evaluation, name) for name in before})


def activities_owed(rules: Sequence[EvaluationRule], on: date) -> list[Activity]:
    """Validated activities that a rule asks an evaluation for and that have none: a rule that was switched on later."""
    wanted = Q(pk__in=[])
    for rule in rules:
        if rule.is_active and rule.moment == Moment.ACTIVITY:
            mine = Q(ends_on__gte=on - timedelta(days=rule.not_older_than_days)) & ~Q(evaluations__kind=rule.kind)
            wanted |= mine & Q(kind=rule.activity_kind) if rule.activity_kind else mine
    rows = Activity.objects.filter(wanted, status=ActivityStatus.VALIDATED, partnership__isnull=False)
    return list(rows.select_related("partnership").order_by("pk").distinct()[:500])
