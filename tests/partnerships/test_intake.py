"""Importing institutions: preview, decisions, one transaction, the second time, and the way back."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.utils import timezone, translation
from openpyxl import load_workbook

import partnerships.reference
from core.exporters import as_csv, as_xlsx
from core.folding import fold
from core.history import first_broken
from core.lifecycle import TransitionRefused
from core.models import Change
from partnerships import actions, tasks
from partnerships.actions import intake as importing
from partnerships.choices import IntakeStatus, NameKind
from partnerships.intake.checking import Reference
from partnerships.intake.reading import Unreadable
from partnerships.models import ColumnMemory, Institution, InstitutionName, InstitutionWord, Intake, IntakeRow, Membership, Region
from tests.partnerships import real, sheets

pytestmark = pytest.mark.django_db

HEADER = ["code", "name_ar", "name_fr", "type", "region_code", "city", "beds", "specialities", "aliases"]
SEA = ["DZ-31-EPH-81", "مستشفى البحر", "Hôpital de la mer", "EPH", "31", "Arzew", "120", "urology", "Le Phare"]
PALM = ["DZ-30-EPH-82", "مستشفى النخيل", "Hôpital des palmiers", "EPH", "30", "Touggourt", "80", "urology|ophthalmology", ""]


@pytest.fixture
def ministry(cast):
    """The people of the ministry, with the real reference tables behind them."""
    partnerships.reference.load()
    return cast


def table(*rows: list[str], header: list[str] = HEADER) -> bytes:
    return sheets.as_csv([header, *rows])


def brought(by, *rows: list[str], header: list[str] = HEADER, **options) -> Intake:
    """A file that was uploaded and read."""
    intake = importing.begin_intake(by=by, upload=SimpleUploadedFile("قائمة.csv", table(*rows, header=header)), options=options)
    importing.read_intake(intake)
    return Intake.objects.get(pk=intake.pk)


def imported(by, *rows: list[str], **given) -> Intake:
    intake = brought(by, *rows, **given)
    importing.apply_intake(intake, by=by)
    return intake


def changed(row: list[str], **cells: str) -> list[str]:
    return [cells.get(name, cell) for name, cell in zip(HEADER, row, strict=True)]


def refused(code: str, function, *args, **given) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        function(*args, **given)
    assert refusal.value.code == code


def state() -> list[tuple]:
    """The register as it is, row by row."""
    fields = [field.name for field in Institution._meta.concrete_fields if field.name not in {"id", "updated_at", "created_at", "version"}]
    return sorted(Institution.objects.values_list(*fields), key=str)


# --- Reading --------------------------------------------------------------------------------------------------------


def test_upload_is_read_in_the_background_and_shown(ministry, django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.read_intake_task, "apply_async", lambda given, **how: asked.append(given))

    with django_capture_on_commit_callbacks(execute=True):
        intake = importing.begin_intake(by=ministry.amal, upload=SimpleUploadedFile("../../etc/قائمة.csv", table(SEA, PALM)))
    assert intake.status == IntakeStatus.READING
    assert tasks.read_intake_task(*asked[0]) is True

    intake.refresh_from_db()
    assert (intake.status, intake.title, intake.brought_by) == (IntakeStatus.PREVIEW, "قائمة.csv", ministry.amal)
    assert importing.counts(intake)["created"] == 2
    assert "قائمة" not in intake.content.name
    assert intake.matching == [
        ("", list(zip(HEADER, ("code", "name_ar", "name_fr", "kind", "region", "city", "beds_count", "specialties", "aliases"), strict=True)))
    ]
    assert not Institution.objects.filter(code=SEA[0]).exists()


def test_broker_that_is_away_costs_nothing(ministry, django_capture_on_commit_callbacks, monkeypatch):
    def away(given, **how):
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.read_intake_task, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        intake = importing.begin_intake(by=ministry.amal, text="name_ar\ttype\tregion\nمستشفى البحر\tEPH\t31\n")

    assert tasks.background_work() == 1

    intake.refresh_from_db()
    assert (intake.status, intake.rows.count()) == (IntakeStatus.PREVIEW, 1)
    assert tasks.background_work() == 0


def test_two_workers_do_not_read_twice_and_a_dead_one_is_replaced(ministry):
    intake = importing.begin_intake(by=ministry.amal, upload=SimpleUploadedFile("a.csv", table(SEA)))
    Intake.objects.filter(pk=intake.pk).update(claimed_at=timezone.now())  # somebody reads

    assert importing.read_intake(intake) is False
    assert IntakeRow.objects.count() == 0

    Intake.objects.filter(pk=intake.pk).update(claimed_at=timezone.now() - importing.STALE_AFTER - timedelta(seconds=1))
    assert importing.read_intake(intake) is True
    assert importing.read_intake(intake) is False
    assert IntakeRow.objects.count() == 1


def test_intake_claimed_before_the_clock_was_set_back_is_read(ministry):
    intake = importing.begin_intake(by=ministry.amal, upload=SimpleUploadedFile("a.csv", table(SEA)))
    Intake.objects.filter(pk=intake.pk).update(claimed_at=timezone.now() + timedelta(days=2))

    assert importing.read_waiting() == 1
    assert IntakeRow.objects.count() == 1


def test_file_that_cannot_be_read_says_why(ministry):
    intake = importing.begin_intake(by=ministry.amal, upload=SimpleUploadedFile("liste.xlsx", b"%PDF-1.7 ..."))

    importing.read_intake(intake)

    intake.refresh_from_db()
    assert (intake.status, intake.problem.split()[0]) == (IntakeStatus.UNREADABLE, "not_a_sheet")
    refused("wrong_status", importing.apply_intake, intake, by=ministry.amal)


def test_letters_that_no_database_takes_do_no_harm(ministry):
    header = [*HEADER, "col\u202eour\0"]
    hostile = [*changed(SEA, name_ar="مستشفى\0 البحر", type="Sta\0tion\u202e", beds="{{7*7}}", city="<script>alert(1)</script>"), "\0\u202e"]

    intake = brought(ministry.amal, hostile, header=header)

    row = intake.rows.last()
    assert (intake.status, row.verdict) == (IntakeStatus.PREVIEW, "refused")
    assert {finding["column"]: finding["value"] for finding in row.findings} == {"type": "Station", "beds": "{{7*7}}"}
    assert row.values["name_ar"] == "مستشفى البحر"
    assert row.cells["colour"] == ""


def test_reader_that_breaks_does_not_try_for_ever(ministry, monkeypatch):
    intake = importing.begin_intake(by=ministry.amal, upload=SimpleUploadedFile("a.csv", table(SEA)))
    monkeypatch.setattr(importing, "gather", lambda *given, **more: 1 / 0)

    assert importing.read_waiting() == 1

    intake.refresh_from_db()
    assert (intake.status, intake.problem.split()[0]) == (IntakeStatus.UNREADABLE, "failed")
    assert importing.read_waiting() == 0


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b" \n", "empty"), (b"x" * 15_000_001, "too_large")])
def test_file_of_no_use_is_refused_at_once(ministry, content, code):
    refused(code, importing.begin_intake, by=ministry.amal, upload=SimpleUploadedFile("a.csv", content))

    assert not Intake.objects.exists()


def test_whoever_is_not_of_the_ministry_imports_nothing(ministry):
    intake = brought(ministry.amal, SEA)
    row = intake.rows.get()

    for person in (ministry.hani, ministry.badr, ministry.ranya, ministry.omar, ministry.fatma, ministry.tarek):
        refused("not_allowed", importing.begin_intake, by=person, text="name_ar\nx\n")
        refused("not_allowed", importing.match_columns, intake, by=person, columns={})
        refused("not_allowed", importing.decide_row, row, by=person, is_new=True)
        refused("not_allowed", importing.apply_intake, intake, by=person)
        refused("not_allowed", importing.undo_intake, intake, by=person)
        refused("not_allowed", importing.drop_intake, intake, by=person)
        refused("not_allowed", importing.import_file, table(SEA), by=person, title="a", options={})
        assert not Intake.objects.visible_to(person).exists()

    assert Intake.objects.visible_to(ministry.hoda).get() == intake
    assert not Institution.objects.filter(code=SEA[0]).exists()


# --- Columns --------------------------------------------------------------------------------------------------------


def test_columns_matched_by_hand_are_used_and_remembered(ministry):
    header = ["Sigle", "Désignation locale", "type", "region_code", "city", "Couchages", "specialities", "aliases"]
    rows = [SEA[1:], PALM[1:]]
    intake = brought(ministry.amal, *rows, header=header)
    assert intake.problem.split()[0] == "no_header"

    importing.match_columns(
        intake, by=ministry.amal, columns={"": {"Sigle": "name_ar", "Désignation locale": "name_fr", "Couchages": "beds_count", "city": ""}}
    )
    importing.read_intake(intake)

    intake.refresh_from_db()
    assert intake.status == IntakeStatus.PREVIEW
    first = intake.rows.filter(verdict="created").first()
    assert (first.values["name_ar"], first.values["name_fr"], first.values["beds_count"]) == (SEA[1], SEA[2], 120)
    assert "city" not in first.values
    assert dict(ColumnMemory.objects.values_list("header", "field")) == {
        "sigle": "name_ar", "designation locale": "name_fr", "couchages": "beds_count", "city": "",
    }  # fmt: skip
    again = brought(ministry.hoda, *rows, header=[name.upper() for name in header])
    assert again.status == IntakeStatus.PREVIEW
    assert again.rows.filter(verdict="created").first().values["beds_count"] == 120


def test_columns_that_contradict_are_refused(ministry):
    intake = brought(ministry.amal, SEA)

    refused("columns_contradict", importing.match_columns, intake, by=ministry.amal, columns={"": {"city": "name_ar"}})
    refused("columns_contradict", importing.match_columns, intake, by=ministry.amal, columns={"": {"city": "password"}})
    refused("no_name_column", importing.match_columns, intake, by=ministry.amal, columns={"": dict.fromkeys(("code", "name_ar", "name_fr"), "")})

    assert not ColumnMemory.objects.exists()
    assert Intake.objects.get(pk=intake.pk).status == IntakeStatus.PREVIEW


# --- Into the register ----------------------------------------------------------------------------------------------


def test_import_writes_everything_about_an_institution(ministry):
    imported(ministry.amal, SEA, PALM)

    sea = Institution.objects.get(code=SEA[0])
    assert (sea.name_ar, sea.name_fr, sea.kind.code, sea.country.code, sea.region.code, sea.city, sea.beds_count, sea.aliases) == (
        SEA[1], SEA[2], "EPH", "DZ", "31", "Arzew", 120, "Le Phare",
    )  # fmt: skip
    assert [item.code for item in sea.specialties.all()] == ["urology"]
    assert sea.verified_at is None
    fresh = Institution.objects.get(code=SEA[0])
    fresh.refresh_search()
    assert (sea.search_text, sea.sort_key) == (fresh.search_text, fresh.sort_key)
    assert set(sea.all_names.values_list("text", "kind")) == {(SEA[1], NameKind.OFFICIAL), (SEA[2], NameKind.OFFICIAL), ("Le Phare", NameKind.ALIAS)}


def test_import_leaves_a_line_for_each_institution_and_one_for_itself(ministry):
    before = Change.objects.count()

    intake = imported(ministry.amal, SEA, PALM)

    lines = Change.objects.order_by("pk")[before:]
    assert [(line.object_type, line.verb, line.by) for line in lines] == [
        ("partnerships.intake", "create", ministry.amal), ("partnerships.intake", "show", None), ("partnerships.intake", "import", ministry.amal),
        ("partnerships.institution", "create", ministry.amal), ("partnerships.institution", "create", ministry.amal),
    ]  # fmt: skip
    assert lines[3].after["name_ar"] == SEA[1]
    assert lines[3].reason == intake.title
    assert first_broken() is None


def test_second_import_of_the_same_file_changes_nothing(ministry):
    nameless = changed(PALM, code="")
    imported(ministry.amal, SEA, nameless)
    before, versions = state(), sorted(Institution.objects.values_list("pk", "version"))
    lines = Change.objects.filter(object_type="partnerships.institution").count()

    intake = imported(ministry.amal, SEA, nameless)

    assert importing.counts(intake)["unchanged"] == 2
    assert (state(), sorted(Institution.objects.values_list("pk", "version"))) == (before, versions)
    assert Change.objects.filter(object_type="partnerships.institution").count() == lines


def test_row_without_a_code_gets_the_next_one_of_the_register(ministry):
    imported(ministry.amal, SEA, changed(PALM, code="", region_code="31", city="Bethioua"), changed(PALM, code="", name_ar="مستشفى الرمال", name_fr="Sables"))

    assert set(Institution.objects.filter(kind__code="EPH", name_fr__in=(PALM[2], "Sables")).values_list("code", flat=True)) == {"DZ-31-EPH-82", "DZ-30-EPH-01"}


def test_changed_cells_are_written_and_empty_ones_leave_what_is_kept(ministry):
    imported(ministry.amal, SEA)
    sea = Institution.objects.get(code=SEA[0])
    Institution.objects.filter(pk=sea.pk).update(former_names="الاسم القديم")

    intake = imported(ministry.amal, changed(SEA, name_fr="Hôpital de la mer bleue", beds="", specialities="oncology", aliases=""))

    row = intake.rows.get()
    assert (row.verdict, row.before) == ("updated", {"name_fr": SEA[2], "specialties": ["urology"]})
    sea.refresh_from_db()
    assert (sea.name_fr, sea.beds_count, sea.aliases, sea.version) == ("Hôpital de la mer bleue", 120, "Le Phare", 2)
    assert [item.code for item in sea.specialties.all()] == ["oncology"]
    assert "bleue" in sea.search_text
    assert {"bleue", "arzew", "phare"} <= set(InstitutionWord.objects.filter(institution=sea).values_list("word", flat=True))
    assert set(sea.all_names.values_list("text", flat=True)) == {SEA[1], "Hôpital de la mer bleue", "Le Phare", "الاسم القديم"}
    line = Change.objects.filter(object_type="partnerships.institution", object_id=sea.pk).latest("pk")
    assert (line.verb, line.before["name_fr"], line.after["name_fr"]) == ("edit", SEA[2], "Hôpital de la mer bleue")


def test_finer_region_is_kept(ministry):
    header = [*HEADER, "region_code_69"]
    place = [*changed(PALM, code="DZ-03-EPH-83", region_code="03"), "59"]
    imported(ministry.amal, place, header=header)

    intake = imported(ministry.amal, place[:-1])

    assert importing.counts(intake)["unchanged"] == 1
    assert Institution.objects.get(code="DZ-03-EPH-83").region.code == "59"


def test_only_latin_name_is_not_written_into_the_other_column(ministry):
    header = ["code", "name_en", "type", "country"]
    imported(ministry.amal, ["US-GENERAL-91", "Harbour Clinic", "GENERAL", "US"], header=header)

    intake = imported(ministry.amal, ["US-GENERAL-91", "Harbour Clinic", "GENERAL", "US"], header=["code", "name_fr", "type", "country"])

    assert importing.counts(intake)["unchanged"] == 1


def test_code_with_quite_another_name_is_written_with_a_warning(ministry):
    imported(ministry.amal, SEA)

    intake = brought(ministry.amal, changed(SEA, name_ar="عيادة الجبل الأخضر", name_fr="Polyclinique du Djebel"))

    row = intake.rows.get()
    assert (row.verdict, [finding["code"] for finding in row.findings]) == ("warning", ["renamed"])


def test_one_transaction_leaves_nothing_half_written(ministry, monkeypatch):
    imported(ministry.amal, SEA)
    before, lines = state(), Change.objects.count()
    intake = brought(ministry.amal, PALM, changed(SEA, beds="7"))
    lines = Change.objects.count()

    def breaks(*given, **more):
        raise IntegrityError("in the middle")

    monkeypatch.setattr(importing, "update_rows", breaks)
    with pytest.raises(IntegrityError):
        importing.apply_intake(intake, by=ministry.amal)

    assert (state(), Change.objects.count()) == (before, lines)
    assert Intake.objects.get(pk=intake.pk).status == IntakeStatus.PREVIEW
    assert set(intake.rows.values_list("institution__code", flat=True)) == {None, SEA[0]}


def test_failed_import_of_a_file_leaves_neither_rows_nor_file(ministry, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "kept"
    monkeypatch.setattr(importing, "create_rows", lambda *given: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        importing.import_file(table(SEA), by=None, title="a.csv", options={})

    assert not Intake.objects.exists()
    assert [path for path in (tmp_path / "kept").rglob("*") if path.is_file()] == []


def test_import_needs_its_file_no_longer(ministry, django_capture_on_commit_callbacks):
    intake = brought(ministry.amal, SEA)
    storage, name = intake.content.storage, intake.content.name

    with django_capture_on_commit_callbacks(execute=True):
        importing.apply_intake(intake, by=ministry.amal)

    assert (storage.exists(name), Intake.objects.get().content.name) == (False, "")
    assert importing.undo_intake(Intake.objects.get(), by=ministry.amal).deleted == 1


def test_what_looks_like_a_patient_is_nowhere_kept(ministry):
    header = [*HEADER, "note", "contact du malade"]
    numbered = [*changed(PALM, aliases="dossier 123456"), "dossier 123456, 0550 12 34 56", "dossier 123456"]
    heading = ["", "", "", "", "", "", "", "", "", "dossier 123456", ""]

    intake = brought(ministry.amal, [*SEA, "", "0550 12 34 56"], numbered, heading, header=header)

    assert sorted(intake.rows.values_list("verdict", flat=True)) == ["created", "refused", "skipped", "skipped"]
    kept = str(list(intake.rows.values("cells", "values", "findings")))
    assert "123456" not in kept
    assert "0550" not in kept
    assert PALM[2] in kept


def test_import_is_held_against_the_register_as_it_is_by_then(ministry):
    intake = brought(ministry.amal, SEA, PALM)
    assert importing.counts(intake)["created"] == 2
    imported(ministry.hoda, changed(SEA, beds="99"))

    counted = importing.apply_intake(intake, by=ministry.amal)

    assert (counted["created"], counted["updated"]) == (1, 1)
    assert Institution.objects.filter(code=SEA[0]).count() == 1
    assert Institution.objects.get(code=SEA[0]).beds_count == 120


def test_same_import_twice_is_taken_once(ministry):
    intake = brought(ministry.amal, SEA)
    second = Intake.objects.get(pk=intake.pk)
    importing.apply_intake(intake, by=ministry.amal)

    refused("overtaken", importing.apply_intake, second, by=ministry.hoda)

    assert Institution.objects.filter(code=SEA[0]).count() == 1


def test_rows_are_written_with_a_fixed_number_of_queries(ministry, django_assert_max_num_queries):
    few = brought(ministry.amal, SEA, PALM)
    many = brought(ministry.amal, *([f"DZ-{number:02}-EPH-9{number % 10}", "", f"Place {chr(97 + number)}{chr(97 + number)}{chr(98 + number)}", "EPH", f"{number:02}", "", str(number), "urology", ""] for number in range(2, 22)))  # fmt: skip

    with django_assert_max_num_queries(45):
        importing.apply_intake(few, by=ministry.amal)
    with django_assert_max_num_queries(45):
        importing.apply_intake(many, by=ministry.amal)

    assert importing.counts(many)["warning"] == 20


# --- Possible doubles -----------------------------------------------------------------------------------------------


def test_likely_double_waits_for_a_decision(ministry):
    imported(ministry.amal, SEA)
    alike = changed(SEA, code="DZ-31-EPH-97", name_ar="مستشفي البحر", beds="300")

    intake = brought(ministry.amal, alike)
    row = intake.rows.get()
    assert (row.verdict, [finding["code"] for finding in row.findings]) == ("possible_duplicate", ["looks_like"])
    assert row.findings[0]["facts"]["code"] == SEA[0]
    importing.apply_intake(intake, by=ministry.amal)

    assert not Institution.objects.filter(code="DZ-31-EPH-97").exists()
    assert Institution.objects.get(code=SEA[0]).beds_count == 120


def test_double_that_is_the_same_changes_the_one_that_is_kept(ministry):
    imported(ministry.amal, SEA)
    sea = Institution.objects.get(code=SEA[0])
    intake = brought(ministry.amal, changed(SEA, code="DZ-31-EPH-97", name_ar="مستشفي البحر", beds="300"))

    row = importing.decide_row(intake.rows.get(), by=ministry.amal, same_as=sea)
    assert row.verdict == "updated"
    importing.apply_intake(intake, by=ministry.amal)

    sea.refresh_from_db()
    assert (sea.code, sea.beds_count) == (SEA[0], 300)
    assert not Institution.objects.filter(code="DZ-31-EPH-97").exists()


def test_double_that_is_a_new_one_is_entered(ministry):
    imported(ministry.amal, SEA)
    intake = brought(ministry.amal, changed(SEA, code="DZ-31-EPH-97", name_ar="مستشفي البحر"))

    row = importing.decide_row(intake.rows.get(), by=ministry.amal, is_new=True)
    assert row.verdict == "created"
    row = importing.decide_row(row, by=ministry.amal)
    assert row.verdict == "possible_duplicate"
    importing.decide_row(row, by=ministry.amal, is_new=True)
    importing.apply_intake(intake, by=ministry.amal)

    assert Institution.objects.filter(code="DZ-31-EPH-97").exists()
    refused("wrong_status", importing.decide_row, row, by=ministry.amal)


def test_doubles_are_entered_when_asked_for(ministry):
    imported(ministry.amal, SEA)

    intake = imported(ministry.amal, changed(SEA, code="DZ-31-EPH-97", name_ar="مستشفي البحر"), new_anyway=True)

    assert importing.counts(intake)["created"] == 1


def test_two_rows_of_one_place_are_seen(ministry):
    rows = [SEA, changed(SEA, code="DZ-31-EPH-97", name_ar="مستشفى البحـــر"), changed(PALM, code=""), changed(PALM, code="", beds="81")]

    intake = brought(ministry.amal, *rows)

    assert [(row.verdict, [finding["code"] for finding in row.findings]) for row in intake.rows.order_by("pk")] == [
        ("created", []), ("possible_duplicate", ["looks_like_row"]), ("created", []), ("refused", ["twice"]),
    ]  # fmt: skip


def test_different_places_that_sound_alike_are_not_doubles(ministry):
    header = ["name_ar", "name_fr", "type", "region_code", "city"]
    rows = [
        ["المستشفى الجامعي باتنة", "CHU Batna", "CHU", "05", "Batna"], ["المؤسسة العمومية الاستشفائية باتنة", "EPH Batna", "EPH", "05", "Batna"],
        ["مستشفى سيدي عيسى", "EPH Sidi Aïssa", "EPH", "28", "Sidi Aissa"], ["مستشفى سيدي عيش", "EPH Sidi Aïch", "EPH", "06", "Sidi Aich"],
    ]  # fmt: skip

    assert importing.counts(brought(ministry.amal, *rows, header=header))["created"] == 4


def test_institution_that_was_merged_is_left_out(ministry):
    imported(ministry.amal, SEA, PALM)
    Institution.objects.filter(code=SEA[0]).update(merged_into=Institution.objects.get(code=PALM[0]))

    row = brought(ministry.amal, changed(SEA, beds="1")).rows.get()

    assert (row.verdict, row.findings[0]["code"], row.findings[0]["facts"]["code"]) == ("skipped", "merged_away", PALM[0])


# --- And back -------------------------------------------------------------------------------------------------------


def test_undo_takes_everything_back(ministry):
    imported(ministry.amal, SEA)
    before = state()
    intake = imported(ministry.amal, changed(SEA, name_ar="مستشفى البحر الكبير", beds="5", specialities="oncology"), PALM)

    undone = importing.undo_intake(Intake.objects.get(pk=intake.pk), by=ministry.hoda)

    assert (undone.deleted, undone.restored, undone.kept) == (1, 1, [])
    assert state() == before
    sea = Institution.objects.get(code=SEA[0])
    assert [item.code for item in sea.specialties.all()] == ["urology"]
    assert not InstitutionWord.objects.filter(institution=sea, word=fold("الكبير")).exists()
    assert SEA[1] in set(sea.all_names.values_list("text", flat=True))
    assert Intake.objects.get(pk=intake.pk).status == IntakeStatus.UNDONE
    assert Change.objects.filter(verb="undo_import").count() == 2
    assert first_broken() is None


def test_undo_keeps_what_was_worked_with_since_and_names_it(ministry):
    imported(ministry.amal, SEA)
    third = changed(PALM, code="DZ-16-EPH-84", name_ar="مستشفى الجبل", name_fr="Hôpital du mont", region_code="16")
    intake = imported(ministry.amal, changed(SEA, beds="5"), PALM, third)
    sea, palm = Institution.objects.get(code=SEA[0]), Institution.objects.get(code=PALM[0])
    actions.edit_institution(sea, {"theatres_count": 3}, by=ministry.amal)
    Membership.objects.create(user=ministry.hani, role="coordinator", institution=palm, valid_from=timezone.localdate())

    undone = importing.undo_intake(Intake.objects.get(pk=intake.pk), by=ministry.amal)

    assert (undone.deleted, undone.restored, {place.code for place in undone.kept}) == (1, 0, {SEA[0], PALM[0]})
    sea.refresh_from_db()
    assert (sea.beds_count, sea.theatres_count) == (5, 3)
    assert Institution.objects.filter(code=PALM[0]).exists()
    assert not Institution.objects.filter(code="DZ-16-EPH-84").exists()


def test_undo_keeps_a_new_one_that_somebody_edited(ministry):
    intake = imported(ministry.amal, PALM)
    actions.edit_institution(Institution.objects.get(code=PALM[0]), {"city": "Ouargla"}, by=ministry.amal)

    undone = importing.undo_intake(Intake.objects.get(pk=intake.pk), by=ministry.amal)

    assert [place.code for place in undone.kept] == [PALM[0]]
    assert Institution.objects.get(code=PALM[0]).city == "Ouargla"


def test_undo_is_possible_for_a_day_and_once(ministry):
    late, early = imported(ministry.amal, SEA), imported(ministry.amal, PALM)
    Intake.objects.filter(pk=late.pk).update(applied_at=timezone.now() - timedelta(hours=24, minutes=1))
    Intake.objects.filter(pk=early.pk).update(applied_at=timezone.now() - timedelta(hours=23, minutes=59))

    refused("too_late", importing.undo_intake, Intake.objects.get(pk=late.pk), by=ministry.amal)
    importing.undo_intake(Intake.objects.get(pk=early.pk), by=ministry.amal)
    refused("wrong_status", importing.undo_intake, Intake.objects.get(pk=early.pk), by=ministry.amal)

    assert Institution.objects.filter(code=SEA[0]).exists()
    assert not Institution.objects.filter(code=PALM[0]).exists()


def test_import_that_was_put_aside_leaves_no_rows_and_no_file(ministry, django_capture_on_commit_callbacks):
    intake = brought(ministry.amal, SEA)
    storage, name = intake.content.storage, intake.content.name
    assert storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        importing.drop_intake(intake, by=ministry.amal)

    assert not storage.exists(name)
    assert (Intake.objects.get(pk=intake.pk).status, intake.rows.count()) == (IntakeStatus.DROPPED, 0)
    refused("wrong_status", importing.apply_intake, intake, by=ministry.amal)


# --- What there is to show ------------------------------------------------------------------------------------------


def test_refused_rows_go_back_as_a_file_and_come_in_again_corrected(ministry):
    bad = changed(PALM, type="Station", beds="-4", name_fr="=cmd|x")
    intake = imported(ministry.amal, SEA, bad)
    columns, rows = importing.refused_rows(intake)
    with translation.override("ar"):
        book = load_workbook(BytesIO(b"".join(as_xlsx("refused", columns, rows).streaming_content)))
    columns, rows = importing.refused_rows(intake)
    text = b"".join(as_csv("refused", columns, rows).streaming_content).decode("utf-8-sig")

    sheet = book.active
    assert sheet.sheet_view.rightToLeft
    assert [cell.value for cell in sheet[1]][: len(HEADER)] == HEADER
    line = [cell.value for cell in sheet[2]]
    assert (line[0], line[2], line[len(HEADER) + 1]) == (PALM[0], "'=cmd|x", 3)
    assert "type: " in line[-2]
    assert "beds: " in line[-2]
    assert line[-1]
    assert sheet.max_row == 2

    corrected = text.replace("Station", "EPH").replace("'-4", "4")
    again = importing.begin_intake(by=ministry.amal, upload=SimpleUploadedFile("b.csv", corrected.encode()))
    importing.read_intake(again)
    assert importing.counts(again) | {"created": 1} == dict.fromkeys(importing.counts(again), 0) | {"created": 1}
    assert again.rows.get().values["name_fr"] == "=cmd|x"


def test_export_of_the_list_comes_back_as_the_same(ministry, client):
    imported(
        ministry.amal,
        SEA,
        changed(PALM, name_fr="=1+1 palmiers", beds=""),
        changed(SEA, code="", name_ar="", name_fr="Zéralda", region_code="16", city="Zéralda", aliases=""),
    )
    before = state()
    client.force_login(ministry.amal)

    for language in ("ar", "fr", "en"):
        for kind in ("csv", "xlsx"):
            ministry.amal.language = language
            ministry.amal.save()
            response = client.get(f"/institutions/?export={kind}&lang={language}")
            exported = b"".join(response.streaming_content)
            intake = importing.begin_intake(by=ministry.amal, upload=SimpleUploadedFile(f"a.{kind}", exported))
            importing.read_intake(intake)
            counted = importing.counts(intake)
            assert {name: count for name, count in counted.items() if count} == {"unchanged": Institution.objects.count()}, (language, kind, counted)

    assert state() == before


def test_row_shows_what_it_changes(ministry):
    imported(ministry.amal, SEA)
    row = brought(ministry.amal, changed(SEA, beds="7", specialities="oncology")).rows.get()

    with translation.override("en"):
        shown = importing.row_changes(row, Reference.load())

    assert shown == [("beds", "120", "7"), ("specialties", "urology", "Medical oncology")]


def test_report_has_a_line_for_each_finding(ministry):
    rows = brought(ministry.amal, SEA, changed(PALM, type="Station", beds="-4", name_ar="")).rows.order_by("pk")

    with translation.override("en"):
        lines = list(importing.report_lines(rows))

    assert [line[:5] for line in lines] == [
        ["", 2, "created", "", ""], ["", 3, "refused", "type", "Station"], ["", 3, "refused", "beds", "-4"],
    ]  # fmt: skip
    assert all(line[5] and line[6] for line in lines[1:])


@real.needs_register
@pytest.mark.once_postgres
def test_whole_register_comes_in_and_changes_nothing_the_second_time(reference):
    first = importing.import_file(real.FILE.read_bytes(), by=None, title="register.csv", options={})
    before = state()
    second = importing.import_file(real.FILE.read_bytes(), by=None, title="register.csv", options={})

    assert importing.effects(first.rows.all())["created"] == 549 == Institution.objects.count()
    assert importing.counts(second)["unchanged"] == 549
    assert state() == before
    assert InstitutionName.objects.count() > 549
    assert Region.objects.get(country__code="DZ", code="59").institutions.count() == 3
    assert first_broken() is None


def test_file_that_cannot_be_read_leaves_nothing_when_imported_at_once(reference):
    with pytest.raises(Unreadable):
        importing.import_file(b"%PDF-1.4", by=None, title="a.xlsx", options={})

    assert not Intake.objects.exists()
