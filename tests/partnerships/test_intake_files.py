"""Files that people bring: what can be read is read, and what cannot gets a short answer within the caps."""

import io
import os
import random
import time
import zipfile
import zlib

import pytest
from django.utils import translation
from openpyxl import Workbook

from partnerships.actions.intake import preview
from partnerships.intake import child
from partnerships.intake.findings import PROBLEMS, kept_problem, problem_words
from partnerships.intake.reading import WALL_SECONDS, Unreadable, sheets_of
from tests.partnerships import sheets

pytestmark = pytest.mark.once
HEADER = ["Code", "الاسم بالعربية", "Type", "Wilaya", "Lits"]
ROW = ["DZ-30-EPH-77", "مستشفى الواحة", "EPH", "30", "120"]
OTHER = ["DZ-31-EPH-78", "مستشفى البحر", "EPH", "31", "80"]
SHEET = "xl/worksheets/sheet1.xml"


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in sheets_of(content)[0].rows]


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        sheets_of(content)
    return refused.value.code


def said(rows) -> list[tuple[str, int, str, list[str]]]:
    return [(row.sheet, row.number, str(row.verdict), [finding["code"] for finding in row.findings]) for row in rows]


# --- Text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_of_any_encoding_and_separator_reads_the_same(encoding, separator):
    rows = [HEADER, ROW, OTHER]

    assert cells(sheets.as_csv(rows, encoding=encoding, separator=separator)) == rows


def test_csv_of_western_windows_is_told_from_the_arabic_one():
    french = [["Code", "Nom", "Type"], ["1", "Établissement Public Hospitalier d'Aïn Témouchent, côté été", "EPH"], ["2", "HÔPITAL DE BÉCHAR", "EPH"]]
    mixed = [["Code", "Nom", "الاسم"], ["1", "hôpital de Béchar", "مستشفى بشار"], ["2", "hôpital d'Oran", "مستشفى وهران"]]

    assert cells(sheets.as_csv(french, encoding="cp1252")) == french
    assert cells(sheets.as_csv(mixed, encoding="cp1256")) == mixed


def test_csv_with_a_few_broken_letters_stays_utf_8():
    content = sheets.as_csv([HEADER, ROW, OTHER]).replace("البحر".encode(), "البح".encode() + b"\xd8")

    rows = cells(content)

    assert rows[1] == ROW
    assert "\ufffd" in rows[2][1]


def test_csv_cell_with_separators_quotes_and_line_ends_is_one_cell():
    name = 'مستشفى "الأمل"، الجديد; 2\nالطابق الأول, يمين'

    assert cells(sheets.as_csv([HEADER, ["1", name, "EPH"]])) == [HEADER, ["1", name, "EPH"]]


def test_csv_records_are_counted_as_a_person_sees_them():
    content = 'Code,Nom\r\n\r\nA-1,"x\ny"\r\n,,\r\nA-2,z\r\n'

    assert [(row.number, row.cells) for row in sheets_of(content.encode())[0].rows] == [(1, ["Code", "Nom"]), (3, ["A-1", "x\ny"]), (5, ["A-2", "z"])]


def test_csv_line_that_names_the_separator_is_no_row():
    assert cells(b"sep=;\r\nCode;Nom\r\nA-1;a,b,c\r\n") == [["Code", "Nom"], ["A-1", "a,b,c"]]


def test_csv_of_old_macintosh_line_ends():
    assert cells(b"Code,Nom\rA-1,x\rA-2,y\r") == [["Code", "Nom"], ["A-1", "x"], ["A-2", "y"]]


def test_csv_whose_decimals_are_commas_is_cut_at_semicolons():
    assert cells(b"Code;Nom;Lat;Lon\nA-1;x;36,75;3,05\nA-2;y;35,20;1,10\n")[1] == ["A-1", "x", "36,75", "3,05"]


def test_csv_with_an_open_quotation_mark_is_refused():
    assert refusal(b'Code,Nom\nA-1,"x\nA-2,y\nA-3,z\n') == "open_quote"


def test_csv_word_of_a_megabyte_is_cut_to_what_a_cell_holds():
    assert len(cells(f"Code,Nom\nA-1,{'x' * 1_000_000}\n".encode())[1][1]) == child.CELL_LETTERS


# --- Workbooks ------------------------------------------------------------------------------------------------------


def test_numbers_days_and_truths_of_a_workbook_become_text():
    from datetime import date, datetime

    rows = cells(sheets.as_xlsx([["a", "b", "c", "d", "e", "f"], [120, 36.75, date(2024, 11, 5), datetime(2024, 11, 5, 13, 30), True, "00123"]]))

    assert rows[1] == ["120", "36.75", "2024-11-05", "2024-11-05 13:30:00", "true", "00123"]


