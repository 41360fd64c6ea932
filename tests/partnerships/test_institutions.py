"""The register: entering, editing part by part, conflicts, verification, and what an export may say."""

from datetime import timedelta

import pytest

from core.editing import EditConflict
from core.formats import today
from core.history import first_broken, trail
from core.lifecycle import TransitionRefused
from core.models import Change
from partnerships import actions
from partnerships.choices import World
from partnerships.models import Equipment, Institution, InstitutionKind, Profession
from tests import factories
from tests.test_strangers import said

pytestmark = pytest.mark.django_db

NEW = {"name_ar": "مستشفى الواحة", "kind": "EPH", "country": "DZ", "city": "الواحة"}


def fresh(institution: Institution) -> Institution:
    return Institution.objects.get(pk=institution.pk)


def verified(cast) -> Institution:
    actions.verify_institutions([cast.host], by=cast.amal)
    return fresh(cast.host)


# --- Entering ------------------------------------------------------------------------------------------------------


def test_code_is_suggested_in_the_manner_of_the_register(cast):
    kinds = {code: InstitutionKind.objects.get_or_create(code=code, defaults={"name_ar": code})[0] for code in ("EPH", "EHS")}

    assert actions.suggested_code(cast.host.country, cast.host.region, kinds["EPH"]) == "DZ-11-EPH-10"
    assert actions.suggested_code(cast.host.country, cast.host.region, kinds["EHS"]) == "DZ-11-EHS-01"
    assert actions.suggested_code(cast.host.country, None, kinds["EPH"]) == "DZ-EPH-01"


def test_officer_enters_an_institution_and_it_takes_the_next_code(client, cast):
    client.force_login(cast.amal)

    answer = client.post("/institutions/new/", {**NEW, "region": cast.host.region_id})

    made = Institution.objects.get(name_ar=NEW["name_ar"])
    assert (answer.status_code, answer["Location"]) == (302, f"/institutions/{made.pk}/edit/")
    assert (made.code, made.region, made.country.code) == ("DZ-11-EPH-10", cast.host.region, "DZ")
    assert trail(made)[0].verb == "create"


def test_possible_double_is_shown_before_entering_and_somebody_must_say_that_it_is_none(client, cast):
    client.force_login(cast.amal)
    form = {**NEW, "name_ar": cast.host.name_ar, "region": cast.host.region_id, "city": ""}

    asked = client.post("/institutions/new/", form)

    assert asked.status_code == 400
    assert f'href="{cast.host.get_absolute_url()}"' in asked.content.decode()
    assert Institution.objects.filter(name_ar=cast.host.name_ar).count() == 1
    assert client.post("/institutions/new/", {**form, "is_new": "on"}).status_code == 302
    assert Institution.objects.filter(name_ar=cast.host.name_ar).count() == 2


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"name_ar": ""}, "id_name_ar"), ({"kind": "NONE"}, "id_kind"), ({"code": "no code"}, "id_code"), ({"code": "DZ-11-EPH-09"}, "id_code"),
        ({"country": "FR"}, "id_region"), ({"name_ar": "س" * 201}, "id_name_ar"), ({"region": "x"}, "id_region"),
    ],
)  # fmt: skip
def test_wrong_institution_is_refused_at_its_field_and_keeps_what_was_typed(client, cast, wrong, at):
    from partnerships.models import Country

    Country.objects.create(code="FR", name_ar="فرنسا")
    client.force_login(cast.amal)

    answer = client.post("/institutions/new/", {**NEW, "region": cast.host.region_id, **wrong})

    assert answer.status_code == 400
    assert f'href="#{at}"' in answer.content.decode()
    assert NEW["city"] in answer.content.decode()
    assert Institution.objects.count() == 3


def test_nobody_but_the_ministry_enters_an_institution(cast):
    with pytest.raises(TransitionRefused) as refusal:
        actions.create_institution(by=cast.badr, name_ar="غريب", kind=cast.host.kind, country=cast.host.country)

    assert refusal.value.code == "not_allowed"
    assert Institution.objects.count() == 3


