"""The tabs of the section of activities: what this person may open of it."""

from typing import Any

from django.utils.translation import pgettext_lazy

from accounts.policy import can

TABS = [
    ("activities", "/activities/", pgettext_lazy("tab", "List"), "activity.view"),
    ("calendar", "/activities/calendar/", pgettext_lazy("tab", "Calendar"), "activity.view"),
    ("missions", "/activities/map/", pgettext_lazy("tab", "Map"), "activity.view"),
    ("programmes", "/programmes/", pgettext_lazy("tab", "Annual programmes"), "programme.view"),
    ("professionals", "/professionals/", pgettext_lazy("tab", "Professionals"), "professional.view"),
    ("visitors", "/visitors/", pgettext_lazy("tab", "Visiting specialists"), "visitor.view"),
    ("follow-up", "/follow-up/", pgettext_lazy("tab", "Follow-up of treated people"), "case.view"),
]


def activity_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """{"address", "label", "current"} for each tab that `user` may open; `current` is the slug of the page shown."""
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label, action in TABS if can(user, action)]
