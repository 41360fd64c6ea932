"""The lifecycle of an evaluation: table and guards."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.lifecycle import Transition, TransitionRefused, lifecycle
from evaluation.choices import EvaluationStatus as S


def both_have_answered(evaluation: Any, by: Any, given: dict[str, Any]) -> None:
    if evaluation.sides.filter(submitted_at=None).exists():
        raise TransitionRefused("side_missing", _("One side has not answered yet."))


def not_the_reviewer(evaluation: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk == evaluation.reviewed_by_id:
        raise TransitionRefused("author", _("Nobody validates what they wrote: someone else of the ministry must do it."))


EVALUATION = lifecycle(
    "evaluation",
    Transition("open", frozenset({S.SCHEDULED}), S.OPEN, None, _("Open"), by_hand=False),
    Transition("complete", frozenset({S.OPEN}), S.SUBMITTED, None, _("Both sides have answered"), (both_have_answered,), by_hand=False),
    Transition("review", frozenset({S.SUBMITTED}), S.REVIEWED, "evaluation.review", _("Record the joint review"), by_hand=False),
    Transition("validate", frozenset({S.REVIEWED}), S.VALIDATED, "evaluation.validate", _("Validate"), (not_the_reviewer,)),
    Transition("publish", frozenset({S.VALIDATED}), S.PUBLISHED, "evaluation.publish", _("Publish"), is_final=True,
               explanation=_("The report is open to both sides and their regions, and can no longer be changed.")),
)  # fmt: skip
