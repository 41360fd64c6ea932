"""The trail: who changed what, when, from what to what, in a chain that shows tampering.

Every action that changes the world runs inside `changing()`. It opens a transaction and takes the one lock of the
chain first, so audited writers follow each other on PostgreSQL exactly as they do on SQLite: two people acting at once
are served in turn, rows cannot deadlock, and each line of the trail knows the line before it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import ChainHead, Change


@contextmanager
def changing() -> Iterator[None]:
    """A transaction for audited changes; they are written whole or not at all. May be nested."""
    with transaction.atomic():
        if not ChainHead.objects.filter(pk=1).update(length=F("length")):  # the row lock that orders writers
            ChainHead.objects.get_or_create(pk=1)
        yield


def plain(value: Any) -> Any:
    """A value as it is kept in the trail: JSON, with objects by their key."""
    if isinstance(value, models.Model):
        return value.pk
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


def digest(previous: str, change: Change) -> str:
    """SHA-256 over the line before and everything that this line says."""
    said = [
        previous, change.object_type, change.object_id, change.verb, change.from_status, change.to_status,
        change.by_id, change.by_name, change.reason, change.before, change.after, change.at.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def record(
    obj: models.Model,
    verb: str,
    *,
    by: Any,
    from_status: str = "",
    to_status: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Change:
    """Write one line about `obj` at the end of the trail. `by` is a user, or None for the portal itself.

    Must run inside `changing()`. Costs two queries and one UPDATE.
    """
    head = ChainHead.objects.get(pk=1)
    change = Change(
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        verb=verb,
        from_status=from_status,
        to_status=to_status,
        by=by,
        by_name=str(by) if by else "",
        reason=reason,
        before=plain(before or {}),
        after=plain(after or {}),
        at=timezone.now(),
        previous=head.digest,
    )
    change.digest = digest(head.digest, change)
    change.save()
    ChainHead.objects.filter(pk=1).update(length=F("length") + 1, digest=change.digest)
    return change


def record_many(lines: Iterable[tuple[models.Model, str, dict[str, Any], dict[str, Any]]], *, by: Any, reason: str = "") -> int:
    """Write one line for each (object, verb, before, after), in order; how many. For imports and other bulk work.

    Must run inside `changing()`. Costs one query for 500 lines, and two.
    """
    head = ChainHead.objects.get(pk=1)
    previous, changes, now = head.digest, [], timezone.now()
    for obj, verb, before, after in lines:
        change = Change(
            object_type=obj._meta.label_lower, object_id=obj.pk, verb=verb, by=by, by_name=str(by) if by else "", reason=reason,
            before=plain(before), after=plain(after), at=now, previous=previous,
        )  # fmt: skip
        previous = change.digest = digest(previous, change)
        changes.append(change)
    Change.objects.bulk_create(changes, batch_size=500)
    ChainHead.objects.filter(pk=1).update(length=F("length") + len(changes), digest=previous)
    return len(changes)


def first_broken() -> Change | str | None:
    """The first line of the trail that was altered, or that follows a line which is gone; None when the trail is whole.

    A text is returned when lines are missing at the end. Reads every line once, in constant memory.
    """
    previous, length = "", 0
    for change in Change.objects.order_by("pk").iterator(chunk_size=2000):
        if change.previous != previous or digest(previous, change) != change.digest:
            return change
        previous, length = change.digest, length + 1
    head = ChainHead.objects.filter(pk=1).first()
    if head and (head.length, head.digest) != (length, previous):
        return f"{head.length - length} lines are missing at the end"
    return None


VERBS: dict[str, Any] = {
    "create": _("Made"),
    "attach": _("Document added"),
    "edit": _("Edited"),
    "revoke_token": _("API token revoked"),
    "send_again": _("Due again"),
}


WORDS: dict[str, Any] = {}


def name_words(**labels: Any) -> None:
    """Say in words what is no field of its object and still stands in the lines of an app: sums, rows below the object."""
    WORDS.update(labels)


def name_verbs(**labels: Any) -> None:
    """Say in words what the lines of an app's own verbs mean; steps of a lifecycle have their labels already."""
    VERBS.update(labels)


def trail(obj: models.Model) -> models.QuerySet[Change]:
    """What happened to one object, newest first."""
    return Change.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk).select_related("by").order_by("-pk")
