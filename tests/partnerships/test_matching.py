"""Scores: each criterion, each exclusion, the sums, and the register as it is read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from core.formats import today
from partnerships.matching import (
    CRITERIA,
    LABELS,
    RULES,
    NeedFacts,
    OfferFacts,
    Past,
    PlaceFacts,
    Rules,
    distance_km,
    exclusion,
    match_score,
    say,
    say_exclusion,
)
from partnerships.models import Equipment, Institution, Interest, MatchingSettings, Need, Offer, Partnership, Procedure
from partnerships.register_facts import load_register, rules_from, rules_now, weights_of
from tests import factories

HOST = PlaceFacts(
    1, zone="south", position=(22.8, 5.5), has_telemedicine=True, equipment=frozenset({7, 8}), names=frozenset({2}), wishes=frozenset({"receive"})
)
SENDER = PlaceFacts(2, zone="north", level="tertiary", position=(36.7, 4.0), has_telemedicine=True, names=frozenset({1}), wishes=frozenset({"give"}))
NEED = NeedFacts(1, HOST, 3, severity=5, procedures=frozenset({1, 2}), equipment=frozenset({7, 8}))
OFFER = OfferFacts(1, SENDER, 3, capacity=4, procedures=frozenset({1, 2, 3}))
WELL_KNOWN, UNKNOWN = Past(5, 5), Past()


def points(need=NEED, offer=OFFER, rules=None, past=WELL_KNOWN) -> dict[str, float]:
    return {reason["criterion"]: reason["points"] for reason in match_score(need, offer, rules or Rules(), past).reasons}


def codes(need=NEED, offer=OFFER, rules=None, past=UNKNOWN) -> dict[str, str]:
    return {reason["criterion"]: reason["code"] for reason in match_score(need, offer, rules or Rules(), past).reasons}


def test_score_of_the_best_there_can_be_is_100():
    near = replace(SENDER, position=(22.9, 5.5))

    score = match_score(NEED, replace(OFFER, place=near), Rules(), Past(3, 2))

    assert score.total == 100
    assert [reason["criterion"] for reason in score.reasons] == list(CRITERIA)
    assert {reason["criterion"]: reason["points"] for reason in score.reasons} == {
        "specialty": 40, "severity": 15, "zone": 15, "capacity": 10, "preference": 8, "record": 5, "equipment": 4, "travel": 3,
    }  # fmt: skip


def test_weights_that_do_not_add_up_to_100_are_scaled_and_the_reasons_still_add_up():
    for weights in ({"specialty": 1, "severity": 1, "zone": 1}, {"specialty": 97, "travel": 50}, {"severity": 7, "record": 13}):
        rules = Rules(**{**dict.fromkeys(CRITERIA, 0), **weights, "equipment": 1})
        score = match_score(NEED, OFFER, rules, Past(1, 1))

        assert sum(rules.hundredths.values()) == 10_000
        assert round(sum(reason["of"] for reason in score.reasons), 2) == 100
        assert round(sum(reason["points"] for reason in score.reasons), 2) == score.total <= 100


def test_weights_that_add_up_to_nothing_are_refused():
    with pytest.raises(ValueError, match="add up to nothing"):
        Rules(**dict.fromkeys(CRITERIA, 0))


def test_offer_of_another_specialty_or_kind_is_not_scored():
    for other in (replace(OFFER, specialty=4), replace(OFFER, kind="training")):
        with pytest.raises(ValueError, match="other help"):
            match_score(NEED, other, Rules())
        assert exclusion(NEED, other, Rules()).code == "different_help"


@pytest.mark.parametrize(
    ("offered", "expected"), [({1, 2}, 40), ({1}, 30), ({9}, 20), ((), 40)], ids=["all", "one of two", "none of them", "no procedure named"]
)
def test_specialty_counts_the_procedures_asked_for(offered, expected):
    assert points(offer=replace(OFFER, procedures=frozenset(offered)))["specialty"] == expected


@pytest.mark.parametrize(
    ("sender", "host", "expected"),
    [
        ("north", "far_south", 15), ("north", "south", 15), ("north", "highlands", 10.5), ("north", "north", 4.5), ("highlands", "south", 12),
        ("highlands", "highlands", 6), ("highlands", "north", 0), ("south", "south", 7.5), ("far_south", "south", 7.5), ("south", "highlands", 0),
        ("south", "north", 0), ("", "south", 0), ("north", "", 0),
    ],
)  # fmt: skip
def test_zone_rule_goes_from_the_north_to_the_south_first(sender, host, expected):
    assert points(replace(NEED, place=replace(HOST, zone=host)), replace(OFFER, place=replace(SENDER, zone=sender)))["zone"] == expected


def test_help_from_abroad_counts_like_help_from_the_north():
    abroad = replace(OFFER, place=replace(SENDER, is_home=False, zone=""))

    assert points(offer=abroad)["zone"] == 15
    assert points(replace(NEED, place=replace(HOST, zone="highlands")), abroad)["zone"] == 10.5


def test_country_without_zones_puts_help_from_abroad_and_from_the_tertiary_level_first():
    rules = Rules(has_zones=False)
    of_level = {level: points(offer=replace(OFFER, place=replace(SENDER, level=level, zone="")), rules=rules)["zone"] for level in ("tertiary", "secondary")}

    assert of_level == {"tertiary": 15, "secondary": 7.5}
    assert points(offer=replace(OFFER, place=replace(SENDER, is_home=False, level="")), rules=rules)["zone"] == 15


def test_capacity_counts_the_places_left():
    assert [points(offer=replace(OFFER, used_by=frozenset(range(90, 90 + used))))["capacity"] for used in (0, 1, 2, 4)] == [10, 7.5, 5, 0]


def test_preference_counts_each_side():
    def both(host_names=(), host_wishes=(), sender_names=(), sender_wishes=()):
        need = replace(NEED, place=replace(HOST, names=frozenset(host_names), wishes=frozenset(host_wishes)))
        offer = replace(OFFER, place=replace(SENDER, names=frozenset(sender_names), wishes=frozenset(sender_wishes)))
        return points(need, offer)["preference"], codes(need, offer)["preference"]

    assert both({2}, {"receive"}, {1}, {"give"}) == (8, "each_other")
    assert both({2}, {"receive"}) == (4, "host_names")
    assert both((), (), {1}, {"give"}) == (4, "sender_names")
    assert both((), {"receive"}, (), {"give"}) == (4, "both_interested")
    assert both((), {"receive"}) == (2, "host_interested")
    assert both((), (), (), {"give"}) == (2, "sender_interested")
    assert both({9}, {"receive"}, {9}, {"give"}) == (0, "none")


def test_record_counts_validated_activities_up_to_five():
    assert [points(past=Past(between, of))["record"] for between, of in ((0, 0), (1, 0), (1, 1), (2, 3), (9, 9))] == [0, 1, 2, 5, 5]


def test_equipment_counts_what_the_host_has_and_telemedicine_on_both_sides():
    assert points(replace(NEED, place=replace(HOST, equipment=frozenset({7}))))["equipment"] == 3
    assert points(replace(NEED, place=replace(HOST, equipment=frozenset(), has_telemedicine=False)))["equipment"] == 0
    assert points(replace(NEED, equipment=frozenset()))["equipment"] == 4


def test_travel_falls_with_the_distance_and_an_unknown_position_says_so():
    def travel(position):
        offer = replace(OFFER, place=replace(SENDER, position=position))
        return points(offer=offer)["travel"], codes(offer=offer)["travel"]

    assert travel((22.9, 5.5)) == (3, "distance")
    assert travel((60.0, 5.5)) == (0, "distance")
    assert travel(None) == (0, "no_position")
    assert 0 < travel(SENDER.position)[0] < 3


def test_distance_is_that_of_a_great_circle():
    algiers, tamanrasset = (36.7538, 3.0588), (22.785, 5.5228)

    assert distance_km(algiers, tamanrasset) == pytest.approx(1571, abs=5)
    assert distance_km((0, 0), (0, 180)) == pytest.approx(20_015, abs=1)
    assert distance_km(algiers, algiers) == 0
    assert distance_km(algiers, None) is None


@pytest.mark.parametrize(
    ("need", "offer", "code"),
    [
        (NEED, OFFER, None),
        (NEED, replace(OFFER, place=HOST), "same_institution"),
        (replace(NEED, kind="training"), OFFER, "different_help"),
        (replace(NEED, place=replace(HOST, is_merged=True)), OFFER, "merged"),
        (NEED, replace(OFFER, place=replace(SENDER, is_verified=False)), "unverified"),
        (NEED, replace(OFFER, place=replace(SENDER, twinned=frozenset({(1, 3)}))), "already_twinned"),
        (replace(NEED, place=replace(HOST, twinned=frozenset({(2, 3)}))), OFFER, "already_twinned"),
        (NEED, replace(OFFER, place=replace(SENDER, twinned=frozenset({(1, 4)}))), None),
        (NEED, replace(OFFER, capacity=1, used_by=frozenset({9})), "no_capacity"),
        (NEED, replace(OFFER, place=replace(SENDER, partners=frozenset(range(10, 15)))), "load_limit"),
        (NEED, replace(OFFER, place=replace(SENDER, partners=frozenset({1, 10, 11, 12, 13}))), None),
        (NEED, replace(OFFER, place=replace(SENDER, partners=frozenset(range(10, 15)), partners_at_most=6)), None),
        (NEED, replace(OFFER, place=replace(SENDER, partners_at_most=0)), "load_limit"),
    ],
)
def test_exclusions(need, offer, code):
    found = exclusion(need, offer, Rules())

    assert (found.code if found else None) == code
    assert code is None or say_exclusion(code) == str(RULES[code])


def test_every_reason_is_a_sentence_in_each_language():
    places = [SENDER, replace(SENDER, zone="", is_home=False, names=frozenset(), has_telemedicine=False, position=None), replace(SENDER, zone="highlands")]
    needs = [NEED, replace(NEED, procedures=frozenset(), equipment=frozenset()), replace(NEED, place=replace(HOST, zone="", names=frozenset()))]
    for language in ("ar", "fr", "en"):
        with translation.override(language):
            for need in needs:
                for place in places:
                    for rules in (Rules(), Rules(has_zones=False)):
                        for reason in match_score(need, replace(OFFER, place=place), rules, Past(0, 2)).reasons:
                            text = say(reason)
                            assert len(text) > 8
                            assert "%(" not in text
                            assert str(LABELS[reason["criterion"]])


def test_sentences_count_in_english():
    with translation.override("en"):
        said = {reason["criterion"]: say(reason) for reason in match_score(NEED, OFFER, Rules(), Past(1, 0)).reasons}

    assert said["severity"] == "Severity 5 out of 5."
    assert said["capacity"] == "4 of 4 places a year are free."
    assert said["specialty"] == "The offer covers 2 of 2 procedures asked for."
    assert "1 validated activity between the two" in said["record"]
    assert said["travel"].endswith("kilometres as the crow flies.")


# --- The register as it is read ---------------------------------------------------------------------------------------


@pytest.fixture
def register(cast):
    """Badr's hospital needs urology and ophthalmology; Dalia's and the unrelated one offer ophthalmology."""
    Institution.objects.update(verified_at=timezone.now())
    _surgery, urology, eyes = cast.specialties
    cast.partnership.specialties.set([urology])
    need = Need.objects.create(institution=cast.host, specialty=eyes, severity=4, waiting_count=60)
    Need.objects.create(institution=cast.host, specialty=urology, severity=3)
    Need.objects.create(institution=cast.elsewhere, specialty=eyes, severity=5, closed_on=today())
    Offer.objects.create(institution=cast.partner, specialty=eyes, capacity_per_year=3)
    Offer.objects.create(institution=cast.partner, specialty=urology, capacity_per_year=2)
    Offer.objects.create(institution=cast.elsewhere, specialty=eyes, capacity_per_year=1)
    lens = Procedure.objects.create(code="cataract", name_ar="الساد", specialty=eyes)
    need.procedures.add(lens)
    Offer.objects.get(institution=cast.partner, specialty=eyes).procedures.add(lens)
    scope = Equipment.objects.create(code="slit-lamp", name_ar="مصباح")
    scope.specialties.add(eyes)
    cast.host.equipment.add(scope)
    Interest.objects.create(institution=cast.host, wish="receive", preferred_partner=cast.partner, status="accepted", accepted_on=today())
    Interest.objects.create(institution=cast.partner, wish="give", status="accepted", accepted_on=today() - timedelta(days=400))  # lapsed
    return cast


@pytest.mark.django_db
def test_register_is_read_as_it_is_kept(register):
    cast = register
    _surgery, urology, eyes = cast.specialties
    factories.validated(cast)

    read = load_register(rules_now())
    host, partner = read.places[cast.host.pk], read.places[cast.partner.pk]
    needs = {need.specialty: need for need in read.needs}
    offers = {(offer.place.key, offer.specialty): offer for offer in read.offers}

    assert (host.zone, host.is_home, host.is_verified, host.names, host.wishes) == ("south", True, True, {partner.key}, {"receive"})
    assert partner.partners == {host.key}
    assert partner.twinned == {(host.key, urology.pk)}
    assert host.twinned == {(partner.key, urology.pk)}
    assert (partner.names, partner.wishes) == (set(), set())
    assert set(needs) == {urology.pk, eyes.pk}  # the closed one is not there
    assert (needs[eyes.pk].severity, needs[eyes.pk].waiting, len(needs[eyes.pk].procedures), len(needs[eyes.pk].equipment)) == (4, 60, 1, 1)
    assert offers[partner.key, urology.pk].used_by == {host.key}
    assert offers[partner.key, urology.pk].left == 1
    assert exclusion(needs[urology.pk], offers[partner.key, urology.pk], read.rules).code == "already_twinned"
    assert exclusion(needs[eyes.pk], offers[partner.key, eyes.pk], read.rules) is None
    assert read.past(needs[eyes.pk], offers[partner.key, eyes.pk]) == Past(between=1, in_specialty=1)
    assert read.past(needs[eyes.pk], offers[cast.elsewhere.pk, eyes.pk]) == Past(0, 0)


@pytest.mark.django_db
def test_partnership_that_is_over_frees_its_places_again(register):
    _surgery, urology, _eyes = register.specialties
    type(register.agreement).objects.update(ends_on=today() - timedelta(days=1))
    Partnership.objects.filter(pk=register.partnership.pk).update(status="closed")

    read = load_register(rules_now())

    assert read.places[register.partner.pk].partners == set()
    assert {offer.specialty: offer.left for offer in read.offers if offer.place.key == register.partner.pk}[urology.pk] == 2


@pytest.mark.django_db
def test_register_costs_the_same_number_of_queries_whatever_its_size(register):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            load_register(rules_now())
        return len(queries)

    before = cost()
    for specialty in register.specialties:
        Need.objects.get_or_create(institution=register.elsewhere, specialty=specialty, kind="training")
        Offer.objects.get_or_create(institution=register.partner, specialty=specialty, kind="training")

    assert cost() == before <= 16


@pytest.mark.django_db
def test_rules_are_those_of_the_settings_row():
    MatchingSettings.objects.create(specialty=30, severity=25, load_limit=2, equity_pct=80)

    rules = rules_now()

    assert (rules.specialty, rules.severity, rules.load_limit, rules.equity_pct, rules.has_zones) == (30, 25, 2, 80, True)
    assert rules_from(weights_of(MatchingSettings.current())) == rules
