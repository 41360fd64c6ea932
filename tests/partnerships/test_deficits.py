"""Where services are missing: weights, what covers them, what offers reach."""

from datetime import timedelta

import pytest

from accounts.policy import Role
from core.formats import today
from partnerships.deficits import Deficit, NeedRow, Sums, added, balance, deficits_for
from partnerships.models import Agreement, Institution, Need, Offer, Region, Specialty
from partnerships.regions import division
from tests.cast import Cast, institution, person

CARE = "care"


def stated(region: int, specialty: int = 1, severity: int = 3, waiting: int = 0, is_covered: bool = False) -> NeedRow:
    return NeedRow(region, specialty, CARE, severity, waiting, is_covered)


def test_what_is_not_covered_is_the_deficit_and_offers_reach_a_share_of_it():
    found = balance([stated(1, severity=5, waiting=100), stated(1, severity=5), stated(1, severity=4, is_covered=True), stated(2), stated(2)], {(1, CARE): 3})

    assert found == [
        Deficit(region=1, specialty=1, kind=CARE, needs=3, waiting=100, weight=16, covered=4, reachable=9),  # 12 × 3 places for 4 needs
        Deficit(region=2, specialty=1, kind=CARE, needs=2, waiting=0, weight=6, covered=0, reachable=4),  # 6 × ¾, rounded down
    ]
    assert [(row.deficit, row.missing) for row in found] == [(12, 3), (6, 2)]


def test_more_places_than_needs_reach_everything_and_no_more():
    assert balance([stated(1)], {(1, CARE): 9})[0].reachable == 3
    assert balance([stated(1)], {(2, CARE): 9, (1, "training"): 9})[0].reachable == 0
    assert balance([stated(1, is_covered=True)], {(1, CARE): 9})[0].reachable == 0
    assert balance([], {(1, CARE): 9}) == []


def test_parts_add_up_to_the_weight():
    rows = balance(
        [stated(region, specialty, region, 40 * region, region == 3) for region in (1, 2, 3, 4, 5) for specialty in (1, 2)], {(1, CARE): 2, (2, CARE): 50}
    )
    total = added(rows)

    assert total.weight == 2 * (1 + 3 + 5 + 7 + 9) == total.covered + total.reachable + total.missing
    assert total.deficit == total.weight - 10 == total.reachable + total.missing


@pytest.mark.parametrize(
    ("covered", "reachable", "missing", "state"),
    [(5, 0, 0, "covered"), (2, 5, 1, "reachable"), (2, 2, 2, "missing"), (3, 3, 0, "reachable"), (9, 5, 5, "covered")],
)
def test_state_is_that_of_the_heaviest_part_and_the_worse_of_two_even_ones(covered, reachable, missing, state):
    assert Sums(weight=covered + reachable + missing, covered=covered, reachable=reachable).state == state


def need(place: Institution, specialty: Specialty, **given) -> Need:
    return Need.objects.create(institution=place, specialty=specialty, **{"severity": 3, "stated_on": today() - timedelta(days=10), **given})


def reckoned(cast: Cast, user=None, day=None) -> dict[str, Deficit]:
    """The deficits by code of region and of specialty, for Amal today unless said otherwise."""
    codes = dict(Region.objects.values_list("pk", "code"))
    names = {specialty.pk: specialty.code for specialty in Specialty.objects.all()}
    rows = deficits_for(user or cast.amal, day or today(), division(day))
    return {f"{codes.get(row.region)} {names[row.specialty]}": row for row in rows}


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("waiting", "weight"), [(0, 3), (49, 3), (50, 4), (149, 5), (250, 8), (90_000, 8)])
def test_weight_is_severity_and_a_point_for_every_fifty_people(cast, waiting, weight):
    need(cast.elsewhere, cast.specialties[0], waiting_count=waiting)

    assert reckoned(cast)["25 general-surgery"] == Deficit(
        region=cast.elsewhere.region_id, specialty=cast.specialties[0].pk, kind=CARE, needs=1, waiting=waiting, weight=weight
    )


