"""Whatever changes evaluations: scheduling by rule, answering, reviewing."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import Role, can, institutions_of
from activities.models import Activity
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.mail import in_each_language
from core.outbox import tell
from evaluation.choices import AnsweringSide, EvaluationStatus
from evaluation.lifecycle import EVALUATION
from evaluation.models import Answer, Evaluation, EvaluationRule, EvaluationSide, Questionnaire
from partnerships.actions import ministry, names, people_of
from partnerships.choices import Side
from partnerships.models import Membership, Partnership

name_verbs(schedule=_("Scheduled"), save_answers=_("Answers saved"), hand_in=_("Answers handed in"))

SIDES = {AnsweringSide.SENDER: (Side.SENDER, Side.PEER), AnsweringSide.HOST: (Side.HOST,)}


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
) -> Evaluation:
    """Put an evaluation on the calendar of both sides; it opens at once when its day has come."""
    with changing():
        evaluation = Evaluation.objects.create(
            partnership=partnership, activity=activity, kind=kind, questionnaire=questionnaire, rule=rule,
            opens_on=opens_on or today(), due_on=due_on,
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


def schedule_follow_up(activity: Activity, by: User | None = None) -> list[Evaluation]:
    """What the rules say must follow a validated activity. Runs when an activity is validated; twice changes nothing."""
    if activity.partnership is None:
        return []
    made = []
    for rule in EvaluationRule.objects.filter(is_active=True, activity_kind__in=["", activity.kind]).select_related("questionnaire"):
        if (today() - activity.ends_on).days > rule.not_older_than_days:
            continue
        if Evaluation.objects.filter(activity=activity, kind=rule.kind).exists():
            continue
        due_on = max(activity.ends_on + timedelta(days=rule.due_after_days), today() + timedelta(days=rule.time_to_answer_days))
        made.append(
            schedule_evaluation(activity.partnership, by=None, kind=rule.kind, questionnaire=rule.questionnaire, due_on=due_on, activity=activity, rule=rule)
        )
    return made


def open_due(on: date | None = None) -> int:
    """Open every scheduled evaluation whose day has come; how many."""
    opened = 0
    for evaluation in Evaluation.objects.filter(status=EvaluationStatus.SCHEDULED, opens_on__lte=on or today()).with_people():
        try:
            open_evaluation(evaluation)
            opened += 1
        except TransitionRefused:
            continue  # someone else opened it in the meantime
    return opened


def side_of(evaluation: Evaluation, user: User) -> str | None:
    """The side that `user` answers for, or None."""
    mine = institutions_of(user)
    for side, sides in SIDES.items():
        if mine & {party.institution_id for party in evaluation.partnership.parties.all() if party.side in sides}:
            return side
    return None


def save_answers(
    evaluation: Evaluation, *, by: User, answers: dict[int, tuple[int | None, str] | None], remarks: str = "", submit: bool = False
) -> EvaluationSide:
    """Keep one side's answers; with `submit`, hand them in for good.

    `answers` maps a criterion's key to (score 0–4 or None for not applicable, comment), or to None when it is not answered
    yet. Raises TransitionRefused when the evaluation is not open, the side has handed in already, or, at handing in, a
    criterion is unanswered. The last side to hand in completes the evaluation.
    """
    side_name = side_of(evaluation, by)
    if side_name is None or not can(by, "evaluation.answer", evaluation):
        raise TransitionRefused("not_allowed", _("This step is not open to your role."))
    with changing():
        evaluation.refresh_from_db(fields=["status", "version"])
        if evaluation.status != EvaluationStatus.OPEN:
            raise TransitionRefused("wrong_status", _("This evaluation does not take answers now."))
        side = evaluation.sides.get(side=side_name)
        if side.submitted_at:
            raise TransitionRefused("handed_in", _("Your side has already handed in its answers."))
        criteria = set(evaluation.questionnaire.criteria.values_list("pk", flat=True))
        given = {key: answer for key, answer in answers.items() if key in criteria and answer is not None}
        side.answers.exclude(criterion__in=given).delete()
        Answer.objects.bulk_create(
            [Answer(side=side, criterion_id=key, score=score, comment=comment) for key, (score, comment) in given.items()],
            update_conflicts=True, unique_fields=["side", "criterion"], update_fields=["score", "comment"],
        )  # fmt: skip
        side.remarks = remarks
        if submit:
            missing = len(criteria - set(given))
            if missing:
                raise TransitionRefused("incomplete", _("Answer every criterion, or mark it as not applicable."))
            side.submitted_at, side.submitted_by = timezone.now(), by
        side.save()
        record(evaluation, "hand_in" if submit else "save_answers", by=by, after={"side": side_name, "answered": len(given)})
        if submit and not evaluation.sides.filter(submitted_at=None).exists():
            apply(evaluation, EVALUATION["complete"], by=None)
            evaluators = Membership.objects.people(Role.EVALUATOR, partnership=evaluation.partnership)
            people = [*people_of(evaluation.partnership, Role.COORDINATOR), *ministry(Role.OFFICER), *evaluators]
            tell(people, "evaluation_complete", evaluation, evaluation.get_absolute_url(), words_about(evaluation))
    return side


def review_evaluation(evaluation: Evaluation, *, by: User, achievements: str, difficulties: str, decisions: str) -> Evaluation:
    """Record what the joint review concluded."""
    with changing():
        apply(
            evaluation, EVALUATION["review"], by=by,
            changes={"achievements": achievements, "difficulties": difficulties, "decisions": decisions, "reviewed_by": by},
        )  # fmt: skip
    return evaluation


def transition_evaluation(evaluation: Evaluation, transition: Transition, *, by: User | None, reason: str = "") -> Evaluation:
    """Take a step that carries nothing but a reason."""
    by_itself(transition, by)
    apply(evaluation, transition, by=by, reason=reason)
    return evaluation


def default_questionnaire() -> Questionnaire:
    return Questionnaire.objects.get(slug="partnership-28")
