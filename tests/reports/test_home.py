"""The first page: what waits and what is late, what one last worked on, the views that one has pinned, then the figures."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from core.formats import today
from core.models import SavedView
from evaluation.actions import save_answers
from partnerships.models import Membership
from reports.recent import SHOWN, recent
from support import actions as helping
from tests import factories
from tests.evaluation import things

pytestmark = pytest.mark.django_db


def addresses(user) -> list[str]:
    return [item.line.address for item in recent(user)]


def test_last_things_are_ones_own_newest_first_each_once(cast):
    activity = factories.reported(cast)
    request = factories.support(cast)
    other = factories.reported(cast, ended=20)
    helping.edit_request(request, {"title": "عنوان آخر"}, [], by=cast.badr, version=request.version)

    assert addresses(cast.badr) == [request.get_absolute_url(), other.get_absolute_url(), activity.get_absolute_url()]
    assert addresses(cast.dalia) == []


def test_answering_an_evaluation_is_work_on_it(cast):
    evaluation = things.opened(cast)

    save_answers(evaluation, by=cast.dalia, answers=things.answers(evaluation, 2))

    assert addresses(cast.dalia) == [evaluation.get_absolute_url()]


def test_what_one_no_longer_sees_is_gone(cast):
    activity = factories.reported(cast)
    assert addresses(cast.badr) == [activity.get_absolute_url()]

    Membership.objects.filter(user=cast.badr).update(institution=cast.elsewhere)

    assert addresses(type(cast.badr).objects.get(pk=cast.badr.pk)) == []


def test_last_things_cost_the_same_with_one_and_with_many(cast):
    def cost() -> int:
        who = type(cast.badr).objects.get(pk=cast.badr.pk)  # as every request does
        with CaptureQueriesContext(connection) as queries:
            recent(who)
        return len(queries)

    factories.reported(cast)
    one = cost()
    for ended in range(10, 30, 2):
        factories.reported(cast, ended=ended)

    assert len(recent(cast.badr)) == SHOWN
    assert cost() == one


def test_page_has_its_parts_in_order(client, cast):
    factories.reported(cast, ended=5)
    SavedView.objects.create(owner=cast.badr, page="/activities/", name="أنشطتي", query="status=validated", is_pinned=True)
    SavedView.objects.create(owner=cast.badr, page="/activities/", name="غير مثبت", query="status=draft")
    client.force_login(cast.badr)

    text = client.get("/").content.decode()

    places = [text.find(f'id="h-{part}"') for part in ("wait", "recent", "mine", "fig")]
    assert -1 not in places
    assert places == sorted(places)
    assert 'href="/activities/?status=validated"' in text
    assert "غير مثبت" not in text


def test_long_list_of_what_waits_unfolds(client, cast):
    for ended in range(8):
        activity = factories.planned(cast)
        day = today() - timedelta(days=30 + ended)
        Activity.objects.filter(pk=activity.pk).update(status="confirmed", starts_on=day, ends_on=day)
    client.force_login(cast.badr)

    shown, folded = client.get("/").content.decode().split('<details class="twin">')

    assert shown.count('class="row is-late"') == 6
    assert folded.count('class="row is-late"') == 2
