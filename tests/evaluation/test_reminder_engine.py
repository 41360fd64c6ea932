"""How the rules are run: once, on time, whatever the clock, the scheduler or a bad row does."""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import choose_rhythms, set_absence
from core import digests
from core.formats import today
from core.models import Heartbeat, Notice
from core.outbox import deliver_due
from evaluation.models import ActionPoint, EvaluationRule, ReminderRule
from evaluation.reminders import engine, send_due
from evaluation.reminders.engine import LEASE, LEASE_FOR, one_at_a_time
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FULL = os.environ.get("RELIABILITY") == "full"


def points(cast: Cast, days: int, start: date | None = None, owner=None) -> list[ActionPoint]:
    """One action point of Badr due each day."""
    first = start or today()
    rows = [ActionPoint(partnership=cast.partnership, text=f"إجراء {place}", owner=owner or cast.badr, due_on=first + place * DAY) for place in range(days)]
    return ActionPoint.objects.bulk_create(rows)


@pytest.fixture
def on_the_day(rules) -> ReminderRule:
    """One rule alone: action points on their day."""
    ReminderRule.objects.exclude(code="R19").update(is_active=False)
    EvaluationRule.objects.update(is_active=False)
    ReminderRule.objects.filter(code="R19").update(offsets="0", escalation="")
    return ReminderRule.objects.get(code="R19")


