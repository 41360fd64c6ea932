"""Institutions are found as people type them, the likeliest first, the same on every database."""

import csv
from pathlib import Path

import pytest

from partnerships.models import Institution
from partnerships.search import find
from tests.partnerships.real import load_register, needs_register

QUERIES = Path(__file__).with_name("queries.csv")


def queries() -> list[dict[str, str]]:
    with open(QUERIES, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_five(text: str) -> list[str]:
    return list(find(Institution.objects.listed(), text).values_list("code", flat=True)[:5])


@needs_register
@pytest.mark.django_db
@pytest.mark.once
def test_labelled_queries_find_their_institution_among_the_first_five(reference):
    load_register()
    asked = queries()

    missed = [(row["trap"], row["query"], row["expected"]) for row in asked if row["expected"] not in first_five(row["query"])]

    assert len(asked) >= 300
    assert len(missed) <= 0.01 * len(asked), missed


def place(code: str, name_fr: str, cast, **more) -> Institution:
    return Institution.objects.create(code=code, name_ar=more.pop("name_ar", ""), name_fr=name_fr, kind=cast.host.kind, country=cast.host.country, **more)


@pytest.fixture
def towns(cast):
    """Institutions whose names overlap, made in an order that is not the one they are found in."""
    place("ZZ-8", "Hôpital Tolga et environs", cast)
    place("ZZ-7", "EPH Oued Tolga", cast, aliases="Tolga la Neuve")
    place("ZZ-6", "EPH Zibans", cast, aliases="Tolga, طولقة")
    place("ZZ-5", "Tolga", cast)
    place("ZZ-4", "EPH Tolgah", cast)
    place("ZZ-3", "EPH Biskra", cast, region=cast.host.region, name_ar="المؤسسة الاستشفائية بسكرة", city="Biskra")
    return cast


def test_order_is_exact_name_then_alias_then_words_then_slips(towns):
    assert first_five("tolga") == ["ZZ-5", "ZZ-6", "ZZ-7", "ZZ-8", "ZZ-4"]


@pytest.mark.parametrize(
    "text", ["zz-3", "ZZ-3", "biskra", "BISKRÀ", "biksra", "biskr", "بسكرة", "بسكره", "بـسـكـرة", "البسكرة", "eph biskra", "biskra eph", "مستشفى بسكرة"]
)
def test_institution_is_found_however_it_is_typed(towns, text):
    assert first_five(text)[0] == "ZZ-3"


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_text_leaves_the_rows_as_they_are(towns, text):
    rows = Institution.objects.order_by("code")

    assert list(find(rows, text)) == list(rows)


@pytest.mark.parametrize("text", ["…", "()", "%", "_", "'", "qqqqqqqq", "\u202e", "x" * 5000, "= 1 or 1=1", "😀"])
def test_text_without_sense_finds_nothing_and_breaks_nothing(towns, client, text):
    assert first_five(text) == []
    client.force_login(towns.amal)
    assert client.get("/institutions/", {"q": text}).status_code == 200
    assert client.get("/search/", {"q": text}).status_code == 200
    assert client.get("/api/v1/institutions/", {"search": text}).status_code == 200


def test_word_added_after_the_first_search_is_found_with_a_slip_too(towns):
    assert first_five("zeribet") == []

    place("ZZ-9", "EPH Zeribet", towns)

    assert first_five("zeribet") == first_five("zerbiet") == ["ZZ-9"]


def test_renamed_institution_is_no_longer_found_by_what_it_was_called(towns):
    renamed = Institution.objects.get(code="ZZ-3")
    renamed.name_fr, renamed.name_ar, renamed.city = "EPH Ouled Djellal", "", ""
    renamed.save()

    assert first_five("بسكرة") == []
    assert first_five("djellal") == ["ZZ-3"]


def test_names_brought_by_a_merge_find_the_institution(towns):
    survivor = Institution.objects.get(code="ZZ-3")
    survivor.former_names = "Hôpital des Ksour\nمستشفى القصور"
    survivor.save()

    assert first_five("ksour") == first_five("القصور") == ["ZZ-3"]
    assert first_five("hopital des ksour") == ["ZZ-3"]


def test_list_shows_the_likeliest_first_unless_another_order_is_asked_for(towns, client):
    client.force_login(towns.amal)

    def codes(address: str) -> list[str]:
        return [item.code for item in client.get(address).context["page"].object_list]

    assert codes("/institutions/?q=tolga") == ["ZZ-5", "ZZ-6", "ZZ-7", "ZZ-8", "ZZ-4"]
    assert codes("/institutions/?q=tolga&sort=-code") == ["ZZ-8", "ZZ-7", "ZZ-6", "ZZ-5", "ZZ-4"]
    assert codes("/institutions/?q=biskra&kind=EPH") == ["ZZ-3"]
    exported = b"".join(client.get("/institutions/?q=tolga&export=csv").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[0] for line in exported.splitlines()[1:]] == ["ZZ-5", "ZZ-6", "ZZ-7", "ZZ-8", "ZZ-4"]


def test_api_shows_the_likeliest_first_unless_another_order_is_asked_for(towns, client):
    client.force_login(towns.amal)

    def codes(address: str) -> list[str]:
        return [item["code"] for item in client.get(address).json()["results"]]

    assert codes("/api/v1/institutions/?search=tolga") == ["ZZ-5", "ZZ-6", "ZZ-7", "ZZ-8", "ZZ-4"]
    assert codes("/api/v1/institutions/?search=tolga&ordering=code") == ["ZZ-4", "ZZ-5", "ZZ-6", "ZZ-7", "ZZ-8"]
    assert codes("/api/v1/institutions/?q=tolga&page_size=2") != []


def test_search_page_forgives_a_slip(towns, client):
    client.force_login(towns.amal)

    assert [line.code for part in client.get("/search/?q=biksra").context["shown"] for line in part.lines] == ["ZZ-3"]


def test_number_of_queries_does_not_grow_with_what_is_found(towns, django_assert_max_num_queries):
    for number in range(30):
        place(f"YY-{number}", f"EPH Tolga {number}", towns)

    with django_assert_max_num_queries(12):
        assert len(list(find(Institution.objects.listed(), "tolga")[:20])) == 20
