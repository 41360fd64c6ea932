"""Measurements over the API: once, with versions, refused with reasons; and on pages, from the first figure to the locked period."""

import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.files import attachments_of
from core.formats import today
from evaluation.actions import measurements as actions
from evaluation.measuring import past_periods
from evaluation.models import IndicatorTarget, IndicatorValue
from tests import factories
from tests.evaluation.measured import coverage, measurement, protocols, referral, waiting_list

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/measurements/"


def body(cast, **changes) -> dict:
    return {
        "uid": str(uuid.uuid4()), "indicator": coverage().code, "partnership": cast.partnership.code, "institution": cast.host.code,
        "period_start": past_periods("quarterly")[0].start.isoformat(), "numerator": 30, "denominator": 40,
        "parts": [{"dimension": "sex", "key": "f", "numerator": 10, "denominator": 20}, {"dimension": "sex", "key": "m", "numerator": 20, "denominator": 20}],
        "note": "كشف المصلحة", **changes,
    }  # fmt: skip


def post(client, user, data):
    client.force_login(user)
    return client.post(ADDRESS, data, content_type="application/json")


def put(client, user, pk, data):
    client.force_login(user)
    return client.put(f"{ADDRESS}{pk}/", data, content_type="application/json")


def test_same_uid_makes_one_and_another_content_is_a_conflict(client, cast):
    data = body(cast)
    first, again = post(client, cast.badr, data), post(client, cast.badr, data)

    assert (first.status_code, again.status_code, IndicatorValue.objects.count()) == (201, 200, 1)
    assert first.json() == again.json()
    assert first.json()["value"] == 75.0
    other = post(client, cast.badr, {**data, "numerator": 31, "parts": []})
    assert (other.status_code, other.json()["code"], other.json()["current"]["numerator"]) == (409, "uid_reused", 30.0)
    stranger = post(client, cast.hani, {**body(cast), "uid": data["uid"]})
    assert (stranger.status_code, stranger.json()["code"]) == (409, "uid_taken")
    assert "كشف المصلحة" not in stranger.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"period_start": "9999-12-31"}, "period_start"), ({"period_start": "0001-01-01"}, "period_start"), ({"numerator": 41}, "numerator"), ({"denominator": None}, "denominator"), ({"indicator": "TW99"}, "indicator"), ({"period_start": today().isoformat()}, "period_start"),
        ({"parts": [{"dimension": "sex", "key": "f", "numerator": 10, "denominator": 20}]}, "parts"), ({"note": "المريض رقم 123456789"}, "note"),
        ({"numerator": "1e400"}, "numerator"), ({"numerator": "NaN"}, "numerator"),
    ],
)  # fmt: skip
def test_problem_names_the_field(client, cast, changes, field):
    answer = post(client, cast.badr, body(cast, **changes))

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert any(name.split(".")[0] == field for name in answer.json()["errors"]), answer.json()
    assert not IndicatorValue.objects.exists()


def test_period_has_one_figure_and_the_other_side_writes_none(client, cast):
    post(client, cast.badr, body(cast))

    assert (post(client, cast.badr, body(cast)).json()["code"]) == "period_taken"
    assert (post(client, cast.dalia, body(cast)).json()["code"]) == "not_allowed"
    assert post(client, cast.amal, body(cast)).status_code == 403


def test_edit_carries_its_version_and_a_locked_period_stays(client, cast):
    value = measurement(cast)
    change = {"numerator": 31, "denominator": 40, "version": 1}

    assert put(client, cast.badr, value.pk, change).json()["version"] == 2
    stale = put(client, cast.badr, value.pk, {**change, "numerator": 32})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]["numerator"]) == (409, "stale", 31.0)
    assert put(client, cast.dalia, value.pk, change).status_code == 403
    assert put(client, cast.hani, value.pk, change).status_code == 404
    value.refresh_from_db()
    actions.submit_measurement(value, by=cast.badr)
    actions.approve_measurement(value, by=cast.ziad)
    assert put(client, cast.badr, value.pk, {**change, "version": 4}).json()["code"] == "locked"


