"""Which reminder is owed to whom, and that it is owed once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from core.formats import today
from core.models import Notice, NoticeState
from core.outbox import ATTEMPTS, STALE_AFTER, deliver_due
from evaluation import actions
from evaluation.models import Evaluation, ReminderRule
from evaluation.reminders import rungs, send_due
from tests import factories

pytestmark = pytest.mark.django_db


def only(*codes: str) -> None:
    """Switch every other rule off, so that a count says what it means on every day of the year."""
    ReminderRule.objects.exclude(code__in=codes).update(is_active=False)


@pytest.fixture
def due(cast, reference) -> Evaluation:
    """A follow-up evaluation, open, answered by nobody; no other rule is on."""
    only("R16")
    factories.validated(cast)
    return Evaluation.objects.get()


def told(event: str) -> list[tuple[str, str]]:
    return sorted(Notice.objects.filter(event=event).values_list("recipient__name", "rung"))


def test_validated_activity_schedules_one_follow_up(cast, reference):
    activity = factories.validated(cast)

    actions.schedule_follow_up(activity)

    evaluation = Evaluation.objects.get()
    assert (evaluation.activity, evaluation.status, evaluation.due_on) == (activity, "open", activity.ends_on + timedelta(days=30))
    assert evaluation.rule.slug == "follow-up-of-activities"


def test_old_activity_schedules_nothing(cast, reference):
    factories.validated(cast, ended=170)
    ReminderRule.objects.all()
    assert Evaluation.objects.count() == 1
    cast.agreement.refresh_from_db()

    Evaluation.objects.get().rule.__class__.objects.update(not_older_than_days=5)
    factories.validated(cast, ended=60)

    assert Evaluation.objects.count() == 1


def test_reminder_on_the_due_day_goes_once_to_each_side(due):
    assert send_due(due.due_on) == 2
    assert send_due(due.due_on) == 0
    assert told("evaluation_reminder") == [("Badr", "+0"), ("Dalia", "+0")]


def test_scheduler_that_slept_catches_up_with_the_latest_only(due):
    send_due(due.due_on + timedelta(days=16))

    assert told("evaluation_reminder") == [("Badr", "+0"), ("Dalia", "+0"), ("Yasmine", "+15"), ("Ziad", "+15")]


def test_side_that_has_answered_is_not_reminded(due, cast):
    answers = dict.fromkeys(due.questionnaire.criteria.values_list("pk", flat=True), (3, ""))
    actions.save_answers(due, by=cast.badr, answers=answers, submit=True)

    send_due(due.due_on)

    assert told("evaluation_reminder") == [("Dalia", "+0")]


def test_late_report_reminds_host_then_director_then_ministry(cast, reference):
    from activities.actions import transition_activity
    from activities.lifecycle import ACTIVITY

    activity = factories.planned(cast, starts_in=1)
    for slug, who in (("submit", cast.badr), ("approve", cast.amal)):
        transition_activity(activity, ACTIVITY[slug], by=who)

    send_due(activity.ends_on + timedelta(days=31))

    assert told("activity_report_reminder") == [("Amal", "+30"), ("Badr", "+15"), ("Yasmine", "+20"), ("Ziad", "+20")]


def test_advance_notice_waits_for_the_end_of_the_week_end(due):
    rule = ReminderRule.objects.get(code="R16")
    friday = next(due.due_on - timedelta(days=back) for back in range(1, 8) if (due.due_on - timedelta(days=back)).weekday() == 4)

    assert rungs(rule, due.due_on, friday) == []
    assert rungs(rule, due.due_on, friday + timedelta(days=2)) != [] or friday + timedelta(days=2) > due.due_on


def test_command_says_how_many_and_then_none(due, capsys):
    call_command("send_due_reminders", on=due.due_on.isoformat())
    call_command("send_due_reminders", on=due.due_on.isoformat())

    assert capsys.readouterr().out.splitlines() == ["2 reminders sent", "0 reminders sent"]


def test_mail_is_arabic_right_to_left_with_a_plain_twin_and_one_deep_link(due, cast, settings):
    settings.PORTAL_BASE_URL = "https://tawama.example"
    deliver_due()
    mail.outbox.clear()

    send_due(due.due_on)
    deliver_due()

    message = next(message for message in mail.outbox if message.to == [cast.badr.email])
    html = message.alternatives[0][0]
    notice = Notice.objects.get(recipient=cast.badr, event="evaluation_reminder")
    assert 'lang="ar" dir="rtl"' in html
    assert html.count(f"https://tawama.example/n/{notice.message_id}/") == 1
    assert f"https://tawama.example/n/{notice.message_id}/" in message.body
    assert message.extra_headers["List-Unsubscribe"]
    assert message.extra_headers["Message-ID"] == f"<{notice.message_id}@tawama.example>"


def test_reader_of_french_gets_french(due, cast):
    cast.badr.language = "fr"
    cast.badr.save()
    deliver_due()
    mail.outbox.clear()

    send_due(due.due_on)
    deliver_due()

    message = next(message for message in mail.outbox if message.to == [cast.badr.email])
    assert "Bonjour" in message.body
    assert 'dir="ltr"' in message.alternatives[0][0]


def test_poison_row_is_tried_thrice_then_waits_for_a_person_and_others_pass(due, monkeypatch):
    Notice.objects.all().update(state=NoticeState.DONE)
    send_due(due.due_on)
    poison = Notice.objects.filter(event="evaluation_reminder").earliest("pk")
    Notice.objects.filter(pk=poison.pk).update(event="no_such_event")

    for _attempt in range(ATTEMPTS + 2):
        deliver_due()
        Notice.objects.filter(pk=poison.pk, state=NoticeState.CLAIMED).update(claimed_at=poison.created_at - STALE_AFTER * 2)

    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == (NoticeState.NEEDS_PERSON, ATTEMPTS)
    assert Notice.objects.filter(event="evaluation_reminder", state=NoticeState.DONE).count() == 1


def test_message_that_was_handed_over_when_the_worker_died_is_not_sent_twice(due, cast, settings):
    send_due(due.due_on)
    notice = Notice.objects.filter(event="evaluation_reminder").earliest("pk")
    Notice.objects.exclude(pk=notice.pk).update(state=NoticeState.DONE)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.HANDED_OVER, claimed_at=notice.created_at - STALE_AFTER * 2)

    deliver_due()

    notice.refresh_from_db()
    assert notice.state == NoticeState.UNKNOWN
    assert mail.outbox == []


def test_answers_stay_hidden_until_both_have_handed_in(due, cast, client):
    answers = dict.fromkeys(due.questionnaire.criteria.values_list("pk", flat=True), (1, "سر الطرف المستفيد"))
    actions.save_answers(due, by=cast.badr, answers=answers, remarks="سر عام", submit=True)
    client.force_login(cast.dalia)

    pages = [client.get(address).content.decode() for address in (f"/evaluations/{due.pk}/", f"/evaluations/{due.pk}/answer/", "/evaluations/")]
    assert not any("سر الطرف" in page or "سر عام" in page for page in pages)

    actions.save_answers(due, by=cast.dalia, answers=dict.fromkeys(answers, (3, "")), submit=True)
    assert "سر الطرف المستفيد" in client.get(f"/evaluations/{due.pk}/").content.decode()


def test_due_is_today_in_the_home_country(due):
    assert due.opens_on == today()