def test_rows_keep_the_numbers_of_the_sheet():
    book = Workbook()
    sheets.put(book.active, [HEADER], 4)
    sheets.put(book.active, [ROW], 7)
    sheets.put(book.active, [OTHER], 5_000)

    assert [row.number for row in sheets_of(sheets.saved(book))[0].rows] == [4, 7, 5_000]


def test_columns_before_the_table_may_be_empty():
    assert cells(sheets.as_xlsx([["", "", *HEADER], ["", "", *ROW]])) == [["", "", *HEADER], ["", "", *ROW]]


def test_false_dimension_is_not_believed():
    rows = [HEADER, *([f"DZ-30-EPH-{number}", f"مستشفى {number}", "EPH", "30", "1"] for number in range(10, 60))]
    content = sheets.changed_part(sheets.as_xlsx(rows), SHEET, 'ref="A1:E51"', 'ref="A1:A1"')

    assert cells(content) == rows


def test_false_dimension_that_is_huge_costs_nothing():
    content = sheets.changed_part(sheets.as_xlsx([HEADER, ROW]), SHEET, 'ref="A1:E2"', 'ref="A1:XFD1048576"')

    started = time.monotonic()

    assert cells(content) == [HEADER, ROW]
    assert time.monotonic() - started < 5


def test_hundred_thousand_empty_rows_are_nothing():
    rows = "".join(f'<row r="{number}" s="1" customFormat="1"><c r="A{number}" s="0"/><c r="B{number}" s="0"/></row>' for number in range(3, 100_003))
    content = sheets.changed_part(sheets.as_xlsx([HEADER, ROW]), SHEET, "</sheetData>", f"{rows}</sheetData>")

    started = time.monotonic()

    assert cells(content) == [HEADER, ROW]
    assert time.monotonic() - started < WALL_SECONDS / 2


def test_what_is_merged_downwards_stands_in_each_row():
    book = Workbook()
    sheets.put(book.active, [["Code", "Nom", "Wilaya"], ["A-1", "x", "Oran"], ["A-2", "y", ""], ["A-3", "z", ""], ["A-4", "w", ""]])
    book.active.merge_cells("C2:C4")

    assert [row[2:] for row in cells(sheets.saved(book))[1:]] == [["Oran"], ["Oran"], ["Oran"], []]


@pytest.mark.django_db
def test_merged_wilayas_and_merged_titles_are_understood(reference):
    book = Workbook()
    sheets.put(book.active, [["قائمة المؤسسات الاستشفائية"], ["الولاية", "الاسم", "النوع"], ["وهران", "مستشفى البحر", "EPH"], ["", "مستشفى الميناء", "EPH"]])
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("A3:A4")

    rows = preview(sheets.saved(book), options={}).rows

    assert [(row.number, row.verdict, row.values["region"]) for row in rows] == [(3, "created", "31"), (4, "created", "31")]


@pytest.mark.django_db
def test_hidden_rows_and_sheets_are_left_out_and_named_unless_asked_for(reference):
    book = Workbook()
    book.active.title = "ظاهرة"
    sheets.put(book.active, [HEADER, ROW, OTHER])
    book.active.row_dimensions[3].hidden = True
    hidden, very_hidden = book.create_sheet("مخفية"), book.create_sheet("مخفية جدا")
    sheets.put(hidden, [HEADER, ["DZ-16-EPH-79", "مستشفى الجبل", "EPH", "16", "5"]])
    sheets.put(very_hidden, [HEADER, ["DZ-19-EPH-79", "مستشفى السهل", "EPH", "19", "5"]])
    hidden.sheet_state, very_hidden.sheet_state = "hidden", "veryHidden"
    content = sheets.saved(book)

    careful, everything = preview(content, options={}).rows, preview(content, options={"include_hidden": True}).rows

    assert said(careful) == [
        ("ظاهرة", 2, "created", []), ("ظاهرة", 3, "skipped", ["hidden_row"]), ("مخفية", 2, "skipped", ["hidden_sheet"]),
        ("مخفية جدا", 2, "skipped", ["hidden_sheet"]),
    ]  # fmt: skip
    assert [row.verdict for row in everything] == ["created"] * 4


