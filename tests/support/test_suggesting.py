"""What an institution could ask for, read off its open needs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support import actions
from support.models import SupportRequest
from support.suggesting import AT_MOST, suggest
from tests import factories

pytestmark = pytest.mark.django_db


def texts(place) -> list[tuple[str, str]]:
    return [(item.kind, item.need.specialty.code) for item in suggest(place)]


def test_each_open_need_that_money_answers_becomes_a_line_with_its_reasons(cast):
    surgery, urology, _eyes = cast.specialties
    factories.need(cast, specialty=urology, kind="training", severity=3, waiting_count=0)
    factories.need(cast, specialty=surgery, kind="equipment", severity=5, waiting_count=120, nearest_offer="ورقلة", nearest_km=800)
    factories.need(cast, specialty=urology, kind="protocol", severity=5)  # asks for advice
    factories.need(cast, specialty=surgery, kind="care", severity=5, institution=cast.elsewhere, by=cast.hani)
    factories.offer(cast, specialty=surgery, kind="equipment")  # of the twin
    factories.offer(cast, specialty=urology, kind="training", institution=cast.elsewhere, by=cast.hani)  # of a stranger: not read

    first, second = suggest(cast.host)

    assert (first.kind, first.need.specialty, second.kind, second.need.specialty) == ("equipment", surgery, "training", urology)
    assert surgery.name in first.text
    assert len(first.reasons) == 4
    assert "120" in first.reasons[1]
    assert "ورقلة" in first.reasons[2]
    assert cast.partner.name in first.reasons[3]
    assert len(second.reasons) == 1


def test_need_that_is_asked_for_or_closed_is_left_out_until_the_request_is_over(cast):
    need = factories.need(cast, specialty=cast.specialties[0], kind="equipment")
    request = factories.support(cast, needs=[need])
    assert suggest(cast.host) == []

    SupportRequest.objects.update(status="refused")
    assert texts(cast.host) == [("equipment", need.specialty.code)]
    assert request.needs.count() == 1

    type(need).objects.update(closed_on=need.stated_on)
    assert suggest(cast.host) == []


def test_suggesting_costs_the_same_for_one_need_and_for_many(cast):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            suggest(cast.host)
        return len(queries)

    factories.need(cast, specialty=cast.specialties[0], kind="care")
    one = cost()
    for kind in ("care", "training", "equipment", "infrastructure"):
        for specialty in cast.specialties[1:]:
            factories.need(cast, specialty=specialty, kind=kind)

    assert (one, cost()) == (2, 2)
    assert len(suggest(cast.host)) == AT_MOST


def test_ticked_suggestions_become_lines_that_can_be_edited(client, cast):
    need = factories.need(cast, specialty=cast.specialties[0], kind="equipment", severity=5)
    factories.need(cast, specialty=cast.specialties[1], kind="training")
    client.force_login(cast.badr)
    page = client.get("/support/new/").content.decode()
    assert page.count('name="suggested"') == 2

    typed = {"title": "حاضنات", "lines": "3", "stage": "add_suggested", "suggested": str(need.pk)}
    answer = client.post("/support/new/", typed)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "errorlist" not in text
    assert 'class="error' not in text
    form = answer.context["form"]
    assert (form["kind"].value(), form["title"].value(), form["needs"].value()) == ("equipment", "حاضنات", [str(need.pk)])
    assert [line["text"].value() for line in form.lines] == [suggest(cast.host)[0].text, None, None]
    assert not SupportRequest.objects.exists()
    chosen = client.post("/support/new/", {**typed, "kind": "financial"}).context["form"]
    assert chosen["kind"].value() == "financial"  # what was chosen stays

    client.post("/support/new/", {
        "kind": "equipment", "title": "حاضنات", "reasons": "نقص", "currency": "DZD", "needs": [need.pk], "lines": "3",
        "line-0-text": "حاضنة", "line-0-quantity": "2", "line-0-unit_price": "1000",
    })  # fmt: skip
    request = SupportRequest.objects.get()
    assert list(request.needs.all()) == [need]
    assert actions.asked_of(request) == 2000


def test_lines_already_written_are_kept_when_one_is_suggested_or_added(client, cast):
    need = factories.need(cast, specialty=cast.specialties[0], kind="equipment")
    client.force_login(cast.badr)
    typed = {"kind": "training", "lines": "3", "line-1-text": "تربص", "line-1-quantity": "4", "line-1-unit_price": "١٢"}

    with_need = client.post("/support/new/", {**typed, "stage": "add_suggested", "suggested": str(need.pk)}).context["form"]
    with_line = client.post("/support/new/", {**typed, "stage": "add_line"}, headers={"HX-Request": "true"}).context["form"]

    assert with_need["kind"].value() == "training"
    assert [line["text"].value() or "" for line in with_need.lines] == ["تربص", suggest(cast.host)[0].text, ""]
    assert with_need.lines[0]["unit_price"].value() == "١٢"
    assert [line["text"].value() or "" for line in with_line.lines] == ["", "تربص", "", ""]
