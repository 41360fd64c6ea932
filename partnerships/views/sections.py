"""The tabs of the section of institutions: what this person may open of it."""

from typing import Any

from django.utils.translation import pgettext_lazy

from accounts.policy import can

TABS = (
    ("register", "/institutions/", pgettext_lazy("tab", "Register"), "institution.view"),
    ("needs", "/needs/", pgettext_lazy("tab", "Needs and offers"), "need.view"),
    ("interests", "/interests/", pgettext_lazy("tab", "Interest"), "interest.view"),
    ("map", "/institutions/map/", pgettext_lazy("tab", "Map"), "institution.view"),
)


def section_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """{"address", "label", "current"} for each tab that `user` may open; `current` is the slug of the page shown."""
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label, action in TABS if can(user, action)]
