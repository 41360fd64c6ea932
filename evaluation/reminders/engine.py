"""Which reminder is owed to whom: rules that are data, over triggers that are queries.

A rule asks “has the moment passed, is it still owed, is there no receipt?”. So a scheduler that slept catches up, and a
second run stays silent. When several moments have passed unheard only the latest is told: a late portal does not scold.
Nobody is reminded of what they may not see.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from core.digests import AT_MOST, release_today
from core.formats import today
from core.models import Heartbeat, Notice
from core.outbox import Telling, held, owe
from core.profile import home
from evaluation.actions import open_due
from evaluation.models import ReminderRule
from evaluation.reminders.audiences import Directory, PeopleOf, audience, may_see
from partnerships.choices import Side
from partnerships.models import Institution, Partnership

log = logging.getLogger(__name__)

BATCH = 200  # things looked at together
HORIZON = timedelta(days=200)  # the earliest advance notice that a rule may give


@dataclass(frozen=True)
class Owed:
    """One thing that somebody still has to do: about which object, due when, and who the people around it are.

    `words` may be a function: it is asked only when somebody is to be told. `more_people` says who an audience of a rule is
    for this thing, as users or as a function of the directory; an empty list means nobody. `events` are other words for
    some audiences.
    """

    obj: Any
    partnership: Partnership | None  # None where there is none yet: `institution` or `more_people` then say who is meant
    due_on: date
    event: str
    words: dict[str, Any] | Callable[[], dict[str, Any]]
    silent_sides: tuple[str, ...] = tuple(Side.values)  # sides that still owe it; the others have done theirs
    more_people: dict[str, list[User] | PeopleOf] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    institution: Institution | None = None
    path: str = ""
    mark: str = ""  # tells apart two things that are owed about one object on one day; at most ten characters, no digit first

    @property
    def key(self) -> tuple[str, int, date]:
        return (self.obj._meta.label_lower, self.obj.pk, self.due_on)


@dataclass(frozen=True)
class Trigger:
    """A moment that rules count from. `stops` says in words what ends the reminders."""

    slug: str
    find: Callable[[date], Iterator[Owed]]
    stops: str | Promise = ""
    counts_from: str | Promise = ""

    def __call__(self, on: date) -> Iterator[Owed]:
        return self.find(on)


TRIGGERS: dict[str, Trigger] = {}


def trigger(slug: str, *, stops: str | Promise = "", counts_from: str | Promise = "") -> Callable[..., Any]:
    """Register what a rule of this moment finds. `counts_from` names the day that its offsets count from."""

    def register(function: Callable[[date], Iterator[Owed]]) -> Callable[[date], Iterator[Owed]]:
        TRIGGERS[slug] = Trigger(slug, function, stops, counts_from)
        return function

    return register


DAILY: list[Callable[[date | None], Any]] = [open_due]


def each_day(function: Callable[[date | None], Any]) -> None:
    """Let an app do something before the reminders of a day, for example schedule what they are about."""
    DAILY.append(function)


def in_batches(rows: Any, size: int = BATCH) -> Iterator[Any]:
    """The rows in constant memory, with no cursor open between them: SQLite refuses to write under an open one when
    another process has written meanwhile."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield from batch
        last = batch[-1].pk


def each(rows: Any, make: Callable[[Any], Owed | None]) -> Iterator[Owed]:
    """What `make` finds owed for each row; a row that it fails on is left out, and said in the log."""
    for row in in_batches(rows):
        try:
            owed = make(row)
        except Exception:  # one bad row must not silence the others
            log.exception("no reminder could be made of %s %s", row._meta.label_lower, row.pk)
            continue
        if owed is not None:
            yield owed


