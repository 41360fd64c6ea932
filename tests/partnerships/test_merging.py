"""Two entries that are one place: everything goes to the survivor, nothing is lost."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from activities.models import Activity
from core.formats import today
from core.history import first_broken, trail
from core.lifecycle import TransitionRefused
from core.models import Attachment
from partnerships import actions
from partnerships.actions.merging import LEFT_BEHIND, what_would_move
from partnerships.choices import NameKind
from partnerships.models import (
    Department,
    Institution,
    InstitutionName,
    InstitutionWord,
    Interest,
    MatchProposal,
    Need,
    NeedsAssessment,
    NotDouble,
    Offer,
    PartnershipParty,
    Profession,
    StaffCount,
)
from partnerships.references import references, rows_of
from partnerships.search import find
from tests import factories
from tests.cast import institution, region


@pytest.fixture
def double(cast) -> Institution:
    """A second entry of the partner's hospital, with a life of its own."""
    made = institution("DZ-16-CHU-77", "مستشفى الشمال الجديد", cast.partner.region, "CHU")
    made.name_fr, made.aliases, made.city, made.beds_count, made.phone = "CHU du Littoral", "Nord, الشمال", "Alger", 300, "023 00 00 00"
    made.save()
    return made


def total(place: Institution) -> int:
    """Rows that speak of an institution, of whatever table."""
    return sum(rows_of(reference, place).count() for reference in references() if reference not in LEFT_BEHIND)


def merge(cast, survivor: Institution, double: Institution) -> Institution:
    return actions.merge_institutions(survivor, double, by=cast.amal, reason="the same hospital")


def test_every_reference_moves_and_none_is_lost(cast, double):
    first, second, third = cast.specialties
    partnership = actions.create_partnership(by=None, senders=[double], hosts=[cast.host], specialties=[first])
    activity = factories.reported(cast)
    Activity.objects.filter(pk=activity.pk).update(reported_for=double)
    activity.parties.filter(institution=cast.partner).update(institution=double)
    activity.sites.create(institution=double)
    Need.objects.create(institution=double, specialty=first)
    Offer.objects.create(institution=double, specialty=second)
    NeedsAssessment.objects.create(institution=double)
    Interest.objects.create(institution=double)
    Interest.objects.create(institution=cast.host, preferred_partner=double)
    MatchProposal.objects.create(sender=double, host=cast.elsewhere)
    Department.objects.create(institution=double, specialty=third)
    double.specialties.add(third)
    older = institution("DZ-16-CHU-76", "مستشفى أقدم", cast.partner.region, "CHU")
    Institution.objects.filter(pk=older.pk).update(merged_into=double)
    before, moving = total(double), total(cast.partner)

    survivor = merge(cast, cast.partner, double)

    assert before >= 13
    assert total(double) == 0
    # the tombstone itself refers to the survivor from now on
    assert total(survivor) == before + moving + 1
    assert set(survivor.doubles.values_list("pk", flat=True)) == {older.pk, double.pk}
    assert partnership.parties.filter(institution=survivor).exists()
    assert first_broken() is None


def test_new_tables_that_refer_to_institutions_are_found_by_themselves():
    labels = {f"{model._meta.label}.{name}" for model, name in references()}

    assert {
        "activities.ActivityParty.institution", "activities.Site.institution", "activities.Participant.institution", "activities.Activity.reported_for",
        "partnerships.Membership.institution", "partnerships.PartnershipParty.institution", "partnerships.Institution_specialties.institution",
        "partnerships.Interest.preferred_partner", "partnerships.Institution.merged_into", "partnerships.AgreementVisa.institution",
    } <= labels  # fmt: skip


def test_double_becomes_a_tombstone_and_its_names_find_the_survivor(cast, double, client):
    survivor = merge(cast, cast.partner, double)

    double.refresh_from_db()
    assert double.merged_into == survivor
    assert not InstitutionName.objects.filter(institution=double).exists()
    assert not InstitutionWord.objects.filter(institution=double).exists()
    former = set(InstitutionName.objects.filter(institution=survivor, kind=NameKind.FORMER).values_list("text", flat=True))
    assert former == {"مستشفى الشمال الجديد", "CHU du Littoral"}
    assert survivor.alias_list == ["Nord", "الشمال"]
    for text in ("CHU du Littoral", "الشمال الجديد", "DZ-16-CHU-77"):
        assert [place.pk for place in find(Institution.objects.listed(), text)[:1]] == [survivor.pk]
    client.force_login(cast.hani)
    assert client.get(f"/institutions/{double.pk}/")["Location"] == f"/institutions/{survivor.pk}/"
    codes = [item.code for item in client.get("/institutions/").context["page"].object_list]
    assert survivor.code in codes
    assert double.code not in codes
    assert double.code not in client.get("/api/v1/institutions/").content.decode()


