"""Reports by schedule: what is due follows from the day and from the runs that exist, so a scheduler that slept catches up."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policy import can
from core.editing import edit
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from evaluation.indicators import Period, period_of
from evaluation.indicators.scope import MONTHS, months_later
from partnerships.tasks import ask
from reports.models import ReportRun, ReportSchedule
from reports.registry import REGISTRY, Missing, asked_of, reports_for
from reports.tasks import make_run_task

CATCHES_UP = 12  # periods; what is older is history

name_verbs(stop_schedule=gettext_lazy("Stopped"))


def make_schedule(
    slug: str, parameters: Mapping[str, str], *, language: str, format: str, rhythm: str, day: int, recipients: Iterable[User], by: User
) -> ReportSchedule:
    """Let a report be made by itself from now on, for each recipient within what they may see.

    Raises TransitionRefused (not_allowed, nobody, not_theirs).
    """
    if not can(by, "report.schedule") or slug not in REGISTRY:
        raise TransitionRefused("not_allowed", _("Your role does not allow this."))
    people = fit_for(slug, parameters, recipients)
    with changing():
        schedule = ReportSchedule.objects.create(
            report=slug, parameters=dict(parameters), language=language, format=format, rhythm=rhythm, day=day, made_by=by, starts_on=today()
        )
        schedule.recipients.set(people)
        after = {"report": slug, "parameters": dict(parameters), "rhythm": rhythm, "day": day, "format": format, "recipients": [person.pk for person in people]}
        record(schedule, "create", by=by, after=after)
    return schedule


def fit_for(slug: str, parameters: Mapping[str, str], recipients: Iterable[User]) -> list[User]:
    """The recipients, when each of them could ask for the report themselves. Raises TransitionRefused (nobody, not_theirs)."""
    people = list(recipients)
    if not people:
        raise TransitionRefused("nobody", _("Choose somebody who is to get it."))
    if unfit := [person.name for person in people if not may_have(person, slug, parameters)]:
        raise TransitionRefused("not_theirs", _("Not for their eyes: %(names)s.") % {"names": "، ".join(unfit[:5])})
    return people


def change_schedule(
    schedule: ReportSchedule, *, language: str, format: str, day: int, recipients: Iterable[User], by: User, version: int | None = None
) -> ReportSchedule:
    """From the next period on in this language and format, on this day, for these people. What it is about stays: that is another schedule.

    Raises TransitionRefused (not_allowed, stopped, nobody, not_theirs) and EditConflict.
    """
    if not can(by, "report.schedule") or schedule.report not in REGISTRY:
        raise TransitionRefused("not_allowed", _("Your role does not allow this."))
    if not schedule.is_running:
        raise TransitionRefused("stopped", _("It is stopped already."))
    people = fit_for(schedule.report, schedule.parameters, recipients)
    edit(schedule, {"language": language, "format": format, "day": day, "recipients": people}, by=by, version=version)
    return schedule


def stop_schedule(schedule: ReportSchedule, *, by: User) -> ReportSchedule:
    """No further report of this schedule; what was made stays. Raises TransitionRefused (not_allowed, stopped)."""
    if not can(by, "report.schedule"):
        raise TransitionRefused("not_allowed", _("Your role does not allow this."))
    with changing():
        if not ReportSchedule.objects.filter(pk=schedule.pk, stopped_at=None).update(stopped_at=timezone.now()):
            raise TransitionRefused("stopped", _("It is stopped already."))
        record(schedule, "stop_schedule", by=by)
    schedule.refresh_from_db()
    return schedule


def may_have(person: User, slug: str, parameters: Mapping[str, str]) -> bool:
    """Whether this person could ask for the report themselves."""
    if not person.is_active or REGISTRY[slug] not in reports_for(person):
        return False
    try:
        asked_of(parameters, person)
    except Missing:
        return False
    return True


def due_periods(schedule: ReportSchedule, on: date) -> list[Period]:
    """The months or quarters that are over and whose day has come since the schedule was made, the oldest first."""
    length = MONTHS[schedule.rhythm]  # type: ignore[index]
    found = []
    for back in range(CATCHES_UP):
        begun = period_of(schedule.rhythm, on).start
        assert begun is not None
        begun = months_later(begun, -length * back)
        if schedule.starts_on <= begun.replace(day=schedule.day) <= on:
            found.append(period_of(schedule.rhythm, months_later(begun, -length)))
    return found[::-1]


def next_day(schedule: ReportSchedule, on: date | None = None) -> date | None:
    """The day of the next report; None once it is stopped."""
    if not schedule.is_running:
        return None
    on = on or today()
    begun = period_of(schedule.rhythm, on).start
    assert begun is not None
    days = (months_later(begun, MONTHS[schedule.rhythm] * ahead).replace(day=schedule.day) for ahead in range(3))  # type: ignore[index]
    return next(day for day in days if day >= max(on, schedule.starts_on))


def make_due_reports(on: date | None = None) -> int:
    """Ask for what is due and was not asked for: each period once, for all who are recipients by then. How many runs; a second time none."""
    on, new = on or today(), 0
    for schedule in ReportSchedule.objects.filter(stopped_at=None).prefetch_related("recipients").order_by("pk"):
        if (periods := due_periods(schedule, on)) and schedule.report in REGISTRY:
            new += begin_runs(schedule, periods)
    return new


def begin_runs(schedule: ReportSchedule, periods: list[Period]) -> int:
    people = [person for person in schedule.recipients.all() if may_have(person, schedule.report, schedule.parameters)]
    new = 0
    with changing():
        known = set(ReportRun.objects.filter(schedule=schedule).values_list("period_start", flat=True))
        for period in periods:
            for person in people if period.start not in known else ():
                begin_run(schedule, period, person)
                new += 1
    return new


def begin_run(schedule: ReportSchedule, period: Period, person: Any) -> None:
    assert period.start is not None
    assert period.end is not None
    run = ReportRun.objects.create(
        asked_by=person, report=schedule.report, language=schedule.language, format=schedule.format, schedule=schedule, period_start=period.start,
        parameters={**schedule.parameters, "since": period.start.isoformat(), "until": period.end.isoformat()},
    )  # fmt: skip
    record(run, "create", by=None, after={"schedule": schedule.pk, "period": period.start, "for": person.pk})
    transaction.on_commit(partial(ask, make_run_task, run.pk))