def test_list_is_filtered_and_holds_what_the_person_may_see(client, cast):
    measurement(cast, "submit")
    measurement(cast, indicator=protocols())
    client.force_login(cast.dalia)

    assert client.get(ADDRESS).json()["count"] == 2
    assert [row["indicator"] for row in client.get(f"{ADDRESS}?status=submitted").json()["results"]] == ["TX01"]
    assert [row["value"] for row in client.get(f"{ADDRESS}?indicator=TW30").json()["results"]] == [30.0]
    client.force_login(cast.hani)
    assert client.get(ADDRESS).json()["count"] == 0


def test_indicators_are_described_and_the_schema_knows_measurements(client, cast):
    type(coverage()).objects.filter(code="TX01").update(definition_ar="ما يقيسه: شيء")
    client.force_login(cast.badr)

    one = client.get("/api/v1/indicators/TX01/").json()
    assert (one["is_computed"], one["definition_ar"], one["frequency"]) == (False, "ما يقيسه: شيء", "quarterly")
    schema = client.get("/api/schema/").json()
    assert set(schema["paths"]["/api/v1/measurements/"]) == {"get", "post"}
    assert {"get", "put"} <= set(schema["paths"]["/api/v1/measurements/{id}/"])
    assert "uid" in schema["components"]["schemas"]["NewMeasurement"]["required"]


# --- Pages -----------------------------------------------------------------------------------------------------------


def new_page(cast, indicator) -> str:
    return f"/measurements/new/?partnership={cast.partnership.pk}&indicator={indicator.code}"


def test_figure_goes_from_the_form_to_the_locked_period(client, cast):
    """Badr types it with its parts and evidence, Ziad approves, nobody changes it."""
    client.force_login(cast.badr)
    page = client.get(new_page(cast, coverage()))
    form = page.context["form"]
    sent = {
        "uid": form["uid"].value(), "institution": str(cast.host.pk), "period": past_periods("quarterly")[0].start.isoformat(), "numerator": "٣٠", "denominator": "40,0",
        "sex-0-n": "10", "sex-0-d": "20", "sex-1-n": "20", "sex-1-d": "20", "note": "من سجل المصلحة",
    }  # fmt: skip
    wrong = client.post(new_page(cast, coverage()), {**sent, "sex-0-n": "11"})
    assert (wrong.status_code, IndicatorValue.objects.count()) == (400, 0)
    assert 'value="11"' in wrong.content.decode()  # what was typed is still there

    first, second = client.post(new_page(cast, coverage()), sent), client.post(new_page(cast, coverage()), sent)
    value = IndicatorValue.objects.get()
    assert first["Location"] == second["Location"] == value.get_absolute_url()
    assert (value.numerator, value.denominator, value.parts.count()) == (30, 40, 2)
    for changes in ({"numerator": "31", "sex-1-n": "21"}, {"note": "غير ذلك"}, {"file": SimpleUploadedFile("k.pdf", factories.paper(), "application/pdf")}):
        other = client.post(new_page(cast, coverage()), {**sent, **changes})
        assert other.status_code == 400
        assert f'<a href="{value.get_absolute_url()}">' in other.content.decode()
    assert attachments_of(value).count() == 0
    client.post(f"{value.get_absolute_url()}steps/submit/")
    client.force_login(cast.ziad)
    client.post(f"{value.get_absolute_url()}steps/approve/")
    value.refresh_from_db()
    assert (value.status, value.approved_by) == ("approved", cast.ziad)
    client.force_login(cast.badr)
    assert client.get(f"{value.get_absolute_url()}edit/")["Location"] == value.get_absolute_url()


def test_fall_of_a_waiting_list_is_typed_as_beginning_and_end(client, cast):
    client.force_login(cast.badr)
    page = client.get(new_page(cast, waiting_list()))
    sent = {
        "uid": page.context["form"]["uid"].value(), "institution": str(cast.host.pk), "period": past_periods("quarterly")[0].start.isoformat(), "denominator": "120", "after": "90",
    }  # fmt: skip
    client.post(new_page(cast, waiting_list()), sent)

    value = IndicatorValue.objects.get()
    assert (value.numerator, value.denominator) == (30, 120)
    edit = client.get(f"{value.get_absolute_url()}edit/")
    assert 'value="90"' in edit.content.decode()
    stale = client.post(f"{value.get_absolute_url()}edit/", {"denominator": "120", "after": "80", "version": "1"})
    assert stale.status_code == 302
    conflict = client.post(f"{value.get_absolute_url()}edit/", {"denominator": "120", "after": "70", "version": "1"})
    assert conflict.status_code == 400
    assert conflict.context["differences"]