def test_partnership_with_an_agreement_in_force_covers_the_needs_of_its_hosts_in_its_specialties(cast):
    surgery, urology = cast.specialties[:2]
    cast.partnership.specialties.set([surgery])
    need(cast.host, surgery)
    need(cast.host, urology)
    need(cast.partner, surgery)  # it gives, it does not receive
    need(cast.elsewhere, surgery)

    assert {name: row.deficit for name, row in reckoned(cast).items()} == {
        "11 general-surgery": 0,
        "11 urology": 3,
        "16 general-surgery": 3,
        "25 general-surgery": 3,
    }
    Agreement.objects.update(ends_on=today() - timedelta(days=1))
    assert reckoned(cast)["11 general-surgery"].deficit == 3


def test_offers_of_the_whole_country_reach_needs_of_their_specialty_and_kind(cast):
    surgery, urology = cast.specialties[:2]
    need(cast.elsewhere, surgery, severity=4)
    need(cast.elsewhere, urology, severity=4)
    Offer.objects.create(institution=cast.partner, specialty=surgery, capacity_per_year=2)
    Offer.objects.create(institution=cast.partner, specialty=urology, kind="training", capacity_per_year=2)

    assert {name: (row.reachable, row.missing) for name, row in reckoned(cast).items()} == {"25 general-surgery": (4, 0), "25 urology": (0, 4)}


def test_deficit_of_a_day_counts_what_stood_open_then(cast):
    surgery = cast.specialties[0]
    need(cast.elsewhere, surgery, stated_on=today() - timedelta(days=100), closed_on=today() - timedelta(days=50))
    need(cast.elsewhere, surgery, stated_on=today() - timedelta(days=20))

    assert [reckoned(cast, day=today() - timedelta(days=back)).get("25 general-surgery") is not None for back in (101, 100, 51, 50, 21, 20, 0)] == [
        False, True, True, False, False, True, True,
    ]  # fmt: skip


def test_doubles_that_were_merged_count_nothing(cast):
    double = institution("DZ-25-EPH-10", "مستشفى مكرر", cast.elsewhere.region)
    need(double, cast.specialties[0])
    assert reckoned(cast)["25 general-surgery"].needs == 1

    Institution.objects.filter(pk=double.pk).update(merged_into=cast.elsewhere)

    assert reckoned(cast) == {}


def test_needs_count_under_the_division_of_their_day(cast):
    mother = cast.elsewhere.region
    daughter = Region.objects.create(country=mother.country, code="99", name_ar="جديدة", parent=mother, valid_from=today() - timedelta(days=5))
    need(institution("DZ-99-EPH-01", "مستشفى جديد", daughter), cast.specialties[0])
    need(cast.elsewhere, cast.specialties[0])

    now, before = reckoned(cast), reckoned(cast, day=today() - timedelta(days=6))

    assert {name: row.needs for name, row in now.items()} == {"99 general-surgery": 1, "25 general-surgery": 1}
    assert {name: row.needs for name, row in before.items()} == {"25 general-surgery": 2}
    assert added(now.values()).weight == added(before.values()).weight


def test_figures_hold_nothing_that_their_reader_may_not_see(cast):
    need(cast.elsewhere, cast.specialties[0])
    need(cast.host, cast.specialties[1])
    stranger = person("stranger", Role.OBSERVER)

    assert set(reckoned(cast, user=cast.badr)) == {"11 urology"}
    assert reckoned(cast, user=stranger) == {}


def test_three_queries_whatever_the_number_of_needs(cast, django_assert_num_queries):
    divided = division()
    for specialty in cast.specialties:
        need(cast.elsewhere, specialty)
        need(cast.host, specialty)
    assert cast.amal.standing  # read once per request
    with django_assert_num_queries(3):
        assert len(deficits_for(cast.amal, today(), divided)) == 6
