"""Visiting specialists, treated people and placements that wait for somebody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.policy import Role, institutions_of
from activities.care_panels import LICENCE_DAYS
from activities.choices import OFF, VisitorStatus
from activities.models import ActivityParty, FollowUpCase, FollowUpCheck, Placement, VisitorFile
from core.formats import number, today
from partnerships.choices import Side
from reports.waiting.rows import AT_MOST, DECISION_DAYS, Waiting, activities


def checks_to_record(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """One row an activity for the people whom the own host has to see; nobody's code."""
    cases = FollowUpCase.objects.visible_to(user, "case.keep").values("pk")
    rows = FollowUpCheck.objects.owed().filter(case__in=cases).values("case__activity").annotate(count=Count("pk"), first=Min("due_on"))
    found = list(rows.order_by("first")[:AT_MOST])
    titles = {activity.pk: activity for activity in activities(user).filter(pk__in=[row["case__activity"] for row in found])}
    for row in found:
        activity = titles[row["case__activity"]]
        title = ngettext("%(count)s person to be seen", "%(count)s people to be seen", row["count"]) % {"count": number(row["count"])}
        yield Waiting(title, activity.title, row["first"], f"/follow-up/?activity={activity.pk}", _("Record how they are"))


def visitor_files(user: Any, *statuses: str) -> Any:
    rows = VisitorFile.objects.visible_to(user).filter(status__in=statuses, activity__ends_on__gte=today()).select_related("professional", "activity")
    return rows.exclude(activity__status__in=OFF).order_by("activity__starts_on", "pk")


def papers_to_bring(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Files of visiting specialists that the own hospital, as a host, has to complete."""
    hosted = ActivityParty.objects.filter(institution__in=institutions_of(user), side=Side.HOST).values("activity")
    for file in visitor_files(user, VisitorStatus.DRAFT, VisitorStatus.RETURNED).filter(activity__in=hosted)[:AT_MOST]:
        yield visitor_row(file, _("Papers of a visiting specialist"), LICENCE_DAYS + 2 * DECISION_DAYS, _("Add the papers"))


def visitors_to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    if Role.OFFICER in roles:
        for file in visitor_files(user, VisitorStatus.SUBMITTED)[:AT_MOST]:
            yield visitor_row(file, _("Papers of a visiting specialist to check"), LICENCE_DAYS + DECISION_DAYS, _("Check the papers"))
    if Role.HEAD in roles:
        for file in visitor_files(user, VisitorStatus.CHECKED)[:AT_MOST]:
            yield visitor_row(file, _("Licence to give"), LICENCE_DAYS, _("Decide"))


def visitor_row(file: VisitorFile, title: str, days: int, button: str) -> Waiting:
    joint = pgettext("between two sentences", ". ")
    return Waiting(
        title, joint.join([file.professional.name, file.activity.title]), file.activity.starts_on - timedelta(days=days), file.get_absolute_url(), button
    )


def placements_to_assess(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Placements that are over, whose trainee the own hospital received."""
    rows = Placement.objects.visible_to(user, "placement.assess").exclude(trainee__institution__in=institutions_of(user))
    for placement in rows.to_assess()[:AT_MOST]:
        yield Waiting(
            _("Assess the placement of %(name)s") % {"name": placement.trainee.name}, placement.activity.title, placement.assess_by,
            f"{placement.get_absolute_url()}assess/", _("Assess"),
        )  # fmt: skip
