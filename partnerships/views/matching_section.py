"""The tabs of the section of matching: what this person may open of it."""

from typing import Any

from django.utils.translation import pgettext_lazy

from accounts.policy import can

TABS = (
    ("pairs", "/matching/", pgettext_lazy("tab", "Proposed matches"), "matching.view"),
    ("proposals", "/matching/proposals/", pgettext_lazy("tab", "Proposals"), "proposal.view"),
    ("plans", "/matching/plans/", pgettext_lazy("tab", "National plan"), "matching.view"),
    ("deficits", "/matching/deficits/", pgettext_lazy("tab", "Deficits"), "matching.view"),
)


def matching_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """{"address", "label", "current"} for each tab of the section that `user` may open."""
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label, action in TABS if can(user, action)]
