"""Thin doors for Celery: work in the background waits in the database, a task only says that it is time to look."""

import logging
from typing import Any

from celery import Task, shared_task

log = logging.getLogger(__name__)


def ask(task: Task, *given: Any) -> None:
    """Ask a worker to do something now. A broker that is away costs nothing: `background_work` finds what waits."""
    try:
        task.apply_async(given, retry=False)
    except Exception as error:  # noqa: BLE001 – every broker library raises its own kinds
        log.warning("no broker for %s, the sweep will see to it: %s", task.name, error)


@shared_task
def read_intake_task(pk: int) -> bool:
    """Read one file of institutions, unless somebody has it in hand already."""
    from partnerships.actions.intake import read_intake
    from partnerships.models import Intake

    intake = Intake.objects.filter(pk=pk).first()
    return intake is not None and read_intake(intake)


@shared_task
def make_plan_task(pk: int) -> bool:
    """Make one national plan, unless somebody has it in hand already."""
    from partnerships.actions.plans import make_plan
    from partnerships.models import NationalPlan

    plan = NationalPlan.objects.filter(pk=pk).first()
    return plan is not None and make_plan(plan)


@shared_task
def background_work() -> int:
    """Twice a minute: take up what a lost message or a dead worker left behind."""
    from partnerships.actions.intake import read_waiting
    from partnerships.actions.plans import make_waiting_plans

    done = read_waiting() + make_waiting_plans()
    if done:
        log.info("took up %s pieces of work", done)
    return done
