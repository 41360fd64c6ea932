"""What nobody sends by accident is refused in order, and never ends in a server error."""

import pytest
from django.test import Client

from accounts.models import ApiToken
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