# --- Editing part by part ------------------------------------------------------------------------------------------


def test_coordinator_edits_a_part_and_the_history_says_what_changed(client, cast):
    client.force_login(cast.badr)
    scanner = Equipment.objects.create(code="ct-scanner", name_ar="سكانير")

    answer = client.post(f"/institutions/{cast.host.pk}/edit/capacity/", {"version": 1, "beds_count": "٢٤٠", "theatres_count": "", "equipment": ["ct-scanner"]})

    host = fresh(cast.host)
    assert answer.status_code == 302
    assert (host.beds_count, host.theatres_count, list(host.equipment.all()), host.version) == (240, None, [scanner], 2)
    line = trail(host)[0]
    assert (line.verb, line.by, line.before, line.after) == (
        "edit", cast.badr, {"beds_count": None, "equipment": []}, {"beds_count": 240, "equipment": [scanner.pk]},
    )  # fmt: skip


def test_saving_what_is_kept_already_leaves_no_line(client, cast):
    client.force_login(cast.badr)
    before = Change.objects.count()

    assert client.post(f"/institutions/{cast.host.pk}/edit/capacity/", {"version": 1}).status_code == 302
    assert (Change.objects.count(), fresh(cast.host).version) == (before, 1)


def test_second_editor_sees_what_is_kept_beside_what_was_typed_and_may_save_again(client, cast):
    address = f"/institutions/{cast.host.pk}/edit/identity/"
    actions.edit_institution(cast.host, {"city": "تمنراست"}, by=cast.amal, version=1)
    client.force_login(cast.badr)
    form = {"version": 1, "name_ar": cast.host.name_ar, "name_fr": cast.host.name_fr, "city": "عين صالح", "aliases": "الواحة، القلعة"}

    conflict = client.post(address, form)

    text = conflict.content.decode()
    assert conflict.status_code == 409
    assert fresh(cast.host).city == "تمنراست"
    assert all(word in text for word in ("تمنراست", "عين صالح", "الواحة، القلعة", 'name="version" value="2"'))
    assert client.post(address, {**form, "version": 2}).status_code == 302
    assert (fresh(cast.host).city, fresh(cast.host).alias_list) == ("عين صالح", ["الواحة", "القلعة"])


def test_conflict_over_departments_replaces_none_of_them(cast):
    first, second, _third = cast.specialties
    stale = fresh(cast.host)
    actions.set_departments(cast.host, [{"specialty": first, "head": "الأول"}], by=cast.badr, version=1)

    with pytest.raises(EditConflict):
        actions.set_departments(stale, [{"specialty": second, "head": "الثاني"}], by=cast.badr, version=1)

    assert list(cast.host.departments.values_list("specialty__code", "head")) == [(first.code, "الأول")]


def test_departments_are_added_changed_and_removed_on_one_page(client, cast):
    first, second, third = cast.specialties
    actions.set_departments(cast.host, [{"specialty": first, "head": "أحمد", "beds_count": 10}, {"specialty": second, "head": "علي"}], by=cast.badr)
    client.force_login(cast.badr)
    address = f"/institutions/{cast.host.pk}/edit/departments/"
    form = {
        "version": fresh(cast.host).version, "rows": 3, "row-0-specialty": first.code, "row-0-head": "سارة", "row-0-beds_count": "12",
        "row-1-specialty": second.code, "row-1-head": "علي", "row-1-remove": "on", "row-2-specialty": third.code, "row-2-specialists_count": "٣",
    }  # fmt: skip

    more = client.post(address, {**form, "stage": "add"})
    answer = client.post(address, form)

    assert more.status_code == 200
    assert 'name="row-3-specialty"' in more.content.decode()
    assert "سارة" in more.content.decode()
    assert answer.status_code == 302
    assert sorted(cast.host.departments.values_list("specialty__code", "head", "beds_count", "specialists_count")) == sorted(
        [(first.code, "سارة", 12, None), (third.code, "", None, 3)]
    )
    line = trail(cast.host)[0]
    assert line.before["departments"] == ["general-surgery: أحمد, 10, 0", "urology: علي, 0, 0"]
    assert line.after["departments"] == ["general-surgery: سارة, 12, 0", "ophthalmology: -, 0, 3"]


