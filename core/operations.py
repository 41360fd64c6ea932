"""How the sending stands: what the operations page and its checks read. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Bounce, Heartbeat, Notice, NoticeState
from core.outbox import AWAY, STUCK

SIGNS: dict[str, tuple[str | Promise, timedelta]] = {  # who leaves a sign of life, and after how long it is late
    "web": (_("web server"), timedelta(minutes=5)),
    "sweep": (_("worker"), timedelta(minutes=3)),
    "beat": (_("scheduler"), timedelta(minutes=3)),
    "reminders": (_("reminders"), timedelta(minutes=15)),
}


@dataclass(frozen=True)
class Sign:
    """When a process was last seen at work."""

    name: str
    label: str | Promise
    seen_at: datetime | None
    is_late: bool


def signs() -> list[Sign]:
    seen = dict(Heartbeat.objects.filter(name__in=SIGNS).values_list("name", "seen_at"))
    now = timezone.now()
    return [Sign(name, label, seen.get(name), name not in seen or now - seen[name] > late) for name, (label, late) in SIGNS.items()]


def queue() -> list[dict[str, Any]]:
    """How many notices are in which state, and since when the oldest of each waits: {"state", "label", "count", "since"}."""
    rows = {row["state"]: row for row in Notice.objects.order_by().values("state").annotate(count=Count("pk"), since=Min("created_at"))}
    moving = {NoticeState.DUE, NoticeState.CLAIMED, NoticeState.HANDED_OVER, NoticeState.HELD, *STUCK}
    return [
        {"state": state.value, "label": state.label, "count": rows.get(state, {}).get("count", 0), "since": rows.get(state, {}).get("since") if state in moving else None}
        for state in (NoticeState.DUE, NoticeState.CLAIMED, NoticeState.HANDED_OVER, NoticeState.HELD, NoticeState.DONE, NoticeState.INBOX, *STUCK)
    ]  # fmt: skip


def rates() -> list[dict[str, Any]]:
    """What was told, sent, and came back within a day and a week."""
    now = timezone.now()
    found = []
    for label, length in ((_("24 hours"), timedelta(days=1)), (_("7 days"), timedelta(days=7))):
        since = now - length
        sent = Notice.objects.filter(sent_at__gte=since)
        returned = Bounce.objects.filter(at__gte=since).aggregate(
            lasting=Count("pk", filter=Q(is_lasting=True)), passing=Count("pk", filter=Q(is_lasting=False))
        )
        found.append({"label": label, "told": Notice.objects.filter(created_at__gte=since).count(), "sent": sent.count(), **returned})
    return found


def stuck() -> Any:
    """Notices for which a person must decide, the newest first."""
    return Notice.objects.filter(state__in=STUCK).select_related("recipient").order_by("-pk")


def is_server_away() -> bool:
    """Some notices wait only because no mail server answers; they go out by themselves once one does."""
    return Notice.objects.filter(state__in=[NoticeState.NEEDS_PERSON, NoticeState.CLAIMED], last_error__startswith=AWAY).exists()


def open_bounces() -> Any:
    """Addresses that take no mail, the newest first."""
    return Bounce.objects.filter(is_lasting=True, settled_at=None).select_related("recipient")


def passing_bounces() -> list[dict[str, Any]]:
    """How often mail came back for now, by person, within 30 days: those with most first."""
    rows = Bounce.objects.filter(is_lasting=False, settled_at=None, at__gte=timezone.now() - timedelta(days=30))
    return list(rows.order_by().values("recipient__name", "address").annotate(count=Count("pk")).order_by("-count", "address")[:20])
