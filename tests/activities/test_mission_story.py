"""The whole life of a mission of two hosts and three sites, by pages: planned, approved, confirmed, reported, disputed, corrected."""

from datetime import timedelta

import pytest

from activities.models import Activity
from core.formats import today
from core.models import Notice
from partnerships.actions import create_partnership
from partnerships.models import Partnership
from reports.headline import Chosen, figures
from tests.cast import signed_agreement

pytestmark = pytest.mark.django_db
START, END = today() + timedelta(days=20), today() + timedelta(days=23)
PLACE = "قاعة العلاج أباليسا"


@pytest.fixture
def pair(cast) -> Partnership:
    """Dalia's hospital supports both Badr's and Hani's."""
    made = create_partnership(by=None, senders=[cast.partner], hosts=[cast.host, cast.elsewhere], specialties=cast.specialties, started_on=today())
    signed_agreement(made)
    return Partnership.objects.with_people().get(pk=made.pk)


def typed(day) -> str:
    return f"{day:%d/%m/%Y}"


def figure_of(user) -> dict[str, int]:
    return {item["figure"].slug: item["value"] for item in figures(user, Chosen())}


def post(client, who, address, form=None):
    """Send a form as this person; the activity as it is now."""
    client.force_login(who)
    response = client.post(address, form or {})
    assert response.status_code == 302, response.content.decode()
    return Activity.objects.get()


def plan(cast, pair) -> dict[str, object]:
    return {
        "starts_on": typed(START), "ends_on": typed(END), "version": "0", "origin": "programme", "senders": [cast.partner.pk],
        "hosts": [cast.host.pk, cast.elsewhere.pk], "sites": [cast.host.pk, cast.elsewhere.pk], "places": PLACE, "lines": "2",
        "line-0-specialty": "general-surgery", "line-0-waiting": "٣٥", "line-0-consultations": "60", "line-0-operations": "12",
        "line-1-specialty": "urology", "line-1-waiting": "20", "line-1-consultations": "30", "line-1-operations": "6",
        "theatres": "2", "consumables": "خيوط جراحية: 40، المستشفى الداعم", "lodging": "دار الضيافة", "travel": "طائرة", "stage": "save",
    }  # fmt: skip


def report(cast) -> dict[str, object]:
    """Three sites, three specialties, and every count that has limits."""
    return {
        "lines": "3", "stage": "save",
        "line-0-site": cast.host.pk, "line-0-specialty": "general-surgery", "line-0-consultations": "40", "line-0-operations_planned": "12",
        "line-0-operations_done": "11", "line-0-transferred": "1", "line-0-operating_lists": "3", "line-0-lists_with_checklist": "3",
        "line-0-men": "18", "line-0-women": "16", "line-0-children": "6", "line-0-complications": "1", "line-0-transfers_avoided": "9",
        "line-1-site": cast.elsewhere.pk, "line-1-specialty": "urology", "line-1-consultations": "25", "line-1-operations_planned": "6",
        "line-1-operations_done": "6", "line-2-site": "other", "line-2-place": PLACE, "line-2-consultations": "14",
        "trained_doctors": "4", "trained_paramedical": "7", f"team_{cast.partner.pk}": "8", f"team_{cast.host.pk}": "10", "checklist": "all",
    }  # fmt: skip