def test_ministry_sees_what_is_missing_and_takes_it_as_a_file(client, cast):
    IndicatorTarget.objects.create(partnership=cast.partnership, indicator=coverage())
    type(cast.partnership).objects.filter(pk=cast.partnership.pk).update(started_on=past_periods("quarterly")[1].start)
    client.force_login(cast.amal)

    page = client.get("/measurements/?late=yes")
    assert len(page.context["page"].object_list) == 2
    rows = b"".join(client.get("/measurements/?late=overdue&export=csv").streaming_content).decode().strip().splitlines()
    assert len(rows) == 1 + sum(item.is_late for item in page.context["page"].object_list)


def test_room_shows_the_way_from_the_beginning_to_the_aim(client, cast):
    quarters = past_periods("quarterly", 8)
    type(cast.partnership).objects.filter(pk=cast.partnership.pk).update(started_on=quarters[-1].start)
    for place, period in enumerate(reversed(quarters)):
        value = measurement(cast, "submit", "approve", period=period, numerator=Decimal(10 + 2 * place + 8 * (place > 3)))
        assert value.status == "approved"
    client.force_login(cast.dalia)
    chosen = client.post(
        f"/partnerships/{cast.partnership.pk}/indicators/choose/",
        {"indicator": "TX01", "baseline": "25", "baseline_on": "1/1/2024", "target": "90", "target_on": "31/12/2030"},
    )
    assert chosen.status_code == 302

    page = client.get(f"/partnerships/{cast.partnership.pk}/indicators/")

    row = page.context["rows"][0]
    assert row["progress"].now == 80.0  # 32 of 40
    assert round(row["progress"].share, 1) == 84.6  # (80 − 25) of (90 − 25)
    assert row["progress"].course.verdict == "rise"
    assert row["progress"].course.tone == "done"
    text = client.get(f"/partnerships/{cast.partnership.pk}/indicators/TX01/").content.decode()
    assert "<svg" in text
    assert "<table" in text


def test_indicator_of_the_country_place_by_place_without_names_for_who_sees_none(client, cast):
    referral(cast, year=today().year - 1, patients=12)
    type(coverage()).objects.filter(code="TX01").update(code="TW23", unit="n", frequency="yearly")
    client.force_login(cast.omar)

    page = client.get("/indicators/TW23/", {"year": today().year - 1})
    assert [place.figure for place in page.context["places"].rows] == ["12"]
    assert cast.host.name_ar not in page.content.decode()
    split = client.get("/indicators/TW23/", {"year": today().year - 1, "split": "institution"})
    assert cast.host.name_ar not in split.content.decode()  # not open to an observer: the table stays by region
    rows = b"".join(client.get("/indicators/TW23/", {"year": today().year - 1, "export": "csv"}).streaming_content).decode()
    assert "تمنراست" in rows


def test_lists_and_the_room_cost_the_same_with_one_row_and_with_four(client, cast):
    cast.partnership.targets.create(indicator=coverage())
    quarters = past_periods("quarterly", 4)
    type(cast.partnership).objects.filter(pk=cast.partnership.pk).update(started_on=quarters[-1].start)
    pages = (
        "/measurements/",
        "/measurements/?late=yes",
        "/referrals/",
        "/referrals/localisation/",
        f"/partnerships/{cast.partnership.pk}/indicators/",
        "/indicators/TX01/",
        ADDRESS,
    )
    client.force_login(cast.amal)

    def costs() -> dict[str, int]:
        found = {}
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found[page] = len(queries)
        return found

    measurement(cast, "submit", "approve", period=quarters[0])
    referral(cast)
    one = costs()
    for back in (1, 2):
        measurement(cast, "submit", "approve", period=quarters[back])
        referral(cast, year=today().year - 1 - back, specialty=cast.specialties[back])

    assert costs() == one
