"""Feedback: without a login and without a name, once per form, shown from five answers on."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache

from activities.actions import feedback as actions
from activities.models import Activity, Feedback
from activities.views import feedback as pages
from core.models import Change
from tests.activities import roster
from tests.cast import SECRET

pytestmark = pytest.mark.django_db
MARKS = {"useful": "4", "taught": "3", "organised": "2", "will_use": "4"}


def opened(cast, ended: int = 1):
    return actions.open_feedback(roster.held(cast, ended=ended), by=cast.badr)


def test_form_is_open_to_anybody_with_the_address_and_counts_a_second_press_once(client, cast):
    link = opened(cast)
    address, uid = f"/feedback/{link.token}/", uuid.uuid4()

    page = client.get(address)
    answers = [client.post(address, {**MARKS, "uid": uid, "comment": "شكرا"}).status_code for _press in range(2)]

    assert page.status_code == 200
    assert "<script" not in page.content.decode()
    assert len(page.content) < 14_000
    assert answers == [200, 200]
    assert list(Feedback.objects.values_list("useful", "taught", "organised", "will_use", "comment")) == [(4, 3, 2, 4, "شكرا")]
    assert not Change.objects.filter(object_type="activities.feedback").exists()


def test_form_speaks_the_language_that_is_asked_for(client, cast):
    address = f"/feedback/{opened(cast).token}/"

    assert [code for code in ("ar", "fr", "en") if f'<html lang="{code}"' not in client.get(address, {"lang": code}).content.decode()] == []


def test_answer_with_a_mark_missing_or_an_identity_is_refused_and_nothing_is_lost(client, cast):
    address = f"/feedback/{opened(cast).token}/"

    missing = client.post(address, {**MARKS, "useful": "", "uid": uuid.uuid4(), "comment": "جيد جدا"})
    named = client.post(address, {**MARKS, "uid": uuid.uuid4(), "comment": "المريض 123456789012"})

    assert (missing.status_code, named.status_code) == (400, 400)
    assert "جيد جدا" in missing.content.decode()
    assert not Feedback.objects.exists()


def test_form_closes_after_thirty_days_and_for_a_cancelled_activity(client, cast):
    late, off = opened(cast, ended=31), opened(cast)
    Activity.objects.filter(pk=off.activity_id).update(status="cancelled")
    early = actions.open_feedback(roster.ahead(cast), by=cast.badr)

    for link in (late, off, early):
        client.post(f"/feedback/{link.token}/", {**MARKS, "uid": uuid.uuid4()})

    assert not Feedback.objects.exists()
    assert late.closes_on == late.activity.ends_on + timedelta(days=30)
    assert client.get("/feedback/unknown/").status_code == 404


def test_results_are_shown_from_five_answers_on(client, cast):
    link = opened(cast)
    client.force_login(cast.dalia)
    pages_of = (link.activity.get_absolute_url(), f"{link.activity.get_absolute_url()}feedback/")

    def shown() -> list[bool]:
        return [SECRET in client.get(page).content.decode() for page in pages_of]

    for place in range(4):
        actions.give_feedback(link, uid=uuid.uuid4(), useful=place, taught=4, organised=4, will_use=4, comment=SECRET)
    assert shown() == [False, False]
    actions.give_feedback(link, uid=uuid.uuid4(), useful=4, taught=4, organised=4, will_use=4)
    assert shown() == [True, True]

    results = actions.results_of(list(link.activity.feedback.all()))
    assert (results.count, results.marks[0].mean, results.marks[0].counts) == (5, 2.0, (1, 1, 1, 1, 1))
    assert round(results.marks[0].spread, 3) == 1.414
    assert results.marks[1].spread == 0


def test_only_those_who_keep_the_activity_have_the_address(client, cast):
    link = opened(cast)
    address = f"{link.activity.get_absolute_url()}feedback/"
    answers = {}
    for name in ("badr", "dalia", "essam"):
        client.force_login(cast.people[name])
        answers[name] = link.token in client.get(address).content.decode()

    assert answers == {"badr": True, "dalia": True, "essam": False}
    client.force_login(cast.essam)
    assert client.get(f"{address}poster/").status_code == 403


def test_flood_of_answers_is_slowed_down(client, cast, monkeypatch):
    monkeypatch.setattr(pages, "ANSWERS_PER_MINUTE", 3)
    cache.clear()
    address = f"/feedback/{opened(cast).token}/"

    assert [client.get(address).status_code for _knock in range(5)] == [200, 200, 200, 429, 429]
    cache.clear()
