"""Telling people, once: what is owed is a row; Celery only nudges somebody to look.

due → claimed → handed over → done. Several workers may deliver at once: a row is claimed by a conditional UPDATE. A
worker that dies before it hands a message over leaves a claim that goes stale and is taken up again. One that dies after
handing over to a mail server cannot know whether the message left: the row becomes "unknown", for a person to decide.
A repeatable backend (the folder of .eml files, where the same message is the same file) is simply asked again.
"""

import logging
import smtplib
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from django.core import mail
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.formats import today
from core.mail import compose
from core.models import Heartbeat, Notice, NoticeState

log = logging.getLogger(__name__)

ATTEMPTS = 3  # then a person must look
STALE_AFTER = timedelta(seconds=45)
LONELY_ATTEMPTS = 10  # claims that died without a word, before a person must look
BATCH = 20  # rows claimed at once
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)  # the server said no: it was not sent


_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Nobody is told: for taking over what happened long ago, which asks nobody for anything."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def tell(
    people: Iterable[Any],
    event: str,
    obj: models.Model,
    path: str,
    words: dict[str, Any],
    *,
    rule: str = "event",
    due_on: date | None = None,
    rung: str = "",
) -> int:
    """Owe a notice to each of `people` about `obj`; how many are new. Told once per (rule, object, day, rung, person).

    `event` names the templates in `emails/`; `words` are what they need, as JSON; `path` is the page that the one button
    opens. One INSERT for all; a row that exists already is left alone. The nudge goes out after the commit.
    """
    if _quiet.get():
        return 0
    key = {
        "rule": rule, "object_type": obj._meta.label_lower, "object_id": obj.pk,
        "due_on": due_on or today(), "rung": rung or event,
    }  # fmt: skip
    wanted = {person.pk: person for person in people}
    told = set(Notice.objects.filter(**key, recipient__in=wanted).values_list("recipient_id", flat=True))
    new = [Notice(**key, recipient=person, event=event, words=words, path=path) for pk, person in wanted.items() if pk not in told]
    # A competitor may insert the same key between the two statements: the unique constraint decides, silently.
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    if new and not any(call[1] is nudge for call in transaction.get_connection().run_on_commit):
        transaction.on_commit(nudge)  # one nudge a transaction, however many notices
    return len(new)


def nudge() -> None:
    """Ask a worker to deliver now. A broker that is away costs nothing: the sweep finds the rows."""
    from core.tasks import deliver  # tasks is a leaf that imports this module inside its functions

    try:
        deliver.apply_async(retry=False)
    except Exception as error:  # noqa: BLE001 – every broker library raises its own kinds
        log.warning("no broker for the nudge, the sweep will deliver: %s", error)


def claim(worker: uuid.UUID) -> list[Notice]:
    """Take up to BATCH rows that are due, or whose claimant died before handing them over."""
    stale = timezone.now() - STALE_AFTER
    Notice.objects.filter(state=NoticeState.CLAIMED, claimed_at__lt=stale, attempts__gte=LONELY_ATTEMPTS).update(state=NoticeState.NEEDS_PERSON)
    free = Q(state=NoticeState.DUE) | Q(state=NoticeState.CLAIMED, claimed_at__lt=stale)
    wanted = list(Notice.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not wanted:
        return []
    Notice.objects.filter(free, pk__in=wanted).update(state=NoticeState.CLAIMED, claimed_by=worker, claimed_at=timezone.now(), attempts=F("attempts") + 1)
    return list(Notice.objects.filter(claimed_by=worker, state=NoticeState.CLAIMED).select_related("recipient").order_by("pk"))


def move(notice: Notice, worker: uuid.UUID, from_state: str, to_state: str, **fields: Any) -> bool:
    """Step one claimed row; False when it is no longer ours."""
    held = Notice.objects.filter(pk=notice.pk, claimed_by=worker, state=from_state)
    return bool(held.update(state=to_state, **fields))


def deliver_due() -> int:
    """Send every message that is due; how many went out. Safe to run in any number of processes at once."""
    worker = uuid.uuid4()
    sent = 0
    connection = mail.get_connection()
    recover_handed_over(repeatable=getattr(connection, "repeatable", False))
    try:
        while batch := claim(worker):
            for notice in batch:
                sent += send_one(notice, worker, connection)
    finally:
        connection.close()
    return sent


def send_one(notice: Notice, worker: uuid.UUID, connection: Any) -> int:
    """Hand one claimed message over; 1 when it went out. An error gives the row back until ATTEMPTS are spent."""
    try:
        message = compose(notice, connection)
        connection.open()
    except Exception as error:  # noqa: BLE001 – a poison row or an absent server must not stop the others
        give_back(notice, worker, NoticeState.CLAIMED, error)
        return 0
    if not move(notice, worker, NoticeState.CLAIMED, NoticeState.HANDED_OVER, claimed_at=timezone.now()):
        return 0
    try:
        message.send()
    except Exception as error:  # noqa: BLE001
        if isinstance(error, REFUSALS) or getattr(connection, "repeatable", False):
            give_back(notice, worker, NoticeState.HANDED_OVER, error)
        else:  # the line broke while the server had the message: nobody can know, so nobody sends it twice
            log.warning("notice %s may or may not have been sent: %s", notice.pk, error)
            move(notice, worker, NoticeState.HANDED_OVER, NoticeState.UNKNOWN, last_error=f"{type(error).__name__}: {error}"[:300])
        return 0
    move(notice, worker, NoticeState.HANDED_OVER, NoticeState.DONE, sent_at=timezone.now(), last_error="")
    return 1


def give_back(notice: Notice, worker: uuid.UUID, state: str, error: Exception) -> None:
    """After a failure: due again, or waiting for a person once the attempts are spent."""
    log.warning("notice %s was not sent (attempt %s): %s", notice.pk, notice.attempts, error)
    spent = notice.attempts >= ATTEMPTS
    # Kept as a claim until it goes stale, so that a server which refuses is not asked again in the same second.
    target = NoticeState.NEEDS_PERSON if spent else NoticeState.CLAIMED
    move(notice, worker, state, target, last_error=f"{type(error).__name__}: {error}"[:300], claimed_by=uuid.uuid4())


def recover_handed_over(*, repeatable: bool) -> int:
    """Rows whose worker died while the mail server had the message: asked again where that is harmless, else unknown."""
    stale = Notice.objects.filter(state=NoticeState.HANDED_OVER, claimed_at__lt=timezone.now() - STALE_AFTER)
    if repeatable:
        return stale.update(state=NoticeState.DUE, claimed_by=None)
    return stale.update(state=NoticeState.UNKNOWN)


def beat(name: str) -> None:
    """Leave a sign of life of a background process."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def unread_count(user: Any) -> int:
    return Notice.objects.filter(recipient=user, read_at=None).count()
