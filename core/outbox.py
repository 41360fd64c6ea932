"""Telling people, once: what is owed is a row; Celery only nudges somebody to look.

due → claimed → handed over → done. Several workers may deliver at once: a row is claimed by a conditional UPDATE. A
worker that dies before it hands a message over leaves a claim that goes stale and is taken up again. One that dies after
handing over to a mail server cannot know whether the message left: the row becomes "unknown", for a person to decide.
A repeatable backend (the folder of .eml files, where the same message is the same file) is simply asked again.

Whoever wants a digest is told in the portal at once; the e-mail is held, see core/digests.py.
"""

import logging
import smtplib
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import mail
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.bounces import blocked, note_refusal
from core.formats import today
from core.history import changing, record
from core.jobs import unheard_of
from core.lifecycle import TransitionRefused
from core.mail import compose
from core.models import Heartbeat, Notice, NoticePreference, NoticeState, Rhythm
from core.topics import TOPICS, topic_of

log = logging.getLogger(__name__)

ATTEMPTS = 3  # then a person must look
STALE_AFTER = timedelta(seconds=45)
LONELY_ATTEMPTS = 10  # claims that died without a word, before a person must look
PROBE_AFTER = timedelta(minutes=5)  # how often a mail server that was away is asked whether it is back
BATCH = 20  # rows claimed at once
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)  # the server said no: it was not sent
AWAY = "away: "  # how the error of a row begins that found no mail server


_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Nobody is told: for taking over what happened long ago, which asks nobody for anything."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


_holding: ContextVar[bool] = ContextVar("holding", default=False)


@contextmanager
def held() -> Iterator[None]:
    """What would go out at once waits for `core.digests.release`, so that many things become one message."""
    token = _holding.set(True)
    try:
        yield
    finally:
        _holding.reset(token)


# --- Owing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Telling:
    """One thing to be told to one person. `words` may be a function, asked only when the notice is new."""

    recipient_id: int
    event: str
    obj: models.Model
    path: str
    words: dict[str, Any] | Callable[[], dict[str, Any]]
    rule: str = "event"
    due_on: date | None = None
    rung: str = ""
    topic: str = ""
    is_urgent: bool = False
    instead_of_id: int | None = None

    @property
    def key(self) -> tuple[str, int, date, str, int]:
        """What makes it once: with the rule, the unique key of a notice."""
        return (self.obj._meta.label_lower, self.obj.pk, self.due_on or today(), self.rung or self.event, self.recipient_id)


StandIns = Callable[[Sequence[Telling]], list[Telling]]
STAND_INS: list[StandIns] = []


def add_stand_ins(function: StandIns) -> None:
    """Let the app that knows who is away add those who are told in their place."""
    STAND_INS.append(function)


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
    recipients = dict.fromkeys(person.pk for person in people)
    return owe([Telling(pk, event, obj, path, words, rule=rule, due_on=due_on, rung=rung) for pk in recipients])


def owe(tellings: Sequence[Telling], *, hold: bool = False) -> int:
    """Write what is told and not told yet, for those who are meant and for who stands in for them; how many are new.

    Three or four queries for any number. With `hold`, what would go out at once waits for `core.digests.release`, which
    makes one message of many.
    """
    if _quiet.get() or not tellings:
        return 0
    wanted = {(telling.rule, *telling.key): telling for telling in reversed([*tellings, *stand_ins(tellings)])}  # one's own before a stand-in's
    told = already_told(wanted.values())
    fresh = [telling for key, telling in reversed(wanted.items()) if key not in told]
    if not fresh:
        return 0
    states = first_states(fresh, hold=hold or _holding.get())
    new = [notice for telling, state in zip(fresh, states, strict=True) if (notice := notice_of(telling, state))]
    # A competitor may insert the same key between the two statements: the unique constraint decides, silently.
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    if NoticeState.DUE in states and not any(call[1] is nudge for call in transaction.get_connection().run_on_commit):
        transaction.on_commit(nudge)  # one nudge a transaction, however many notices
    return len(new)


def stand_ins(tellings: Sequence[Telling]) -> list[Telling]:
    return [telling for function in STAND_INS for telling in function(tellings)]


def already_told(tellings: Iterable[Telling]) -> set[tuple[Any, ...]]:
    """The keys, with their rule, that have a notice. One query for each rule and kind of object."""
    groups: dict[tuple[str, str], list[Telling]] = {}
    for telling in tellings:
        groups.setdefault((telling.rule, telling.obj._meta.label_lower), []).append(telling)
    found: set[tuple[Any, ...]] = set()
    for (rule, object_type), members in groups.items():
        rows = Notice.objects.filter(
            rule=rule, object_type=object_type,
            object_id__in={telling.obj.pk for telling in members}, recipient__in={telling.recipient_id for telling in members},
        )  # fmt: skip
        found |= {(rule, object_type, *rest) for rest in rows.values_list("object_id", "due_on", "rung", "recipient_id")}
    return found


