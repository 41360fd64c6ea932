"""The weights of matching, and national plans: asked for by a person, made in the background."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import can
from core.editing import edit
from core.history import changing, name_verbs, record
from core.jobs import unheard_of
from core.lifecycle import TransitionRefused
from core.outbox import tell
from partnerships.choices import JobState
from partnerships.models import MatchingSettings, NationalPlan, PlanPair
from partnerships.planning import SOLVE_SECONDS, UNITS, best_plan, greedy_plan, prepare, report
from partnerships.register_facts import load_register, rules_from, weights_of
from partnerships.tasks import ask, make_plan_task

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=3)  # a plan takes seconds: whoever made it died
GIVEN_UP_AFTER = timedelta(minutes=30)  # a plan that keeps killing whoever makes it

name_verbs(finish_plan=gettext_lazy("Plan ready"), fail_plan=gettext_lazy("Plan failed"))


def set_weights(values: dict[str, Any], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Change the weights and limits of matching from now on; plans keep the ones they were made with.

    Raises EditConflict when somebody else was faster, TransitionRefused when the weights add up to nothing.
    """
    refuse_unless(by, "matching.set_weights")
    with changing():
        row = MatchingSettings.current()
        checked_weights({**weights_of(row), **values})
        if row.pk is None:
            row.save()
            record(row, "create", by=by, after=weights_of(row))
        return edit(row, values, by=by, version=version)


def checked_weights(weights: dict[str, Any]) -> dict[str, int]:
    """The weights as a plan keeps them. Raises TransitionRefused when they add up to nothing."""
    try:
        rules_from(weights)
    except ValueError as error:
        raise TransitionRefused("no_weights", _("At least one criterion needs a weight above zero.")) from error
    return {name: int(value) for name, value in weights.items()}


def ask_for_plan(*, by: User | None, title: str = "", weights: dict[str, Any] | None = None) -> NationalPlan:
    """Ask for a plan over the whole register; it is made in the background, at once when a worker is free.

    Whoever may not set the weights asks with those in force. Raises TransitionRefused (not_allowed, no_weights).
    """
    refuse_unless(by, "matching.plan")
    in_force = weights_of(MatchingSettings.current())
    wanted = checked_weights({**in_force, **(weights or {})})
    if wanted != in_force and by is not None and not can(by, "matching.set_weights"):
        raise TransitionRefused("not_allowed", _("Only the head of the twinning cell plans with other weights than those in force."))
    with changing():
        plan = NationalPlan.objects.create(made_by=by, title=title, weights=wanted)
        record(plan, "create", by=by, after={"title": title, "weights": wanted})
        transaction.on_commit(partial(ask, make_plan_task, plan.pk))
    return plan


def free(now: datetime) -> Q:
    """Plans that wait, or whose maker died."""
    return Q(state=JobState.WAITING) | unheard_of(now, STALE_AFTER) & Q(state=JobState.RUNNING)


def make_plan(plan: NationalPlan) -> bool:
    """Make a plan that waits, or whose maker died; False when somebody else has it in hand. Nothing slow runs in a transaction."""
    claimed_at = timezone.now()
    if not NationalPlan.objects.filter(free(claimed_at), pk=plan.pk).update(state=JobState.RUNNING, claimed_at=claimed_at, progress_pct=5):
        return False
    plan.refresh_from_db()
    mine = NationalPlan.objects.filter(pk=plan.pk, state=JobState.RUNNING, claimed_at=claimed_at)
    try:
        result, pairs = work_out(plan, mine)
    except Exception as error:
        log.exception("plan %s failed", plan.pk)
        fail_plan(plan, mine, f"{type(error).__name__}: {error}")
        return True
    with changing():
        if mine.update(state=JobState.DONE, progress_pct=100, finished_at=timezone.now(), result=result):
            PlanPair.objects.bulk_create(pairs, batch_size=500)
            record(plan, "finish_plan", by=None, after={name: result[name] for name in ("total", "greedy_total", "bound", "needs_covered", "seconds")})
            people = [plan.made_by] if plan.made_by else []
            tell(people, "plan_done", plan, plan.get_absolute_url(), {"title": str(plan), "covered": result["needs_covered"], "needs": result["needs"]})
    plan.refresh_from_db()
    return True


def work_out(plan: NationalPlan, mine: Any) -> tuple[dict[str, Any], list[PlanPair]]:
    """The slow part: read the register, score, solve, explain; says how far it is after each."""
    began, reached = time.monotonic(), iter((60, 75))
    register = load_register(rules_from(plan.weights))
    mine.update(progress_pct=20)
    problem = prepare(register.places.values(), register.needs, register.offers, register.rules, register.past)
    mine.update(progress_pct=40)
    greedy = greedy_plan(problem)
    best = best_plan(problem, SOLVE_SECONDS, lambda: mine.update(progress_pct=next(reached)))
    mine.update(progress_pct=90)
    result = {**report(problem, best, greedy), "seconds": round(time.monotonic() - began, 1)}
    pairs = [
        PlanPair(
            plan=plan, sender_id=pair.sides[0], host_id=pair.sides[1], specialty_id=pair.need.specialty, need_id=pair.need.key, offer_id=pair.offer.key,
            score=pair.score, covered=pair.covered / UNITS, reasons=pair.match.reasons,
        )
        for pair in best.pairs
    ]  # fmt: skip
    return result, pairs


def fail_plan(plan: NationalPlan, mine: Any, error: str) -> None:
    with changing():
        if mine.update(state=JobState.FAILED, finished_at=timezone.now(), error=error[:300]):
            record(plan, "fail_plan", by=None, after={"error": error[:300]})
    plan.refresh_from_db()


def make_waiting_plans() -> int:
    """Take up the plans that a lost message or a dead worker left behind; how many. Those that failed again and again are given up."""
    now = timezone.now()
    stale = NationalPlan.objects.filter(unheard_of(now, STALE_AFTER), state=JobState.RUNNING)
    for plan in stale.filter(created_at__lt=now - GIVEN_UP_AFTER):
        fail_plan(plan, stale.filter(pk=plan.pk), "the work was cut off again and again")
    return sum(make_plan(plan) for plan in list(NationalPlan.objects.filter(free(now)).order_by("pk")))
