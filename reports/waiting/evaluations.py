"""Evaluations, action points and good practices that wait for somebody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.policy import Role, institutions_of
from core.formats import as_day
from evaluation.actions import SIDES, VISITING
from evaluation.choices import ActionStatus, EvaluationStatus, PracticeStatus
from evaluation.models import ActionPoint, Evaluation, GoodPractice
from partnerships.querysets import with_places
from reports.waiting.rows import AT_MOST, DECISION_DAYS, Waiting

REVIEW_DAYS = 15  # after the due day, within which the two sides review the answers


def to_evaluate(user: Any, roles: set[str]) -> Iterator[Waiting]:
    mine = institutions_of(user)
    for evaluation in evaluations(user).waiting().prefetch_related("sides", with_places("partnership__")).order_by("due_on")[:AT_MOST]:
        owing = {side.side for side in evaluation.sides.all() if side.submitted_at is None}
        sides = {name for side in owing for name in SIDES[side]}
        if any(party.institution_id in mine and party.side in sides for party in evaluation.partnership.parties.all()):
            yield Waiting(
                str(evaluation.get_kind_display()), with_activity(evaluation), evaluation.due_on, f"{evaluation.get_absolute_url()}answer/", _("Answer")
            )


def with_activity(evaluation: Evaluation) -> tuple[Any, ...]:
    return (evaluation.partnership, evaluation.activity.title if evaluation.activity else "")


def evaluations(user: Any, action: str = "") -> Any:
    return Evaluation.objects.visible_to(user, action).select_related("partnership", "activity")


def evaluations_to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    statuses = {Role.OFFICER: EvaluationStatus.REVIEWED, Role.HEAD: EvaluationStatus.VALIDATED}
    wanted = [status for role, status in statuses.items() if role in roles]
    for evaluation in evaluations(user).filter(status__in=wanted).order_by("due_on")[:AT_MOST]:
        yield Waiting(
            _("Decide: %(activity)s") % {"activity": evaluation.get_kind_display()},
            with_activity(evaluation),
            None,
            evaluation.get_absolute_url(),
            pgettext("button", "Open"),
        )


def to_review(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for evaluation in evaluations(user, "evaluation.review").filter(status=EvaluationStatus.SUBMITTED).order_by("due_on")[:AT_MOST]:
        yield Waiting(
            _("Joint review: %(evaluation)s") % {"evaluation": evaluation.get_kind_display()},
            with_activity(evaluation),
            evaluation.due_on + timedelta(days=REVIEW_DAYS),
            f"{evaluation.get_absolute_url()}review/",
            _("Review"),
        )


def action_points(user: Any) -> Any:
    return ActionPoint.objects.visible_to(user).select_related("partnership")


def points_to_do(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for point in action_points(user).filter(owner=user, status=ActionStatus.OPEN).order_by("due_on", "pk")[:AT_MOST]:
        yield Waiting(_("To do: %(text)s") % {"text": point.text}, point.partnership, point.due_on, point.get_absolute_url(), pgettext("button", "Open"))


def points_to_verify(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Done by others: whoever gave it looks at it; what the portal gave, the ministry."""
    given = Q(created_by=user) | (Q(created_by=None) if Role.OFFICER in roles else Q(pk__in=()))
    for point in action_points(user).filter(given, status=ActionStatus.DONE).exclude(owner=user).order_by("done_on", "pk")[:AT_MOST]:
        due = point.done_on + timedelta(days=DECISION_DAYS) if point.done_on else None
        yield Waiting(_("Verify: %(text)s") % {"text": point.text}, point.partnership, due, point.get_absolute_url(), pgettext("button", "Open"))


def practices_to_correct(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for practice in GoodPractice.objects.filter(created_by=user, status=PracticeStatus.RETURNED).order_by("pk")[:AT_MOST]:
        yield Waiting(_("Correct the good practice"), practice.title, None, practice.get_absolute_url(), pgettext("button", "Open"))


def practices_to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for practice in GoodPractice.objects.visible_to(user).filter(status=PracticeStatus.SUBMITTED).exclude(created_by=user).order_by("pk")[:AT_MOST]:
        due = as_day(practice.updated_at) + timedelta(days=DECISION_DAYS)
        yield Waiting(_("Decide on the good practice"), practice.title, due, practice.get_absolute_url(), _("Decide"))


def visits_to_write(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = evaluations(user).filter(evaluator=user, visited_on=None, status__in=VISITING)
    for evaluation in rows.order_by("due_on", "pk")[:AT_MOST]:
        yield Waiting(
            _("Visit: %(evaluation)s") % {"evaluation": evaluation.get_kind_display()}, with_activity(evaluation), evaluation.due_on,
            f"{evaluation.get_absolute_url()}visit/", _("Write the visit"),
        )  # fmt: skip
