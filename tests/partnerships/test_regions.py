"""Regions over time: 48, 58 and 69 wilayas, and what counts where on which day."""

from datetime import date

import pytest
from django.conf import settings

from accounts.policy import Role
from partnerships.filters import InstitutionFilters
from partnerships.models import Country, Institution, Region
from partnerships.regions import counted_under, division, divisions, ground, ground_of_zone, under
from tests.cast import institution, person

pytestmark = pytest.mark.django_db

DAYS = {48: date(2019, 12, 17), 58: date(2025, 12, 31), 69: date(2026, 4, 4)}


def wilaya(code: str) -> Region:
    return Region.objects.get(country__code="DZ", code=code)


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(1990, 1, 1), 48), (date(2019, 12, 17), 48), (date(2019, 12, 18), 58), (date(2026, 4, 3), 58), (date(2026, 4, 4), 69), (date(2030, 1, 1), 69)],
)
def test_country_has_as_many_regions_as_the_law_of_that_day(reference, day, count):
    home = Region.objects.filter(country__code=settings.PORTAL_COUNTRY)

    assert home.on(day).count() == count
    assert {division(day)[key] for key in home.values_list("pk", flat=True)} == set(home.on(day).values_list("pk", flat=True))


def test_divisions_follow_one_another_without_a_gap(reference):
    found = divisions()

    assert [(item.count, item.start, item.end) for item in found] == [
        (48, None, date(2019, 12, 17)), (58, date(2019, 12, 18), date(2026, 4, 3)), (69, date(2026, 4, 4), None),
    ]  # fmt: skip


def test_country_that_was_never_divided_anew_has_one_division(reference, settings):
    settings.PORTAL_COUNTRY = "KW"

    assert [(item.count, item.start, item.end) for item in divisions()] == [(6, None, None)]


@pytest.mark.parametrize("day", DAYS.values())
def test_division_says_what_each_region_says_of_itself(reference, day):
    for region in Region.objects.select_related("parent"):
        assert division(day)[region.pk] == region.at(day).pk, region.code


def test_division_is_one_query(reference, django_assert_num_queries):
    with django_assert_num_queries(1):
        division(date(2010, 1, 1))


def test_region_that_ended_counts_under_the_one_it_is_part_of(db):
    country = Country.objects.create(code="XX", name_ar="بلد")
    whole = Region(pk=1, country=country, code="1")
    ended = Region(pk=2, country=country, code="2", parent=whole, valid_to=date(2020, 1, 1))
    alone = Region(pk=3, country=country, code="3", valid_from=date(2020, 1, 1))

    assert under([whole, ended, alone], date(2019, 12, 31)) == {1: 1, 2: 2, 3: 3}  # nothing is known of what was there before 3
    assert under([whole, ended, alone], date(2020, 1, 1)) == {1: 1, 2: 1, 3: 3}


def test_mother_includes_her_daughters_until_the_day_they_are_made(reference):
    laghouat, aflou = wilaya("03"), wilaya("59")

    assert sorted(ground(laghouat.pk, division(DAYS[58]))) == sorted([laghouat.pk, aflou.pk])
    assert ground(laghouat.pk, division(DAYS[69])) == [laghouat.pk]
    assert ground(aflou.pk, division(DAYS[58])) == []


def test_place_counts_in_the_zone_of_the_region_it_counts_under(reference):
    aflou = wilaya("59")

    assert aflou.pk in ground_of_zone("south", division(DAYS[58]))
    assert aflou.pk not in ground_of_zone("south", division(DAYS[69]))
    assert aflou.pk in ground_of_zone("highlands", division(DAYS[69]))


def by_code(day: date) -> dict[str, int]:
    """Institutions by the code of the region that they count under on `day`."""
    codes = dict(Region.objects.values_list("pk", "code"))
    rows = Institution.objects.annotate(above=counted_under("region", division(day))).values_list("above", flat=True)
    return {code: [codes[row] for row in rows].count(code) for code in {codes[row] for row in rows}}


def test_same_institutions_are_counted_under_every_division(reference):
    for number, code in enumerate(("03", "59", "59", "01", "49", "16"), 1):
        institution(f"DZ-X{number}", f"مستشفى {number}", wilaya(code))

    assert by_code(DAYS[69]) == {"03": 1, "59": 2, "01": 1, "49": 1, "16": 1}
    assert by_code(DAYS[58]) == {"03": 3, "01": 1, "49": 1, "16": 1}
    assert by_code(DAYS[48]) == {"03": 3, "01": 2, "16": 1}


def found(query: dict[str, str]) -> list[str]:
    return sorted(InstitutionFilters(query, queryset=Institution.objects.all()).qs.values_list("code", flat=True))


def test_list_of_a_region_follows_the_division_asked_for(reference):
    institution("DZ-A", "الأغواط", wilaya("03"))
    institution("DZ-B", "آفلو", wilaya("59"))

    assert found({"region": "03"}) == ["DZ-A"]
    assert found({"region": "59"}) == ["DZ-B"]
    assert found({"region": "03", "on": "2025-12-31"}) == ["DZ-A", "DZ-B"]
    assert found({"region": "59", "on": "2025-12-31"}) == []
    assert found({"zone": "south"}) == ["DZ-A"]
    assert found({"zone": "south", "on": "2025-12-31"}) == ["DZ-A", "DZ-B"]


def test_directorate_of_the_mother_still_sees_a_region_that_is_not_installed(reference, monkeypatch):
    place = institution("DZ-B", "آفلو", wilaya("59"))
    far = institution("DZ-C", "بريكة", wilaya("60"))
    dsp = person("dsp", Role.REGION, region=wilaya("03"))
    inside = Institution.objects.visible_to(dsp, "institution.view_inside")

    assert [place.pk] == list(inside.values_list("pk", flat=True))
    monkeypatch.setattr("partnerships.querysets.today", lambda: date(2027, 1, 1))
    assert not Institution.objects.visible_to(dsp, "institution.view_inside").exists()
    assert far.pk


def test_api_gives_the_regions_of_a_day_and_their_mothers(client, reference):
    client.force_login(person("reader"))
    ask = {"page_size": 500, "country": "DZ"}
    codes = {day: [row["code"] for row in client.get("/api/v1/regions/", {**ask, "on": day.isoformat()}).json()["results"]] for day in DAYS.values()}
    rows = {row["code"]: row for row in client.get("/api/v1/regions/", ask).json()["results"]}

    assert {count: len([code for code in codes[day] if not code.startswith("KW")]) for count, day in DAYS.items()} == {48: 48, 58: 58, 69: 69}
    assert (rows["59"]["parent"], rows["59"]["installed_on"], rows["03"]["parent"]) == ("03", "2027-01-01", None)
    assert client.get("/api/v1/regions/", {"on": "32/13/2025"}).status_code == 400
