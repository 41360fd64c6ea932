"""The tabs of the section of support: what this person may open of it."""

from typing import Any

from django.utils.translation import pgettext_lazy

from accounts.policy import can

TABS = (
    ("requests", "/support/", pgettext_lazy("tab", "Requests"), "support.view"),
    ("budgets", "/support/budgets/", pgettext_lazy("tab", "Budgets"), "budget.view"),
    ("technologies", "/support/technologies/", pgettext_lazy("tab", "Technologies"), "technology.view"),
)


def section_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """{"address", "label", "current"} for each tab that `user` may open; `current` is the slug of the page shown."""
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label, action in TABS if can(user, action)]