@pytest.mark.django_db
def test_every_sheet_with_a_header_is_read_and_the_others_are_named(reference):
    book = Workbook()
    book.active.title = "Lisez-moi"
    sheets.put(book.active, [["Ce classeur contient la liste."], ["Mise à jour : 2026"]])
    sheets.put(book.create_sheet("Sud"), [HEADER, ROW])
    sheets.put(book.create_sheet("Nord"), [list(reversed(HEADER)), list(reversed(OTHER))])
    book.create_sheet("Vide")
    content = sheets.saved(book)

    assert said(preview(content, options={}).rows) == [("Lisez-moi", 1, "skipped", ["no_header_here"]), ("Sud", 2, "created", []), ("Nord", 2, "created", [])]
    assert said(preview(content, options={"sheet": "nord"}).rows) == [("Nord", 2, "created", [])]
    with pytest.raises(Unreadable, match="no_such_sheet"):
        preview(content, options={"sheet": "Ouest"})


@pytest.mark.django_db
def test_formulas_are_not_calculated_and_errors_are_named(reference):
    book = Workbook()
    sheets.put(book.active, [HEADER, ROW, OTHER])
    book.active["E2"].value = "=60+60"  # openpyxl keeps no result
    book.active["E3"].value, book.active["E3"].data_type = "#REF!", "e"

    rows = preview(sheets.saved(book), options={}).rows

    assert said(rows) == [("Sheet", 2, "refused", ["uncalculated"]), ("Sheet", 3, "refused", ["cell_error"])]


@pytest.mark.django_db
def test_kept_result_of_a_formula_is_read(reference):
    book = Workbook()
    sheets.put(book.active, [HEADER, ROW])
    book.active["E2"].value = "=60+60"
    content = sheets.changed_part(sheets.saved(book), SHEET, "<f>60+60</f><v></v>", "<f>60+60</f><v>121</v>")

    assert preview(content, options={}).rows[0].values["beds_count"] == 121


@pytest.mark.django_db
def test_unknown_columns_are_named_and_known_ones_without_use_are_not(reference):
    rows = preview(sheets.as_csv([[*HEADER, "Couleur", "ownership", "N°"], [*ROW, "bleu", "public", "1"]]), options={}).rows

    assert said(rows) == [("", 1, "skipped", ["unknown_column"]), ("", 2, "created", [])]
    assert [finding["column"] for finding in rows[0].findings] == ["Couleur"]


# --- What is no list ------------------------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_flag(content: bytes) -> bytes:
    """A ZIP file whose entries say that they are encrypted."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)


def ole(name: str) -> bytes:
    return child.OLE + b"\0" * 500 + name.encode("utf-16-le") + b"\0" * 500


NOISE = random.Random(5).randbytes(20_000)
GOOD = sheets.as_xlsx([HEADER, ROW])
HOSTILE = {
    "nothing": (b"", "empty"),
    "spaces": (b" \r\n\t\r\n", "empty"),
    "a workbook without a cell": (sheets.as_xlsx([]), "empty"),
    "a PDF called xlsx": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_a_sheet"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + NOISE, "not_a_sheet"),
    "a web page called xls": (b"<html><table><tr><td>Code</td></tr></table></html>", "not_a_sheet"),
    "noise": (b"\x07\x01" + NOISE, "not_a_sheet"),
    "a ZIP of something else": (zipped(**{"word/document.xml": b"<w/>"}), "not_a_sheet"),
    "a workbook behind a password": (ole("EncryptedPackage"), "password"),
    "an old workbook": (ole("Workbook"), "old_xls"),
    "an old letter": (ole("WordDocument"), "not_a_sheet"),
    "encrypted entries": (with_flag(GOOD), "password"),
    "half a file": (GOOD[: len(GOOD) // 2], "damaged"),
    "XML that is none": (sheets.changed_part(GOOD, SHEET, "<sheetData>", "<sheetData><row"), "damaged"),
    "entities in entities": (
        sheets.changed_part(GOOD, SHEET, "<worksheet", '<!DOCTYPE z [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><worksheet'), "damaged",
    ),
    "a file from outside": (
        sheets.changed_part(GOOD, SHEET, "<worksheet", '<!DOCTYPE z [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'), "damaged",
    ),
    "a reference that is none": (sheets.changed_part(GOOD, SHEET, 'r="A1"', 'r="ZZZZ99999999"'), "damaged"),
    "a bomb of noughts": (zipped(**{"xl/workbook.xml": b"\0" * 120_000_000}), "too_large"),
    "a bomb within the size": (zipped(**{"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": b" " * 90_000_000}), "too_large"),
    "fifteen megabytes and one": (b"Code,Nom\n" + b"x" * 15_000_000, "too_large"),
    "a value in the last row": (sheets.as_xlsx([HEADER, ROW]), ""),  # replaced below: openpyxl is slow to make it
    "300 columns": (sheets.as_csv([[f"c{place}" for place in range(300)], ["x"] * 300]), "too_many_columns"),
    "20,001 rows of text": (b"Code,Nom\n" + b"A-1,x\n" * 20_001, "too_many_rows"),
    "20,001 rows of a workbook": (
        sheets.changed_part(GOOD, SHEET, "</sheetData>", "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(3, 20_005)) + "</sheetData>"),
        "too_many_rows",
    ),
    "text beyond all measure": (b"Code,Nom\n" + (b"A-1," + b"x" * 30_000 + b"\n") * 450, "too_large"),
}  # fmt: skip
HOSTILE["a value in the last row"] = (
    sheets.changed_part(GOOD, SHEET, "</sheetData>", '<row r="1048576"><c r="CV1048576"><v>1</v></c></row></sheetData>'), "far_away",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_gets_a_short_answer_within_the_caps(name):
    content, code = HOSTILE[name]

    started = time.monotonic()
    problem = refusal(content)
    took = time.monotonic() - started

    assert problem == code
    assert took < WALL_SECONDS
    for language in ("ar", "fr", "en"):
        with translation.override(language):
            reason, suggestion = problem_words(kept_problem(problem, {"limit": 1, "row": 2}))
            assert 5 < len(f"{reason} {suggestion}") < 300
            assert "%(" not in reason + suggestion


def test_lying_archive_ends_within_memory_and_time():
    """The directory says ten bytes; what is unpacked would be two gigabytes."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    noughts = b" " * 1_000_000
    packed = b"".join(squeezed.compress(noughts) for _ in range(2_000)) + squeezed.flush()
    content = bytearray(zipped(**{"xl/workbook.xml": b"<workbook/>"}))
    plain = zlib.compressobj(6, zlib.DEFLATED, -15)
    small = plain.compress(b"<workbook/>") + plain.flush()
    content = content.replace(small, packed, 1)

    started = time.monotonic()

    assert refusal(bytes(content)) in {"damaged", "too_large", "too_slow"}
    assert time.monotonic() - started < WALL_SECONDS + 2


