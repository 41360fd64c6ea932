"""What the evaluations tell the room of a partnership."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from evaluation.choices import EvaluationStatus
from evaluation.models import Evaluation
from partnerships.models import Partnership
from partnerships.room import Next


def evaluation_step(partnership: Partnership) -> str:
    """An evaluation of the partnership was reviewed and validated."""
    done = [EvaluationStatus.VALIDATED, EvaluationStatus.PUBLISHED]
    return "done" if Evaluation.objects.filter(partnership=partnership, status__in=done).exists() else ""


def evaluation_keys(partnership: Partnership) -> QuerySet:
    return Evaluation.objects.filter(partnership=partnership).values("pk")


def next_evaluations(partnership: Partnership) -> Iterable[Next]:
    """Evaluations that a side has still to answer."""
    rows = Evaluation.objects.filter(partnership=partnership, status=EvaluationStatus.OPEN).select_related("partnership", "activity").order_by("due_on", "pk")
    for evaluation in rows[:20]:
        yield Next(
            str(evaluation.get_kind_display()).capitalize(), _("both sides"), evaluation.due_on, evaluation.get_absolute_url(), _("Answer the evaluation")
        )
