"""The operations page, the preview, and the rules as an administrator edits them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.formats import today
from core.models import Bounce, Change, Heartbeat, Notice, NoticeState
from core.outbox import tell
from evaluation.models import ReminderRule
from evaluation.reminders import send_due
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = timedelta(days=1)


@pytest.fixture
def stuck(cast) -> list[Notice]:
    """Two notices that need a person, one of them poisoned, and one that went out."""
    tell([cast.badr, cast.dalia, cast.hani], "interest_submitted", cast.partnership, "/", {"institution_ar": "مؤسسة", "wish_ar": "استفادة"})
    Notice.objects.filter(recipient=cast.hani).update(state=NoticeState.DONE, sent_at=timezone.now())
    Notice.objects.exclude(recipient=cast.hani).update(state=NoticeState.NEEDS_PERSON, last_error="SMTPDataError: 552 <too> large")
    Notice.objects.filter(recipient=cast.dalia).update(event="no_such_event")
    return list(Notice.objects.filter(state=NoticeState.NEEDS_PERSON).order_by("pk"))


def test_page_shows_what_waits_who_is_late_and_how_much_was_sent(client, cast, stuck):
    Heartbeat.objects.create(name="sweep", seen_at=timezone.now())
    Heartbeat.objects.create(name="reminders", seen_at=timezone.now() - timedelta(hours=2))
    Bounce.objects.create(recipient=cast.hani, address=cast.hani.email, is_lasting=True, text="5.1.1")
    client.force_login(cast.amal)

    page = client.get("/operations/").content.decode()

    assert page.count('class="row is-late"') == 3 + 1  # web, scheduler and reminders are late; one address takes no mail
    assert "SMTPDataError: 552 &lt;too&gt; large" in page
    assert "no_such_event" in page
    assert cast.hani.email in page
    assert 'name="notices"' not in page, "an officer looks; the head and the administrator act"


def test_head_sends_marked_ones_again_with_a_reason_that_the_history_keeps(client, cast, stuck):
    client.force_login(cast.hoda)
    marked = {"notices": [stuck[0].pk]}

    assert client.post("/operations/resend/", marked).status_code == 400
    assert client.post("/operations/resend/", {"reason": "امتلأ القرص"}).status_code == 400
    assert client.post("/operations/resend/", {**marked, "reason": "امتلأ القرص"}).status_code == 302

    assert [Notice.objects.get(pk=notice.pk).state for notice in stuck] == ["due", "needs_person"]
    assert [(line.by, line.reason, line.object_id) for line in Change.objects.filter(verb="send_again")] == [(cast.hoda, "امتلأ القرص", stuck[0].pk)]
    client.post("/operations/resend/", {"all": "1", "reason": "الكل"})
    assert not Notice.objects.filter(state="needs_person").exists()
    assert Notice.objects.filter(state="done").count() == 1


@pytest.mark.parametrize("name", ["amal", "badr", "ranya"])
def test_nobody_else_sends_again_or_settles(client, cast, stuck, name):
    bounce = Bounce.objects.create(recipient=cast.hani, address=cast.hani.email, is_lasting=True)
    client.force_login(cast.people[name])

    assert client.post("/operations/resend/", {"all": "1", "reason": "x"}).status_code == 403
    assert client.post(f"/operations/bounces/{bounce.pk}/settle/").status_code == 403
    assert Notice.objects.filter(state="needs_person").count() == 2


def test_administrator_settles_an_address(client, cast):
    bounce = Bounce.objects.create(recipient=cast.hani, address=cast.hani.email, is_lasting=True)
    client.force_login(cast.tarek)

    assert client.post(f"/operations/bounces/{bounce.pk}/settle/").status_code == 302
    assert client.post(f"/operations/bounces/{bounce.pk}/settle/").status_code == 404
    assert Change.objects.filter(verb="settle_bounces", object_id=cast.hani.pk).count() == 1


def test_preview_shows_exactly_what_a_run_on_that_day_then_tells_and_writes_nothing(client, cast, rules):
    factories.confirmed(cast)
    day = today() + 3 * DAY
    client.force_login(cast.amal)
    before = Notice.objects.count()

    page = client.get(f"/operations/preview/?on={day.isoformat()}").content.decode()
    assert Notice.objects.count() == before
    one_rule = client.get(f"/operations/preview/?on={day.isoformat()}&rule=R11").content.decode()
    count = send_due(day)

    new = Notice.objects.filter(rule__startswith="R")
    assert new.count() == count > 0
    assert page.count('<tr role="row">') == count + 1
    assert {notice.recipient.name for notice in new} == {name for name in ("Amal", "Badr", "Dalia", "Ziad", "Yasmine", "Hoda") if f"<bdi>{name}</bdi>" in page}
    assert one_rule.count('<tr role="row">') == new.filter(rule="R11").count() + 1
    assert client.get(f"/operations/preview/?on={day.isoformat()}").content.decode().count('<tr role="row">') == 0, "nothing is left to tell"


@pytest.mark.parametrize("on", ["", "garbage", "2026-02-31"])
def test_preview_of_no_day_at_all_says_so(client, cast, rules, on):
    client.force_login(cast.amal)

    assert client.get("/operations/preview/").status_code == 200
    assert client.get(f"/operations/preview/?on={on}").status_code == 400


RULE = {
    "name_ar": "قاعدة", "name_fr": "Règle", "name_en": "Rule", "offsets": "-7|0", "audience": "leads", "escalation": "15:directors", "topic": "reminders",
    "rests_on_week_end": "on", "is_active": "on",
}  # fmt: skip


def edited(client, **changes) -> str:
    """The page after the administrator saved R16 with these changes; "" when it was accepted."""
    rule = ReminderRule.objects.get(code="R16")
    answer = client.post(f"/admin/evaluation/reminderrule/{rule.pk}/change/", {**RULE, **changes})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_administrator_edits_a_rule_and_the_history_says_what_was_before(client, cast, rules):
    client.force_login(cast.tarek)

    assert edited(client, offsets=" -10 | 0", escalation="20: heads") == ""

    rule = ReminderRule.objects.get(code="R16")
    assert (rule.offsets, rule.escalation, rule.trigger) == ("-10|0", "20:heads", "evaluation_due")
    assert Change.objects.get(object_type="evaluation.reminderrule").before["offsets"] == "-30|-7|0"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("offsets", "-7|soon", "soon"), ("offsets", "-900", "200"), ("audience", "leads|everybody", "everybody"), ("escalation", "15:", "15:"),
        ("escalation", "x:heads", "x"), ("topic", "nothing", ""),
    ],
)  # fmt: skip
def test_rule_that_makes_no_sense_is_refused_in_words(client, cast, rules, field, value, said):
    client.force_login(cast.tarek)

    page = edited(client, **{field: value})

    assert 'class="errorlist"' in page
    assert said in page
    assert ReminderRule.objects.get(code="R16").offsets == "-30|-7|0"


def test_rules_are_read_in_words_and_only_administrators_find_the_way_to_edit_them(client, cast, rules):
    client.force_login(cast.amal)
    for_officer = client.get("/operations/rules/").content.decode()
    client.force_login(cast.tarek)
    for_administrator = client.get("/operations/rules/").content.decode()

    assert for_officer.count("<h2") == 24
    assert "/admin/" not in for_officer.split("<main")[1]
    assert for_administrator.count("/admin/evaluation/reminderrule/") == 24
    assert 'href="/operations/preview/"' in client.get("/admin/evaluation/reminderrule/").content.decode()


def test_rule_that_is_off_reminds_nobody(cast, rules):
    factories.confirmed(cast)
    ReminderRule.objects.update(is_active=False)

    assert send_due(today() + 30 * DAY) == 0