def test_former_names_stay_when_the_survivor_is_edited(cast, double):
    survivor = merge(cast, cast.partner, double)

    actions.edit_institution(survivor, {"city": "Blida"}, by=cast.amal, version=survivor.version)

    assert [place.pk for place in find(Institution.objects.listed(), "chu du littoral")[:1]] == [survivor.pk]
    assert [place.pk for place in find(Institution.objects.listed(), "blida")[:1]] == [survivor.pk]


def test_empty_fields_are_filled_and_others_kept(cast, double):
    Institution.objects.filter(pk=cast.partner.pk).update(beds_count=900)

    survivor = merge(cast, cast.partner, double)

    assert (survivor.beds_count, survivor.city, survivor.phone) == (900, "Alger", "023 00 00 00")


def test_history_says_what_happened_on_both_sides(cast, double):
    Need.objects.create(institution=double, specialty=cast.specialties[0])
    version = cast.partner.version

    survivor = merge(cast, cast.partner, double)

    of_double, of_survivor = trail(double).first(), trail(survivor).first()
    assert (of_double.verb, of_double.by, of_double.reason) == ("merged", cast.amal, "the same hospital")
    assert of_double.after["merged_into"] == survivor.pk
    assert of_double.after["moved"]["partnerships.Need.institution"]
    assert (of_survivor.verb, of_survivor.after["double"]) == ("merge", double.code)
    assert survivor.version > version


def test_same_side_of_one_partnership_is_kept_once(cast, double):
    PartnershipParty.objects.create(partnership=cast.partnership, institution=double, side="sender")

    merge(cast, cast.partner, double)

    assert sorted(cast.partnership.parties.values_list("institution", flat=True)) == sorted([cast.partner.pk, cast.host.pk])


def test_opposite_sides_of_one_partnership_are_refused_and_nothing_changes(cast, double):
    PartnershipParty.objects.create(partnership=cast.partnership, institution=double, side="host")
    Need.objects.create(institution=double, specialty=cast.specialties[0])

    with pytest.raises(TransitionRefused) as refusal:
        merge(cast, cast.partner, double)

    assert refusal.value.code == "opposite_sides"
    assert cast.partnership.code in str(refusal.value)
    double.refresh_from_db()
    assert double.merged_into is None
    assert double.needs.count() == 1
    assert not trail(double).filter(verb="merged").exists()


def test_opposite_sides_of_one_activity_are_refused(cast, double):
    activity = factories.planned(cast)
    activity.parties.create(institution=double, side="host")

    with pytest.raises(TransitionRefused) as refusal:
        merge(cast, cast.partner, double)

    assert refusal.value.code == "opposite_sides"


@pytest.mark.parametrize(("mine", "theirs", "open_severity"), [((2, 10), (5, 1), 5), ((5, 1), (2, 10), 5), ((3, 50), (3, 7), 3)])
def test_of_two_open_needs_the_graver_stays_open(cast, double, mine, theirs, open_severity):
    (specialty, *_rest) = cast.specialties
    one = Need.objects.create(institution=cast.partner, specialty=specialty, severity=mine[0], waiting_count=mine[1])
    other = Need.objects.create(institution=double, specialty=specialty, severity=theirs[0], waiting_count=theirs[1])

    merge(cast, cast.partner, double)

    (still_open,) = Need.objects.filter(institution=cast.partner, closed_on=None)
    (closed,) = Need.objects.filter(institution=cast.partner).exclude(closed_on=None)
    assert {still_open.pk, closed.pk} == {one.pk, other.pk}
    assert still_open.severity == open_severity
    assert trail(closed).first().verb == "close_need"


def test_of_two_open_offers_the_larger_stays_open(cast, double):
    (specialty, *_rest) = cast.specialties
    Offer.objects.create(institution=cast.partner, specialty=specialty, capacity_per_year=2)
    larger = Offer.objects.create(institution=double, specialty=specialty, capacity_per_year=6)

    merge(cast, cast.partner, double)

    assert list(Offer.objects.filter(closed_on=None)) == [larger]
    assert cast.partner.offers.count() == 2


