"""The pages of the maps: what they draw, for whom, in three languages, and that nothing of others shows through."""

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.policy import Role
from core.formats import today
from partnerships.actions import create_partnership
from partnerships.models import Country, Institution, InstitutionKind, Need, Region
from tests import factories
from tests.cast import Cast, institution, person, signed_agreement

pytestmark = pytest.mark.django_db

MAP, DEFICITS = "/institutions/map/", "/matching/deficits/"


@pytest.fixture
def placed(cast) -> Cast:
    """The cast, its regions with their capitals; a second partnership from the east to the south, of no interest to Badr."""
    for code, place in {"16": (36.75, 3.06), "11": (22.79, 5.53), "25": (36.36, 6.61)}.items():
        Region.objects.filter(code=code).update(latitude=place[0], longitude=place[1])
    other = institution("DZ-11-EPH-10", "مستشفى ثان في الجنوب", cast.host.region)
    signed_agreement(
        create_partnership(by=None, senders=[cast.elsewhere], hosts=[other], specialties=cast.specialties[:1], started_on=today() - timedelta(days=60))
    )
    return cast


def flows(response) -> set[tuple[str, str, int, int]]:
    return {(row["sender"], row["host"], row["flow"].partnerships, row["flow"].activities) for row in response.context["rows"]}


def links(response) -> dict[str, str]:
    """The marks of a map: {accessible name: address}."""
    drawing = re.search(r"<svg class=\"map\".*?</svg>", response.content.decode(), re.S)[0]
    return {unescape(name): unescape(address) for address, name in re.findall(r'<a class="map__link" href="([^"]+)" aria-label="([^"]+)"', drawing)}


def test_ministry_sees_every_flow_as_an_arc_and_as_a_row(client, placed):
    factories.validated(placed)
    client.force_login(placed.amal)

    response = client.get(MAP)

    assert flows(response) == {("الجزائر", "تمنراست", 1, 1), ("قسنطينة", "تمنراست", 1, 0)}
    assert response.content.decode().count('class="map__flow"') == 2
    assert sorted((name.split(":")[0], name[-1]) for name in links(response)) == [("الجزائر", "1"), ("تمنراست", "2"), ("قسنطينة", "1")]


def test_coordinator_sees_no_flow_of_partnerships_that_are_not_theirs(client, placed):
    for user, expected in ((placed.badr, {("الجزائر", "تمنراست", 1, 0)}), (placed.hani, {("قسنطينة", "تمنراست", 1, 0)})):
        client.force_login(user)
        response = client.get(MAP)

        assert flows(response) == expected
        assert response.content.decode().count('class="map__flow"') == 1
        assert csv_rows(client.get(f"{MAP}?export=csv"))[1:] == [[*map(str, row)] for row in expected]