def test_child_that_never_ends_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr("partnerships.intake.reading.WALL_SECONDS", 1)
    monkeypatch.setattr("partnerships.intake.reading.sys.executable", str(tmp_path / "sleeps"))
    (tmp_path / "sleeps").write_text("#!/bin/sh\nsleep 60\n")
    (tmp_path / "sleeps").chmod(0o755)

    started = time.monotonic()

    assert refusal(b"Code,Nom\nA-1,x\n") == "too_slow"
    assert time.monotonic() - started < 10


def test_child_gets_no_secret_of_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "keep-me")
    monkeypatch.setattr("partnerships.intake.reading.sys.executable", str(tmp_path / "tells"))
    (tmp_path / "tells").write_text('#!/bin/sh\nprintf \'{"error": "%s", "facts": {}}\' "none$SECRET_KEY"\n')
    (tmp_path / "tells").chmod(0o755)

    assert refusal(b"Code,Nom\nA-1,x\n") == "none"
    assert os.environ["SECRET_KEY"] == "keep-me"


def test_every_problem_that_a_reader_can_have_is_in_words():
    assert {code for _content, code in HOSTILE.values()} <= PROBLEMS.keys()


# --- Headers --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_list_without_names_of_columns_is_refused_with_its_first_rows_to_match(reference):
    with pytest.raises(Unreadable) as refused:
        preview(sheets.as_csv([["7", "b", "c"], ["8", "d", "e"]]), options={})

    assert refused.value.code == "no_header"
    assert refused.value.columns == {"": {"7": "", "b": "", "c": ""}}


@pytest.mark.django_db
def test_header_alone_is_refused(reference):
    with pytest.raises(Unreadable, match="no_rows"):
        preview(sheets.as_csv([HEADER]), options={})


@pytest.mark.django_db
def test_garbled_header_is_called_garbled(reference):
    garbled = [[cell.encode("cp1256").decode("cp1252") for cell in line] for line in (["الرمز", "اسم المؤسسة", "النوع"], ["1", "مستشفى البحر", "EPH"])]

    with pytest.raises(Unreadable, match="garbled"):
        preview(sheets.as_csv(garbled), options={})


@pytest.mark.django_db
def test_header_in_two_rows_is_the_one_with_the_most_known_names(reference):
    rows = [
        ["", "الاسم", "", "Localisation", ""],
        ["الرمز", "بالعربية", "بالفرنسية", "الولاية", "النوع"],
        ["", "مستشفى البحر", "Hôpital de la mer", "وهران", "EPH"],
    ]

    read = preview(sheets.as_xlsx(rows), options={}).rows

    assert [(row.number, row.verdict, row.values["name_fr"]) for row in read] == [(3, "created", "Hôpital de la mer")]