def test_life_of_a_mission_of_two_hosts_and_three_sites(client, cast, pair):
    # Planned by one host, edited, submitted; the region is in favour; the ministry approves; all three institutions confirm.
    post(client, cast.badr, f"/activities/new/?mode=plan&partnership={pair.pk}&kind=surgical", plan(cast, pair))
    activity = Activity.objects.get()
    address = activity.get_absolute_url()
    assert {str(site) for site in activity.sites.all()} == {str(cast.host), str(cast.elsewhere), PLACE}
    assert (activity.planned_consultations, activity.planned_operations, activity.theatres) == (90, 18, 2)
    assert [(row.specialty.code, row.waiting) for row in activity.volumes.all()] == [("general-surgery", 35), ("urology", 20)]
    session = {"kind": "operating_list", "held_on": typed(START), "title": "القائمة الأولى", "site": activity.sites.all()[0].pk, "starts_at": "08:00"}
    post(client, cast.badr, f"{address}sessions/new/", session)
    edited = {**plan(cast, pair), "version": activity.version, "theatres": "3", "line-1-operations": "7"}
    assert post(client, cast.hani, f"{address}edit/", edited).planned_operations == 19
    stale = client.post(f"{address}edit/", {**edited, "theatres": "5"})
    assert (stale.status_code, "5" in stale.content.decode(), Activity.objects.get().theatres) == (409, True, 3)
    post(client, cast.badr, f"{address}steps/submit/")
    assert post(client, cast.ranya, f"{address}opinion/", {"opinion": "favourable", "remark": "نعم"}).region_opinion == "favourable"
    assert post(client, cast.amal, f"{address}steps/approve/").status == "approved"
    for who, status in ((cast.badr, "approved"), (cast.dalia, "approved"), (cast.hani, "confirmed")):
        assert post(client, who, f"{address}confirm/").status == status

    # The days pass; a host reports three sites; the sender disputes two figures in one go; the author takes them over.
    Activity.objects.update(starts_on=today() - timedelta(days=6), ends_on=today() - timedelta(days=3))
    activity.sessions.update(held_on=today() - timedelta(days=6))
    assert Activity.objects.get().phase == "held"
    form = client.get(f"{address}report/").content.decode()
    assert 'name="line-1-operations_planned" value="7"' in form  # what was planned is known already
    assert post(client, cast.badr, f"{address}report/", report(cast)).status == "reported"
    assert activity.sessions.get().site is not None
    client.force_login(cast.hani)
    assert client.post(f"{address}dispute/", {}).status_code == 302  # of the same side
    assert Activity.objects.get().status == "reported"
    row, trained = activity.results.order_by("pk")[0], activity.participants.get(cadre="doctors")
    disputed = {
        f"r{row.pk}-operations_done": "10", f"r{row.pk}-operations_done-why": "أُجلت عملية",
        f"p{trained.pk}-trained-doctors": "3", f"p{trained.pk}-trained-doctors-why": "غاب طبيب",
    }  # fmt: skip
    client.force_login(cast.dalia)
    unexplained = client.post(f"{address}dispute/", {**disputed, f"r{row.pk}-operations_done-why": ""})
    assert (unexplained.status_code, f'href="#id_r{row.pk}-operations_done-why"' in unexplained.content.decode()) == (400, True)
    assert post(client, cast.dalia, f"{address}dispute/", disputed).status == "disputed"
    said = {(item.figure, item.reported, item.expected) for item in activity.disputes.all()}
    assert said == {("operations_done", 11, 10), ("trained:doctors", 4, 3)}
    client.force_login(cast.badr)
    assert "أُجلت عملية" in client.get(address).content.decode()
    theirs = client.get(f"{address}report/?take=theirs").content.decode()
    assert 'name="line-0-operations_done" value="10"' in theirs
    corrected = {**report(cast), "line-0-operations_done": "10", "trained_doctors": "3"}
    assert post(client, cast.badr, f"{address}report/", corrected).status == "reported"
    assert not activity.disputes.filter(is_settled=False).exists()

    # Confirmed by the other side, validated by somebody else, corrected later with a reason; the totals follow.
    before = figure_of(cast.amal)
    post(client, cast.dalia, f"{address}steps/counter_confirm/")
    assert post(client, cast.amal, f"{address}steps/validate/").status == "validated"
    after = figure_of(cast.amal)
    assert {name: after[name] - before[name] for name in ("missions", "consultations", "operations", "trained")} == {
        "missions": 1, "consultations": 79, "operations": 16, "trained": 10,
    }  # fmt: skip
    row = activity.results.order_by("pk")[1]
    mended = {f"r{row.pk}-consultations": "28", f"r{row.pk}-consultations-why": "سجل المستشفى", "version": Activity.objects.get().version}
    client.force_login(cast.badr)
    assert client.post(f"{address}correct/", mended).status_code == 403
    post(client, cast.hoda, f"{address}correct/", mended)
    client.force_login(cast.badr)
    assert "سجل المستشفى" in client.get(address).content.decode()
    assert [(item.before, item.after, item.by) for item in activity.corrections.all()] == [(25, 28, cast.hoda)]
    assert figure_of(cast.amal)["consultations"] - before["consultations"] == 82
    assert Notice.objects.filter(event="activity_corrected", recipient=cast.badr).exists()