def csv_rows(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_reader_of_national_figures_sees_sums_without_links_into_partnerships(client, placed):
    client.force_login(placed.fatma)

    response = client.get(MAP)

    assert len(flows(response)) == 2
    assert "/partnerships/" not in re.search(r"<tbody.*?</tbody>", response.content.decode(), re.S)[0]


def test_evaluator_of_one_partnership_sees_its_flow_alone(client, placed):
    client.force_login(placed.essam)

    assert flows(client.get(MAP)) == {("الجزائر", "تمنراست", 1, 0)}


def test_partnership_that_was_cancelled_or_did_not_run_in_the_year_draws_nothing(client, placed):
    client.force_login(placed.amal)
    everything = flows(client.get(MAP))
    assert flows(client.get(f"{MAP}?year=2001")) == everything  # before the first partnership: not a choice, left out
    type(placed.partnership).objects.filter(pk=placed.partnership.pk).update(started_on=date(2015, 1, 1))

    assert flows(client.get(f"{MAP}?year=2016")) == set()
    assert flows(client.get(f"{MAP}?year=2016&to_year={today().year}")) == everything
    connection.cursor().execute("UPDATE partnerships_partnership SET status = 'cancelled' WHERE id = %s", [placed.partnership.pk])
    assert flows(client.get(MAP)) == {("قسنطينة", "تمنراست", 1, 0)}


def test_flows_answer_to_specialty_zone_kind_and_measure(client, placed):
    factories.validated(placed)
    client.force_login(placed.amal)

    assert flows(client.get(f"{MAP}?specialty=ophthalmology")) == {("الجزائر", "تمنراست", 1, 1)}
    assert flows(client.get(f"{MAP}?zone=north")) == set()
    assert len(flows(client.get(f"{MAP}?zone=south"))) == 2
    assert flows(client.get(f"{MAP}?reach=international")) == set()
    assert flows(client.get(f"{MAP}?measure=activities")) == {("الجزائر", "تمنراست", 1, 1)}
    chips = client.get(f"{MAP}?zone=south&measure=activities").context["chips"]
    assert {chip["without"] for chip in chips} == {"measure=activities", "zone=south"}


def test_flow_of_an_older_year_counts_under_its_division_or_under_that_of_today(client, placed):
    mother = placed.host.region
    daughter = Region.objects.create(
        country=mother.country,
        code="53",
        name_ar="عين صالح",
        parent=mother,
        valid_from=today().replace(month=1, day=1),
        latitude=27.2,
        longitude=2.5,
        zone="south",
    )
    Institution.objects.filter(pk=placed.host.pk).update(region=daughter)
    last = today().year - 1
    type(placed.agreement).objects.filter(pk=placed.agreement.pk).update(starts_on=date(last, 2, 1))
    type(placed.partnership).objects.filter(pk=placed.partnership.pk).update(started_on=date(last, 2, 1))
    client.force_login(placed.amal)

    assert ("الجزائر", "تمنراست", 1, 0) in flows(client.get(f"{MAP}?year={last}"))
    assert ("الجزائر", "عين صالح", 1, 0) in flows(client.get(f"{MAP}?year={last}&division=today"))
    then = client.get(f"{MAP}?layer=register&year={last}")
    assert {row["region"].code: row["count"] for row in then.context["rows"]} == {"16": 1, "25": 1, "11": 2}
    assert {row["region"].code: row["count"] for row in client.get(f"{MAP}?layer=register").context["rows"]} == {"16": 1, "25": 1, "11": 1, "53": 1}
    address = next(address for name, address in links(then).items() if name.startswith("تمنراست"))
    assert f"on={last}-12-31" in address
    assert client.get(address).context["page"].paginator.count == 2


def test_register_layer_counts_by_kind_and_links_to_the_list(client, placed):
    client.force_login(placed.hani)

    response = client.get(f"{MAP}?layer=register&kind=EPH")

    assert {row["region"].code: row["kinds"] for row in response.context["rows"]} == {"25": [("EPH", 1)], "11": [("EPH", 2)]}
    for name, address in links(response).items():
        assert client.get(address).context["page"].paginator.count == (2 if name.startswith("تمنراست") else 1)


def test_doubles_that_were_merged_are_on_no_map(client, placed):
    Institution.objects.filter(code="DZ-11-EPH-10").update(merged_into=placed.host)
    client.force_login(placed.amal)

    assert {row["region"].code: row["count"] for row in client.get(f"{MAP}?layer=register").context["rows"]} == {"16": 1, "25": 1, "11": 1}


def test_world_layer_joins_countries_and_stands_them_where_their_parties_are(client, placed):
    france = Country.objects.create(code="FR", name_ar="فرنسا", name_fr="France", name_en="France")
    kind = InstitutionKind.objects.create(code="FOREIGN", name_ar="مستشفى أجنبي")
    clinic = Institution.objects.create(code="FR-1", name_ar="عيادة", kind=kind, country=france)
    partnership = create_partnership(by=None, senders=[clinic], hosts=[placed.host], specialties=placed.specialties[:1], started_on=today())
    signed_agreement(partnership)
    client.force_login(placed.amal)

    world, home = client.get(f"{MAP}?layer=world"), client.get(MAP)

    assert flows(world) == {("فرنسا", "الجزائر", 1, 0)}
    assert "/institutions/?country=FR" in links(world).values()
    assert home.context["elsewhere"] == 1
    client.force_login(placed.hani)
    assert flows(client.get(f"{MAP}?layer=world")) == set()


def test_deficits_are_for_the_ministry(client, placed):
    Need.objects.create(institution=placed.elsewhere, specialty=placed.specialties[0], severity=5, waiting_count=120)
    for name in ("badr", "hani", "yasmine", "ranya", "omar", "fatma"):
        client.force_login(placed.people[name])
        assert client.get(DEFICITS).status_code == 403
    client.force_login(placed.amal)

    response = client.get(DEFICITS)

    assert [(row["region"].code, row["total"].deficit) for row in response.context["rows"]] == [("25", 7)]
    assert response.context["matrix"]["rows"][0]["total"] == 7
    assert list(links(response).values()) == ["/needs/?region=25"]
    assert len(csv_rows(client.get(f"{DEFICITS}?export=csv"))) == 2


def test_deficits_answer_to_their_filters(client, placed):
    surgery, urology = placed.specialties[:2]
    Need.objects.create(institution=placed.elsewhere, specialty=surgery, severity=5)
    Need.objects.create(institution=placed.partner, specialty=urology, kind="training", severity=2)
    Need.objects.create(
        institution=placed.host, specialty=Need._meta.get_field("specialty").related_model.objects.create(code="oncology", name_ar="أورام"), severity=4
    )
    client.force_login(placed.amal)

    def found(query: str) -> dict[str, int]:
        return {row["region"].code: row["total"].deficit for row in client.get(f"{DEFICITS}?{query}").context["rows"]}

    assert found("") == {"25": 5, "11": 4, "16": 2}
    assert found("specialty=urology") == {"16": 2}
    assert found("zone=south") == {"11": 4}
    assert found("kind=care") == {"25": 5, "11": 4}
    assert client.get(f"{DEFICITS}?columns=regions").context["matrix"]["heads"] == ["تمنراست", "الجزائر", "قسنطينة"]
    assert client.get(DEFICITS).context["matrix"]["heads"] == ["الشمال", "الجنوب"]
    assert found(f"year={today().year - 1}") == found("")  # no need is that old: not a choice


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("address", [MAP, f"{MAP}?layer=register", f"{MAP}?layer=world", DEFICITS])
def test_page_speaks_three_languages_and_carries_no_style_or_script_of_its_own(client, placed, address, language):
    Need.objects.create(institution=placed.elsewhere, specialty=placed.specialties[0])
    client.force_login(placed.amal)

    text = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}").content.decode()

    main = text[text.index("<main") : text.index("</main>")]
    assert f'<html lang="{language}"' in text
    assert "Natural Earth" in main
    assert "OpenStreetMap" in main
    assert not re.search(r"style=|<style|<script|\son\w+=", main)
    assert "None" not in main