@pytest.mark.parametrize(
    "row",
    [{"row-0-head": "بلا اختصاص"}, {"row-0-specialty": "urology", "row-1-specialty": "urology"}, {"row-0-specialty": "urology", "row-0-beds_count": "-4"}],
    ids=["no specialty", "twice", "negative beds"],
)
def test_wrong_department_is_refused_and_nothing_is_written(client, cast, row):
    client.force_login(cast.badr)

    answer = client.post(f"/institutions/{cast.host.pk}/edit/departments/", {"version": 1, "rows": 2, **row})

    assert answer.status_code == 400
    assert not cast.host.departments.exists()


def test_staff_by_cadre_keeps_only_those_who_are_there(client, cast):
    surgeon, nurse = (Profession.objects.create(code=code, name_ar=code, group=group) for code, group in (("SURG", "medical"), ("NURS", "paramedical")))
    actions.set_staff(cast.host, {nurse: 40}, by=cast.badr)
    client.force_login(cast.badr)

    answer = client.post(f"/institutions/{cast.host.pk}/edit/staff/", {"version": 2, "SURG": "7", "NURS": "0"})

    assert answer.status_code == 302
    assert list(cast.host.staff.values_list("profession", "count")) == [(surgeon.pk, 7)]
    assert (trail(cast.host)[0].before, trail(cast.host)[0].after) == ({"staff": ["NURS: 40"]}, {"staff": ["SURG: 7"]})


def test_code_kind_country_and_region_are_the_ministrys_to_change(client, cast):
    address = f"/institutions/{cast.host.pk}/edit/identity/"
    form = {"version": 1, "name_ar": "اسم جديد", "code": "DZ-11-EPH-77", "kind": "CHU", "country": "DZ", "region": cast.partner.region_id}
    client.force_login(cast.badr)
    shown = client.get(address).content.decode()

    client.post(address, form)

    host = fresh(cast.host)
    assert 'name="code"' not in shown
    assert (host.name_ar, host.code, host.kind, host.region) == ("اسم جديد", "DZ-11-EPH-09", cast.host.kind, cast.host.region)
    with pytest.raises(TransitionRefused) as refusal:
        actions.edit_institution(host, {"region": cast.partner.region}, by=cast.badr)
    assert refusal.value.code == "ministry_only"
    client.force_login(cast.amal)
    assert client.post(address, {**form, "version": 2}).status_code == 302
    assert (fresh(host).code, fresh(host).kind.code, fresh(host).region) == ("DZ-11-EPH-77", "CHU", cast.partner.region)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"phone": "029 34 00 00", "website": "example.org"}, 302), ({"latitude": "٢٢,٧٨", "longitude": "5.52"}, 302), ({"latitude": "22.78"}, 400),
        ({"latitude": "122.78", "longitude": "5"}, 400), ({"latitude": "north", "longitude": "5"}, 400), ({"phone": "call us"}, 400),
        ({"website": "javascript:alert(1)"}, 400), ({"email": "nobody"}, 400),
    ],
)  # fmt: skip
def test_contacts_are_read_in_any_usual_way_or_refused(client, cast, form, status):
    client.force_login(cast.badr)

    assert client.post(f"/institutions/{cast.host.pk}/edit/contacts/", {"version": 1, **form}).status_code == status


def test_profile_of_another_world_has_no_beds_theatres_or_departments(client, cast):
    company = InstitutionKind.objects.create(code="COMPANY", name_ar="شركة", world=World.COMPANY)
    place = actions.create_institution(by=cast.amal, name_ar="شركة الأجهزة", kind=company, country=cast.host.country)
    client.force_login(cast.amal)

    page = client.get(place.get_absolute_url()).content.decode()

    assert place.code == "DZ-COMPANY-01"
    assert [part for part in ("identity", "skills", "contacts") if client.get(f"{place.get_absolute_url()}edit/{part}/").status_code != 200] == []
    assert [part for part in ("capacity", "departments", "staff", "x") if client.get(f"{place.get_absolute_url()}edit/{part}/").status_code != 404] == []
    assert not any(f'id="{part}"' in page for part in ("h-departments", "h-staff", "h-needs", "h-assessment"))
    assert client.get(f"{place.get_absolute_url()}needs/new/").status_code == 404


