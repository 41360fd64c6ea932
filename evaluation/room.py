"""What the evaluations tell the room of a partnership."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from evaluation.choices import VALIDATED_OR_LATER, ActionStatus, EvaluationStatus
from evaluation.models import ActionPoint, Evaluation, IndicatorValue
from partnerships.models import Partnership
from partnerships.room import Next


def evaluation_step(partnership: Partnership) -> str:
    """An evaluation of the partnership was reviewed and validated."""
    return "done" if Evaluation.objects.filter(partnership=partnership, status__in=VALIDATED_OR_LATER).exists() else ""


def evaluation_keys(partnership: Partnership) -> QuerySet:
    return Evaluation.objects.filter(partnership=partnership).values("pk")


def next_evaluations(partnership: Partnership) -> Iterable[Next]:
    """Evaluations that a side has still to answer."""
    rows = Evaluation.objects.filter(partnership=partnership, status=EvaluationStatus.OPEN).select_related("partnership", "activity").order_by("due_on", "pk")
    for evaluation in rows[:20]:
        kind = str(evaluation.get_kind_display()).capitalize()
        title = f"{kind} · {evaluation.activity.title}" if evaluation.activity else kind
        yield Next(title, _("both sides"), evaluation.due_on, evaluation.get_absolute_url(), _("Answer the evaluation"))


def value_keys(partnership: Partnership) -> QuerySet:
    return IndicatorValue.objects.filter(partnership=partnership).values("pk")


def point_keys(partnership: Partnership) -> QuerySet:
    return ActionPoint.objects.filter(partnership=partnership).values("pk")


def next_action_points(partnership: Partnership) -> Iterable[Next]:
    """What somebody has promised to do, from evaluations, visits and meetings."""
    rows = ActionPoint.objects.filter(partnership=partnership, status=ActionStatus.OPEN).select_related("owner").order_by("due_on", "pk")
    for point in rows[:50]:
        yield Next(point.text, point.owner.name, point.due_on, point.get_absolute_url(), _("Open the action point"))


def without_points(decisions: QuerySet) -> QuerySet:
    """Decisions that are no action points; those that are, are listed as such."""
    return decisions.filter(action_point=None)