def test_filter_asks_for_a_part_of_the_page_and_export_for_what_it_selects(client, placed):
    client.force_login(placed.amal)

    part = client.get(f"{MAP}?zone=south", headers={"HX-Request": "true"})

    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    assert len(csv_rows(client.get(f"{MAP}?specialty=ophthalmology&export=csv"))) == 2
    assert client.get(f"{MAP}?export=xlsx")["Content-Type"].endswith("sheet")


def test_whatever_stands_in_the_address_is_left_out_when_it_is_not_understood(client, placed):
    client.force_login(placed.amal)

    for query in ("year=x&to_year=99999999999", "zone=east&specialty=zzz", "layer=moon", "division=1&measure=all&reach=0", "kind=ZZZ&layer=register"):
        assert client.get(f"{MAP}?{query}").status_code == 200
        assert client.get(f"{DEFICITS}?{query}").status_code == 200


@pytest.mark.parametrize("address", [MAP, f"{MAP}?layer=register", f"{MAP}?layer=world", DEFICITS])
def test_map_costs_the_same_whatever_it_shows(client, placed, address):
    client.force_login(placed.amal)

    def cost() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    Need.objects.create(institution=placed.elsewhere, specialty=placed.specialties[0])
    one = cost()
    for number in range(6):
        place = institution(f"DZ-25-EPH-{20 + number}", f"مستشفى {number}", placed.elsewhere.region)
        signed_agreement(create_partnership(by=None, senders=[placed.partner], hosts=[place], specialties=placed.specialties, started_on=today()))
        Need.objects.create(institution=place, specialty=placed.specialties[number % 3])

    assert cost() == one


def test_portal_without_regions_or_institutions_shows_an_empty_map(client, db):
    client.force_login(person("officer", Role.OFFICER))

    for address in (MAP, f"{MAP}?layer=register", f"{MAP}?layer=world", DEFICITS):
        assert client.get(address).status_code == 200
