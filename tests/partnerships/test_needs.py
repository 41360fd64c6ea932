"""Needs, offers and needs assessments: stating, editing, closing, lists, and who sees them."""

from datetime import timedelta

import pytest
from django.utils import translation

from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from partnerships import actions
from partnerships.choices import AssessmentArea
from partnerships.models import Need, NeedsAssessment, Offer, Procedure
from tests import factories
from tests.test_strangers import said

pytestmark = pytest.mark.django_db

NEED = {
    "specialty": "urology",
    "kind": "care",
    "severity": "5",
    "waiting_count": "٤٢",
    "nearest_offer": "وهران",
    "nearest_km": "900",
    "evidence": "سجل المواعيد",
}


def test_coordinator_states_a_need(client, cast):
    procedure = Procedure.objects.create(code="TURP", name_ar="استئصال")
    client.force_login(cast.badr)

    answer = client.post(f"/institutions/{cast.host.pk}/needs/new/", {**NEED, "procedures": ["TURP"]})

    need = Need.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, cast.host.get_absolute_url())
    assert (need.institution, need.specialty.code, need.severity, need.waiting_count, need.nearest_km) == (cast.host, "urology", 5, 42, 900)
    assert (list(need.procedures.all()), need.stated_on, need.is_open) == ([procedure], today(), True)
    assert trail(need)[0].verb == "state_need"


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_menu_of_specialties_is_in_the_order_of_the_readers_names(client, cast, language):
    client.force_login(cast.badr)

    field = client.get(f"/institutions/{cast.host.pk}/needs/new/?lang={language}", follow=True).context["form"]["specialty"]

    with translation.override(language):
        names = [str(label) for _value, label in field.field.choices][1:]
    assert len(names) > 2
    assert names == sorted(names)


def test_coordinator_states_an_offer_for_some_months(client, cast):
    client.force_login(cast.dalia)

    answer = client.post(
        f"/institutions/{cast.partner.pk}/offers/new/", {"specialty": "urology", "kind": "training", "capacity_per_year": "3", "months": ["3", "11"]}
    )

    offer = Offer.objects.get()
    assert answer.status_code == 302
    assert (offer.institution, offer.kind, offer.capacity_per_year, offer.months) == (cast.partner, "training", 3, [3, 11])


@pytest.mark.parametrize(
    "wrong",
    [
        {"severity": "6"}, {"severity": ""}, {"specialty": "alchemy"}, {"waiting_count": "-1"}, {"waiting_count": "many"}, {"nearest_km": "1.5"},
        {"kind": "magic"}, {"evidence": "ملف رقم 123456"}, {"nearest_offer": "اتصل 0555 12 34 56"},
    ],
)  # fmt: skip
def test_wrong_need_is_refused_and_keeps_what_was_typed(client, cast, wrong):
    client.force_login(cast.badr)

    answer = client.post(f"/institutions/{cast.host.pk}/needs/new/", {**NEED, **wrong})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Need.objects.exists()


@pytest.mark.parametrize("wrong", [{"capacity_per_year": "0"}, {"capacity_per_year": "201"}, {"months": ["13"]}, {"conditions": "المريض رقم 4455"}])
def test_wrong_offer_is_refused(client, cast, wrong):
    client.force_login(cast.dalia)

    answer = client.post(f"/institutions/{cast.partner.pk}/offers/new/", {"specialty": "urology", "kind": "care", "capacity_per_year": "2", **wrong})

    assert answer.status_code == 400
    assert not Offer.objects.exists()


@pytest.mark.parametrize("kind", ["need", "offer"])
def test_second_open_one_of_a_kind_is_refused_with_a_link_to_the_first(client, cast, kind):
    make = {"need": factories.need, "offer": factories.offer}[kind]
    first = make(cast, by=cast.badr, institution=cast.host)
    client.force_login(cast.badr)
    form = {**NEED, "specialty": cast.specialties[0].code, "capacity_per_year": "2"}

    answer = client.post(f"/institutions/{cast.host.pk}/{kind}s/new/", form)

    assert answer.status_code == 400
    assert f'href="/{kind}s/{first.pk}/edit/"' in answer.content.decode()
    assert type(first).objects.count() == 1
    actions.close_statement(first, by=cast.badr, reason="انتهى")
    assert client.post(f"/institutions/{cast.host.pk}/{kind}s/new/", form).status_code == 302


