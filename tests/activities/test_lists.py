"""What can be done with lists: saved views, reminding everybody who is late, the map of missions, exports."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.reminding import remind_of_reports
from activities.models import Activity
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Change, Notice, SavedView
from partnerships.models import Region
from tests import factories
from tests.pages import tight

pytestmark = pytest.mark.django_db


def late(cast, ended: int = 40) -> Activity:
    """Days that are over and nobody has reported; the report was due fifteen days after."""
    activity = factories.planned(cast, starts_in=5)
    end = today() - timedelta(days=ended)
    Activity.objects.filter(pk=activity.pk).update(status="confirmed", starts_on=end, ends_on=end)
    return Activity.objects.get(pk=activity.pk)


# --- Menus of the filters ---------------------------------------------------------------------------------------------


def test_menus_of_the_filters_come_when_they_are_asked_for(client, cast):
    client.force_login(cast.badr)

    folded, opened = (client.get(f"/activities/?kind=surgical&{more}").content.decode() for more in ("", "menus=open"))
    menus = client.get("/activities/?kind=surgical&menus=open", headers={"HX-Request": "true"}).content.decode()

    assert "<select" not in folded
    assert '<input type="hidden" name="kind" value="surgical">' in folded  # another search keeps what is in force
    assert 'href="?kind=surgical&amp;menus=open"' in folded
    for text in (opened, menus):
        assert 'name="host"' in text
        assert '<option value="surgical" selected>' in text
    assert "<h1" in opened
    assert "<h1" not in menus
    assert 'type="search"' not in menus
    assert 'value="kind=surgical"' in opened  # what would be saved as a view


# --- Saved views ----------------------------------------------------------------------------------------------------


def test_view_is_saved_opened_renamed_pinned_and_deleted(client, cast):
    client.force_login(cast.badr)
    answer = client.post("/views/", {"page": "/activities/", "query": "status=validated&page=3&q=&export=csv", "name": "المصادق عليها", "is_pinned": "on"})
    view = SavedView.objects.get()

    assert answer["Location"] == view.get_absolute_url() == "/activities/?status=validated"
    shown = tight(client.get("/views/"))
    assert ('<p class="row__meta">الأنشطة' in shown, ">/activities/<" in shown) == (True, False)
    assert 'aria-current="true"><bdi>المصادق عليها' in client.get(view.get_absolute_url()).content.decode()
    assert "المصادق عليها" in client.get("/").content.decode()
    client.post(f"/views/{view.pk}/", {"name": "اسم آخر"})
    view.refresh_from_db()
    assert (view.name, view.is_pinned) == ("اسم آخر", False)
    assert "<bdi>اسم آخر" not in client.get("/").content.decode()
    client.post(f"/views/{view.pk}/", {"delete": "1"})
    assert not SavedView.objects.exists()


def test_view_under_the_same_name_takes_the_newer_filters(client, cast):
    client.force_login(cast.badr)
    for query in ("status=draft", "status=validated"):
        client.post("/views/", {"page": "/activities/", "query": query, "name": "عرض"})

    assert [(view.name, view.query) for view in SavedView.objects.all()] == [("عرض", "status=validated")]


@pytest.mark.parametrize("wrong", [{"page": "https://elsewhere.example/"}, {"page": "//elsewhere.example/"}, {"name": ""}, {"name": "ملف 12345"}])
def test_view_is_refused_for_another_place_or_without_a_name(client, cast, wrong):
    client.force_login(cast.badr)

    answer = client.post("/views/", {"page": "/activities/", "query": "status=draft", "name": "عرض", **wrong})

    assert answer.status_code == 400
    assert not SavedView.objects.exists()


def test_view_belongs_to_its_owner(client, cast):
    view = SavedView.objects.create(owner=cast.dalia, page="/activities/", name="عرض داليا", query="status=draft")
    client.force_login(cast.badr)

    assert client.get(f"/views/{view.pk}/").status_code == client.post(f"/views/{view.pk}/", {"delete": "1"}).status_code == 404
    assert "عرض داليا" not in client.get("/views/").content.decode() + client.get("/activities/").content.decode()
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_saved_view_exports_what_it_shows(client, cast):
    shown, left_out = factories.validated(cast), late(cast)
    client.force_login(cast.amal)
    client.post("/views/", {"page": "/activities/", "query": "status=report_overdue&sort=end", "name": "المتأخرة"})
    address = SavedView.objects.get().get_absolute_url()

    page = client.get(address).content.decode()
    sheet = b"".join(client.get(f"{address}&export=csv").streaming_content).decode("utf-8-sig")

    assert (left_out.get_absolute_url() in page, shown.get_absolute_url() in page) == (True, False)
    assert sheet.count("\n") == 2
    assert "تأخر" in sheet or "overdue" in sheet


# --- Reminding ------------------------------------------------------------------------------------------------------


def test_late_reports_are_reminded_once_a_day(cast):
    first, second = late(cast), late(cast, ended=20)
    fresh = late(cast, ended=10)
    everything = Activity.objects.all()

    told = remind_of_reports(everything, by=cast.amal)
    again = remind_of_reports(everything, by=cast.amal)

    assert [row.activity for row in told] == [first, second]
    assert [sorted(map(str, row.people)) for row in told] == [["Badr", "Dalia"]] * 2
    assert [(row.people, sorted(map(str, row.reminded))) for row in again] == [([], ["Badr", "Dalia"])] * 2
    assert Notice.objects.filter(rule="by_hand").count() == 4
    assert not Notice.objects.filter(rule="by_hand", object_id=fresh.pk).exists()
    assert Change.objects.filter(verb="remind").count() == 2


def test_only_the_ministry_reminds(cast):
    activity = late(cast)

    with pytest.raises(TransitionRefused):
        remind_of_reports([activity], by=cast.badr)
    assert not Notice.objects.filter(rule="by_hand").exists()


def test_page_previews_whom_and_reports_row_by_row(client, cast):
    first, second = late(cast), late(cast, ended=20)
    client.force_login(cast.amal)

    listed = client.get("/activities/", {"status": "report_overdue"}).content.decode()
    preview = client.get("/activities/remind/", {"status": "report_overdue"}).content.decode()
    answer = client.post("/activities/remind/?status=report_overdue", {"shown": [first.pk, second.pk], "activity": [second.pk]}).content.decode()

    assert 'href="/activities/remind/?status=report_overdue"' in listed
    assert "Badr" in preview
    assert preview.count('name="activity"') == 2
    assert (first.get_absolute_url() in answer, second.get_absolute_url() in answer) == (False, True)
    assert set(Notice.objects.filter(rule="by_hand").values_list("object_id", flat=True)) == {second.pk}


def test_filter_reaches_beyond_the_page(client, cast, monkeypatch):
    monkeypatch.setattr("activities.views.lists.SHOWN", 1)
    first, second = late(cast), late(cast, ended=20)
    client.force_login(cast.amal)

    assert client.get("/activities/remind/").content.decode().count('name="activity"') == 1
    client.post("/activities/remind/", {"shown": [first.pk], "activity": [first.pk], "others": "1"})

    assert set(Notice.objects.filter(rule="by_hand").values_list("object_id", flat=True)) == {first.pk, second.pk}


# --- The map --------------------------------------------------------------------------------------------------------


def test_map_adds_missions_up_from_region_to_region(client, cast):
    factories.validated(cast)
    factories.reported(cast, ended=30)
    for place, latitude in ((cast.partner, 36.7), (cast.host, 22.8)):
        Region.objects.filter(pk=place.region_id).update(latitude=latitude, longitude=3.5)
    client.force_login(cast.amal)

    table = b"".join(client.get("/activities/map/", {"export": "csv"}).streaming_content).decode("utf-8-sig").splitlines()
    other = client.get("/activities/map/", {"kind": "medical"}).content.decode()

    assert [line.split(",") for line in table[1:]] == [["الجزائر", "تمنراست", "1", "8"]]
    assert "map__flow" not in other
    assert "map__flow" in client.get("/activities/map/").content.decode()


def test_map_counts_for_each_only_what_they_may_see(client, cast):
    factories.validated(cast)

    def flows(who) -> int:
        client.force_login(who)
        return len(b"".join(client.get("/activities/map/", {"export": "csv"}).streaming_content).decode().splitlines()) - 1

    assert [flows(who) for who in (cast.badr, cast.hani, cast.ranya)] == [1, 0, 1]


def test_pages_cost_the_same_at_one_row_and_at_three(client, cast):
    client.force_login(cast.amal)
    pages = ("/activities/map/", "/activities/remind/", "/activities/?status=report_overdue")

    def costs() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    factories.validated(cast)
    late(cast)
    costs()
    first = costs()
    for days in (60, 90):
        factories.validated(cast, ended=days)
        late(cast, ended=days)

    assert costs() == first