def notice_of(telling: Telling, state: str) -> Notice | None:
    """The row; None, and a line in the log, when its words cannot be found: that must not silence the others."""
    object_type, object_id, due_on, rung, recipient_id = telling.key
    try:
        words = telling.words() if callable(telling.words) else telling.words
    except Exception:
        log.exception("rule %s found no words for %s %s", telling.rule, object_type, object_id)
        return None
    return Notice(
        rule=telling.rule, object_type=object_type, object_id=object_id, due_on=due_on, rung=rung, recipient_id=recipient_id,
        event=telling.event, topic=telling.topic or topic_of(telling.event).slug, words=words, path=telling.path, state=state,
        instead_of_id=telling.instead_of_id,
    )  # fmt: skip


def first_states(tellings: Sequence[Telling], *, hold: bool = False) -> list[str]:
    """Due now, held for a digest, or in the inbox only: by topic, by what each person chose, by whether mail reaches them."""
    people = {telling.recipient_id for telling in tellings}
    rhythms = rhythms_of(people)
    unreached = blocked(people)
    found: list[str] = []
    for telling in tellings:
        topic = TOPICS.get(telling.topic) or topic_of(telling.event)
        rhythm = Rhythm.AT_ONCE if topic.is_fixed or telling.is_urgent else rhythms.get((telling.recipient_id, topic.slug), Rhythm.AT_ONCE)
        if telling.recipient_id in unreached or rhythm == Rhythm.NEVER:
            found.append(NoticeState.INBOX)
        elif rhythm in {Rhythm.DAILY, Rhythm.WEEKLY}:
            found.append(NoticeState.HELD)
        else:
            found.append(NoticeState.HELD if hold and not telling.is_urgent else NoticeState.DUE)
    return found


def rhythms_of(people: Iterable[int]) -> dict[tuple[int, str], str]:
    """{(person, topic): rhythm}: what these people chose; where they chose nothing it is at once."""
    rows = NoticePreference.objects.filter(user__in=people).values_list("user_id", "topic", "rhythm")
    return {(user, topic): rhythm for user, topic, rhythm in rows}


def nudge() -> None:
    """Ask a worker to deliver now. A broker that is away costs nothing: the sweep finds the rows."""
    from core.tasks import deliver  # tasks is a leaf that imports this module inside its functions

    try:
        deliver.apply_async(retry=False)
    except Exception as error:  # noqa: BLE001 – every broker library raises its own kinds
        log.warning("no broker for the nudge, the sweep will deliver: %s", error)


# --- Delivering ---------------------------------------------------------------------------------------------------


def stale() -> Q:
    return unheard_of(timezone.now(), STALE_AFTER)


