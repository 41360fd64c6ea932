"""Digests: what people did not want at once, and what would come as a storm, becomes one message.

A held notice is told in the morning of a working day of the country (daily), of its first working day (weekly), or as soon
as the run that owes it is over. Nobody gets more than one digest a day. A held reminder whose thing has been done meanwhile
is not told any more. "Has the moment passed?" is asked of the day on which a notice was written, so that a scheduler that
slept catches up and a second run is silent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from core.bounces import blocked
from core.formats import today
from core.models import Notice, NoticeState, Rhythm
from core.outbox import nudge, rhythms_of
from core.profile import home
from core.topics import topic_of_notice

MORNING = time(7)  # in the home zone
AT_MOST = 5  # messages that one run may send to one person; more become one digest
PEOPLE = 200  # looked at together
FRESH = timedelta(minutes=10)  # what was owed so lately is not asked again

StillOwed = Callable[[list[Notice]], set[int]]
STILL_OWED: list[StillOwed] = []


def ask_whether_owed(function: StillOwed) -> None:
    """Let the app that owns the rules say which of these notices (by key) still hold; it answers for its own rules."""
    STILL_OWED.append(function)


def working(day: date) -> bool:
    return day.weekday() not in home().week_end


def last_morning(now: datetime, *, weekly: bool = False) -> datetime:
    """The last morning that has come on which digests go out: of a working day, or of the first one of a week."""
    day = timezone.localtime(now).date()
    if timezone.localtime(now).time() < MORNING:
        day -= timedelta(days=1)
    while not working(day) or (weekly and not first_of_week(day)):
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, MORNING))


def first_of_week(day: date) -> bool:
    """No working day of the same week comes before it; weeks begin as the country counts them."""
    since = (day.weekday() - home().week_starts) % 7
    return not any(working(day - timedelta(days=back)) for back in range(1, since + 1))


def at_morning(day: date) -> datetime:
    """A moment of `day` at which its digests are due: for a run as if it were that day."""
    return timezone.make_aware(datetime.combine(day, time(12)))


@dataclass
class Plan:
    """What is decided for one person: told one by one, told together, or told in the inbox only."""

    person: int
    alone: list[Notice] = field(default_factory=list)
    together: list[Notice] = field(default_factory=list)
    inbox: list[Notice] = field(default_factory=list)


def release(now: datetime | None = None, *, at_most: int = AT_MOST) -> int:
    """Send on what was held and whose moment has come; how many messages that makes.

    What goes out at once does so one by one, up to `at_most` for a person; beyond that it becomes a digest. Safe to run
    twice or in several processes: the digest of a day exists once, and only whoever made it fills it.
    """
    now = now or timezone.now()
    made = 0
    for people in held_people():
        plans = plans_for(people, now, at_most)
        lately = timezone.now() - FRESH
        owed = still_owed([notice for plan in plans for notice in plan.together if notice.created_at < lately])
        for plan in plans:
            plan.inbox += [notice for notice in plan.together if notice.created_at < lately and notice.pk not in owed]
            made += carry_out(plan, now)
    if made:
        nudge()
    return made


def held_people() -> Iterator[list[int]]:
    """The people for whom something is held, some at a time, with no cursor open between them."""
    last = 0
    while True:
        rows = Notice.objects.filter(state=NoticeState.HELD, recipient__gt=last).order_by("recipient").values_list("recipient", flat=True).distinct()
        people = list(rows[:PEOPLE])
        if not people:
            return
        yield people
        last = people[-1]


def plans_for(people: list[int], now: datetime, at_most: int) -> list[Plan]:
    """Decide by what each person chose for the topic; three queries."""
    rhythms, unreached = rhythms_of(people), blocked(people)
    moments = {Rhythm.DAILY: last_morning(now), Rhythm.WEEKLY: last_morning(now, weekly=True)}
    plans = {person: Plan(person) for person in people}
    for notice in Notice.objects.filter(state=NoticeState.HELD, recipient__in=people).defer("words").order_by("due_on", "pk"):
        plan, topic = plans[notice.recipient_id], topic_of_notice(notice)
        rhythm = Rhythm.AT_ONCE if topic.is_fixed else rhythms.get((plan.person, topic.slug), Rhythm.AT_ONCE)
        if rhythm == Rhythm.NEVER or plan.person in unreached:
            plan.inbox.append(notice)
        elif rhythm == Rhythm.AT_ONCE:
            plan.alone.append(notice)
        elif notice.created_at < moments[Rhythm(rhythm)]:
            plan.together.append(notice)
    for plan in plans.values():
        if len(plan.alone) > at_most:
            plan.together, plan.alone = plan.together + plan.alone, []
    return list(plans.values())


def carry_out(plan: Plan, now: datetime) -> int:
    """Send on for one person; how many messages that makes. What is no longer owed stays in the inbox."""
    keep(plan.inbox)
    dropped = {notice.pk for notice in plan.inbox}
    together = [notice for notice in plan.together if notice.pk not in dropped]
    if len(together) == 1:  # a digest of one is the message itself
        plan.alone, together = plan.alone + together, []
    if plan.alone:
        Notice.objects.filter(pk__in=[notice.pk for notice in plan.alone], state=NoticeState.HELD).update(state=NoticeState.DUE)
    return len(plan.alone) + (bundle(plan.person, together, timezone.localtime(now).date()) if together else 0)


def keep(notices: list[Notice]) -> None:
    """Told in the inbox only."""
    if notices:
        Notice.objects.filter(pk__in=[notice.pk for notice in notices], state=NoticeState.HELD).update(state=NoticeState.INBOX)


def still_owed(notices: list[Notice]) -> set[int]:
    """The keys of those that still hold; what happened, happened."""
    gone: set[int] = set()
    for function in STILL_OWED:
        gone |= {notice.pk for notice in notices} - function(notices)
    return {notice.pk for notice in notices} - gone


def bundle(person: int, notices: list[Notice], on: date) -> int:
    """Make the day's digest of these; 0 when the person has had one today: then they wait for the next morning."""
    with transaction.atomic():
        digest, is_new = Notice.objects.get_or_create(
            rule="digest", object_type="accounts.user", object_id=person, due_on=on, rung="digest", recipient_id=person,
            defaults={"event": "digest", "topic": "portal", "words": {"count": len(notices)}, "path": "/notifications/", "read_at": timezone.now()},
        )  # fmt: skip
        if not is_new:
            return 0
        Notice.objects.filter(pk__in=[notice.pk for notice in notices], state=NoticeState.HELD).update(state=NoticeState.INBOX, told_in=digest)
    return 1


def release_today(on: date | None = None, *, at_most: int = AT_MOST) -> int:
    """`release`, now or as if it were noon of a day."""
    return release(at_morning(on) if on and on != today() else None, at_most=at_most)
