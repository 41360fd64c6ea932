"""The lifecycles of evaluations, action points and good practices: tables and guards."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lifecycle import Transition, TransitionRefused, lifecycle
from evaluation.choices import VALIDATED_OR_LATER, EvaluationKind
from evaluation.choices import ActionStatus as A
from evaluation.choices import EvaluationStatus as S
from evaluation.choices import PracticeStatus as P
from evaluation.choices import ValueStatus as V
from evaluation.models import Evaluation


def somebody_has_answered(evaluation: Any, by: Any, given: dict[str, Any]) -> None:
    if not evaluation.sides.filter(submitted_at__isnull=False).exists():
        raise TransitionRefused("side_missing", _("Neither side has answered yet."))


def not_involved(evaluation: Any, by: Any, given: dict[str, Any]) -> None:
    """Who answered, visited or wrote the review does not validate it."""
    wrote = {evaluation.reviewed_by_id, evaluation.evaluator_id, *evaluation.sides.values_list("submitted_by", flat=True)}
    if by is not None and by.pk in wrote:
        raise TransitionRefused("author", _("Nobody validates what they wrote: someone else of the ministry must do it."))


def visit_is_in(evaluation: Any, by: Any, given: dict[str, Any]) -> None:
    if evaluation.evaluator_id and evaluation.visited_on is None:
        raise TransitionRefused("visit_missing", _("The evaluator has not handed in the visit yet: wait for it, or take the evaluator off."))


def final_evaluation_done(partnership: Any, by: Any, given: dict[str, Any]) -> None:
    """Added to the closing of a partnership. The portal itself may take over what ended before it."""
    done = Evaluation.objects.filter(partnership=partnership, kind=EvaluationKind.FINAL, status__in=VALIDATED_OR_LATER)
    if by is not None and not done.exists():
        raise TransitionRefused("final_evaluation_missing", _("The final evaluation comes first: schedule it, and validate it once both sides have answered."))


EVALUATION = lifecycle(
    "evaluation",
    Transition("open", frozenset({S.SCHEDULED}), S.OPEN, None, _("Open"), by_hand=False),
    Transition("complete", frozenset({S.OPEN}), S.SUBMITTED, None, _("The answers are in"), (somebody_has_answered,), by_hand=False),
    Transition("review", frozenset({S.SUBMITTED}), S.REVIEWED, "evaluation.review", _("Record the joint review"), by_hand=False),
    Transition("return", frozenset({S.REVIEWED}), S.SUBMITTED, "evaluation.validate", pgettext_lazy("step", "Return"), needs_reason=True),
    Transition("validate", frozenset({S.REVIEWED}), S.VALIDATED, "evaluation.validate", _("Validate"), (not_involved, visit_is_in)),
    Transition("publish", frozenset({S.VALIDATED}), S.PUBLISHED, "evaluation.publish", _("Publish"), is_final=True,
               explanation=_("The report is open to both sides and their regions, and can no longer be changed.")),
)  # fmt: skip


def is_the_owner(point: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk != point.owner_id:
        raise TransitionRefused("not_the_owner", _("Whoever does it says that it is done."))


def not_the_owner(point: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk == point.owner_id:
        raise TransitionRefused("owner", _("Somebody else looks at what you did."))


def not_released_by_oneself(point: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk == point.owner_id != point.created_by_id:
        raise TransitionRefused("owner", _("Somebody else can release you from it: ask whoever gave it to you."))


ACTION_POINT = lifecycle(
    "actionpoint",
    Transition("finish", frozenset({A.OPEN}), A.DONE, "action_point.keep", _("Say that it is done"), (is_the_owner,), by_hand=False),
    Transition("verify", frozenset({A.DONE}), A.VERIFIED, "action_point.verify", pgettext_lazy("step", "Verify"), (not_the_owner,)),
    Transition("reopen", frozenset({A.DONE}), A.OPEN, "action_point.verify", _("Not done yet: open it again"), (not_the_owner,), needs_reason=True),
    Transition("cancel", frozenset({A.OPEN}), A.CANCELLED, "action_point.keep", _("Cancel the action point"), (not_released_by_oneself,), needs_reason=True,
               is_final=True, explanation=_("It leaves the lists. A new one can be made later.")),
)  # fmt: skip


def says_enough(practice: Any, by: Any, given: dict[str, Any]) -> None:
    if not (practice.problem.strip() and practice.solution.strip() and practice.outcome.strip()):
        raise TransitionRefused("words_missing", _("Describe the problem, what was done, and what came of it."))


def report_is_published(practice: Any, by: Any, given: dict[str, Any]) -> None:
    if practice.evaluation and practice.evaluation.status != S.PUBLISHED:
        raise TransitionRefused("report_unpublished", _("It comes from an evaluation whose report is not published yet: publish the report first."))


def not_the_author(practice: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk == practice.created_by_id:
        raise TransitionRefused("author", _("Nobody validates what they wrote: someone else of the ministry must do it."))


GOOD_PRACTICE = lifecycle(
    "goodpractice",
    Transition("submit", frozenset({P.DRAFT, P.RETURNED}), P.SUBMITTED, "practice.describe", _("Hand in to the ministry"), (says_enough,)),
    Transition("validate", frozenset({P.SUBMITTED}), P.VALIDATED, "practice.validate", _("Validate and publish"), (not_the_author, report_is_published)),
    Transition("return", frozenset({P.SUBMITTED}), P.RETURNED, "practice.validate", pgettext_lazy("step", "Return"), needs_reason=True),
    Transition("take_down", frozenset({P.VALIDATED}), P.RETURNED, "practice.validate", _("Take out of the published list"), needs_reason=True,
               is_final=True, explanation=_("Nobody finds it any more, until it has been corrected and validated again.")),
)  # fmt: skip


def not_the_recorder(value: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk == value.recorded_by_id:
        raise TransitionRefused("author", _("Nobody approves what they typed: somebody else of the institution or the ministry must do it."))


MEASUREMENT = lifecycle(
    "indicatorvalue",
    Transition("submit", frozenset({V.DRAFT, V.RETURNED}), V.SUBMITTED, "measurement.record", pgettext_lazy("a figure", "Hand in"),
               explanation=_("It can be changed no more until somebody sends it back.")),
    Transition("approve", frozenset({V.SUBMITTED}), V.APPROVED, "measurement.approve", _("Approve and lock"), (not_the_recorder,), is_final=True,
               explanation=_("The figure enters the results, and its period is locked. Only the ministry can open it again.")),
    Transition("return", frozenset({V.SUBMITTED}), V.RETURNED, "measurement.approve", pgettext_lazy("step", "Return"), (not_the_recorder,), needs_reason=True),
    Transition("reopen", frozenset({V.APPROVED}), V.RETURNED, "measurement.reopen", _("Open the period again"), needs_reason=True,
               explanation=_("The figure leaves the results until it has been corrected, handed in and approved again.")),
)  # fmt: skip
