"""What nobody sends by accident is refused in order, and never ends in a server error."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import ApiToken
from activities.forms.invitations import DaysField
from activities.forms.people import ScoreField
from core.lifecycle import TransitionRefused
from evaluation.referral_sheet import Checked, year_of
from support.actions import Line
from tests import factories

pytestmark = pytest.mark.django_db


def test_lists_without_end_are_a_malformed_body():
    answer = Client().post("/api/v1/token/", "[" * 5000, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_token_that_is_no_text_is_a_wrong_one():
    answer = Client().get("/api/v1/me/", headers={"authorization": "Token \udcff\udcfe".encode(errors="surrogateescape").decode("latin-1")})

    assert answer.status_code == 401


def test_nul_in_an_address_of_the_api_is_a_problem():
    answer = Client().get("/api/v1/institutions/?search=%00")

    assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (400, "application/problem+json", 400)


def test_administration_is_not_there_for_whoever_has_nothing_to_do_in_it(client, cast):
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    for person in (cast.amal, cast.badr, cast.ranya):
        client.force_login(person)
        assert client.get("/admin/").status_code == 404
    client.force_login(cast.tarek)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("year", ["-1", "0", "99999"])
def test_year_that_is_none_filters_nothing(client, cast, year):
    client.force_login(cast.hoda)

    assert client.get(f"/measurements/?year={year}").status_code == 200
    assert client.get(f"/api/v1/measurements/?year={year}").status_code == 400


@pytest.mark.parametrize("key", ["9" * 30, "-" + "9" * 30, "9" * 5000])
def test_key_that_no_row_can_have_is_no_choice(client, cast, key):
    client.force_login(cast.badr)
    typed = {"kind": "equipment", "title": "أجهزة", "reasons": "نقص", "currency": "DZD", "needs": key, "lines": "1"}

    answer = client.post("/support/new/", typed)

    assert answer.status_code == 400
    assert "needs" in answer.context["form"].errors


def test_file_of_a_filter_that_says_nothing_is_not_a_file_of_everything(client, cast):
    factories.reported(cast)
    client.force_login(cast.hoda)

    assert client.get("/activities/?status=bogus").status_code == 200
    assert client.get("/activities/?status=bogus&export=csv").status_code == 400
    assert client.get("/activities/?status=reported&export=csv").status_code == 200


def test_edit_without_the_version_that_it_started_from_is_refused(client, cast):
    client.force_login(cast.badr)
    address = f"{cast.partnership.get_absolute_url()}description/"
    typed = {"goals": "هدف", "exit_plan": "", "version": ""}

    answer = client.post(address, typed)

    assert answer.status_code == 400
    assert "version" in answer.context["form"].errors


def test_refused_role_is_403_at_the_api(cast):
    token = ApiToken.objects.create(cast.ziad)[1]
    body = {"uid": "6a1b9ad8-0000-4000-8000-000000000001", "kind": "surgical", "partnership": cast.partnership.code, "starts_on": "2026-01-04", "ends_on": "2026-01-08"}  # fmt: skip

    answer = Client().post("/api/v1/activities/", body, content_type="application/json", headers={"authorization": f"Token {token}"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_old_version_is_said_before_anything_else_is_wrong_with_a_report(cast):
    activity = factories.reported(cast)
    address = f"/api/v1/activities/{activity.pk}/report/"
    token = ApiToken.objects.create(cast.badr)[1]
    body = {"version": activity.version + 5, "results": [{"site": cast.host.code, "operations_done": -1}]}

    answer = Client().post(address, body, content_type="application/json", headers={"authorization": f"Token {token}"})

    assert (answer.status_code, answer.json()["code"], answer.json()["current"]["id"]) == (409, "stale", activity.pk)


@pytest.mark.parametrize("key", ["²", "٣", "9" * 25, "9" * 5000, "-1"])
@pytest.mark.parametrize(
    "address",
    [
        "/activities/new/?partnership={}",
        "/support/technologies/new/?institution={}",
        "/support/new/?need={}",
        "/follow-up/?activity={}",
        "/visitors/?activity={}",
    ],
)
def test_number_in_an_address_that_is_none_is_no_error_of_the_server(client, cast, address, key):
    client.force_login(cast.badr)

    assert client.get(address.format(key)).status_code < 500


@pytest.mark.parametrize("lines", ["²", "9" * 5000, "1e9"])
def test_number_of_lines_that_is_none_counts_as_none(client, cast, lines):
    client.force_login(cast.badr)

    assert client.post("/support/new/", {"kind": "equipment", "title": "أجهزة", "lines": lines}).status_code == 400
    assert client.post(f"/activities/new/?partnership={cast.partnership.pk}", {"lines": lines, "stage": "drop_line_²"}).status_code < 500


def test_request_larger_than_any_budget_is_refused(cast):
    with pytest.raises(TransitionRefused) as refusal:
        factories.support(cast, lines=[Line("حاسوب", 100_000, Decimal(10) ** 11)])

    assert refusal.value.code == "too_much"


def test_days_of_a_seminar_lie_where_every_day_does():
    with pytest.raises(ValidationError):
        DaysField().clean("05/11/2026\n31/12/9999")


def test_score_beyond_every_scale_is_refused():
    with pytest.raises(ValidationError):
        ScoreField().clean("1e30")


@pytest.mark.parametrize("year", ["1e5000000", "Infinity", "2024.5", "²"])
def test_year_in_a_sheet_that_is_none_is_refused_at_once(year):
    checked = Checked(1, {})

    assert year_of(checked, year) is None
    assert year_of(Checked(2, {}), "2024.0") == 2024
    assert checked.is_refused