def rungs(rule: ReminderRule, due_on: date, on: date) -> list[tuple[int, str]]:
    """The (offset in days, audience) pairs whose moment has passed and that are to be told: the latest for each audience.

    Advance notices (negative offsets) wait for the end of the country's week-end, where the rule says so.
    """
    latest: dict[str, int] = {}
    for offset, slug in rule.steps:
        if due_on + timedelta(days=offset) <= on:
            latest[slug] = max(offset, latest.get(slug, offset))
    resting = rule.rests_on_week_end and on.weekday() in home().week_end
    return [(offset, slug) for slug, offset in latest.items() if offset >= 0 or not resting]


def tellings(rule: ReminderRule, owed: Owed, on: date, directory: Directory) -> Iterator[Telling]:
    """Who is to be told about one thing on a day, each person once, by the latest of their moments. No query of its own."""
    steps = rungs(rule, owed.due_on, on)
    if not steps:
        return

    @cache
    def words() -> dict[str, Any]:
        said = owed.words() if callable(owed.words) else owed.words
        return {**said, "rule_name_ar": rule.name_ar, "rule_name_fr": rule.name_fr, "rule_name_en": rule.name_en}

    met: set[int] = set()
    for offset, slug in sorted(steps, reverse=True):
        for person in audience(slug, owed, directory):
            if person.pk in met or not may_see(person, owed.obj):
                continue
            met.add(person.pk)
            yield Telling(
                person.pk, owed.events.get(slug, owed.event), owed.obj, owed.path or owed.obj.get_absolute_url(), words,
                rule=rule.code, due_on=owed.due_on, rung=f"{offset:+d}{owed.mark}", topic=rule.topic, is_urgent=rule.is_urgent,
            )  # fmt: skip


def found_by(rule: ReminderRule, on: date, directory: Directory) -> Iterator[list[Telling]]:
    """Everything that a rule would tell on a day, in batches, without what has been told. An error ends the rule, not the run."""
    batch: list[Telling] = []
    try:
        for owed in TRIGGERS[rule.trigger](on):
            try:
                batch += tellings(rule, owed, on, directory)
            except Exception:  # one bad row must not silence the others
                log.exception("rule %s failed for %s %s", rule.code, owed.obj._meta.label_lower, owed.obj.pk)
            if len(batch) >= BATCH:
                yield not_yet_told(rule, batch)
                batch = []
    except Exception:  # nor one rule the others
        log.exception("rule %s failed", rule.code)
    yield not_yet_told(rule, batch)


def not_yet_told(rule: ReminderRule, batch: list[Telling]) -> list[Telling]:
    """Those who have not been told by this rule at this moment or a later one: a clock that was set back repeats nothing."""
    if not batch:
        return []
    about = Notice.objects.filter(
        rule=rule.code, object_id__in={telling.obj.pk for telling in batch}, recipient__in={telling.recipient_id for telling in batch}
    )
    furthest: dict[tuple[Any, ...], int] = {}
    for *key, rung in about.values_list("object_type", "object_id", "due_on", "recipient_id", "rung"):
        offset, mark = parted(rung)
        furthest[*key, mark] = max(offset, furthest.get((*key, mark), offset))
    fresh = []
    for telling in batch:
        offset, mark = parted(telling.rung)
        object_type, object_id, due_on, _rung, person = telling.key
        if furthest.get((object_type, object_id, due_on, person, mark), offset - 1) < offset:
            fresh.append(telling)
    return fresh


RUNG = re.compile(r"([+-]\d+)(.*)")


def parted(rung: str) -> tuple[int, str]:
    """ "+7t12" → (7, "t12")."""
    found = RUNG.fullmatch(rung)
    return (int(found[1]), found[2]) if found else (0, rung)


def active_rules() -> Iterable[ReminderRule]:
    return ReminderRule.objects.filter(is_active=True, trigger__in=TRIGGERS)


def send_due(on: date | None = None, *, wait: float = 0) -> int:
    """Open what opens, then owe every reminder that is due on `on` (today by default) and not owed yet; how many are new.

    One run at a time, so that one person's reminders can become one message; `wait` is how many seconds a run waits for
    another to end. The receipts are unique, so nothing comes twice even without that. Memory stays constant.
    """
    with one_at_a_time(wait) as is_mine:
        return run(on) if is_mine else 0