def test_departments_and_staff_are_kept_once_with_what_either_knew(cast, double, reference):
    specialty, profession = cast.specialties[0], Profession.objects.first()
    Department.objects.create(institution=cast.partner, specialty=specialty, head="", beds_count=20)
    Department.objects.create(institution=double, specialty=specialty, head="د. سعاد", beds_count=99)
    StaffCount.objects.create(institution=cast.partner, profession=profession, count=4)
    StaffCount.objects.create(institution=double, profession=profession, count=9)

    merge(cast, cast.partner, double)

    (department,) = cast.partner.departments.all()
    assert (department.head, department.beds_count) == ("د. سعاد", 20)
    assert cast.partner.staff.get().count == 9
    assert not double.departments.exists()


def test_of_two_open_proposals_the_one_that_is_further_stays(cast, double):
    early = MatchProposal.objects.create(sender=cast.partner, host=cast.elsewhere, status="proposed")
    sent = MatchProposal.objects.create(sender=double, host=cast.elsewhere, status="sent")

    merge(cast, cast.partner, double)

    early.refresh_from_db()
    sent.refresh_from_db()
    assert (early.status, sent.status, sent.sender) == ("withdrawn", "sent", cast.partner)


def test_institutions_proposed_to_each_other_are_refused(cast, double):
    MatchProposal.objects.create(sender=cast.partner, host=double, status="sent")

    with pytest.raises(TransitionRefused) as refusal:
        merge(cast, cast.partner, double)

    assert refusal.value.code == "proposed_to_each_other"


def test_people_and_documents_go_along(cast, double, client):
    from tests.cast import person

    nadia = person("nadia", "coordinator", institution=double)
    Attachment.objects.create(
        object_type="partnerships.institution", object_id=double.pk, role="scan", title="a", file=ContentFile(b"x", "a.pdf"), media_type="application/pdf",
        size=1, sha256="0",
    )  # fmt: skip

    merge(cast, cast.partner, double)

    assert nadia.memberships.get().institution == cast.partner
    assert Attachment.objects.get(role="scan").object_id == cast.partner.pk
    client.force_login(nadia)
    assert client.get(f"/partnerships/{cast.partnership.pk}/").status_code == 200


def test_search_of_partnerships_and_activities_follows(cast, double):
    partnership = actions.create_partnership(by=None, senders=[double], hosts=[cast.host])
    activity = factories.planned(cast)
    activity.parties.filter(institution=cast.partner).update(institution=double)
    activity.refresh_search_text()
    assert "littoral" in Activity.objects.get(pk=activity.pk).search_text

    merge(cast, cast.partner, double)

    partnership.refresh_from_db()
    activity.refresh_from_db()
    for text in (partnership.search_text, activity.search_text):
        assert "الشمال" in text
        assert "littoral" not in text


@pytest.mark.parametrize("who", ["badr", "dalia", "yasmine", "ranya", "omar", "fatma", "tarek"])
def test_only_the_ministry_merges(cast, double, who):
    with pytest.raises(TransitionRefused) as refusal:
        actions.merge_institutions(cast.partner, double, by=cast.people[who], reason="x")
    assert refusal.value.code == "not_allowed"
    with pytest.raises(TransitionRefused):
        actions.not_a_double(cast.partner, double, by=cast.people[who])
    assert not NotDouble.objects.exists()


def test_merging_needs_a_reason_two_places_and_happens_once(cast, double):
    for survivor, other, reason, code in (
        (cast.partner, double, "  ", "reason_missing"),
        (double, double, "x", "same"),
    ):
        with pytest.raises(TransitionRefused) as refusal:
            actions.merge_institutions(survivor, other, by=cast.amal, reason=reason)
        assert refusal.value.code == code
    merge(cast, cast.partner, double)
    for survivor, other in ((cast.partner, double), (cast.elsewhere, double), (double, cast.elsewhere)):
        with pytest.raises(TransitionRefused) as refusal:
            actions.merge_institutions(survivor, other, by=cast.amal, reason="x")
        assert refusal.value.code == "merged_already"


def test_judgements_follow_and_meet(cast, double):
    actions.not_a_double(double, cast.elsewhere, by=cast.amal)
    actions.not_a_double(cast.elsewhere, cast.partner, by=cast.amal)
    actions.not_a_double(double, cast.partner, by=cast.amal)

    merge(cast, cast.partner, double)

    assert [{said.first_id, said.second_id} for said in NotDouble.objects.all()] == [{cast.partner.pk, cast.elsewhere.pk}]


def test_interest_in_the_double_by_the_survivor_points_nowhere(cast, double):
    interest = Interest.objects.create(institution=cast.partner, preferred_partner=double)

    merge(cast, cast.partner, double)

    interest.refresh_from_db()
    assert interest.preferred_partner is None


