"""What the portal gives to scripts that keep records on a device, and what it answers them."""

import gzip
import json
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from activities.api.serializers import LineSerializer, NewActivitySerializer, ReportSerializer
from activities.forms import ReportForm
from activities.kinds import REGISTRY
from activities.models import Activity
from activities.offline import facts_about
from core.formats import today
from tests import factories

pytestmark = pytest.mark.django_db

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
HANDLED = {"uid", "site", "place", "specialty", "activity", "version"}


def body(cast, **changes):
    day = (today() - timedelta(days=4)).isoformat()
    return {
        "uid": str(uuid.uuid4()), "kind": "surgical", "partnership": cast.partnership.code, "starts_on": day, "ends_on": day,
        "results": [{"site": cast.host.code, "specialty": "urology", "consultations": 5}], **changes,
    }  # fmt: skip


@pytest.mark.parametrize("slug", REGISTRY)
def test_api_takes_every_field_of_the_form(cast, slug):
    """The scripts send a form's fields under their own names: a field that the API does not know would be lost on the way."""
    form = ReportForm(kind=slug, partnership=cast.partnership, choose_parties=True)
    people = {name for name, _head in form.people_fields}

    assert set(form.fields) - people - HANDLED <= set(NewActivitySerializer().get_fields())
    assert set(form.lines[0].fields) - HANDLED <= set(LineSerializer().get_fields())
    planned = factories.planned(cast, kind=slug)
    report = ReportForm(kind=slug, partnership=cast.partnership, activity=Activity.objects.get(pk=planned.pk))
    assert set(report.fields) - {name for name, _head in report.people_fields} - HANDLED - {"starts_on", "ends_on"} <= set(ReportSerializer().get_fields())


def test_facts_turn_keys_into_codes_and_name_what_is_text(cast):
    facts = facts_about(cast.badr, [ReportForm(kind="surgical", partnership=cast.partnership)])

    known = facts["partnerships"][str(cast.partnership.pk)]
    assert (facts["user"], known["code"], facts["codes"][str(cast.host.pk)]) == (cast.badr.pk, cast.partnership.code, cast.host.code)
    assert known["people"]["trained_doctors"] == {"part": "trained", "institution": cast.host.code, "cadre": "doctors"}
    assert known["people"][f"team_{cast.partner.pk}"]["institution"] == cast.partner.code
    assert {"note", "place", "over_plan_reason"} <= set(facts["texts"])
    assert {"consultations", "trained_doctors"} <= set(facts["counts"])
    assert json.loads(json.dumps(facts)) == facts


def test_session_says_who_it_is_and_what_has_arrived(client, cast):
    mine, planned = factories.reported(cast), factories.planned(cast)
    asked = {"uid": [str(mine.uid), str(planned.uid), str(uuid.uuid4()), "no number"]}

    def said(who=None):
        client = Client()
        if who:
            client.force_login(who)
        return client.get("/activities/queue/session/", asked).json()

    assert said() == {"user": None, "csrf": "", "known": {}}
    badr, hani = said(cast.badr), said(cast.hani)
    assert (badr["user"], badr["known"]) == (cast.badr.pk, {str(mine.uid): mine.pk})
    assert (hani["user"], hani["known"]) == (cast.hani.pk, {})
    assert len(badr["csrf"]) == 64


def test_token_of_the_session_lets_the_api_write(cast):
    """As the scripts do it: with the session's cookie, and the token that the session page gave."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.badr)
    token = client.get("/activities/queue/session/").json()["csrf"]

    bare = client.post("/api/v1/activities/", body(cast), content_type="application/json")
    with_token = client.post("/api/v1/activities/", body(cast), content_type="application/json", headers={"X-CSRFToken": token})

    assert (bare.status_code, with_token.status_code) == (403, 201)


def test_two_versions_are_told_apart_figure_by_figure(client, cast):
    activity = factories.reported(cast)
    client.force_login(cast.badr)
    record = body(cast, uid=str(activity.uid), note="ملاحظة")
    record |= {"starts_on": activity.starts_on.isoformat(), "ends_on": activity.ends_on.isoformat()}
    record["results"] = [
        {"site": cast.host.code, "specialty": "general-surgery", "consultations": 41, "operations_planned": 9, "operations_done": 8, "transferred": 1},
        {"site": cast.host.code, "specialty": "urology", "consultations": 12},
        {"place": "قاعة العلاج", "specialty": "ophthalmology", "consultations": 7},
    ]
    record["people"] = [
        {"part": head.part, "institution": head.institution.code, "cadre": head.cadre, "count": head.count}
        for head in activity.participants.select_related("institution")
    ]

    answer = client.post("/activities/queue/compare/", {"uid": str(activity.uid), "activity": activity.pk, "record": json.dumps(record)})

    differing = {(row["kept"], row["typed"]) for row in answer.context["differences"]}
    assert differing == {("40", "41"), ("—", "ملاحظة")}
    assert answer.context["may_correct"] is False  # until the other side disputes a figure


@pytest.mark.parametrize(
    ("who", "record", "status"),
    [("hani", "{}", 404), ("badr", "[]", 302), ("badr", "{", 302), ("badr", "[" * 200_000, 302), ("badr", '{"kind": "party"}', 302)],
)
def test_comparison_is_refused_out_of_scope_and_for_what_cannot_be_read(client, cast, who, record, status):
    activity = factories.reported(cast)
    client.force_login(cast.people[who])

    answer = client.post("/activities/queue/compare/", {"uid": str(activity.uid), "activity": activity.pk, "record": record})

    assert answer.status_code == status
    assert cast.partnership.code not in answer.content.decode()


def test_service_worker_says_nothing_about_anybody(client, cast):
    anonymous = client.get("/sw.js")
    client.force_login(cast.badr)

    assert client.get("/sw.js").content == anonymous.content
    assert anonymous["Content-Type"].startswith("text/javascript")
    assert "no-cache" in anonymous["Cache-Control"]
    assert "worker-src 'self'" in anonymous["Content-Security-Policy"]


def test_kept_form_holds_only_what_is_one_s_own(client, cast):
    client.force_login(cast.badr)
    mine = client.get("/activities/offline/form/").content.decode()
    client.force_login(cast.hani)
    stranger = client.get("/activities/offline/form/").content.decode()

    assert (cast.partnership.code in mine, cast.partnership.code in stranger) == (True, False)
    assert f'data-user="{cast.badr.pk}"' in mine
    assert cast.badr.name not in mine


def test_scripts_stay_light():
    written = b"".join((SCRIPTS / f"{name}.js").read_bytes() for name in ("queue", "offline", "offline_form", "queue_page", "sw"))

    assert len(gzip.compress(written, 9)) <= 14_000
