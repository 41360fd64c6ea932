"""The API: tokens, problems, the uid that may be repeated."""

import uuid
from datetime import timedelta

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from activities.models import Activity
from core.formats import today
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/api/v1/activities/"


@pytest.fixture
def api():
    return APIClient()


def body(cast, **changes):
    end = today() - timedelta(days=4)
    return {
        "uid": "0f2a9a3e-8a56-4a9c-9f9d-0a6f3d1c2b11", "kind": "surgical", "partnership": cast.partnership.code, "starts_on": end.isoformat(), "ends_on": end.isoformat(),
        "results": [{"site": cast.host.code, "specialty": "urology", "consultations": 5, "operations_planned": 3, "operations_done": 3}],
        "people": [{"part": "trained", "institution": cast.host.code, "cadre": "doctors", "count": 2}], **changes,
    }  # fmt: skip


def token_of(api, user) -> str:
    return api.post("/api/v1/token/", {"email": user.email, "password": "secret"}, format="json").data["token"]


def test_token_opens_the_api_is_hashed_and_can_be_revoked(api, cast):
    token = token_of(api, cast.badr)
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")

    assert api.get("/api/v1/me/").json()["roles"] == ["coordinator"]
    assert not AuthToken.objects.filter(digest=token).exists()
    assert AuthToken.objects.get().expiry > AuthToken.objects.get().created
    assert api.delete("/api/v1/token/").status_code == 204
    assert api.get("/api/v1/me/").status_code == 401


def test_wrong_password_is_a_problem_and_is_throttled(api, cast):
    answers = [api.post("/api/v1/token/", {"email": cast.badr.email, "password": "no"}, format="json") for _attempt in range(10)]
    right = api.post("/api/v1/token/", {"email": cast.badr.email, "password": "secret"}, format="json", HTTP_X_FORWARDED_FOR="9.9.9.9")

    assert answers[0]["Content-Type"].startswith("application/problem+json")
    assert answers[0].status_code == 401
    assert answers[-1].status_code == right.status_code == 429


def test_repeated_uid_answers_with_the_first_activity(api, cast):
    api.force_authenticate(cast.badr)

    first = api.post(URL, body(cast), format="json")
    again = api.post(URL, body(cast), format="json")
    other = api.post(URL, body(cast, note="غير ذلك"), format="json")

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["id"] == again.json()["id"] == other.json()["current"]["id"]
    assert Activity.objects.count() == 1


def test_uid_of_others_answers_without_the_object(api, cast):
    activity = factories.reported(cast)
    mine = factories.signed_partnership_of(cast.elsewhere, cast.people["hani"]) if hasattr(factories, "signed_partnership_of") else None
    api.force_authenticate(cast.hani)

    answer = api.post(URL, body(cast, uid=str(activity.uid), **({"partnership": mine.code} if mine else {})), format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "uid_taken")
    assert cast.partnership.code not in answer.content.decode().replace(body(cast)["partnership"], "", 1)


