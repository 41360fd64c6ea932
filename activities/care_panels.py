"""What visiting specialists, placements, treated people and the kit show on the page of an activity and in a room."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.policy import can
from activities.actions.cases import as_checks, hosts_for
from activities.actions.placements import whole as whole_placements
from activities.actions.visitors import visitors_to_file
from activities.choices import OFF, VisitorStatus
from activities.lifecycle import visitors_without_licence
from activities.models import Activity, FollowUpCheck, Placement, VisitorFile
from activities.outcomes import DAYS, figures
from activities.panels import Panel, Tab
from core.formats import joined, number, today
from partnerships.models import Partnership
from partnerships.room import Next

LICENCE_DAYS = 21  # before the mission, by which the licence should be there


def kit_tab(activity: Activity, user: Any) -> Tab | None:
    """What the team prints; not for a mission that is off."""
    if activity.status in OFF or not can(user, "kit.print", activity):
        return None
    return Tab("kit", f"{activity.get_absolute_url()}kit/", _("Mission kit"))


def visitor_panel(activity: Activity, user: Any) -> Panel | None:
    """The specialists from abroad and how far their licences are."""
    if not can(user, "visitor.view", activity):
        return None
    files = list(activity.visitor_files.select_related("professional__institution", "activity"))
    unfiled = list(visitors_to_file(activity))
    if not files and not unfiled and not activity.kind_of.needs_licences:
        return None
    may_begin = unfiled and activity.status not in OFF and can(user, "visitor.keep", activity)
    link = {"address": f"{activity.get_absolute_url()}visitors/new/", "button": _("Begin the files")} if may_begin else {}
    return Panel("visitors", _("Visiting specialists"), "activities/_visitor_panel.html", {"files": files, "unfiled": unfiled}, place=35, **link)


def placement_panel(activity: Activity, user: Any) -> Panel | None:
    """The trainees of a placement."""
    if not activity.kind_of.has_placements or not can(user, "placement.view", activity):
        return None
    may_add = activity.status not in OFF and can(user, "placement.keep", activity)
    link = {"address": f"{activity.get_absolute_url()}placements/new/", "button": _("Add a trainee")} if may_add else {}
    rows = list(whole_placements(activity.placements.all()))
    return Panel("placements", _("Trainees"), "activities/_placement_panel.html", {"placements": rows}, place=25, **link)


def case_panel(activity: Activity, user: Any) -> Panel | None:
    """What became of the people treated, and the door for those who follow them."""
    if activity.starts_on > today() or not can(user, "case.view", activity):
        return None
    cases = list(activity.cases.prefetch_related("checks"))
    may_follow = activity.kind_of.plans_consultations and activity.status not in OFF and bool(hosts_for(activity, user))
    if not cases and not may_follow:
        return None
    treated = [case for case in cases if case.reason == "treated"]
    owed = sum(check.is_owed for case in cases for check in case.checks.all())
    context = {"figures": figures(as_checks(treated or cases), today()), "owed": owed}
    link = {"address": f"{activity.get_absolute_url()}cases/new/", "button": _("Follow people")} if may_follow else {}
    return Panel("cases", _("What became of the people treated"), "activities/_case_panel.html", context, place=45, **link)


def warnings_about_visitors(activity: Activity, user: Any) -> Iterable[str]:
    """Who comes from abroad without a licence for these days, while there is time to mend it."""
    if activity.ends_on < today() or activity.status in OFF or not can(user, "visitor.view", activity):
        return
    if names := visitors_without_licence(activity):
        words = {"names": joined(f"\u2068{name}\u2069" for name in names)}
        yield ngettext(
            "This specialist from abroad has no licence for these days yet: %(names)s.", "These specialists from abroad have no licence for these days yet: %(names)s.", len(names)
        ) % words  # fmt: skip


# --- In the room of a partnership -----------------------------------------------------------------------------------


def next_care(partnership: Partnership) -> Iterable[Next]:
    """Papers to bring, to check and licences to give before a mission; checks that are due; placements to assess."""
    yield from next_visitors(partnership)
    yield from next_checks(partnership)
    for placement in Placement.objects.filter(activity__partnership=partnership).to_assess()[:20]:
        yield Next(
            _("Assess the placement of %(name)s") % {"name": placement.trainee.name}, _("the side that received"), placement.assess_by,
            placement.get_absolute_url(), _("Assess"),
        )  # fmt: skip


def next_visitors(partnership: Partnership) -> Iterable[Next]:
    rows = VisitorFile.objects.filter(activity__partnership=partnership, activity__ends_on__gte=today()).exclude(activity__status__in=OFF)
    words = {
        VisitorStatus.DRAFT: (_("the host"), _("Add the papers")), VisitorStatus.RETURNED: (_("the host"), _("Add the papers")),
        VisitorStatus.SUBMITTED: (_("the ministry"), _("Check the papers")), VisitorStatus.CHECKED: (_("the ministry"), _("Give the licence")),
    }  # fmt: skip
    for file in rows.filter(status__in=words).select_related("professional", "activity").order_by("activity__starts_on", "pk")[:20]:
        who, button = words[VisitorStatus(file.status)]
        title = pgettext("a visiting specialist", "Licence of %(name)s") % {"name": file.professional.name}
        yield Next(title, who, file.activity.starts_on - timedelta(days=LICENCE_DAYS), file.get_absolute_url(), button)


def next_checks(partnership: Partnership) -> Iterable[Next]:
    """One line an activity for the checks that are due, one for those of the next week. No codes: others read the room too."""
    soon = today() + timedelta(days=DAYS[0])
    rows = FollowUpCheck.objects.filter(case__activity__partnership=partnership, outcome="", due_on__lte=soon)
    groups = rows.values("case__activity").annotate(count=Count("pk"), first=Min("due_on")).order_by("first")
    for group in groups[:20]:
        title = ngettext("%(count)s person to be seen", "%(count)s people to be seen", group["count"]) % {"count": number(group["count"])}
        yield Next(title, _("the host"), group["first"], f"/follow-up/?activity={group['case__activity']}", _("Record how they are"))