def test_edit_into_the_subject_of_another_open_need_is_refused(client, cast):
    other, need = factories.need(cast), factories.need(cast, specialty=cast.specialties[1])
    client.force_login(cast.badr)

    answer = client.post(f"/needs/{need.pk}/edit/", {**NEED, "version": 1, "specialty": cast.specialties[0].code})

    assert answer.status_code == 400
    assert f'href="/needs/{other.pk}/edit/"' in answer.content.decode()
    assert Need.objects.get(pk=need.pk).specialty == cast.specialties[1]


def test_need_is_edited_with_a_line_of_what_changed(client, cast):
    need = factories.need(cast)
    client.force_login(cast.badr)

    answer = client.post(f"/needs/{need.pk}/edit/", {**NEED, "version": 1, "specialty": cast.specialties[0].code, "severity": "2", "waiting_count": "35"})

    assert answer.status_code == 302
    line = trail(need)[0]
    assert (line.verb, line.before["severity"], line.after["severity"], "waiting_count" in line.after) == ("edit_need", 4, 2, False)


def test_second_editor_of_a_need_is_shown_both(client, cast):
    need = factories.need(cast)
    actions.edit_statement(need, {"waiting_count": 77}, by=cast.ziad, version=1)
    client.force_login(cast.badr)

    answer = client.post(f"/needs/{need.pk}/edit/", {**NEED, "version": 1, "specialty": cast.specialties[0].code, "waiting_count": "91"})

    text = answer.content.decode()
    assert answer.status_code == 409
    assert all(word in text for word in ("77", "91", 'name="version" value="2"'))
    assert Need.objects.get().waiting_count == 77


def test_need_is_closed_with_a_reason_once(client, cast):
    need = factories.need(cast)
    client.force_login(cast.badr)

    without = client.post(f"/needs/{need.pk}/close/", {"reason": " "})
    closed = client.post(f"/needs/{need.pk}/close/", {"reason": "فُتحت المصلحة"})

    need.refresh_from_db()
    assert (without.status_code, closed.status_code, need.closed_on) == (400, 302, today())
    assert (trail(need)[0].verb, trail(need)[0].reason) == ("close_need", "فُتحت المصلحة")
    for late in (lambda: actions.close_statement(need, by=cast.badr, reason="ثانية"), lambda: actions.edit_statement(need, {"severity": 1}, by=cast.badr)):
        with pytest.raises(TransitionRefused) as refusal:
            late()
        assert refusal.value.code == "closed"


