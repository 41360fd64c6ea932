"""What a notice is about, in the few groups by which people choose how they want to be told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Topic:
    """`is_fixed`: told at once whatever a person prefers, because a rule or a deadline of law hangs on it; `why` says so."""

    slug: str
    label: str | Promise
    is_fixed: bool = False
    why: str | Promise = ""


TOPICS: dict[str, Topic] = {}
EVENT_TOPICS: dict[str, str] = {}
DEFAULT = "reminders"


def topic(slug: str, label: str | Promise, *events: str, is_fixed: bool = False, why: str | Promise = "") -> None:
    """Register a topic, and the events that belong to it; "activity_*" are all that begin so. An app says this in `ready()`."""
    TOPICS.setdefault(slug, Topic(slug, label, is_fixed, why))
    EVENT_TOPICS.update(dict.fromkeys(events, slug))


def add_events(slug: str, *events: str) -> None:
    """Let an app further right put its events under a topic that stands already. A wrong slug fails at start."""
    EVENT_TOPICS.update(dict.fromkeys(events, TOPICS[slug].slug))


def named(event: str) -> str:
    """The slug of the topic that an event was put under: by its name, else by the longest beginning; "" when nobody did."""
    if event in EVENT_TOPICS:
        return EVENT_TOPICS[event]
    beginnings = [name for name in EVENT_TOPICS if name.endswith("*") and event.startswith(name[:-1])]
    return EVENT_TOPICS[max(beginnings, key=len)] if beginnings else ""


def topic_of(event: str) -> Topic:
    """The topic of an event; whatever nobody named is "reminders"."""
    return TOPICS[named(event) or DEFAULT]


def topic_of_notice(notice: Any) -> Topic:
    """The topic under which a notice was told: a rule may have chosen another than its event's."""
    return TOPICS.get(notice.topic) or topic_of(notice.event)


def topic_choices() -> list[tuple[str, str | Promise]]:
    """For model fields: a callable, so that a new topic needs no migration."""
    return [(entry.slug, entry.label) for entry in TOPICS.values()]


# --- Why somebody was told: the app that owns the rules says it ---------------------------------------------------

Explainer = Callable[[Any], dict[str, Any] | None]  # notice → {"rule", "rung", "stops", …} in the active language
EXPLAINERS: list[Explainer] = []


def explain_with(explainer: Explainer) -> None:
    """Let an app say in words why a notice of its own was sent; None for one that is not its own."""
    EXPLAINERS.append(explainer)


def explanation(notice: Any) -> dict[str, Any]:
    """Why this notice was sent, in words; empty for what simply happened."""
    return next((words for explainer in EXPLAINERS if (words := explainer(notice))), {})


topic("reminders", _("Reminders of what is due"))
topic("portal", _("Your account and this portal"), "digest", "mail_returned", is_fixed=True, why=_("It concerns your own account."))