# --- Checked and verified ------------------------------------------------------------------------------------------


def test_old_profile_is_flagged_until_somebody_says_that_it_is_right(client, cast):
    Institution.objects.filter(pk=cast.host.pk).update(profile_checked_on=today() - timedelta(days=366))
    client.force_login(cast.badr)
    flagged = client.get(cast.host.get_absolute_url()).content.decode()

    answer = client.post(f"{cast.host.get_absolute_url()}check/")

    assert f"{cast.host.get_absolute_url()}check/" in flagged
    assert answer.status_code == 302
    assert fresh(cast.host).profile_checked_on == today()
    assert f"{cast.host.get_absolute_url()}check/" not in client.get(cast.host.get_absolute_url()).content.decode()
    assert [line.verb for line in trail(cast.host)] == ["check_profile"]


def test_edit_after_verification_shows_as_changed_since_and_keeps_it_verified(client, cast):
    host = verified(cast)
    assert (host.verified_by, host.is_changed_since_verified, host.version) == (cast.amal, False, 1)
    actions.set_departments(host, [{"specialty": cast.specialties[0]}], by=cast.badr)

    assert fresh(host).is_changed_since_verified
    assert fresh(host).verified_at == host.verified_at
    client.force_login(cast.amal)
    assert cast.host.code in client.get("/institutions/?verified=changed").content.decode()
    assert cast.host.code not in client.get("/institutions/?verified=no").content.decode()
    assert client.post(f"{host.get_absolute_url()}verify/").status_code == 302
    assert not fresh(host).is_changed_since_verified


def test_what_the_filters_select_is_verified_after_a_preview_of_how_many(client, cast):
    verified(cast)
    client.force_login(cast.amal)

    preview = client.get("/institutions/verify/?zone=north").content.decode()
    stale = client.post("/institutions/verify/?zone=north", {"expected": "7"})
    done = client.post("/institutions/verify/?zone=north", {"expected": "2"})

    assert 'name="expected" value="2"' in preview
    assert stale.status_code == 409
    assert done["Location"] == "/institutions/?zone=north"
    assert sorted(Institution.objects.exclude(verified_at=None).values_list("code", flat=True)) == ["DZ-11-EPH-09", "DZ-16-CHU-09", "DZ-25-EPH-09"]
    assert Change.objects.filter(verb="verify_profile", by=cast.amal).count() == 3
    assert first_broken() is None
    assert actions.verify_institutions(Institution.objects.all(), by=cast.amal) == 0


def test_what_a_search_finds_is_verified_and_nothing_else(client, cast):
    client.force_login(cast.amal)

    count = client.get("/institutions/verify/?q=الجنوب").context["count"]
    client.post("/institutions/verify/?q=الجنوب", {"expected": str(count)})

    assert count == 1
    assert list(Institution.objects.exclude(verified_at=None)) == [cast.host]


def test_nobody_but_the_ministry_verifies(cast):
    with pytest.raises(TransitionRefused):
        actions.verify_institutions([cast.host], by=cast.ziad)

    assert fresh(cast.host).verified_at is None


# --- Who sees what -------------------------------------------------------------------------------------------------


def test_export_of_a_coordinator_holds_nothing_from_inside(client, cast):
    Institution.objects.update(beds_count=7313, phone="0777", profile_checked_on=today())
    told = {}
    for who in (cast.hani, cast.amal):
        client.force_login(who)
        told[who] = said(client.get("/institutions/?export=csv"))

    assert "7313" in told[cast.amal]
    assert cast.host.code in told[cast.hani]
    assert "7313" not in told[cast.hani]