def test_what_would_move_is_counted(cast, double):
    Need.objects.create(institution=double, specialty=cast.specialties[0], stated_on=today() - timedelta(days=3))
    Need.objects.create(institution=double, specialty=cast.specialties[1])

    assert what_would_move(double) == {str(Need._meta.verbose_name_plural): 2}


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def alike(cast) -> Institution:
    """What looks like the partner's hospital typed twice."""
    return institution("DZ-16-CHU-78", "مستشفى  الشمالِ", cast.partner.region, "CHU")


def test_likely_doubles_are_listed_until_somebody_says_no(cast, alike, client):
    client.force_login(cast.amal)
    shown = client.get("/institutions/doubles/").content.decode()
    assert alike.code in shown
    assert cast.partner.code in shown

    answer = client.post("/institutions/doubles/", {"first": cast.partner.pk, "second": alike.pk})

    assert answer["Location"] == "/institutions/doubles/"
    assert alike.code not in client.get("/institutions/doubles/").content.decode()
    assert NotDouble.objects.count() == 1


@pytest.mark.parametrize("given", [{}, {"first": "x", "second": "1"}, {"first": "999999", "second": "1"}, {"first": "9" * 40, "second": "1"}])
def test_judging_what_is_not_there_is_not_found(cast, client, given):
    client.force_login(cast.amal)

    assert client.post("/institutions/doubles/", given).status_code == 404


def test_page_shows_both_sides_and_merges_the_one_that_was_chosen(cast, alike, client):
    Need.objects.create(institution=alike, specialty=cast.specialties[0])
    client.force_login(cast.amal)
    address = f"/institutions/{cast.partner.pk}/merge/?with={alike.pk}"
    page = client.get(address)
    assert page.status_code == 200
    assert alike.code in page.content.decode()

    empty = client.post(address, {"survivor": cast.partner.pk, "reason": ""})
    stranger = client.post(address, {"survivor": cast.host.pk, "reason": "x"})
    done = client.post(address, {"survivor": alike.pk, "reason": "typed twice"})

    assert (empty.status_code, stranger.status_code) == (400, 400)
    assert done["Location"] == f"/institutions/{alike.pk}/"
    cast.partner.refresh_from_db()
    assert cast.partner.merged_into == alike


def test_refusal_is_shown_and_what_was_typed_stays(cast, alike, client):
    PartnershipParty.objects.create(partnership=cast.partnership, institution=alike, side="host")
    client.force_login(cast.amal)

    answer = client.post(f"/institutions/{cast.partner.pk}/merge/?with={alike.pk}", {"survivor": cast.partner.pk, "reason": "the very same"})

    assert answer.status_code == 409
    assert cast.partnership.code in answer.content.decode()
    assert "the very same" in answer.content.decode()


def test_other_one_is_chosen_by_likeness_or_by_search(cast, alike, client):
    client.force_login(cast.amal)

    offered = client.get(f"/institutions/{cast.partner.pk}/merge/").content.decode()
    searched = client.get(f"/institutions/{cast.partner.pk}/merge/?q={cast.elsewhere.code}").content.decode()

    assert f"?with={alike.pk}" in offered
    assert f"?with={cast.elsewhere.pk}" in searched
    assert f"?with={cast.partner.pk}" not in searched


@pytest.mark.parametrize("other", ["0", "x", "999999", "-1", "9" * 30])
def test_other_one_that_does_not_exist_is_not_found(cast, client, other):
    client.force_login(cast.amal)

    assert client.get(f"/institutions/{cast.partner.pk}/merge/?with={other}").status_code == 404


def test_pages_are_closed_to_others(cast, alike, client):
    for who in ("badr", "yasmine", "ranya", "omar", "fatma", "essam"):
        client.force_login(cast.people[who])
        assert client.get("/institutions/doubles/").status_code == 403
        assert client.post("/institutions/doubles/", {"first": cast.partner.pk, "second": alike.pk}).status_code == 403
        assert client.get(f"/institutions/{cast.partner.pk}/merge/?with={alike.pk}").status_code == (404 if who == "omar" else 403)
    assert not NotDouble.objects.exists()


def test_number_of_queries_of_the_doubles_page_is_fixed(cast, client, django_assert_max_num_queries):
    client.force_login(cast.amal)
    north = region("09", "البليدة", "north")
    for number in range(12):
        institution(f"DZ-09-EPH-{number:02}", "مستشفى بوفاريك", north)

    with django_assert_max_num_queries(20):
        assert client.get("/institutions/doubles/").status_code == 200