def run(on: date | None) -> int:
    day = on or today()
    has_slept = slept(day)
    with held():
        for function in DAILY:
            function(on)
    directory = Directory(day)
    sent = 0
    for rule in active_rules():
        for batch in found_by(rule, day, directory):
            sent += owe(batch, hold=True)
            keep_alone()
    release_today(on, at_most=1 if has_slept else AT_MOST)
    return sent


def tell_at_once(slug: str, only: Callable[[Owed], bool]) -> int:
    """Owe now what the rules of one moment find, for what just happened; how many notices are new."""
    directory = Directory(today())
    return sum(
        owe(not_yet_told(rule, [telling for owed in TRIGGERS[slug](today()) if only(owed) for telling in tellings(rule, owed, today(), directory)]))
        for rule in active_rules() if rule.trigger == slug
    )  # fmt: skip


# --- One run at a time, and how long ago the last one was ---------------------------------------------------------

LEASE = "lease:reminders"  # a heartbeat whose time lies ahead: until then the reminders belong to somebody
LEASE_FOR = timedelta(seconds=60)
LAST_DAY = "reminders-day"  # the day for which they last ran


@contextmanager
def one_at_a_time(wait: float = 0) -> Iterator[bool]:
    """Whether this process may run the reminders. A holder that died is waited for at most LEASE_FOR."""
    until = time.monotonic() + wait
    while not (is_mine := take_lease()) and time.monotonic() < until:
        time.sleep(0.2)
    try:
        yield is_mine
    finally:
        if is_mine:
            Heartbeat.objects.filter(name=LEASE).update(seen_at=timezone.now() - timedelta(seconds=1))


def take_lease() -> bool:
    now = timezone.now()
    free = Q(seen_at__lt=now) | Q(seen_at__gt=now + 2 * LEASE_FOR)  # nobody's, or taken before the clock was set back
    if Heartbeat.objects.filter(free, name=LEASE).update(seen_at=now + LEASE_FOR):
        return True
    try:
        with transaction.atomic():
            return Heartbeat.objects.get_or_create(name=LEASE, defaults={"seen_at": now + LEASE_FOR})[1]
    except IntegrityError:
        return False


def keep_alone() -> None:
    """A long run renews its lease."""
    now = timezone.now()
    Heartbeat.objects.filter(name=LEASE, seen_at__lt=now + LEASE_FOR / 2).update(seen_at=now + LEASE_FOR)


def slept(day: date) -> bool:
    """Whether whole days have passed since the last run; notes that it runs for `day`."""
    noon = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
    last = Heartbeat.objects.filter(name=LAST_DAY).values_list("seen_at", flat=True).first()
    Heartbeat.objects.update_or_create(name=LAST_DAY, defaults={"seen_at": noon})
    return last is not None and day - timezone.localtime(last).date() > timedelta(days=1)


def still_owed(notices: list[Notice]) -> set[int]:
    """Of notices that were held, those that nobody has settled meanwhile; what is not a reminder stays."""
    rules = {rule.code: rule for rule in active_rules()}
    wanted: dict[str, dict[tuple[str, int, date], list[Notice]]] = {}
    for notice in notices:
        if notice.rule in rules:
            wanted.setdefault(notice.rule, {}).setdefault((notice.object_type, notice.object_id, notice.due_on), []).append(notice)
    found = {notice.pk for notice in notices if notice.rule not in wanted}
    directory = Directory(today()) if wanted else None
    for code, keys in wanted.items():
        slugs = {slug for _offset, slug in rules[code].steps}
        for owed in TRIGGERS[rules[code].trigger](today()):
            for notice in keys.get(owed.key, ()):
                if notice.instead_of_id or any(person.pk == notice.recipient_id for slug in slugs for person in audience(slug, owed, directory)):
                    found.add(notice.pk)
    return found
