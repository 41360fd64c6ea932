"""What becomes of each row: a sheet full of traps, the same in every format, and everything is said at once."""

from dataclasses import dataclass, field
from itertools import product

import pytest
from django.utils import translation

from partnerships.actions.intake import effects, preview
from partnerships.intake.checking import Reference, mended
from partnerships.intake.findings import WORDS, words
from tests.partnerships import real, sheets

pytestmark = [pytest.mark.django_db, real.needs_register]


@dataclass
class Trap:
    """How a good row is spoiled, and what is to be said about it: {(field, code of the finding)}."""

    verdict: str
    spoil: dict[str, str] = field(default_factory=dict)
    said: set[tuple[str, str]] = field(default_factory=set)
    values: dict[str, object] = field(default_factory=dict)  # what is written all the same


def trap(verdict: str, *said: tuple[str, str], values: dict | None = None, **spoil: str) -> Trap:
    return Trap(verdict, spoil, set(said), values or {})


ARABIC = "المستشفى الجديد بالمدينة"
NO_PLACE = {"code": "", "region": "", "region_name": ""}

TRAPS = {
    "nothing wrong": trap("created"),
    # the code
    "code in small letters, with a space": trap("created", code=" dz-99-eph-71 ", region="", region_name="أدرار", values={"code": "DZ-99-EPH-71"}),
    "code in Arabic digits": trap("created", code="XX-٧٢", values={"code": "XX-72"}),
    "code with long dashes": trap("created", code="XX–73—A", values={"code": "XX-73-A"}),
    "code with letters of another alphabet": trap("refused", ("code", "code_invalid"), code="مؤسسة 12"),
    "code too long": trap("refused", ("code", "code_invalid"), code="X" * 31),
    "code of another country": trap("refused", ("code", "code_abroad"), code="KW-GENERAL-99"),
    "code of another region": trap("refused", ("region", "region_contradicts_code"), code="DZ-47-EPH-90", region="30", region_name=""),
    "code of another kind": trap("warning", ("code", "code_kind"), code="DZ-30-CHU-90", kind="EPH", region="30", region_name="", latitude="", longitude=""),
    "no code": trap("created", code=""),
    # names
    "no name at all": trap("refused", ("name_ar", "name_missing"), name_ar="", name_fr=""),
    "no Arabic name": trap("warning", ("name_ar", "name_ar_missing"), name_ar=""),
    "Latin letters in the Arabic name": trap("warning", ("name_ar", "name_not_arabic"), name_ar="Hopital nouveau", name_fr="Hôpital nouveau"),
    "Arabic name in the French column": trap("created", name_ar="", name_fr=ARABIC, values={"name_ar": ARABIC}),
    "French name in the Arabic column": trap(
        "warning", ("name_ar", "name_ar_missing"), name_ar="Hôpital de la ville neuve", name_fr="", values={"name_fr": "Hôpital de la ville neuve"}
    ),
    "name of 500 letters": trap("refused", ("name_fr", "too_long"), name_fr="H" * 500),
    "name of 200 letters": trap("created", name_fr=("Hôpital " * 25).strip()[:200]),
    "cp1256 taken for cp1252": trap("refused", ("name_ar", "garbled"), name_ar="ÇáãÓÊÔÝì ÇáÌÏíÏ"),
    "UTF-8 taken for cp1252": trap("refused", ("name_fr", "garbled"), name_fr="HÃ´pital de BÃ©char"),
    "UTF-8 taken for cp1256": trap("refused", ("name_ar", "garbled"), name_ar="ط§ظ„ظ…ط³طھط´ظپظ‰"),
    "letters that are lost": trap("refused", ("name_ar", "garbled"), name_ar="المست\ufffd\ufffd\ufffdى"),
    "question marks for letters": trap("refused", ("name_ar", "garbled"), name_ar="???????? ??????"),
    "letters that nobody sees": trap("created", name_ar="\u202eمستشفى\u200b \u2066الأمل\u2069", values={"name_ar": "مستشفى الأمل"}),
    "a heap of marks": trap("created", name_fr="Hôpital e" + "\u0301" * 200, values={"name_fr": "Hôpital e\u0301"}),
    "a name on two lines": trap("created", name_fr="Hôpital\nde la\tville", values={"name_fr": "Hôpital de la ville"}),
    "a name like a formula": trap("created", name_fr="=cmd|' /C calc'!A0", values={"name_fr": "=cmd|' /C calc'!A0"}),
    "an apostrophe of an export": trap("created", name_fr="'=1+1 hôpital", values={"name_fr": "=1+1 hôpital"}),
    # kind
    "kind unknown": trap("refused", ("kind", "kind_unknown"), kind="Station de pompage"),
    "kind with a slip": trap("refused", ("kind", "kind_unknown"), kind="Etablissement publique hospitaliere"),
    "kind by its French name": trap("created", code="", kind="ETABLISSEMENT PUBLIC HOSPITALIER", values={"kind": "EPH"}),
    "kind by its Arabic name": trap("created", code="", kind="المؤسّسة العموميّة الإستشفائيّة", values={"kind": "EPH"}),
    "kind in small letters": trap("created", code="", kind="eph", values={"kind": "EPH"}),
    "kind only in the code": trap("created", kind=""),
    "no kind": trap("refused", ("kind", "kind_missing"), code="", kind=""),
    # country
    "country with a slip": trap("refused", ("country", "country_unknown"), country="Algérieee"),
    "country in Arabic": trap("created", country="الجزائر", values={"country": "DZ"}),
    "no country": trap("created", country=""),
    # region
    "region without its nought": trap("created", **NO_PLACE | {"region": "1"}, latitude="", longitude="", values={"region": "01"}),
    "region in Arabic digits": trap("created", **NO_PLACE | {"region": "٣٠"}, latitude="", longitude="", values={"region": "30"}),
    "region by name, without accents": trap("created", **NO_PLACE | {"region_name": "SETIF"}, latitude="", longitude="", values={"region": "19"}),
    "region by its Arabic name": trap("created", **NO_PLACE | {"region_name": "ولاية الأغواط"}, latitude="", longitude="", values={"region": "03"}),
    "region by number and name": trap("created", **NO_PLACE | {"region_name": "30 - Ouargla"}, latitude="", longitude="", values={"region": "30"}),
    "number and name that contradict": trap("refused", ("region_name", "region_contradicts_name"), **NO_PLACE | {"region_name": "31 - Ouargla"}),
    "region that does not exist": trap("refused", ("region", "region_unknown"), **NO_PLACE | {"region": "99"}),
    "region with a slip": trap("refused", ("region_name", "region_unknown"), **NO_PLACE | {"region_name": "Ouargl"}),
    "right number, unknown name": trap("warning", ("region_name", "region_name_unknown"), region_name="La-bas"),
    "name of another region": trap("refused", ("region_name", "region_contradicts_name"), **NO_PLACE | {"region": "30", "region_name": "Oran"}, latitude="", longitude=""),
    "region of the new division": trap(
        "created", **NO_PLACE | {"region": "03", "region_today": "59", "region_name": "Laghouat"}, latitude="", longitude="", values={"region": "59"}
    ),
    "region of the new division by its name": trap("created", code="DZ-03-EPH-93", region="", region_name="Aflou", latitude="", longitude="", values={"region": "59"}),
    "daughter of another region": trap(
        "refused", ("region_today", "regions_contradict"), **NO_PLACE | {"region": "30", "region_today": "59"}, latitude="", longitude=""
    ),
    "region of another country": trap("refused", ("region", "region_abroad"), **NO_PLACE | {"region": "KW-KU"}, latitude="", longitude=""),
    "no region": trap("refused", ("region", "region_missing"), **NO_PLACE),
    # the point
    "decimal comma": trap("created", **NO_PLACE | {"region": "16"}, latitude="36,7538", longitude="3,0588", values={"latitude": 36.7538, "longitude": 3.0588}),
    "point in Arabic digits": trap("created", **NO_PLACE | {"region": "16"}, latitude="٣٦٫٧٥٣٨", longitude="٣٫٠٥٨٨", values={"latitude": 36.7538}),
    "latitude and longitude swapped": trap("refused", ("latitude", "point_swapped"), **NO_PLACE | {"region": "16"}, latitude="3.0588", longitude="36.7538"),
    "a point in Paris": trap("refused", ("latitude", "point_outside"), latitude="48.8566", longitude="2.3522"),
    "a point of noughts": trap("refused", ("latitude", "point_outside"), latitude="0", longitude="0"),
    "latitude of 95 degrees": trap("refused", ("latitude", "point_outside"), latitude="95", longitude="3"),
    "half a point": trap("refused", ("longitude", "point_half"), longitude=""),
    "a point in words": trap("refused", ("latitude", "point_invalid"), latitude="au nord"),
    "a point far from its region": trap("warning", ("latitude", "point_far"), **NO_PLACE | {"region": "30"}, latitude="36.7538", longitude="3.0588"),
    # figures and days
    "negative beds": trap("refused", ("beds_count", "count_negative"), beds_count="-120"),
    "a million beds": trap("refused", ("beds_count", "count_absurd"), beds_count="1000000"),
    "beds with a word": trap("refused", ("beds_count", "count_invalid"), beds_count="120 lits"),
    "half a bed": trap("refused", ("beds_count", "count_invalid"), beds_count="12.5"),
    "beds in Arabic digits": trap("created", beds_count="١٢٠", values={"beds_count": 120}),
    "beds with thousands apart": trap("created", beds_count="1 200", values={"beds_count": 1200}),
    "a day that does not exist": trap("refused", ("profile_checked_on", "day_invalid"), profile_checked_on="31/02/2026"),
    "a day in the future": trap("refused", ("profile_checked_on", "day_ahead"), profile_checked_on="01/01/2190"),
    "a day in words": trap("created", profile_checked_on="5 نوفمبر 2024", values={"profile_checked_on": "2024-11-05"}),
    "a day before a month": trap("created", profile_checked_on="05/11/2024", values={"profile_checked_on": "2024-11-05"}),
    # addresses and words
    "e-mail with a space": trap("refused", ("email", "email_invalid"), email="direction @chu.dz"),
    "two e-mails": trap("refused", ("email", "email_invalid"), email="a@chu.dz; b@chu.dz"),
    "telephone in words": trap("refused", ("phone", "phone_invalid"), phone="à venir"),
    "telephone in Arabic digits": trap("created", phone="+٢١٣ ٢١ ٢٣ ٤٥ ٦٧", values={"phone": "+213 21 23 45 67"}),
    "a script for a website": trap("refused", ("website", "website_invalid"), website="javascript:alert(1)"),
    "a website without its beginning": trap("created", website="www.chu.dz", values={"website": "https://www.chu.dz"}),
    "level unknown": trap("refused", ("level", "level_unknown"), level="haut"),
    "level in French": trap("created", level="Tertiaire", values={"level": "tertiary"}),
    "perhaps": trap("refused", ("has_telemedicine", "yes_no_unknown"), has_telemedicine="peut-être"),
    "yes in Arabic": trap("created", has_telemedicine="نعم", values={"has_telemedicine": True}),
    "a specialty that is not in the list": trap("warning", ("specialties", "specialty_unknown"), specialties="urology; alchimie", values={"specialties": ["urology"]}),
    "specialties in three languages": trap(
        "created", specialties="Ophtalmologie ; طب الأورام، general surgery|urology", values={"specialties": ["general-surgery", "oncology", "ophthalmology", "urology"]}
    ),
    "every specialty": trap("created", specialties="multidisciplinary"),
    "everyday names": trap("created", aliases="Parnet | بارني ; Parnet", values={"aliases": "Parnet، بارني"}),
    "everyday names that are too many": trap("refused", ("aliases", "too_long"), aliases=",".join(map("".join, product("abcdefghijklmn", repeat=2)))),
    "a website that is too long with its beginning": trap("refused", ("website", "too_long"), website=f"example.org/{'a' * 185}"),
    "a patient in the remarks": trap("refused", ("note", "identity"), note="voir dossier n° 45821 du patient"),
    "a national number among the names": trap("refused", ("aliases", "identity"), aliases="198712345678901234"),
    # several things at once
    "five faults in one row": trap(
        "refused", ("kind", "kind_unknown"), ("beds_count", "count_negative"), ("email", "email_invalid"), ("latitude", "point_outside"), ("name_fr", "too_long"),
        kind="Station", beds_count="-3", email="x", latitude="10", longitude="80", name_fr="Hôpital " * 40,
    ),
    # rows that are none
    "a total": trap("skipped", ("", "totals_row"), **dict.fromkeys(sheets.FIELDS, "") | {"code": "Total général", "beds_count": "12345"}),
    "a total in Arabic": trap("skipped", ("", "totals_row"), **dict.fromkeys(sheets.FIELDS, "") | {"name_ar": "المجموع", "beds_count": "12345"}),
    "a heading": trap("skipped", ("", "note_row"), **dict.fromkeys(sheets.FIELDS, "") | {"code": "Wilaya d'Adrar"}),
}  # fmt: skip


