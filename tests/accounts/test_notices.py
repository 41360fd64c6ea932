"""The pages about one's own notices: why, how often, who stands in; the link that switches off without a login."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Absence
from core.formats import today
from core.mail import unsubscribe_token
from core.models import Bounce, Notice, NoticePreference
from core.outbox import deliver_due, tell
from core.topics import TOPICS
from evaluation.reminders import send_due
from tests import factories
from tests.cast import person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = timedelta(days=1)


def test_why_names_the_rule_the_thing_what_stops_it_and_how_to_be_told_otherwise(client, cast, rules):
    factories.confirmed(cast)
    send_due(today() + 3 * DAY)
    notice = Notice.objects.get(recipient=cast.amal, rule="R11")
    client.force_login(cast.amal)

    page = client.get(f"/notifications/{notice.pk}/").content.decode()

    assert "R11" in page
    assert "تقرير في انتظار المصادقة" in page  # the rule by its name
    assert f'href="{notice.path}"' in page
    assert 'href="/notifications/preferences/"' in page
    assert page.count("<li>") >= 3  # the ladder: two moments and the escalation


def test_why_of_something_that_one_may_no_longer_see_shows_no_name_of_it(client, cast, rules):
    factories.confirmed(cast)
    send_due(today() + 3 * DAY)
    notice = Notice.objects.get(recipient=cast.amal, rule="R11")
    cast.amal.memberships.update(valid_to=today() - DAY)
    client.force_login(cast.amal)

    answer = client.get(f"/notifications/{notice.pk}/")

    assert answer.status_code == 200
    assert "<dt>" in answer.content.decode()
    assert f'<a href="{notice.path}"><bdi>' not in answer.content.decode()


def test_preferences_are_shown_kept_and_changed_and_fixed_ones_say_why(client, cast):
    client.force_login(cast.badr)
    chosen = {slug: "weekly" if slug == "activities" else "at_once" for slug, topic in TOPICS.items() if not topic.is_fixed}

    first = client.get("/notifications/preferences/").content.decode()
    assert str(TOPICS["deadlines"].why) in first
    assert 'name="deadlines"' not in first
    assert client.post("/notifications/preferences/", {**chosen, "deadlines": "never"}).status_code == 302
    assert client.post("/notifications/preferences/", {**chosen, "activities": "hourly"}).status_code == 400

    assert list(NoticePreference.objects.values_list("user__name", "topic", "rhythm")) == [("Badr", "activities", "weekly")]
    again = client.get("/notifications/preferences/").content.decode()
    assert 'value="weekly"' in again.split('name="activities"', 1)[1]


def test_absence_is_entered_shown_to_both_and_ended(client, cast):
    client.force_login(cast.badr)
    days = {"starts_on": f"{today():%d/%m/%Y}", "ends_on": f"{today() + 6 * DAY:%d/%m/%Y}"}

    assert client.post("/notifications/absence/", {**days, "deputy": cast.dalia.pk}).status_code == 400, "she works elsewhere"
    assert client.post("/notifications/absence/", {**days, "deputy": cast.ziad.pk}).status_code == 302
    absence = Absence.objects.get()
    assert "Ziad" in client.get("/notifications/absence/").content.decode()
    client.force_login(cast.ziad)
    assert "Badr" in client.get("/notifications/absence/").content.decode()
    assert client.post(f"/notifications/absence/{absence.pk}/end/").status_code == 404
    client.force_login(cast.badr)
    assert client.post(f"/notifications/absence/{absence.pk}/end/").status_code == 302
    assert not Absence.objects.exists()


def test_one_click_of_a_mail_program_switches_a_topic_off_without_a_login(cast):
    address = f"/unsubscribe/{unsubscribe_token(cast.badr.pk, 'activities')}/"
    program = Client(enforce_csrf_checks=True)

    question = program.get(address)
    assert question.status_code == 200
    assert cast.badr.name not in question.content.decode()
    assert not NoticePreference.objects.exists(), "looking changes nothing: mail scanners open every link"
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert list(NoticePreference.objects.values_list("user__name", "topic", "rhythm")) == [("Badr", "activities", "never")]


@pytest.mark.parametrize("token", ["1:activities", "1:activities:AAAA", "x", "1:deadlines:forged"])
def test_token_that_is_not_ours_opens_nothing(client, cast, token):
    assert client.post(f"/unsubscribe/{token}/").status_code == 404
    assert not NoticePreference.objects.exists()


def test_fixed_topic_cannot_be_switched_off_by_any_link(client, cast):
    client.post(f"/unsubscribe/{unsubscribe_token(cast.badr.pk, 'deadlines')}/")
    client.post(f"/unsubscribe/{unsubscribe_token(cast.badr.pk, '*')}/")

    assert set(NoticePreference.objects.values_list("topic", flat=True)) == {slug for slug, topic in TOPICS.items() if not topic.is_fixed}


def test_headers_let_mail_programs_unsubscribe_where_that_is_allowed(mailoutbox, settings):
    settings.PORTAL_BASE_URL = "https://tawama.example"
    reader = person("reader")
    tell([reader], "interest_submitted", reader, "/", {})
    tell([reader], "agreement_end_reminder", reader, "/", {"due_on": "2026-01-01"})

    deliver_due()

    free, fixed = (message.extra_headers for message in mailoutbox)
    token = unsubscribe_token(reader.pk, "matching")
    assert f"<https://tawama.example/unsubscribe/{token}/>" in free["List-Unsubscribe"]
    assert "<mailto:" in free["List-Unsubscribe"]
    assert free["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert fixed["List-Unsubscribe"] == "<https://tawama.example/notifications/preferences/>"
    assert "List-Unsubscribe-Post" not in fixed


def test_inbox_leaves_digests_out_and_says_that_mail_comes_back(client, cast):
    Notice.objects.create(rule="digest", object_type="accounts.user", object_id=cast.badr.pk, due_on=today(), rung="digest", recipient=cast.badr, event="digest", path="/")  # fmt: skip
    Bounce.objects.create(recipient=cast.badr, address=cast.badr.email, is_lasting=True)
    client.force_login(cast.badr)

    page = client.get("/notifications/").content.decode()

    assert "/n/" not in page
    assert cast.badr.email in page
