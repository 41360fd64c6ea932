"""What is owed of evaluations, measurements and action points. R15–R17, R19."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.mail import in_each_language
from evaluation import measuring
from evaluation.actions import SIDES, words_about
from evaluation.choices import EvaluationKind
from evaluation.models import ActionPoint, Evaluation, IndicatorTarget
from evaluation.reminders.engine import BATCH, HORIZON, Owed, each, trigger
from evaluation.reminders.words import of_parties
from partnerships.actions.people import names
from partnerships.models import Partnership


def evaluations(on: date) -> Any:
    return Evaluation.objects.waiting().filter(due_on__lte=on + HORIZON).with_people()


def evaluation_owed(evaluation: Evaluation) -> Owed:
    """For the sides that have not handed in."""
    waiting = [side.side for side in evaluation.sides.all() if side.submitted_at is None]
    sides = tuple(name for side in waiting for name in SIDES[side])
    return Owed(evaluation, evaluation.partnership, evaluation.due_on, "evaluation_reminder", lambda: words_about(evaluation), sides)


@trigger("evaluation_due", counts_from=_("the day the answers are due"), stops=_("your side has handed in its answers"))
def evaluations_due(on: date) -> Iterator[Owed]:
    """Open evaluations of every kind but the one after the end of the partnership."""
    return each(evaluations(on).exclude(kind=EvaluationKind.AFTERWARDS), evaluation_owed)


@trigger("post_partnership_evaluation", counts_from=_("the day the answers are due, a year after the end"), stops=_("your side has handed in its answers"))
def evaluations_afterwards(on: date) -> Iterator[Owed]:
    """Open evaluations one year after the end of a partnership."""
    return each(evaluations(on).filter(kind=EvaluationKind.AFTERWARDS), evaluation_owed)


@trigger("indicator_period", counts_from=_("the day the figures of a period are due"), stops=_("every figure of the period is handed in"))
def figures_missing(on: date) -> Iterator[Owed]:
    """Periods for which a partnership has not handed in every figure that it set itself a target for and that nobody can compute."""
    keys = sorted(set(IndicatorTarget.objects.filter(partnership__status="active").values_list("partnership", flat=True)))
    for start in range(0, len(keys), BATCH):
        missing: dict[tuple[int, str, date], list[Any]] = {}
        for figure in measuring.owed(Partnership.objects.filter(pk__in=keys[start : start + BATCH]), on):
            missing.setdefault((figure.partnership.pk, figure.indicator.frequency, figure.due_on), []).append(figure)
        for (_partnership, frequency, due), figures in missing.items():
            yield Owed(figures[0].partnership, figures[0].partnership, due, "indicators_reminder", partial(words_of_figures, figures), mark=frequency[:1])


def words_of_figures(figures: list[Any]) -> dict[str, Any]:
    first = figures[0]
    return {**names(first.partnership), **in_each_language("period", lambda: first.period.label), "count": len(figures), "due_on": first.due_on.isoformat()}


@trigger("action_point", counts_from=_("the day until which it is to be done"), stops=_("you say that it is done"))
def actions_open(on: date) -> Iterator[Owed]:
    """Action points that nobody has said to be done."""
    rows = of_parties(ActionPoint.objects.open().filter(due_on__lte=on + HORIZON)).select_related("owner")
    return each(
        rows,
        lambda point: Owed(
            point, point.partnership, point.due_on, "action_point_reminder",
            lambda: {**names(point.partnership), "text": point.text, "owner": point.owner.name, "due_on": point.due_on.isoformat()},
            more_people={"owner": [point.owner]}, events={"leads": "action_point_overdue", "officers": "action_point_overdue"},
        ),
    )  # fmt: skip