def trap_rows(language: str) -> list[sheets.Line]:
    """A row for each trap, then rows that are only wrong beside others: the same once more, the same code, the header again."""
    rows = [{**row, **case.spoil} for row, case in zip(sheets.good_rows(len(TRAPS)), TRAPS.values(), strict=True)]
    again = dict(sheets.HEADERS[language])
    other = {**rows[0], "city": "Ailleurs"}
    return [*rows, dict(rows[0]), other, again]


def expected(language: str) -> list[tuple[str, str, set[tuple[str, str]]]]:
    headers = sheets.HEADERS[language]
    of_traps = [(name, case.verdict, {(headers.get(column, ""), code) for column, code in case.said}) for name, case in TRAPS.items()]
    return [
        *of_traps,
        ("same row twice", "skipped", {("", "row_twice")}),
        ("same code, other values", "refused", {("", "code_twice")}),
        ("header again", "skipped", {("", "header_again")}),
    ]


FORMATS = {
    "utf-8, comma, English": ("en", lambda grid: sheets.as_csv(grid), 2),
    "utf-8 with mark, semicolon, French": ("fr", lambda grid: sheets.as_csv(grid, encoding="utf-8-sig", separator=";"), 2),
    "utf-16, tab, Arabic": ("ar", lambda grid: sheets.as_csv(grid, encoding="utf-16", separator="\t"), 2),
    "xlsx, Arabic, columns from the last to the first": ("ar", lambda grid: sheets.as_xlsx([list(reversed(line)) for line in grid]), 2),
    "xlsx, French, under title rows": (
        "fr", lambda grid: sheets.as_xlsx([["Ministère de la Santé"], ["Liste des établissements", "", "2026"], [], *grid]), 5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_every_trap_gets_its_verdict_and_its_reasons(reference, form):
    language, written, first = FORMATS[form]
    wanted = expected(language)

    rows = preview(written(sheets.grid(trap_rows(language), language)), options={}).rows

    assert [row.number for row in rows] == list(range(first, first + len(wanted)))
    said = [(name, row.verdict, {(finding["column"], finding["code"]) for finding in row.findings}) for (name, _v, _f), row in zip(wanted, rows, strict=True)]
    assert said == wanted
    assert len(wanted) >= 60


def test_what_is_written_is_what_was_meant(reference):
    rows = preview(sheets.as_csv(sheets.grid(trap_rows("en"))), options={}).rows

    read = {name: {key: row.values.get(key) for key in case.values} for (name, case), row in zip(TRAPS.items(), rows, strict=False)}

    assert len(rows) == len(TRAPS) + 3
    assert read == {name: case.values for name, case in TRAPS.items()}


def test_everything_is_said_in_words_of_each_language(reference):
    rows = preview(sheets.as_csv(sheets.grid(trap_rows("en"))), options={}).rows
    findings = [finding for row in rows for finding in row.findings]

    for language in ("ar", "fr", "en"):
        with translation.override(language):
            for finding in findings:
                reason, suggestion = words(finding)
                assert reason
                assert suggestion
                assert "%(" not in reason + suggestion


def test_suggestions_name_what_was_probably_meant(reference):
    rows = preview(sheets.as_csv(sheets.grid(trap_rows("en"))), options={}).rows
    suggestion = {}
    with translation.override("en"):
        for name, row in zip(TRAPS, rows, strict=False):
            suggestion[name] = " ".join(words(finding)[1] for finding in row.findings)

    assert "EPH" in suggestion["kind with a slip"]
    assert "EPH" in suggestion["no kind"] or "EHS" in suggestion["no kind"] or "EPSP" in suggestion["no kind"]
    assert "DZ" in suggestion["country with a slip"]
    assert "30" in suggestion["region with a slip"]
    assert "36.7538" in suggestion["latitude and longitude swapped"]
    assert "120" in suggestion["beds with a word"]
    assert "المستشفى الجديد" in suggestion["cp1256 taken for cp1252"]
    assert "Hôpital de Béchar" in suggestion["UTF-8 taken for cp1252"]
    assert "المستشفى" in suggestion["UTF-8 taken for cp1256"]


def test_every_finding_that_can_be_made_has_words():
    for _verdict, reason, suggestion, _guess in WORDS.values():
        assert str(reason)
        assert str(suggestion)


def test_names_of_the_whole_register_are_not_taken_for_garbled_ones():
    texts = [row[name] for row in real.rows() for name in ("name_ar", "name_fr", "name_en", "aliases", "city", "source")]

    assert [text for text in texts if mended(text) is not None] == []


def test_whole_register_is_new_to_an_empty_portal(reference):
    gathered = preview(real.FILE.read_bytes(), options={})

    assert effects(gathered.rows) | {"warning": 0} == {
        "created": 549, "updated": 0, "unchanged": 0, "possible_duplicate": 0, "warning": 0, "refused": 0, "skipped": 0,
    }  # fmt: skip
    said = {finding["code"] for row in gathered.rows for finding in row.findings}
    assert said <= {"name_ar_missing", "point_far"}
    finest = {row.values["code"]: row.values.get("region") for row in gathered.rows}
    assert finest["DZ-03-EPH-01"] == "59"


def test_reference_is_loaded_in_four_queries(reference, django_assert_num_queries):
    with django_assert_num_queries(4):
        Reference.load()