def test_errors_carry_the_fields_and_the_same_words_as_the_form(api, cast):
    api.force_authenticate(cast.badr)
    wrong = body(cast, results=[{"site": cast.host.code, "operations_planned": 2, "operations_done": 5}])

    answer = api.post(URL, wrong, format="json")

    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert set(answer.json()["errors"]) == {"results.0.operations_done", "over_plan_reason"}
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"starts_on": "2026-02-31"}, {"kind": "party"}, {"uid": "x"}, {"results": "x"}, {"results": [{"consultations": -1}]}, {"partnership": "PT-0"}]
)
def test_malformed_body_is_a_400_problem(api, cast, wrong):
    api.force_authenticate(cast.badr)

    answer = api.post(URL, body(cast, **wrong), format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_lists_have_the_contract_s_envelope(api, cast):
    factories.reported(cast)
    api.force_authenticate(cast.amal)

    page = api.get(URL, {"page_size": 1000, "ordering": "-starts_on", "search": "تمنراست"}).json()

    assert set(page) == {"count", "next", "previous", "results"}
    assert page["results"][0]["results"][0]["operations_done"] == 8
    assert api.get("/api/v1/institutions/").json()["results"][0].keys() >= {"code", "name_ar", "name_fr", "kind", "region", "country"}
    assert api.get("/api/schema/").json()["openapi"].startswith("3.1")


def test_observer_reads_no_activity(api, cast):
    factories.reported(cast)
    api.force_authenticate(cast.omar)

    assert api.get(URL).json()["count"] == 0
    assert api.get(f"{URL}{Activity.objects.get().pk}/").status_code == 404


def test_unknown_uid_is_new(api, cast):
    api.force_authenticate(cast.badr)

    assert api.post(URL, body(cast, uid=str(uuid.uuid4())), format="json").status_code == 201


def report(cast, activity, **changes):
    results = [{"site": cast.host.code, "specialty": "urology", "consultations": 5, "operations_planned": 3, "operations_done": 3}]
    return {"version": activity.version, "results": results, "people": [], "note": "انتهت المهمة", **changes}


def held(cast) -> Activity:
    """A plan whose days are over, approved."""
    activity = factories.planned(cast)
    Activity.objects.filter(pk=activity.pk).update(starts_on=today() - timedelta(days=6), ends_on=today() - timedelta(days=4), status="approved")
    activity.refresh_from_db()
    return activity


def test_report_of_a_planned_activity_is_written_once(api, cast):
    activity = held(cast)
    api.force_authenticate(cast.badr)

    answers = [api.post(f"{URL}{activity.pk}/report/", report(cast, activity), format="json") for _attempt in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[2].json()
    assert (answers[0].json()["status"], answers[0].json()["results"][0]["operations_done"]) == ("reported", 3)
    assert activity.results.count() == 1


def test_stale_report_answers_with_the_current_activity(api, cast):
    activity = held(cast)
    api.force_authenticate(cast.badr)
    first = api.post(f"{URL}{activity.pk}/report/", report(cast, activity), format="json")
    api.force_authenticate(cast.dalia)

    late = api.post(f"{URL}{activity.pk}/report/", report(cast, activity, note="غيرها"), format="json")

    assert late.status_code == 409
    assert (late.json()["code"], late.json()["current"]) == ("stale", first.json())
    assert Activity.objects.get().note == "انتهت المهمة"


def test_report_from_outside_is_not_found_and_from_a_reader_forbidden(api, cast):
    activity = held(cast)
    codes = []
    for who in (cast.hani, cast.ranya):
        api.force_authenticate(who)
        codes.append(api.post(f"{URL}{activity.pk}/report/", report(cast, activity), format="json").status_code)

    assert codes == [404, 403]
    assert not activity.results.exists()


def test_same_mission_of_the_other_side_is_offered_as_one(api, cast):
    api.force_authenticate(cast.badr)
    first = api.post(URL, body(cast), format="json").json()
    api.force_authenticate(cast.dalia)
    again = body(cast, uid=str(uuid.uuid4()))

    same = api.post(URL, again, format="json")
    other = api.post(URL, {**again, "not_the_same": True}, format="json")

    assert (same.status_code, same.json()["code"], same.json()["address"]) == (409, "looks_like_recorded", f"/activities/{first['id']}/")
    assert other.status_code == 201
    assert api.post(URL, {**again, "not_the_same": True}, format="json").status_code == 200


def test_bad_input_is_refused_at_its_field(api, cast):
    api.force_authenticate(cast.badr)
    wrongs = {
        "results.0.audience": {"results": [{"place": "قاعة", "audience": 4}]},
        "results.0.operations_planned": {"results": [{"place": "قاعة", "operations_planned": 9000, "operations_done": 9000}]},
        "results.0.lists_with_checklist": {"results": [{"place": "قاعة", "operating_lists": 1, "lists_with_checklist": 2}]},
        "results.0.site": {"results": [{"place": "مستشفى الجنُوب", "consultations": 4}]},
        "results.1.specialty": {"results": [{"place": "قاعَة العلاج", "consultations": 4}, {"place": "قاعة العلاج", "consultations": 4}]},
        "people.0.institution": {"people": [{"part": "team", "institution": "DZ-25-EPH-09", "count": 3}]},
        "purpose": {"purpose": "training"},
        "hosts": {"hosts": ["DZ-25-EPH-09"]},
        "note": {"note": "المريض رقم 123456789012"},
        "ends_on": {"ends_on": (today() + timedelta(days=2)).isoformat()},
    }

    answers = {field: api.post(URL, body(cast, **wrong), format="json") for field, wrong in wrongs.items()}

    assert {field: (answer.status_code, field in answer.json()["errors"]) for field, answer in answers.items()} == dict.fromkeys(wrongs, (400, True))
    assert not Activity.objects.exists()