def test_nobody_states_edits_or_closes_for_an_institution_of_others(cast):
    need = factories.need(cast)
    attempts = [
        lambda: factories.need(cast, by=cast.dalia, specialty=cast.specialties[1]), lambda: factories.offer(cast, by=cast.hani),
        lambda: actions.edit_statement(need, {"severity": 1}, by=cast.dalia), lambda: actions.close_statement(need, by=cast.ranya, reason="لا"),
        lambda: factories.assessment(cast, by=cast.dalia),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(TransitionRefused) as refusal:
            attempt()
        assert refusal.value.code == "not_allowed"

    need.refresh_from_db()
    assert (Need.objects.count(), need.severity, need.is_open, Offer.objects.count(), NeedsAssessment.objects.count()) == (1, 4, True, 0, 0)


# --- Lists ---------------------------------------------------------------------------------------------------------


def test_national_list_shows_open_needs_the_gravest_first(client, cast):
    factories.need(cast, severity=2)
    factories.need(cast, by=cast.hani, institution=cast.elsewhere, severity=5)
    actions.close_statement(factories.need(cast, specialty=cast.specialties[1]), by=cast.badr, reason="انتهى")
    client.force_login(cast.amal)

    shown = {query: [need.severity for need in client.get(f"/needs/?{query}").context["page"].object_list] for query in (
        "", "state=closed", "state=all", "severity=5", "zone=south", "region=25", "specialty=urology&state=all", "institution=DZ-11-EPH-09",
    )}  # fmt: skip

    assert shown == {
        "": [5, 2], "state=closed": [4], "state=all": [5, 4, 2], "severity=5": [5], "zone=south": [2], "region=25": [5],
        "specialty=urology&state=all": [4], "institution=DZ-11-EPH-09": [2],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["needs", "offers"])
def test_list_and_export_hold_nothing_of_strangers(client, cast, name):
    factories.need(cast, evidence="قنفذ الجنوب")
    factories.offer(cast, conditions="قنفذ الشمال")
    factories.need(cast, by=cast.hani, institution=cast.elsewhere)
    factories.offer(cast, by=cast.hani, institution=cast.elsewhere)
    seen = {}
    for who in ("hani", "badr", "amal"):
        client.force_login(cast.people[who])
        files = "".join(said(client.get(f"/{name}/?export={kind}")) for kind in ("csv", "xlsx")) + said(client.get(f"/{name}/"))
        seen[who] = ("قنفذ" in files, cast.elsewhere.code in files, cast.host.code in files or cast.partner.code in files)

    assert seen == {"hani": (False, True, False), "badr": (True, False, True), "amal": (True, True, True)}


def test_list_of_needs_costs_the_same_with_one_row_and_with_many(client, cast, django_assert_num_queries):
    from tests.test_queries import cost

    client.force_login(cast.amal)
    factories.need(cast)
    factories.offer(cast)
    factories.interest(cast, "submit")
    addresses = ("/needs/", "/offers/", "/interests/", "/institutions/", cast.host.get_absolute_url())
    once = {address: cost(client, address) for address in addresses}
    for specialty in cast.specialties[1:]:
        factories.need(cast, specialty=specialty)
        factories.offer(cast, specialty=specialty)
        factories.offer(cast, specialty=specialty, institution=cast.host, by=cast.badr)
        factories.interest(cast, "submit", institution=cast.elsewhere, by=cast.hani)

    assert {address: cost(client, address) for address in addresses} == once


# --- Assessment ----------------------------------------------------------------------------------------------------


def answers(now: int = 1, target: int = 3) -> dict[str, str]:
    found = {"assessed_on": today().strftime("%d/%m/%Y"), "summary": "خلاصة"}
    for area in AssessmentArea.values:
        found |= {f"now_{area}": str(now), f"target_{area}": str(target)}
    return found


def test_assessment_is_kept_area_by_area_and_compared_with_the_one_before(client, cast):
    earlier = factories.assessment(cast, now=0, target=4, assessed_on=today() - timedelta(days=400))
    client.force_login(cast.badr)

    answer = client.post(f"/institutions/{cast.host.pk}/assessments/new/", {**answers(), "now_surgery": "2", "comment_surgery": "قاعة واحدة"})

    made = NeedsAssessment.objects.exclude(pk=earlier.pk).get()
    assert (answer.status_code, answer["Location"], made.assessed_by) == (302, made.get_absolute_url(), cast.badr)
    assert {score.area: (score.now, score.target, score.gap) for score in made.scores.all()} == {
        area: (2, 3, 1) if area == "surgery" else (1, 3, 2) for area in AssessmentArea.values
    }
    page = client.get(made.get_absolute_url())
    assert [row["score"].gap for row in page.context["rows"]] == [2] * 9 + [1]
    assert {row["before"].now for row in page.context["rows"]} == {0}
    assert "قاعة واحدة" in page.content.decode()


def test_new_assessment_starts_from_the_last_one(client, cast):
    factories.assessment(cast, now=2, target=4)
    client.force_login(cast.badr)

    form = client.get(f"/institutions/{cast.host.pk}/assessments/new/").context["form"]

    assert {(form[f"now_{area}"].value(), form[f"target_{area}"].value()) for area in AssessmentArea.values} == {("2", "4")}


@pytest.mark.parametrize(
    "wrong",
    [{"now_surgery": ""}, {"now_surgery": "5"}, {"now_surgery": "4", "target_surgery": "2"}, {"assessed_on": "01/01/2100"}, {"assessed_on": "31/02/2026"}],
)
def test_wrong_assessment_is_refused(client, cast, wrong):
    client.force_login(cast.badr)

    assert client.post(f"/institutions/{cast.host.pk}/assessments/new/", {**answers(), **wrong}).status_code == 400
    assert not NeedsAssessment.objects.exists()


@pytest.mark.parametrize(
    ("scores", "code"),
    [({"surgery": (1, 2, "")}, "area_missing"), (dict.fromkeys(AssessmentArea.values, (3, 2, "")), "target_below")],
)
def test_action_refuses_an_incomplete_assessment(cast, scores, code):
    with pytest.raises(TransitionRefused) as refusal:
        actions.record_assessment(cast.host, by=cast.badr, scores=scores)

    assert refusal.value.code == code
    assert not NeedsAssessment.objects.exists()