@pytest.mark.parametrize("zone", ["Africa/Algiers", "Asia/Kuwait", "America/New_York"])
def test_simulated_days_in_a_row_skip_none_and_double_none(cast, on_the_day, settings, zone):
    """A scheduler that looks every few hours, in each zone, over the changes to and from summer time."""
    days, looks = (400, 3) if FULL else (8, 2)
    start = date(2027, 1, 1) if FULL else date(2027, 3, 11)  # New York changes on the 14th
    points(cast, days, start)
    settings.TIME_ZONE = zone
    moment = datetime(start.year, start.month, start.day, 0, 10, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    told: dict[date, list[date]] = {}
    with timezone.override(zone):
        for tick in range(days * looks):
            day = timezone.localtime(moment + tick * timedelta(hours=24 // looks)).date()
            for notice in Notice.objects.none() if not send_due(day) else Notice.objects.filter(rule="R19").exclude(due_on__in=told):
                told.setdefault(notice.due_on, []).append(day)

    assert sorted(told) == [start + place * DAY for place in range(days)]
    assert {due: on for due, on in told.items() if on != [due]} == {}


@pytest.mark.once
@pytest.mark.parametrize("zone", ["Africa/Algiers", "Asia/Kuwait", "America/New_York"])
def test_four_hundred_days_have_each_morning_once(settings, zone):
    """Asked every hour, the last morning steps from working day to working day, and weekly from week to week."""
    settings.TIME_ZONE = zone
    with timezone.override(zone):
        begin = timezone.make_aware(datetime(2026, 11, 22, 12)).astimezone(UTC)
        hours = [begin + place * timedelta(hours=1) for place in range(400 * 24)]
        daily = list(dict.fromkeys(digests.last_morning(hour) for hour in hours))
        weekly = list(dict.fromkeys(digests.last_morning(hour, weekly=True) for hour in hours))
        days = [timezone.localtime(morning).date() for morning in daily]

    expected = [date(2026, 11, 22) + place * DAY for place in range(401)]
    assert days == [day for day in expected if digests.working(day)][: len(days)]
    assert len(days) > 280
    assert {later - earlier for earlier, later in pairwise(weekly)} <= {
        timedelta(days=7),
        timedelta(days=7, hours=1),
        timedelta(days=6, hours=23),
    }
    assert {timezone.localtime(morning, ZoneInfo(zone)).hour for morning in daily} == {7}


def test_clock_set_back_repeats_nothing_and_tells_no_earlier_rung(cast, on_the_day):
    ReminderRule.objects.filter(code="R19").update(offsets="-7|0|7")
    (point,) = points(cast, 1, today() + 30 * DAY)

    assert send_due(point.due_on) == 1
    assert [send_due(point.due_on - back * DAY) for back in (1, 5, 7, 3)] == [0, 0, 0, 0]
    assert send_due(point.due_on + 7 * DAY) == 1


def test_scheduler_asleep_for_a_week_tells_all_that_is_owed_once_as_one_message(cast, on_the_day):
    points(cast, 8)
    points(cast, 3, owner=cast.dalia)
    send_due(today() - DAY)
    mail.outbox.clear()

    assert send_due(today() + 8 * DAY) == 11
    deliver_due()
    assert sorted(message.to[0] for message in mail.outbox) == [cast.badr.email, cast.dalia.email]
    assert {notice.recipient: notice.told.count() for notice in Notice.objects.filter(event="digest")} == {cast.badr: 8, cast.dalia: 3}
    assert send_due(today() + 8 * DAY) == 0
    assert send_due(today() + 9 * DAY) == 0


def test_scheduler_that_did_not_sleep_sends_each_by_itself(cast, on_the_day):
    points(cast, 3, today() + 5 * DAY)

    for place in range(9):
        send_due(today() + place * DAY)
    deliver_due()

    assert [message.to for message in mail.outbox] == [[cast.badr.email]] * 3


def test_reminder_held_for_a_digest_is_dropped_when_the_thing_is_done(cast, on_the_day):
    choose_rhythms(cast.badr, {"reminders": "daily"}, by=cast.badr)
    first, second, third = points(cast, 3, today() - 2 * DAY)
    assert send_due() == 3
    Notice.objects.update(created_at=timezone.now() - 9 * DAY)
    ActionPoint.objects.filter(pk=second.pk).update(status="done")

    digests.release()

    digest = Notice.objects.get(event="digest")
    assert set(digest.told.values_list("object_id", flat=True)) == {first.pk, third.pk}


def test_bad_row_and_bad_rule_silence_nobody_else(cast, on_the_day, monkeypatch):
    rows = points(cast, 4)
    ActionPoint.objects.filter(pk=rows[1].pk).update(text="سم")
    true_names = engine.TRIGGERS["action_point"].find

    def poisoned(on):
        for owed in true_names(on):
            if owed.obj.text == "سم":
                object.__setattr__(owed, "words", lambda: 1 / 0)
            yield owed

    monkeypatch.setitem(engine.TRIGGERS, "action_point", engine.Trigger("action_point", poisoned))
    monkeypatch.setitem(engine.TRIGGERS, "activity_report", engine.Trigger("activity_report", lambda on: 1 / 0))
    ReminderRule.objects.filter(code="R10").update(is_active=True)

    assert send_due(rows[-1].due_on) == 3


def test_only_one_run_at_a_time_and_a_dead_one_is_not_waited_for_for_ever(cast, on_the_day):
    points(cast, 1)
    with one_at_a_time() as mine:
        assert mine
        assert send_due(today()) == 0, "another run is at it"
    assert Heartbeat.objects.get(name=LEASE).seen_at < timezone.now()
    Heartbeat.objects.filter(name=LEASE).update(seen_at=timezone.now() + LEASE_FOR)  # its holder was killed
    assert send_due(today()) == 0
    for forgotten in (timezone.now() - LEASE_FOR, timezone.now() + timedelta(hours=3)):  # over; or taken before the clock was set back
        Heartbeat.objects.filter(name=LEASE).update(seen_at=forgotten)
        with one_at_a_time() as mine:
            assert mine
    assert send_due(today()) == 1


def test_nobody_is_reminded_of_what_they_may_not_see(cast, on_the_day):
    points(cast, 1, owner=cast.hani)  # of another partnership

    assert send_due(today()) == 0


def test_deputy_is_reminded_in_place_of_the_owner(cast, on_the_day):
    set_absence(cast.badr, by=cast.badr, deputy=cast.ziad, starts_on=today(), ends_on=today() + DAY)
    points(cast, 1)

    assert send_due() == 2
    assert {(notice.recipient, notice.instead_of) for notice in Notice.objects.filter(rule="R19")} == {(cast.badr, None), (cast.ziad, cast.badr)}


def test_queries_do_not_grow_with_what_was_told_already(cast, on_the_day, django_assert_max_num_queries):
    points(cast, 3)
    send_due(today() + 4 * DAY)
    with django_assert_max_num_queries(60):
        assert send_due(today() + 4 * DAY) == 0
    points(cast, 150, today() - 200 * DAY)
    send_due(today() + 4 * DAY)
    with django_assert_max_num_queries(60):
        assert send_due(today() + 4 * DAY) == 0