def test_inside_of_a_profile_is_shown_to_itself_its_twin_and_the_ministry(client, cast):
    Institution.objects.filter(pk=cast.host.pk).update(beds_count=7313)
    factories.need(cast, evidence="دليل لا يقرأه غيرنا")
    shown = set()
    for name in ("badr", "dalia", "hani", "amal", "ranya", "fatma", "essam"):
        client.force_login(cast.people[name])
        page = client.get(cast.host.get_absolute_url()).content.decode()
        shown |= {name} if "دليل لا يقرأه غيرنا" in page else set()

    assert shown == {"badr", "dalia", "amal", "ranya"}


def test_how_well_the_register_is_kept_is_the_ministrys_to_filter_by(client, cast):
    verified(cast)
    client.force_login(cast.hani)

    page = client.get("/institutions/?verified=no&old_profile=no").content.decode()

    assert 'name="verified"' not in page
    assert all(place.code in page for place in (cast.host, cast.partner, cast.elsewhere))


def test_merged_double_leads_to_the_one_that_stays_and_leaves_the_list(client, cast):
    Institution.objects.filter(pk=cast.elsewhere.pk).update(merged_into=cast.host)
    client.force_login(cast.amal)

    assert client.get(cast.elsewhere.get_absolute_url())["Location"] == cast.host.get_absolute_url()
    assert cast.elsewhere.code not in client.get("/institutions/").content.decode()
    assert client.get(f"{cast.elsewhere.get_absolute_url()}edit/").status_code == 404


# --- Side by side --------------------------------------------------------------------------------------------------


def test_side_by_side_marks_what_the_other_offers_and_what_neither_has(client, cast):
    factories.need(cast)
    factories.need(cast, specialty=cast.specialties[1])
    factories.offer(cast)
    missing = Equipment.objects.create(code="lithotripter", name_ar="جهاز التفتيت")
    missing.specialties.add(cast.specialties[1])
    client.force_login(cast.badr)

    answer = client.get(f"/institutions/compare/?b={cast.partner.pk}")

    comparison = answer.context["comparison"]
    assert [(met.need.specialty, bool(met.offer)) for met in comparison.needs_of_a] == [(cast.specialties[0], True), (cast.specialties[1], False)]
    assert (comparison.neither_specialties, comparison.neither_equipment) == ([cast.specialties[1]], [missing])


def test_side_by_side_is_for_whoever_sees_both_inside(client, cast):
    pair = f"/institutions/compare/?a={cast.host.pk}&b={cast.partner.pk}"
    answers = {}
    for name in ("badr", "dalia", "hani", "amal", "ranya", "essam"):
        client.force_login(cast.people[name])
        answers[name] = client.get(pair).status_code

    assert answers == {"badr": 200, "dalia": 200, "hani": 403, "amal": 200, "ranya": 403, "essam": 403}
    client.force_login(cast.amal)
    assert [client.get(f"/institutions/compare/?a={text}").status_code for text in ("x", "-1", "٣", "9999999999999999999999")] == [404] * 4


def test_another_institution_is_found_to_put_beside(client, cast):
    client.force_login(cast.amal)

    page = client.get(f"/institutions/compare/?a={cast.host.pk}&q=آخر").content.decode()

    assert f"?a={cast.host.pk}&amp;b={cast.elsewhere.pk}" in page
    assert f"b={cast.partner.pk}" not in page


def test_partners_come_first_among_those_to_put_beside(client, cast):
    client.force_login(cast.badr)

    page = client.get("/institutions/compare/").content.decode()

    assert f"?a={cast.host.pk}&amp;b={cast.partner.pk}" in page
    assert f"b={cast.elsewhere.pk}" not in page


def test_partnerships_and_activities_are_found_by_the_new_name(client, cast):
    activity = factories.reported(cast)
    client.force_login(cast.amal)

    actions.edit_institution(cast.host, {"name_ar": "مستشفى الهقار", "name_fr": "Hôpital du Hoggar"}, by=cast.amal)

    for address, found in (("/partnerships/", cast.partnership), ("/activities/", activity)):
        for word in ("الهقار", "hoggar"):
            assert f'href="{found.get_absolute_url()}"' in client.get(f"{address}?q={word}").content.decode(), (address, word)
