"""What the activities tell the room of a partnership."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activities.choices import ActivityStatus
from activities.models import Activity
from core.formats import today
from partnerships.models import Partnership
from partnerships.room import Next


def plan_step(partnership: Partnership) -> str:
    """Something is planned or was done."""
    return "done" if partnership.activities.exclude(status=ActivityStatus.CANCELLED).exists() else ""


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
        ActivityStatus.COUNTER_CONFIRMED: (_("Validate"), ministry),
    }
    for activity in rows.filter(status__in=words)[:20]:
        button, who = words[ActivityStatus(activity.status)]
        yield Next(activity.title, who, None, activity.get_absolute_url(), button)
    for activity in rows.filter(status__in=[ActivityStatus.APPROVED, ActivityStatus.CONFIRMED], starts_on__gt=today())[:20]:
        yield Next(activity.title, both, activity.starts_on, activity.get_absolute_url(), _("Prepare it"))
