"""What other parts show on the page of an activity: each adds itself in `ready()`, none edits the page.

A panel is a section with a template of its own; a tab is a page of its own under the activity's address; a warning is a
sentence at the top that somebody should read before the next step.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from activities.models import Activity


@dataclass(frozen=True)
class Panel:
    """One section. `template` is drawn with `context`, `panel`, `activity` and `request`; the page writes the heading.

    Panels stand in the order of `place`: 10 results, 20 plan, 30 people, 40 sessions, 50 whatever else, 80 documents,
    90 history. A template that brings its own heading has no `title`. `is_beside` puts it into the narrow column. `address` and `button` make the link beside the heading.
    """

    slug: str
    title: str | Promise
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    place: int = 50
    is_beside: bool = False
    address: str = ""
    button: str | Promise = ""


@dataclass(frozen=True)
class Tab:
    """A page of its own under the activity; `slug` tells which one is open."""

    slug: str
    address: str
    label: str | Promise


PANELS: list[Callable[[Activity, Any], Panel | None]] = []
TABS: list[Callable[[Activity, Any], Tab | None]] = []
WARNINGS: list[Callable[[Activity, Any], Iterable[str]]] = []


def add_panel(source: Callable[[Activity, Any], Panel | None]) -> None:
    """Let a part show a section: `source(activity, user)` gives a Panel, or None when there is nothing for this person."""
    PANELS.append(source)


def add_tab(source: Callable[[Activity, Any], Tab | None]) -> None:
    """Let a part have a page of its own under the activity."""
    TABS.append(source)


def add_warning(source: Callable[[Activity, Any], Iterable[str]]) -> None:
    """Let a part say what somebody should know before the next step: clashes, papers that are missing."""
    WARNINGS.append(source)


def panels_of(activity: Activity, user: Any) -> list[Panel]:
    """The sections that this person sees, in order."""
    return sorted((panel for panel in (source(activity, user) for source in PANELS) if panel), key=lambda panel: panel.place)


def tabs_of(activity: Activity, user: Any, current: str = "") -> list[dict[str, Any]]:
    """The tabs as components/tabs.html takes them; the activity itself is the first, with the slug ""."""
    found = [Tab("", activity.get_absolute_url(), _("Overview"))] + [tab for tab in (source(activity, user) for source in TABS) if tab]
    return [{"address": tab.address, "label": tab.label, "current": tab.slug == current} for tab in found]


def warnings_of(activity: Activity, user: Any) -> list[str]:
    return [text for source in WARNINGS for text in source(activity, user)]
