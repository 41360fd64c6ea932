"""The clashes of an activity on its page, where people look before they submit or confirm."""

from typing import Any

from django.utils.translation import gettext as _

from activities.clashes import Said, clashes_for, clashes_of
from activities.models import Activity
from activities.panels import Panel
from partnerships.models import Partnership


def clash_panel(activity: Activity, user: Any) -> Panel | None:
    """What speaks against the days, the serious first; nothing once they are over. Who has not confirmed stands at the top of the page already."""
    found = [clash for clash in clashes_of(activity, user) if clash.rule != "unconfirmed"]
    return Panel("clashes", _("What speaks against these days"), "activities/_clash_panel.html", {"clashes": found}, place=5) if found else None


def clashes_of_plan(partnership: Partnership, kind: str, given: dict[str, Any], user: Any, activity: Activity | None = None) -> list[Said]:
    """The same for a plan that is being typed: `given` is what planning takes; days that are fixed come from the activity."""
    starts_on, ends_on = given.get("starts_on") or (activity and activity.starts_on), given.get("ends_on") or (activity and activity.ends_on)
    if not starts_on or not ends_on:
        return []
    return clashes_for(
        partnership, starts_on, ends_on, user=user, sites=given.get("sites", ()), specialties=given.get("specialties", ()),
        people=[given["leader"]] if given.get("leader") else [], senders=given.get("senders") or (), hosts=given.get("hosts") or (),
        kind=kind, key=activity.pk if activity else None,
    )  # fmt: skip