def claim(worker: uuid.UUID) -> list[Notice]:
    """Take up to BATCH rows that are due, or whose claimant died before handing them over."""
    Notice.objects.filter(stale(), state=NoticeState.CLAIMED, attempts__gte=LONELY_ATTEMPTS).update(state=NoticeState.NEEDS_PERSON)
    free = Q(state=NoticeState.DUE) | Q(stale(), state=NoticeState.CLAIMED)
    wanted = list(Notice.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not wanted:
        return []
    Notice.objects.filter(free, pk__in=wanted).update(state=NoticeState.CLAIMED, claimed_by=worker, claimed_at=timezone.now(), attempts=F("attempts") + 1)
    return list(Notice.objects.filter(claimed_by=worker, state=NoticeState.CLAIMED).select_related("recipient", "instead_of").order_by("pk"))


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
        wake_waiting(connection)
        while batch := claim(worker):
            unreached = blocked({notice.recipient_id for notice in batch})
            for place, notice in enumerate(batch):
                if notice.recipient_id in unreached or not notice.recipient.is_active:
                    move(notice, worker, NoticeState.CLAIMED, NoticeState.INBOX)
                    continue
                try:
                    connection.open()
                except Exception as error:  # noqa: BLE001 – no server for this one means none for the others
                    for waiting in batch[place:]:
                        give_back(waiting, worker, NoticeState.CLAIMED, error, prefix=AWAY)
                    return sent
                sent += send_one(notice, worker, connection)
    finally:
        hang_up(connection)
    return sent


def hang_up(connection: Any) -> None:
    with suppress(Exception):  # a line that is broken already
        connection.close()


def abandon(connection: Any) -> None:
    """After a failure nobody waits for a goodbye."""
    with suppress(Exception):
        getattr(connection, "abandon", connection.close)()


def send_one(notice: Notice, worker: uuid.UUID, connection: Any) -> int:
    """Hand one claimed message over; 1 when it went out. An error gives the row back until ATTEMPTS are spent."""
    try:
        message = compose(notice, connection)
    except Exception as error:  # noqa: BLE001 – a poison row must not stop the others
        give_back(notice, worker, NoticeState.CLAIMED, error)
        return 0
    if not move(notice, worker, NoticeState.CLAIMED, NoticeState.HANDED_OVER, claimed_at=timezone.now()):
        return 0
    try:
        message.send()
    except Exception as error:  # noqa: BLE001
        is_surely_unsent = isinstance(error, REFUSALS) or getattr(connection, "repeatable", False) or not getattr(connection, "has_spoken", True)
        abandon(connection)  # a broken line serves nobody: the next message opens its own
        if is_surely_unsent:
            give_back(notice, worker, NoticeState.HANDED_OVER, error)
            note_refusal(notice, error)
        else:  # the line broke while the server had the message: nobody can know, so nobody sends it twice
            log.warning("notice %s may or may not have been sent: %s", notice.pk, error)
            move(notice, worker, NoticeState.HANDED_OVER, NoticeState.UNKNOWN, last_error=f"{type(error).__name__}: {error}"[:300])
        return 0
    move(notice, worker, NoticeState.HANDED_OVER, NoticeState.DONE, sent_at=timezone.now(), last_error="")
    return 1


def give_back(notice: Notice, worker: uuid.UUID, state: str, error: Exception, prefix: str = "") -> None:
    """After a failure: due again, or waiting for a person once the attempts are spent."""
    log.warning("notice %s was not sent (attempt %s): %s", notice.pk, notice.attempts, error)
    spent = notice.attempts >= ATTEMPTS
    # Kept as a claim until it goes stale, so that a server which refuses is not asked again in the same second.
    target = NoticeState.NEEDS_PERSON if spent else NoticeState.CLAIMED
    words = f"{prefix}{type(error).__name__}: {error}"[:300]
    move(notice, worker, state, target, last_error=words, claimed_by=uuid.uuid4(), claimed_at=timezone.now())


def wake_waiting(connection: Any) -> int:
    """What needs a person only because no mail server was there is due again once one answers; how many.

    Nothing of it ever left, so nothing is sent twice. Asked at most every five minutes.
    """
    waiting = Notice.objects.filter(state=NoticeState.NEEDS_PERSON, last_error__startswith=AWAY, claimed_at__lt=timezone.now() - PROBE_AFTER)
    if not waiting.exists():
        return 0
    try:
        connection.open()
    except Exception:  # noqa: BLE001 – still away
        waiting.update(claimed_at=timezone.now())
        return 0
    return waiting.update(state=NoticeState.DUE, attempts=0, claimed_by=None)


def recover_handed_over(*, repeatable: bool) -> int:
    """Rows whose worker died while the mail server had the message: asked again where that is harmless, else unknown."""
    left = Notice.objects.filter(stale(), state=NoticeState.HANDED_OVER)
    if repeatable:
        return left.update(state=NoticeState.DUE, claimed_by=None)
    return left.update(state=NoticeState.UNKNOWN)


# --- Watching -----------------------------------------------------------------------------------------------------

STUCK = (NoticeState.UNKNOWN, NoticeState.NEEDS_PERSON)


def send_again(notices: Iterable[Notice], *, by: Any, reason: str) -> int:
    """A person has looked: what is unknown or needs a person is due again; how many. The history says who and why.

    Raises TransitionRefused without a reason.
    """
    if not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: what was wrong, or why it surely did not arrive."))
    with changing():
        keys = [notice.pk for notice in notices]
        stuck = list(Notice.objects.filter(pk__in=keys, state__in=STUCK))
        for notice in stuck:
            record(notice, "send_again", by=by, from_status=notice.state, to_status=NoticeState.DUE, reason=reason)
        count = Notice.objects.filter(pk__in=[notice.pk for notice in stuck], state__in=STUCK).update(
            state=NoticeState.DUE, attempts=0, claimed_by=None, last_error=""
        )
        transaction.on_commit(nudge)
    return count


def beat(name: str) -> None:
    """Leave a sign of life of a background process."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def unread_count(user: Any) -> int:
    return Notice.objects.filter(recipient=user, read_at=None).count()
