"""What the activities tell the room of a partnership."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activities.choices import ActivityStatus, ProgrammeStatus
from activities.execution import without_programme, year_to_plan
from activities.models import Activity, Programme
from core.formats import digits, today
from partnerships.models import Partnership
from partnerships.room import Next


def plan_step(partnership: Partnership) -> str:
    """Something is planned or was done."""
    return "done" if partnership.activities.exclude(status=ActivityStatus.CANCELLED).exists() else ""


def programme_keys(partnership: Partnership) -> QuerySet:
    return Programme.objects.filter(agreement__partnership=partnership).values("pk")


def next_programmes(partnership: Partnership) -> Iterable[Next]:
    """Programmes being written or waiting for approval, and the one that is missing for next year from November on. Two queries."""
    words = {
        ProgrammeStatus.DRAFT: (_("Write the programme"), _("both sides")),
        ProgrammeStatus.RETURNED: (_("Correct the programme"), _("both sides")),
        ProgrammeStatus.SUBMITTED: (_("Approve"), _("the ministry")),
    }
    for programme in Programme.objects.filter(agreement__partnership=partnership, status__in=words).order_by("year", "pk"):
        button, who = words[ProgrammeStatus(programme.status)]
        title = _("Programme of %(year)s") % {"year": digits(str(programme.year))}
        yield Next(title, who, date(programme.year - 1, 12, 31), programme.get_absolute_url(), button)
    year = year_to_plan()
    if year and without_programme(partnership.agreements.all()).exists():
        title = _("Programme of %(year)s") % {"year": digits(str(year))}
        address = f"{partnership.get_absolute_url()}programmes/new/?year={year}"
        yield Next(title, _("both sides"), date(year - 1, 12, 31), address, _("Begin the programme"))


def action_step(partnership: Partnership) -> str:
    """The figures of an activity are validated."""
    return "done" if partnership.activities.filter(status=ActivityStatus.VALIDATED).exists() else ""


def activity_keys(partnership: Partnership) -> QuerySet:
    return Activity.objects.filter(partnership=partnership).values("pk")


def next_activities(partnership: Partnership) -> Iterable[Next]:
    """Reports owed, figures to confirm and to validate, activities that wait for approval, and those to come."""
    both, ministry = _("both sides"), _("the ministry")
    rows = partnership.activities.select_related("partnership", "reported_for").order_by("starts_on", "pk")
    for activity in rows.report_owed()[:20]:
        yield Next(activity.title, both, activity.report_due_on, f"{activity.get_absolute_url()}report/", _("Write the report"))
    words = {
        ActivityStatus.SUBMITTED: (_("Approve"), ministry),
        ActivityStatus.REPORTED: (_("Check the figures"), _("the other side")),
        ActivityStatus.DISPUTED: (_("Correct the figures"), both),
        ActivityStatus.POSTPONED: (_("Set new days"), both),
        ActivityStatus.COUNTER_CONFIRMED: (_("Validate"), ministry),
    }
    for activity in rows.filter(status__in=words)[:20]:
        button, who = words[ActivityStatus(activity.status)]
        yield Next(activity.title, who, None, activity.get_absolute_url(), button)
    for activity in rows.filter(status__in=[ActivityStatus.APPROVED, ActivityStatus.CONFIRMED], starts_on__gt=today())[:20]:
        yield Next(activity.title, both, activity.starts_on, activity.get_absolute_url(), _("Prepare it"))
