"""Patients who were sent: one figure for each, sheets in three languages, what is refused, care brought home."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from core.lifecycle import TransitionRefused
from core.models import Change
from evaluation.actions import referrals as actions
from evaluation.indicators import Period, Scope, compute
from evaluation.localisation import localisation, totals
from evaluation.models import ReferralStatistic
from evaluation.progress import beside, comparable_institutions, comparable_regions
from evaluation.referral_sheet import NoTable, lines_of
from partnerships.models import Country, Institution, Partnership, Region, ServiceLine
from tests.cast import institution, region
from tests.evaluation.measured import coverage, referral

pytestmark = pytest.mark.django_db

ARABIC = "السنة\tالاختصاص\tالوجهة\tالولاية\tعدد المرضى\n٢٠٢٤\tالجراحة العامة\tالخارج\t11\t١٢\n2024\turology\tولاية أخرى\tتمنراست\t30\nالمجموع\t\t\t\t42\n"
FRENCH = "Nombre de malades;Spécialité;Année;Destination\n7;general-surgery;2023;à l'étranger\n5;Ophtalmologie du futur;2023;étranger\n9;urology;1850;étranger\nbeaucoup;urology;2023;étranger\n"
WIDE = "Specialty,Region,2022,2023,2024\ngeneral-surgery,11,12,10,8\nurology,11,-,4,\n"


def brought(cast, text: str, by=None, **defaults) -> dict[str, int]:
    return actions.import_referrals(actions.read_referrals(text.encode()), by=by or cast.amal, defaults=defaults, title="list.csv")


def kept() -> list[tuple]:
    return sorted(ReferralStatistic.objects.values_list("year", "specialty__code", "destination", "region__code", "patients"))


def refused(deed) -> str:
    with pytest.raises(TransitionRefused) as error:
        deed()
    return error.value.code


def test_sheet_in_arabic_is_read_with_its_digits_and_without_its_totals(cast):
    assert brought(cast, ARABIC) == {"created": 2}
    assert kept() == [(2024, "general-surgery", "abroad", "11", 12), (2024, "urology", "region", "11", 30)]
    assert Change.objects.filter(object_type="evaluation.referralstatistic", verb="create", reason="list.csv").count() == 2


def test_sheet_in_french_gives_refused_rows_with_reason_and_suggestion(cast):
    lines = actions.read_referrals(FRENCH.encode())
    found = actions.preview_referrals(lines, by=cast.amal, defaults={})

    assert [(line.line.number, line.verdict, line.column) for line in found] == [
        (2, "created", ""), (3, "refused", "specialty"), (4, "refused", "year"), (5, "refused", "patients"),
    ]  # fmt: skip
    assert all(line.reason and line.suggestion for line in found[1:])
    assert not ReferralStatistic.objects.exists()  # a preview writes nothing
    assert brought(cast, FRENCH) == {"created": 1, "refused": 3}


def test_table_with_years_as_columns_is_one_figure_for_each_cell(cast):
    assert brought(cast, WIDE) == {"refused": 4}  # nobody said where they were sent
    assert brought(cast, WIDE, destination="abroad", source="CNAS") == {"created": 4}
    assert kept() == [
        (2022, "general-surgery", "abroad", "11", 12), (2023, "general-surgery", "abroad", "11", 10), (2023, "urology", "abroad", "11", 4),
        (2024, "general-surgery", "abroad", "11", 8),
    ]  # fmt: skip
    assert set(ReferralStatistic.objects.values_list("source", flat=True)) == {"CNAS"}


def test_second_import_creates_nothing_and_a_changed_figure_is_changed(cast):
    brought(cast, ARABIC)
    before = Change.objects.count()

    assert brought(cast, ARABIC) == {"unchanged": 2}
    assert Change.objects.count() == before
    assert brought(cast, ARABIC.replace("١٢", "١٤")) == {"updated": 1, "unchanged": 1}
    assert ReferralStatistic.objects.get(specialty__code="general-surgery").patients == 14


def test_same_figure_twice_in_a_sheet_is_taken_once_and_a_contradiction_is_refused(cast):
    head = "year,specialty,destination,patients\n"
    twice, contradiction = "2024,urology,abroad,5\n" * 2, "2024,urology,abroad,5\n2024,urology,abroad,6\n"

    assert brought(cast, head + twice) == {"created": 1, "skipped": 1}
    ReferralStatistic.objects.all().delete()
    assert brought(cast, head + contradiction) == {"created": 1, "refused": 1}


def test_source_that_looks_like_a_patient_is_refused_with_its_line(cast):
    head = "year,specialty,destination,patients,source\n"
    text = f"{head}2024,urology,abroad,5,dossier 123456 Ben Ali\n2023,urology,abroad,4,CNAS 2024-05-01\n"
    (line, _other) = actions.preview_referrals(actions.read_referrals(text.encode()), by=cast.amal, defaults={})

    assert (line.column, line.values["source"]) == ("source", "")
    assert brought(cast, text) == {"created": 1, "refused": 1}
    assert not any("123456" in f"{change.before}{change.after}" for change in Change.objects.all())


def test_sheet_without_a_header_is_refused():
    with pytest.raises(NoTable):
        lines_of(b"a,b\n1,2\n")


def test_coordinator_writes_of_the_own_institution_alone(cast):
    Institution.objects.filter(pk=cast.elsewhere.pk).update(name_ar="مستشفى الشرق")
    head = "year,specialty,destination,institution,patients\n"

    assert brought(cast, f"{head}2024,urology,abroad,{cast.elsewhere.code},5\n", by=cast.badr) == {"refused": 1}
    assert brought(cast, f"{head}2024,urology,abroad,{cast.host.code},5\n", by=cast.badr) == {"created": 1}
    assert brought(cast, "year,specialty,destination,patients\n2023,urology,abroad,4\n", by=cast.badr) == {"created": 1}  # the own one is meant
    assert set(ReferralStatistic.objects.values_list("institution", flat=True)) == {cast.host.pk}
    assert refused(lambda: referral_by(cast.badr, cast, institution=cast.elsewhere)) == "other_place"
    assert refused(lambda: brought(cast, ARABIC, by=cast.omar)) == "not_allowed"


def referral_by(by, cast, **given):
    values = {"year": 2020, "specialty": cast.specialties[0], "destination": "abroad", "region": None, "institution": cast.host, "country": None, "patients": 3}
    return actions.record_referral(by=by, **{**values, **given})


def test_figure_is_typed_once_and_corrected_by_those_who_see_it(cast):
    made = referral_by(cast.badr, cast)

    assert refused(lambda: referral_by(cast.amal, cast, patients=9)) == "already_there"
    actions.edit_referral(made, by=cast.amal, version=1, patients=9)
    assert ReferralStatistic.objects.get().patients == 9
    assert refused(lambda: actions.edit_referral(made, by=cast.ziad, version=2, patients=10)) == "not_allowed"
    assert not ReferralStatistic.objects.visible_to(cast.dalia).exists()
    assert ReferralStatistic.objects.visible_to(cast.ranya).exists()


def test_cost_finer_than_its_currency_is_refused_typed_and_in_a_sheet(cast):
    fine = {"cost": Decimal("12.345"), "currency": "DZD"}
    assert refused(lambda: referral_by(cast.badr, cast, **fine)) == "too_fine"
    made = referral_by(cast.badr, cast, cost=Decimal("12.345"), currency="KWD")
    assert refused(lambda: actions.edit_referral(made, by=cast.badr, version=1, **fine)) == "too_fine"

    head = "year,specialty,destination,patients,cost,currency\n"
    assert brought(cast, f"{head}2023,urology,abroad,4,12.3456,KWD\n2022,urology,abroad,4,1000.3451,DZD\n", by=cast.badr) == {"refused": 2}
    assert brought(cast, f"{head}2023,urology,abroad,4,1200.34,DZD\n", by=cast.badr) == {"created": 1}


def test_sheet_is_brought_looked_at_and_written_on_pages(client, cast):
    client.force_login(cast.amal)
    book = Workbook()
    book.active.append(["السنة", "الاختصاص", "الوجهة", "عدد المرضى", "البلد"])
    book.active.append([2024, "الجراحة العامة", "الخارج", 12, "FR"])
    book.active.append([2024, "اختصاص غير موجود", "الخارج", 3, ""])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "sent 2026-11-22.xlsx"  # a day is nobody's number
    Country.objects.create(code="FR", name_ar="فرنسا")

    page = client.post("/referrals/import/", {"file": file})
    fields = {name: page.context["form"][name].value() or "" for name in ("lines", "destination", "source", "title")}

    assert not ReferralStatistic.objects.exists()
    back = client.post("/referrals/import/", {**fields, "refused": "yes"})
    sheet = load_workbook(io.BytesIO(b"".join(back.streaming_content))).active
    assert [cell.value for cell in sheet[2]][:4] == ["Sheet", 3, "2024", "اختصاص غير موجود"]
    assert client.post("/referrals/import/", fields).status_code == 302
    assert ReferralStatistic.objects.get().country.code == "FR"
    client.post("/referrals/import/", fields)
    assert ReferralStatistic.objects.count() == 1


@pytest.mark.parametrize("lines", ["", "[1,2]", '{"a":1}', "not json", '[["s",1,{"year":["x"]}]]', "[[1,2,3]]", "[" * 200_000])
def test_lines_that_a_browser_garbled_are_refused_without_harm(client, cast, lines):
    client.force_login(cast.amal)

    assert client.post("/referrals/import/", {"lines": lines}).status_code in (200, 302)
    assert not ReferralStatistic.objects.exists()


def test_export_can_be_brought_back_and_changes_nothing(client, cast):
    brought(cast, ARABIC)
    client.force_login(cast.amal)

    exported = b"".join(client.get("/referrals/?export=csv").streaming_content)

    found = actions.preview_referrals(actions.read_referrals(exported), by=cast.amal, defaults={})
    assert [line.verdict for line in found] == ["unchanged", "unchanged"]


def test_localisation_puts_the_ladder_beside_the_patients_still_sent(cast):
    year = date.today().year
    for back, patients in ((3, 20), (1, 8)):
        referral(cast, year=year - back, patients=patients)
        referral(cast, year=year - back, patients=2, specialty=cast.specialties[1])
    referral(cast, destination="region", patients=30)
    ServiceLine.objects.create(partnership=cast.partnership, specialty=cast.specialties[0], name="أ", rung="visitors")
    ServiceLine.objects.create(partnership=cast.partnership, specialty=cast.specialties[0], name="ب", rung="together")

    general, urology = localisation(cast.amal)

    assert (general.specialty, general.services, general.furthest, general.last, general.before) == (
        cast.specialties[0],
        2,
        "together",
        (year - 1, 8),
        (year - 3, 20),
    )
    assert (general.state, general.change, urology.state) == ("growing", -12, "missing")
    assert totals([general, urology], general.years)["abroad"] == [None, None, 22, None, 10, None]
    assert localisation(cast.hani) == []
    assert [row.specialty for row in localisation(cast.amal, cast.elsewhere.region)] == []


def test_before_and_after_is_set_beside_comparable_places(cast):
    """Ten fewer here, two fewer at the two others: eight beyond what happened everywhere."""
    year = date.today().year - 1
    near = [institution(f"DZ-11-EPH-1{place}", f"مستشفى {place}", cast.host.region) for place in range(2)]
    indicator = coverage()
    type(indicator).objects.filter(pk=indicator.pk).update(code="TW23", unit="n", direction="lower")
    indicator.refresh_from_db()
    Partnership.objects.filter(pk=cast.partnership.pk).update(started_on=date(year - 1, 5, 1))
    partnership = Partnership.objects.with_people().get(pk=cast.partnership.pk)
    assert beside(indicator, partnership) is None
    for place, before, after in ((cast.host, 30, 20), (near[0], 12, 11), (near[1], 20, 17)):
        referral(cast, institution=place, year=year - 2, patients=before)
        referral(cast, institution=place, year=year, patients=after)

    found = beside(indicator, partnership)

    assert comparable_institutions(cast.host) == near
    assert not found.by_region
    assert (found.difference.change, found.difference.change_others, found.difference.net, found.difference.others) == (-10, -2, -8, 2)
    assert compute("TW23", Scope(partnership=partnership), Period(date(year, 1, 1), date(year, 12, 31))).value == 20


def test_before_and_after_falls_back_on_regions_where_figures_are_kept_by_region(cast):
    year = date.today().year - 1
    desert = region("33", "إليزي", "south")
    indicator = coverage()
    type(indicator).objects.filter(pk=indicator.pk).update(code="TW23", unit="n")
    indicator.refresh_from_db()
    Partnership.objects.filter(pk=cast.partnership.pk).update(started_on=date(year - 3, 1, 1))
    partnership = Partnership.objects.with_people().get(pk=cast.partnership.pk)
    for place, before, after in ((cast.host.region, 30, 20), (desert, 10, 10)):
        referral(cast, institution=None, region=place, year=year - 3, patients=before)
        referral(cast, institution=None, region=place, year=year, patients=after)

    found = beside(indicator, partnership, date(year - 3, 12, 31))

    assert list(Region.objects.filter(pk__in=[one.pk for one in comparable_regions(cast.host)])) == [desert]
    assert (found.by_region, found.difference.net) == (True, -10)


def test_reader_of_aggregates_sees_sums_and_no_institution(client, cast):
    referral_by(cast.badr, cast)
    client.force_login(cast.omar)

    page = client.get("/referrals/localisation/").content.decode()

    assert cast.host.name not in page
    assert client.get("/referrals/").status_code == 403
    assert not ReferralStatistic.objects.visible_to(cast.omar).exists()
