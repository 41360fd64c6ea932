"""The pages of matching: pairs, proposals, plans; with and without htmx, in each language, for each person."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Change
from partnerships import actions
from partnerships.choices import Answer
from partnerships.models import Institution, MatchingSettings, MatchProposal, NationalPlan, Need, Offer, Partnership, PlanPair, Specialty
from tests import factories
from tests.cast import institution

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def register(cast):
    """The host needs cardiology and surgery; the partner offers cardiology to it and surgery to the unrelated hospital too."""
    factories.verified(cast.partner, cast.host, cast.elsewhere)
    cast.cardiology, _new = Specialty.objects.get_or_create(
        code="cardiology", defaults={"name_ar": "طب القلب", "name_fr": "cardiologie", "name_en": "cardiology"}
    )
    factories.need(cast, specialty=cast.cardiology, severity=5)
    factories.need(cast, by=cast.hani, institution=cast.elsewhere, specialty=cast.cardiology, severity=2)
    factories.need(cast, specialty=cast.specialties[0])
    factories.offer(cast, specialty=cast.cardiology, capacity_per_year=1)
    factories.offer(cast, specialty=cast.specialties[0])
    return cast


def read(client, address: str, **headers) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.status_code)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def cost(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- Pairs ------------------------------------------------------------------------------------------------------------


def test_pairs_are_ranked_with_every_reason(client, register):
    client.force_login(register.amal)
    page = read(client, "/matching/?lang=en")
    rows = client.get("/matching/").context["page"].object_list

    assert [row["host"] for row in rows] == [register.host, register.elsewhere]  # surgery is twinned already
    assert rows[0]["score"] > rows[1]["score"]
    assert page.count("<caption") == 2
    assert "Severity 5 out of 5." in page
    assert "/matching/pairs/" in page
    assert "<html" not in read(client, "/matching/", **HTMX)


def test_pairs_are_filtered_by_either_side(client, register):
    client.force_login(register.amal)

    def hosts(query: str) -> list[str]:
        return [row["host"].code for row in client.get(f"/matching/?{query}").context["page"].object_list]

    both = [register.host.code, register.elsewhere.code]
    least = client.get("/matching/").context["page"].object_list[0]["score"]
    assert hosts("zone=south") == both[:1]
    assert hosts(f"region={register.elsewhere.region.code}") == both[1:]
    assert hosts(f"host={register.elsewhere.code}") == both[1:]
    assert hosts(f"sender={register.partner.code}") == both
    assert hosts("specialty=cardiology") == both
    assert hosts("specialty=urology") == []
    assert hosts(f"score={least}") == both[:1]
    assert hosts("q=الجنوب") == both[:1]
    assert hosts("q=الشمال") == both
    assert hosts("q=لا+شيء") == []
    assert hosts("zone=nowhere&score=abc&page=99") == both


def test_pairs_are_exported_as_filtered(client, register):
    client.force_login(register.amal)

    lines = list(csv.reader(io.StringIO(read(client, "/matching/?zone=south&export=csv"))))

    assert len(lines) == 2
    assert lines[1][1] == register.partner.code
    assert round(sum(float(points) for points in lines[1][-8:]), 2) == float(lines[1][0])


def test_pairs_cost_the_same_number_of_queries_whatever_their_number(client, register):
    client.force_login(register.amal)
    before = cost(client, "/matching/")
    for number in range(4):
        place = institution(f"DZ-11-EPH-2{number}", f"مستشفى {number}", register.host.region)
        factories.verified(place)
        Need.objects.create(institution=place, specialty=register.cardiology)

    assert len(client.get("/matching/").context["page"].object_list) == 6
    assert cost(client, "/matching/") == before


def test_people_who_do_not_match_see_the_proposals_sent_to_them(client, register):
    factories.proposal(register, specialties=[register.cardiology])
    client.force_login(register.ziad)

    page = read(client, "/matching/")

    assert register.partner.name in page
    assert "score=" not in page
    assert register.elsewhere.name not in page


def test_pair_explains_itself_and_is_proposed(client, register):
    address = f"/matching/pairs/{register.partner.pk}/{register.host.pk}/"
    client.force_login(register.amal)
    page = read(client, f"{address}?lang=en")

    assert "The two are already twinned in this specialty." in page
    assert page.count("<caption") == 1
    assert client.post(address, {"specialties": [], "note": ""}).status_code == 400
    assert client.post(address, {"specialties": ["general-surgery"], "note": ""}).status_code == 400  # twinned: not offered
    answer = client.post(address, {"specialties": ["cardiology"], "note": "للدراسة"})

    proposal = MatchProposal.objects.get()
    assert answer["Location"] == proposal.get_absolute_url()
    assert (proposal.note, proposal.status, list(proposal.specialties.all())) == ("للدراسة", "proposed", [register.cardiology])
    assert round(sum(reason["points"] for reason in proposal.reasons), 2) == proposal.score > 0
    assert f'href="{proposal.get_absolute_url()}"' in read(client, address)
    assert client.post(address, {"specialties": ["cardiology"], "note": ""}).status_code == 400  # one is open
    assert MatchProposal.objects.count() == 1


def test_pair_of_a_merged_or_absent_institution_is_not_found(client, register):
    client.force_login(register.amal)
    Institution.objects.filter(pk=register.elsewhere.pk).update(merged_into=register.host)

    assert client.get(f"/matching/pairs/{register.partner.pk}/{register.elsewhere.pk}/").status_code == 404
    assert client.get(f"/matching/pairs/{register.partner.pk}/999999/").status_code == 404
    client.force_login(register.badr)
    assert client.get(f"/matching/pairs/{register.partner.pk}/{register.host.pk}/").status_code == 404


# --- Proposals --------------------------------------------------------------------------------------------------------


def test_director_answers_on_the_page(client, register):
    proposal = factories.proposal(register)
    address = f"{proposal.get_absolute_url()}answer/"
    client.force_login(register.ziad)

    assert address in read(client, proposal.get_absolute_url())
    assert client.post(address, {}).status_code == 400
    declined = client.post(address, {"answer": "declined", "reason": ""})
    assert (declined.status_code, 'aria-invalid="true"' in declined.content.decode()) == (400, True)
    assert client.post(address, {"answer": "accepted", "reason": ""})["Location"] == proposal.get_absolute_url()

    proposal.refresh_from_db()
    assert (proposal.host_answer, proposal.sender_answer) == ("accepted", "")


def test_head_decides_on_the_page_and_the_partnership_begins(client, register):
    proposal = factories.proposal(register, Answer.ACCEPTED, Answer.ACCEPTED)
    step = f"{proposal.get_absolute_url()}steps/approve/"
    client.force_login(register.amal)
    assert step not in read(client, proposal.get_absolute_url())
    client.force_login(register.hoda)

    assert step in read(client, proposal.get_absolute_url())
    assert client.post(step, {"reason": ""}).status_code == 400
    client.post(step, {"reason": "قرب"})

    proposal.refresh_from_db()
    assert proposal.status == "approved"
    assert Partnership.objects.count() == 2
    assert proposal.partnership.get_absolute_url() in read(client, proposal.get_absolute_url())


def test_officer_sends_and_sends_again(client, register):
    proposal = factories.proposal(register, is_sent=False)
    client.force_login(register.amal)
    client.post(f"{proposal.get_absolute_url()}steps/send/")
    proposal.refresh_from_db()
    assert proposal.status == "sent"
    MatchProposal.objects.update(answer_due_on=timezone.localdate() - timezone.timedelta(days=1))

    assert f"{proposal.get_absolute_url()}send-again/" in read(client, proposal.get_absolute_url())
    client.post(f"{proposal.get_absolute_url()}send-again/")

    proposal.refresh_from_db()
    assert not proposal.is_lapsed
    client.force_login(register.ziad)
    assert client.post(f"{proposal.get_absolute_url()}send-again/").status_code == 403


def test_proposals_are_listed_filtered_and_exported(client, register):
    factories.proposal(register)
    factories.proposal(register, host=register.elsewhere, is_sent=False)
    client.force_login(register.amal)

    assert len(client.get("/matching/proposals/").context["page"].object_list) == 2
    for query, number in (("status=sent", 1), ("status=lapsed", 0), ("status=accepted", 0), ("zone=south", 1), ("q=آخر", 1), ("specialty=cardiology", 2)):
        assert len(client.get(f"/matching/proposals/?{query}").context["page"].object_list) == number, query
    assert len(read(client, "/matching/proposals/?export=csv").splitlines()) == 3
    client.force_login(register.hani)
    assert len(client.get("/matching/proposals/").context["page"].object_list) == 0  # not sent yet
    client.force_login(register.badr)
    assert len(client.get("/matching/proposals/").context["page"].object_list) == 1


def test_proposals_cost_the_same_number_of_queries(client, register):
    client.force_login(register.amal)
    factories.proposal(register)
    before = cost(client, "/matching/proposals/")
    factories.proposal(register, host=register.elsewhere)

    assert cost(client, "/matching/proposals/") == before


# --- Weights ----------------------------------------------------------------------------------------------------------


def test_head_changes_the_weights_and_somebody_slower_sees_both(client, register):
    client.force_login(register.hoda)
    form = client.get("/matching/weights/").context["form"]
    given = {name: form.initial[name] for name in form.fields}

    assert client.post("/matching/weights/", {**given, "zone": "25"})["Location"] == "/matching/"
    stale = client.post("/matching/weights/", {**given, "zone": "40"})
    assert (stale.status_code, MatchingSettings.current().zone, MatchingSettings.current().version) == (409, 25, 2)
    names = ("specialty", "severity", "zone", "capacity", "preference", "record", "equipment", "travel")
    assert client.post("/matching/weights/", {**given, "version": 2, **dict.fromkeys(names, 0)}).status_code == 400
    assert client.post("/matching/weights/", {**given, "version": 2, "load_limit": 0}).status_code == 400
    assert Change.objects.filter(object_type="partnerships.matchingsettings", verb="edit").count() == 1


def test_administrator_edits_the_one_row_of_settings(client, register):
    client.force_login(register.tarek)
    row = MatchingSettings.objects.create()
    names = ("specialty", "severity", "zone", "capacity", "preference", "record", "equipment", "travel", "load_limit", "equity_pct")
    values = {name: getattr(row, name) for name in names}

    assert client.get("/admin/partnerships/matchingsettings/add/").status_code == 403
    client.post(f"/admin/partnerships/matchingsettings/{row.pk}/change/", {**values, "travel": 9, "version": 1})

    row.refresh_from_db()
    assert (row.travel, row.version) == (9, 2)
    assert client.post(f"/admin/partnerships/matchingsettings/{row.pk}/change/", dict.fromkeys(names, 0) | {"load_limit": 5}).status_code == 200
    for model in ("nationalplan", "matchproposal"):
        factories.proposal(register) if model == "matchproposal" else NationalPlan.objects.create(title="خطة")
        assert client.get(f"/admin/partnerships/{model}/").status_code == 200
        assert client.get(f"/admin/partnerships/{model}/add/").status_code == 403


# --- Plans ------------------------------------------------------------------------------------------------------------


def made(cast, **given) -> NationalPlan:
    plan = actions.ask_for_plan(by=cast.hoda, **given)
    actions.make_plan(plan)
    return plan


def test_plan_is_asked_for_on_the_page(client, register):
    client.force_login(register.hoda)
    form = client.get("/matching/plans/").context["form"]
    values = {name: form.initial.get(name, "") for name in form.fields}

    answer = client.post("/matching/plans/", {**values, "title": "خطة أولى", "equity_pct": "100"})

    plan = NationalPlan.objects.get()
    assert answer["Location"] == plan.get_absolute_url()
    assert (plan.title, plan.weights["equity_pct"]) == ("خطة أولى", 100)
    client.force_login(register.amal)
    client.post("/matching/plans/", {"title": "خطة ثانية", "equity_pct": "300"})
    assert NationalPlan.objects.order_by("-pk")[0].weights["equity_pct"] == 50  # an officer plans with the weights in force
    client.force_login(register.tarek)
    assert client.get("/matching/plans/").status_code == 200
    assert client.post("/matching/plans/", {"title": "x"}).status_code == 403


def test_plan_shows_how_far_it_is_and_then_itself(client, register):
    plan = actions.ask_for_plan(by=register.hoda)
    client.force_login(register.hoda)

    assert 'hx-trigger="every 2s, click"' in read(client, plan.get_absolute_url())
    assert "<html" not in read(client, plan.get_absolute_url(), **HTMX, **{"HX-Target": "progress"})
    actions.make_plan(plan)

    assert client.get(plan.get_absolute_url(), headers={**HTMX, "HX-Target": "progress"})["HX-Refresh"] == "true"
    for language in ("ar", "fr", "en"):
        page = read(client, f"{plan.get_absolute_url()}?lang={language}")
        assert 'hx-trigger="every 2s, click"' not in page
        assert f"{plan.get_absolute_url()}left-out/" in page
    assert "It is proven that no plan covers more." in page
    NationalPlan.objects.update(state="failed", error="ZeroDivisionError: x")
    assert "ZeroDivisionError" in read(client, plan.get_absolute_url())


def test_plan_lists_its_pairs_and_exports_them(client, register):
    plan = made(register)
    client.force_login(register.amal)

    lines = list(csv.reader(io.StringIO(read(client, f"{plan.get_absolute_url()}?export=csv"))))

    assert len(lines) == 1 + PlanPair.objects.count() == 2
    assert lines[1][4] == register.host.code  # the graver need of the south
    assert len(client.get(f"{plan.get_absolute_url()}?zone=north").context["page"].object_list) == 0
    assert len(client.get(f"{plan.get_absolute_url()}?q=الجنوب").context["page"].object_list) == 1


def test_plan_says_who_is_left_out_and_why(client, register):
    plan = made(register)
    client.force_login(register.amal)
    address = f"{plan.get_absolute_url()}left-out/"

    page = read(client, f"{address}?lang=en")
    lines = list(csv.reader(io.StringIO(read(client, f"{address}?export=csv"))))

    assert "covers more elsewhere" in page.lower()
    assert "kept apart by a rule" in page.lower()
    assert len(lines) == 3
    assert register.host.name in " ".join(lines[1] + lines[2])
    assert len(client.get(f"{address}?cause=better_elsewhere").context["page"].object_list) == 1
    assert len(client.get(f"{address}?q=آخر").context["page"].object_list) == 1
    assert len(client.get(f"{address}?cause=nothing&q=لا").context["page"].object_list) == 0


def test_chosen_pairs_become_proposals_after_a_look(client, register):
    plan = made(register)
    pair = PlanPair.objects.get()
    address = f"{plan.get_absolute_url()}propose/"
    client.force_login(register.amal)

    assert client.post(address, {})["Location"] == plan.get_absolute_url()  # none chosen
    assert register.host.name in client.post(address, {"pair": [pair.pk]}).content.decode()
    assert client.post(f"{address}?zone=north", {"all": "1"})["Location"] == plan.get_absolute_url()
    assert client.post(f"{address}?zone=south", {"all": "1"}).status_code == 200
    assert not MatchProposal.objects.exists()
    assert client.post(address, {"pair": [pair.pk], "make": "1", "note": "ملاحظة"})["Location"] == "/matching/proposals/"
    assert MatchProposal.objects.get().plan == plan
    again = client.post(address, {"pair": [pair.pk], "make": "1", "note": ""})
    assert again.status_code == 200
    assert len(again.context["refused"]) == 1
    client.force_login(register.tarek)
    assert client.post(address, {"pair": [pair.pk]}).status_code == 403
    client.force_login(register.badr)
    assert client.post(address, {"pair": [pair.pk]}).status_code == 404


def test_two_plans_are_compared(client, register):
    first = made(register, title="الأولى")
    Offer.objects.filter(specialty=register.cardiology).update(capacity_per_year=2)
    second = made(register, title="الثانية", weights={"equity_pct": 0})
    client.force_login(register.hoda)

    page = client.get(f"/matching/plans/compare/?a={first.pk}&b={second.pk}")

    assert (page.context["shared"], page.context["only_first_count"], page.context["only_second_count"]) == (1, 0, 1)
    assert [row["label"] for row in page.context["weights"] if row["differs"]] == [MatchingSettings._meta.get_field("equity_pct").verbose_name]
    for query in ("", "?a=x&b=y", f"?a={first.pk}&b={first.pk}", "?a=99999999999999999999&b=1"):
        assert client.get(f"/matching/plans/compare/{query}").status_code == 200


def test_every_page_opens_empty_in_each_language(client, cast):
    client.force_login(cast.hoda)
    plan = made(cast)
    for language in ("ar", "fr", "en"):
        for address in ("/matching/", "/matching/proposals/", "/matching/plans/", "/matching/weights/", "/matching/plans/compare/", plan.get_absolute_url(), f"{plan.get_absolute_url()}left-out/"):  # fmt: skip
            assert "<h1" in read(client, f"{address}?lang={language}")
