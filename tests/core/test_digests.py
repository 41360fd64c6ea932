"""Digests: when their morning is, that there is one a day at most, and that a storm becomes one message."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import choose_rhythms
from accounts.models import User
from core import digests
from core.digests import AT_MOST, last_morning, release
from core.mail import LISTED
from core.models import Notice, NoticeState
from core.outbox import deliver_due, held, tell
from tests.cast import person

pytestmark = pytest.mark.django_db
SUNDAY = date(2026, 11, 22)  # the first working day of a week in Algeria and Kuwait


def at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


@pytest.fixture
def reader(db) -> User:
    return person("reader")


def wants(reader: User, rhythm: str) -> None:
    choose_rhythms(reader, {"matching": rhythm}, by=reader)


def told(reader: User, count: int, when: datetime, start: int = 0) -> None:
    """So many things, told at a moment."""
    for place in range(start, start + count):
        tell([reader], "interest_submitted", reader, "/", {"institution_ar": f"مؤسسة {place}", "wish_ar": "استفادة"}, rung=f"r{place}")
    Notice.objects.filter(rung__startswith="r", rung__in=[f"r{place}" for place in range(start, start + count)]).update(created_at=when)


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        (at(SUNDAY, 6), SUNDAY - timedelta(days=3), SUNDAY - timedelta(days=7)),  # before the morning: Thursday's, the Sunday before
        (at(SUNDAY, 7), SUNDAY, SUNDAY),
        (at(SUNDAY + timedelta(days=3), 23), SUNDAY + timedelta(days=3), SUNDAY),
        (at(SUNDAY + timedelta(days=5), 12), SUNDAY + timedelta(days=4), SUNDAY),  # Friday rests
        (at(SUNDAY + timedelta(days=6), 12), SUNDAY + timedelta(days=4), SUNDAY),  # Saturday too
    ],
)
def test_mornings_are_those_of_working_days(now, daily, weekly):
    assert last_morning(now) == at(daily, 7)
    assert last_morning(now, weekly=True) == at(weekly, 7)


@pytest.mark.parametrize(("rhythm", "hours"), [("daily", [7]), ("weekly", [7 + 24 * 3])])
def test_held_notices_are_told_in_one_message_on_their_morning_and_never_twice(reader, rhythm, hours):
    wants(reader, rhythm)
    wednesday = SUNDAY + timedelta(days=3)
    told(reader, 3, at(wednesday, 10))

    sent_at = []
    for hour in range(11, 24 * 6):  # every hour from Wednesday eleven o'clock to Monday
        if release(at(wednesday, 0) + timedelta(hours=hour)):
            sent_at.append(hour - 24)  # from Thursday on

    assert sent_at == hours
    digest = Notice.objects.get(event="digest")
    assert set(digest.told.values_list("rung", flat=True)) == {"r0", "r1", "r2"}
    assert set(Notice.objects.exclude(pk=digest.pk).values_list("state", flat=True)) == {"inbox"}


def test_digest_lists_what_it_tells_with_a_link_each_and_one_button(reader, settings):
    settings.PORTAL_BASE_URL = "https://tawama.example"
    wants(reader, "daily")
    told(reader, 45, at(SUNDAY, 10))

    release(at(SUNDAY + timedelta(days=1), 9))
    deliver_due()

    (message,) = mail.outbox
    html = message.alternatives[0][0]
    digest = Notice.objects.get(event="digest")
    assert "مؤسسة 0" in message.body
    assert "مؤسسة 0" in html
    assert html.count("https://tawama.example/n/") == LISTED + 1
    assert html.count(f"https://tawama.example/n/{digest.message_id}/") == 1
    assert "5" in message.body.split("-- ")[0]  # five more in the portal
    assert len(html.encode()) < 30_000


def test_one_alone_is_sent_as_itself(reader):
    wants(reader, "daily")
    told(reader, 1, at(SUNDAY, 10))

    assert release(at(SUNDAY + timedelta(days=1), 9)) == 1

    assert [notice.state for notice in Notice.objects.all()] == [NoticeState.DUE]


def test_scheduler_asleep_for_a_week_sends_one_digest_and_a_second_run_none(reader):
    wants(reader, "daily")
    for place in range(7):
        told(reader, 2, at(SUNDAY + timedelta(days=place), 10), start=2 * place)

    first, second = release(at(SUNDAY + timedelta(days=8), 12)), release(at(SUNDAY + timedelta(days=8), 12))

    assert (first, second) == (1, 0)
    assert Notice.objects.get(event="digest").told.count() == 14


def test_no_more_than_one_digest_a_day(reader):
    now = timezone.now()
    with held():
        told(reader, AT_MOST + 1, now)
    assert release(now) == 1
    with held():
        told(reader, AT_MOST + 1, now, start=20)

    assert release(now) == 0, "they wait for the next day"
    assert release(now + timedelta(days=1)) == 1
    assert Notice.objects.filter(event="digest").count() == 2


@pytest.mark.parametrize(("count", "messages"), [(1, 1), (AT_MOST, AT_MOST), (AT_MOST + 1, 1), (400, 1)])
def test_run_that_owes_one_person_many_messages_sends_one(reader, count, messages):
    with held():
        told(reader, count, timezone.now())
    assert set(Notice.objects.values_list("state", flat=True)) == {"held"}, "nothing leaves before the run is over"

    assert release() == messages
    deliver_due()

    assert len(mail.outbox) == messages
    assert not Notice.objects.filter(state="held").exists()


def test_deadlines_wait_for_no_morning_but_come_as_one_message_when_there_are_many(reader):
    with held():
        for place in range(AT_MOST + 1):
            tell([reader], "agreement_end_reminder", reader, "/", {"due_on": "2026-12-31"}, rung=f"r{place}")

    assert release() == 1

    assert Notice.objects.get(event="digest").told.count() == AT_MOST + 1


def test_who_changes_their_mind_is_told_accordingly(reader):
    wants(reader, "weekly")
    told(reader, 2, timezone.now())

    wants(reader, "at_once")
    assert release() == 2
    told(reader, 1, timezone.now(), start=5)
    wants(reader, "never")
    release()

    assert sorted(Notice.objects.values_list("state", flat=True)) == ["due", "due", "due"]


def test_what_was_done_meanwhile_is_not_told_any_more(reader, monkeypatch):
    monkeypatch.setattr(digests, "STILL_OWED", [lambda notices: {notice.pk for notice in notices if notice.rung != "r1"}])
    wants(reader, "weekly")
    told(reader, 3, timezone.now() - timedelta(days=10))

    release()

    assert set(Notice.objects.get(event="digest").told.values_list("rung", flat=True)) == {"r0", "r2"}
    assert Notice.objects.get(rung="r1").told_in is None


def test_everybody_gets_their_own(db):
    people = [person(f"p{place}") for place in range(3)]
    with held():
        for place, reader in enumerate(people):
            told(reader, 6 + place, timezone.now())

    assert release() == 3
    assert {notice.recipient: notice.told.count() for notice in Notice.objects.filter(event="digest")} == {
        reader: 6 + place for place, reader in enumerate(people)
    }


def test_processes_at_once_make_one_digest(reader):
    with held():
        told(reader, 9, timezone.now())
    plans = [digests.plans_for([reader.pk], timezone.now(), AT_MOST)[0] for _process in range(2)]  # both have looked before either acts

    assert [digests.carry_out(plan, timezone.now()) for plan in plans] == [1, 0]
    assert Notice.objects.filter(event="digest").count() == 1
