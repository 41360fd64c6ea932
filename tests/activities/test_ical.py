"""Feeds for telephones and the files of e-mails, read back with a parser as a telephone would."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from activities import actions, ical
from activities.actions.calendar import MOST_FEEDS, make_feed, revoke_feed
from activities.lifecycle import ACTIVITY
from activities.models import Activity, CalendarFeed
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Change, Notice
from core.outbox import deliver_due
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = "مستشفى;,\\n\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:x\u202eمقلوب " + "طويل" * 60


def events(content: bytes) -> dict[str, dict]:
    """The events of a calendar by UID, as plain values."""
    found = {}
    for event in Calendar.from_ical(content).walk("VEVENT"):
        values = {name: event.decoded(name) for name in ("dtstart", "dtend", "sequence", "last-modified")}
        found[str(event["uid"])] = {**values, **{name: str(event.get(name, "")) for name in ("summary", "status", "location", "description", "url")}}
    return found


def read(client, secret: str) -> dict[str, dict]:
    answer = client.get(f"/calendar/{secret}.ics")
    assert answer.status_code == 200
    return events(answer.content)


@pytest.fixture
def activity(cast) -> Activity:
    made = factories.planned(cast)
    actions.transition_activity(made, ACTIVITY["submit"], by=cast.badr)
    return Activity.objects.get(pk=made.pk)


@pytest.fixture
def secret(cast) -> str:
    return make_feed(cast.dalia, name="هاتفي")[1]


def test_address_is_shown_once_and_kept_as_a_digest(client, cast):
    client.force_login(cast.dalia)

    page = client.post("/calendar/feeds/", {"name": "هاتفي", "query": "kind=surgical&month=2026-11&x=1"}).content.decode()
    address = re.search(r"http://[^<\s]+/calendar/([\w-]{43})\.ics", page)

    feed = CalendarFeed.objects.get()
    assert address[1] not in client.get("/calendar/feeds/").content.decode()
    assert address[1] not in "".join(str(value) for value in (*vars(feed).values(), *Change.objects.values_list("after", flat=True)))
    assert feed.query == "kind=surgical"
    assert client.get(f"/calendar/{address[1]}.ics").status_code == 200


def test_event_has_what_telephones_need(client, cast, activity, secret):
    client.force_login(cast.hani)  # whoever asks, the address counts

    answer = client.get(f"/calendar/{secret}.ics")
    event = events(answer.content)[f"{activity.uid}@127.0.0.1"]

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert (event["dtstart"], event["dtend"]) == (activity.starts_on, activity.ends_on + timedelta(days=1))
    assert (event["status"], event["sequence"]) == ("TENTATIVE", activity.version)
    assert event["last-modified"] == Change.objects.filter(object_id=activity.pk, object_type="activities.activity").latest("pk").at.replace(microsecond=0)
    assert event["url"].endswith(activity.get_absolute_url())
    assert cast.host.region.name_ar in event["summary"]
    assert CalendarFeed.objects.get().last_read_at is not None
    assert client.post(f"/calendar/{secret}.ics").status_code == 405


def test_uid_stays_and_sequence_grows_until_the_activity_is_called_off_and_forgotten(client, cast, activity, secret):
    before = read(client, secret)
    actions.transition_activity(activity, ACTIVITY["approve"], by=cast.amal)
    actions.transition_activity(activity, ACTIVITY["cancel"], by=cast.amal, reason="سبب")
    after = read(client, secret)

    assert before.keys() == after.keys()
    (uid,) = after
    assert (before[uid]["status"], after[uid]["status"]) == ("TENTATIVE", "CANCELLED")
    assert after[uid]["sequence"] == before[uid]["sequence"] + 2
    Change.objects.filter(to_status="cancelled").update(at=timezone.now() - timedelta(days=91))
    assert read(client, secret) == {}


def test_feed_follows_what_its_owner_may_see_now(client, cast, activity, secret):
    assert len(read(client, secret)) == 1
    assert read(client, make_feed(cast.hani, name="x")[1]) == {}
    assert read(client, make_feed(cast.dalia, name="x", query="kind=study")[1]) == {}
    cast.dalia.memberships.update(valid_to=today() - timedelta(days=1))
    assert read(client, secret) == {}
    type(cast.dalia).objects.filter(pk=cast.dalia.pk).update(is_active=False)
    assert client.get(f"/calendar/{secret}.ics").status_code == 404


def test_revoked_unknown_and_foreign_addresses_answer_alike(client, cast, secret):
    feed = CalendarFeed.objects.get()
    client.force_login(cast.badr)
    assert client.post(f"/calendar/feeds/{feed.pk}/revoke/").status_code == 404
    with pytest.raises(TransitionRefused):
        revoke_feed(feed, by=cast.badr)
    client.force_login(cast.dalia)
    assert client.post(f"/calendar/feeds/{feed.pk}/revoke/").status_code == 302
    assert {client.get(f"/calendar/{word}.ics").status_code for word in (secret, "x", "ا" * 40, feed.digest)} == {404}
    assert Change.objects.filter(object_type="activities.calendarfeed", verb="revoke_feed").count() == 1


def test_addresses_are_few_and_readings_are_limited(client, cast, secret):
    for _more in range(MOST_FEEDS - 1):
        make_feed(cast.dalia, name="x")
    with pytest.raises(TransitionRefused):
        make_feed(cast.dalia, name="x")
    with pytest.raises(TransitionRefused):
        make_feed(cast.omar, name="x")
    answers = [client.get("/calendar/x.ics").status_code for _ask in range(61)]

    assert answers == [404] * 60 + [429]


def test_text_of_others_cannot_break_out_of_its_line(client, cast, activity, secret):
    type(cast.host).objects.filter(pk=cast.host.pk).update(name_ar=HOSTILE[:200], name_fr=HOSTILE[:200], region=None)
    Activity.objects.filter(pk=activity.pk).update(name="د. سميرة بلقاسم", note="ملاحظة سرية")

    content = client.get(f"/calendar/{secret}.ics").content
    event = events(content)[f"{activity.uid}@127.0.0.1"]

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\r\nBEGIN:VEVENT\r\n") == content.count(b"\r\nEND:VEVENT\r\n") == 1
    assert "END:VEVENT BEGIN:VEVENT" in event["location"]
    assert "\u202e" not in content.decode()
    assert "سميرة" not in content.decode().replace("\r\n ", "")
    assert "سرية" not in content.decode().replace("\r\n ", "")


def test_feed_speaks_the_language_of_its_owner(client, cast, activity, secret):
    type(cast.dalia).objects.filter(pk=cast.dalia.pk).update(language="en")

    (event,) = read(client, secret).values()

    assert event["summary"].startswith("surgical days")


@pytest.mark.parametrize(("step", "status"), [("approve", "TENTATIVE"), ("postpone", "CANCELLED"), ("cancel", "CANCELLED")])
def test_mail_about_days_carries_them_as_a_file(cast, activity, step, status):
    Notice.objects.all().delete()
    if step == "postpone":
        actions.postpone_activity(activity, by=cast.amal, reason="سبب")
    else:
        actions.transition_activity(activity, ACTIVITY[step], by=cast.amal, reason="سبب")
    deliver_due()

    parts = [part for message in mail.outbox for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    found = [events(part.get_payload(decode=True)) for part in parts]

    assert len(parts) == len(mail.outbox) >= 2
    assert {part.get_param("method") for part in parts} == {"PUBLISH"}
    assert {event["status"] for one in found for event in one.values()} == {status}
    assert {uid for one in found for uid in one} == {f"{activity.uid}@127.0.0.1"}
    assert parts[0].get_filename() == "activity.ics"


def test_last_word_of_both_sides_is_told_to_both_with_the_days(cast, activity):
    actions.transition_activity(activity, ACTIVITY["approve"], by=cast.amal)
    Notice.objects.all().delete()
    for who in (cast.badr, cast.dalia):
        actions.confirm_participation(Activity.objects.with_people().get(pk=activity.pk), by=who)
    deliver_due()

    told = {notice.recipient for notice in Notice.objects.filter(event="activity_confirmed")}
    assert told == {cast.badr, cast.dalia}
    assert [part.get_filename() for message in mail.outbox for part in message.message().walk() if part.get_filename()] == ["activity.ics"] * 2


def test_feed_costs_the_same_with_one_activity_and_with_five(client, cast, activity, secret, django_assert_max_num_queries):
    for starts_in in (30, 40, 50, 60):
        actions.transition_activity(factories.planned(cast, starts_in=starts_in), ACTIVITY["submit"], by=cast.badr)

    with django_assert_max_num_queries(8):
        assert len(read(client, secret)) == 5


def test_drafts_are_in_no_feed(client, cast, secret):
    factories.planned(cast)

    assert read(client, secret) == {}
    assert ical.status_of(Activity(status="draft", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 1))) == "TENTATIVE"
