"""Whatever changes evaluations once they are open: answers of each side, evidence, the visit, the joint review, its validation."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role, can, institutions_of
from core.files import attach, drop_attachments
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself, check, not_allowed
from core.models import Attachment
from core.outbox import tell
from evaluation.actions.action_points import make_action_point
from evaluation.actions.scheduling import complete, words_about
from evaluation.choices import VALIDATED_OR_LATER, DifficultyArea, EvaluationStatus
from evaluation.lifecycle import EVALUATION
from evaluation.models import Answer, Difficulty, Evaluation, EvaluationSide, Questionnaire, VisitAnswer
from evaluation.secrecy import EVIDENCE, OF_VISIT, side_of
from partnerships.actions import people_of
from partnerships.models import Membership

name_verbs(
    save_answers=_("Answers saved"), hand_in=_("Answers handed in"), assign=_("Evaluator assigned"), visit=_("Visit handed in"),
    save_visit=_("Visit saved"), drop_document=_("Document taken off"),
)  # fmt: skip

VISITING = frozenset({EvaluationStatus.OPEN, EvaluationStatus.SUBMITTED, EvaluationStatus.REVIEWED})
ASSIGNED_FOR = timedelta(days=365)

Given = Mapping[int, tuple[int | None, str] | None]  # a criterion's key: (0–4 or None for not applicable, comment); None for no answer yet


def answering(evaluation: Evaluation, by: User) -> EvaluationSide:
    """The side that `by` answers for, while it may still answer. Raises TransitionRefused otherwise."""
    side_name = side_of(evaluation, by)
    if side_name is None or not can(by, "evaluation.answer", evaluation):
        raise not_allowed()
    evaluation.refresh_from_db(fields=["status", "version"])
    if evaluation.status != EvaluationStatus.OPEN:
        raise TransitionRefused("wrong_status", _("This evaluation does not take answers now."))
    side = evaluation.sides.get(side=side_name)
    if side.submitted_at:
        raise TransitionRefused("handed_in", _("Your side has already handed in its answers."))
    return side


def save_answers(evaluation: Evaluation, *, by: User, answers: Given, remarks: str | None = None, submit: bool = False) -> EvaluationSide:
    """Keep answers of one side; with `submit`, hand all of them in for good. Criteria that are not named stay as they are.

    Raises TransitionRefused when the evaluation is not open, the side has handed in already, or, at handing in, a
    criterion is unanswered. The last side to hand in completes the evaluation. The history keeps who saved and a
    fingerprint of what, so that it shows tampering and tells nobody the answers.
    """
    with changing():
        side = answering(evaluation, by)
        criteria = set(evaluation.questionnaire.criteria.values_list("pk", flat=True))
        given = {key: answer for key, answer in answers.items() if key in criteria and answer is not None}
        side.answers.filter(criterion__in=[key for key, answer in answers.items() if answer is None]).delete()
        Answer.objects.bulk_create(
            [Answer(side=side, criterion_id=key, score=score, comment=comment) for key, (score, comment) in given.items()],
            update_conflicts=True, unique_fields=["side", "criterion"], update_fields=["score", "comment"],
        )  # fmt: skip
        if remarks is not None:
            side.remarks = remarks
        if submit:
            if criteria - set(side.answers.values_list("criterion", flat=True)):
                raise TransitionRefused("incomplete", _("Answer every criterion, or mark it as not applicable."))
            side.submitted_at, side.submitted_by = timezone.now(), by
        side.save()
        record(side, "save_answers", by=by, after={"fingerprint": fingerprint(side)})
        if submit:
            record(evaluation, "hand_in", by=by, after={"side": side.side})
            if not evaluation.sides.filter(submitted_at=None).exists():
                complete(evaluation)
    return side


def fingerprint(side: EvaluationSide) -> str:
    """A keyed digest of all that a side has answered so far."""
    said = [side.remarks, list(side.answers.order_by("criterion").values_list("criterion", "score", "comment"))]
    return salted_hmac("evaluation.answers", json.dumps(said, ensure_ascii=False), algorithm="sha256").hexdigest()


def add_evidence(evaluation: Evaluation, *, by: User, upload: Any, number: int | None = None) -> Attachment:
    """Keep a file with the answers of one's own side, about a criterion where its number is given; hidden like the answers.

    Raises TransitionRefused once the side has handed in, ValidationError when the file is refused.
    """
    with changing():
        side = answering(evaluation, by)
        return attach(side, upload, role=f"{EVIDENCE}-{number}" if number else EVIDENCE, by=by, is_secret=True)


def drop_evidence(evaluation: Evaluation, attachment: Attachment, *, by: User) -> None:
    """Take a file off again before the answers are handed in. Raises TransitionRefused for a file of anything else."""
    with changing():
        side = answering(evaluation, by)
        if (attachment.object_type, attachment.object_id) != (side._meta.label_lower, side.pk):
            raise TransitionRefused("not_yours", _("This file does not belong to the answers of your side."))
        record(side, "drop_document", by=by, before={"sha256": attachment.sha256})
        drop_attachments(Attachment.objects.filter(pk=attachment.pk))


# --- The visit ----------------------------------------------------------------------------------------------------


def assign_evaluator(evaluation: Evaluation, person: User | None, *, by: User | None) -> Evaluation:
    """Name the external evaluator who visits, or take them off (None). The partnership opens to them for a year.

    Raises TransitionRefused for somebody who may not, for a person who is no evaluator or belongs to one of the sides, and
    once the report is validated.
    """
    refuse_unless(by, "evaluation.schedule", evaluation)
    if evaluation.status in VALIDATED_OR_LATER:
        raise TransitionRefused("wrong_status", _("The report is validated already."))
    if person is not None:
        if not Membership.objects.in_force().filter(user=person, role=Role.EVALUATOR).exists():
            raise TransitionRefused("not_an_evaluator", _("Choose somebody who is an evaluator."))
        if institutions_of(person) & evaluation.party_ids:
            raise TransitionRefused("of_a_side", _("An external evaluator belongs to neither side."))
    with changing():
        before = evaluation.evaluator_id
        if before == (person.pk if person else None):
            return evaluation
        if evaluation.visited_on is not None:
            raise TransitionRefused("visited", _("The visit has been handed in: its evaluator stays."))
        evaluation.evaluator = person
        evaluation.version += 1
        evaluation.save(update_fields=["evaluator", "version", "updated_at"])
        record(evaluation, "assign", by=by, before={"evaluator": before}, after={"evaluator": person.pk if person else None})
        if person is not None:
            open_partnership_to(person, evaluation, by)
            tell([person], "evaluator_assigned", evaluation, evaluation.get_absolute_url(), words_about(evaluation), rung=f"v{evaluation.version}")
    return evaluation


def open_partnership_to(person: User, evaluation: Evaluation, by: User | None) -> None:
    """A membership as evaluator of this partnership, unless there is one."""
    there = Membership.objects.in_force().filter(user=person, role=Role.EVALUATOR, partnership=evaluation.partnership)
    if not there.exists():
        until = today() + ASSIGNED_FOR
        membership = Membership.objects.create(user=person, role=Role.EVALUATOR, partnership=evaluation.partnership, valid_from=today(), valid_to=until)
        record(membership, "create", by=by, after={"user": person.pk, "role": Role.EVALUATOR, "partnership": evaluation.partnership_id, "valid_to": until})


def visiting(evaluation: Evaluation, by: User) -> None:
    """Raise TransitionRefused unless `by` is the evaluator of this evaluation and may still write."""
    evaluation.refresh_from_db(fields=["status", "evaluator", "visited_on", "version"])
    if evaluation.evaluator_id != by.pk or not can(by, "evaluation.visit", evaluation):
        raise TransitionRefused("not_allowed", _("The visit is written by the evaluator whom the ministry has assigned."))
    if evaluation.status not in VISITING:
        raise TransitionRefused("wrong_status", _("The visit can no longer be changed."))


def record_visit(evaluation: Evaluation, *, by: User, answers: Given, findings: str, visited_on: date | None = None, hand_in: bool = False) -> Evaluation:
    """Keep the checklist and the findings of a visit; with `hand_in`, show them to those who read the answers.

    Raises TransitionRefused for anybody but the evaluator, without a day or findings at handing in, and for a day ahead.
    """
    with changing():
        visiting(evaluation, by)
        if hand_in and (visited_on is None or not findings.strip()):
            raise TransitionRefused("incomplete", _("Give the day of the visit and what you found."))
        if visited_on is not None and visited_on > today():
            raise TransitionRefused("in_future", _("The day cannot be in the future."))
        criteria = set(visit_checklist().criteria.values_list("pk", flat=True))
        given = {key: answer for key, answer in answers.items() if key in criteria and answer is not None}
        evaluation.visit_answers.filter(criterion__in=[key for key, answer in answers.items() if answer is None]).delete()
        VisitAnswer.objects.bulk_create(
            [VisitAnswer(evaluation=evaluation, criterion_id=key, score=score, comment=comment) for key, (score, comment) in given.items()],
            update_conflicts=True, unique_fields=["evaluation", "criterion"], update_fields=["score", "comment"],
        )  # fmt: skip
        evaluation.visit_findings = findings
        if hand_in or evaluation.visited_on is not None:
            evaluation.visited_on = visited_on or evaluation.visited_on
        evaluation.save(update_fields=["visit_findings", "visited_on", "updated_at"])
        record(evaluation, "visit" if hand_in else "save_visit", by=by, after={"visited_on": evaluation.visited_on})
    return evaluation


def add_visit_file(evaluation: Evaluation, *, by: User, upload: Any) -> Attachment:
    """Keep a photo or a paper of the visit; hidden like its findings."""
    with changing():
        visiting(evaluation, by)
        return attach(evaluation, upload, role=OF_VISIT, by=by, is_secret=True)


# --- Joint review, validation, publication ------------------------------------------------------------------------


def review_evaluation(
    evaluation: Evaluation,
    *,
    by: User | None,
    achievements: str,
    difficulties: str,
    decisions: str,
    difficulty_list: Iterable[tuple[str, str]] = (),
    action_points: Iterable[Mapping[str, Any]] = (),
) -> Evaluation:
    """Record what the joint review concluded: words, difficulties as (area, text), action points made right there.

    Each action point names `text`, `owner`, `due_on` and `priority`. Written again after a return, the difficulties replace
    those of before, the action points stay and new ones join them.
    """
    values = {"achievements": achievements, "difficulties": difficulties, "decisions": decisions, "reviewed_by": by}
    named = [(area, text.strip()) for area, text in difficulty_list if text.strip()]
    with changing():
        check(evaluation, EVALUATION["review"], by=by)
        before = [[row.area, row.text] for row in evaluation.difficulty_list.all()]
        evaluation.difficulty_list.all().delete()
        Difficulty.objects.bulk_create(Difficulty(evaluation=evaluation, area=DifficultyArea(area), text=text) for area, text in named)
        for point in action_points:
            make_action_point(evaluation.partnership, by=by, evaluation=evaluation, **point)
        apply(evaluation, EVALUATION["review"], by=by, changes=values)
        if before != [list(row) for row in named]:
            record(evaluation, "edit", by=by, before={"difficulty_list": before}, after={"difficulty_list": named})
    return evaluation


def transition_evaluation(evaluation: Evaluation, transition: Transition, *, by: User | None, reason: str = "") -> Evaluation:
    """Take a step that carries nothing but a reason, and tell who goes on with it."""
    by_itself(transition, by)
    with changing():
        apply(evaluation, transition, by=by, reason=reason)
        address = evaluation.get_absolute_url()
        if transition.slug == "return":
            people = {person.pk: person for person in (evaluation.reviewed_by, evaluation.evaluator) if person}
            tell(people.values(), "evaluation_returned", evaluation, address, words_about(evaluation, reason=reason), rung=f"v{evaluation.version}")
        elif transition.slug == "publish":
            regions = Membership.objects.people(Role.REGION, region__in=evaluation.party_region_ids - {None})
            people_told = [*people_of(evaluation.partnership, Role.COORDINATOR, Role.DIRECTOR), *regions, *filter(None, [evaluation.evaluator])]
            tell(people_told, "evaluation_published", evaluation, address, words_about(evaluation))
    return evaluation


def default_questionnaire() -> Questionnaire:
    """The present version of the questionnaire about a partnership."""
    return Questionnaire.objects.get(slug="partnership-28", is_current=True)


def visit_checklist() -> Questionnaire:
    """The present version of the evaluator's checklist."""
    return Questionnaire.objects.filter(purpose="visit", is_current=True).order_by("slug")[0]
