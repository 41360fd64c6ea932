"""Read one file in a process of its own: `python -m partnerships.intake.child PATH` prints JSON and keeps to its caps.

Whatever the file does to the libraries that read it happens here, where memory, time and output are limited. Nothing of
Django is loaded. What is printed is {"sheets": [...]}, or {"error": code, "facts": {...}}.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

FILE_BYTES = 15_000_000
UNZIPPED_BYTES = 100_000_000
UNZIPPED_RATIO = 200  # to one; sheets full of equal rows reach 60
ZIP_ENTRIES = 2_000
SHEETS = 60
ROWS = 20_000  # with something in them, over all sheets
COLUMNS = 200
CELLS = 6_000_000  # of the rectangle that holds everything: a value far away costs its whole way
CELL_LETTERS = 32_767  # what a spreadsheet holds
TEXT_LETTERS = 8_000_000  # in all
CPU_SECONDS = 15
MEMORY_BYTES = 512_000_000
OUTPUT_BYTES = 60_000_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones behind a password
NO_SHEETS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML", b"<?xml", b"<table")
ARABIC_RUN = re.compile("[\u0621-\u064a]{2,}")
CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
SEPARATORS = ",;\t|"


class Unreadable(Exception):
    """Why there is no table to be had from this file; `code` is one of `findings.PROBLEMS`."""

    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


def cap() -> None:
    """No more time, memory and output than a decent list of institutions needs."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: str) -> list[dict[str, Any]]:
    """The sheets of the file: {"name", "is_hidden", "rows": [[number, is_hidden, [text, …]], …], "faults": [[row, column, code, text], …]}.

    Rows and columns count from 1 as a person sees them, empty rows are left out. Raises Unreadable.
    """
    with open(path, "rb") as file:
        content = file.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        raise Unreadable("too_large")
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("empty")
    if content.startswith(OLE):
        raise Unreadable(old_office(content))
    if content.startswith(b"PK"):
        sheets = workbook(content)
    elif content.lstrip().startswith(NO_SHEETS):
        raise Unreadable("not_a_sheet")
    else:
        sheets = [{"name": "", "is_hidden": False, "rows": records(decoded(content)), "faults": []}]
    if not any(sheet["rows"] for sheet in sheets):
        raise Unreadable("empty")
    if sum(len(sheet["rows"]) for sheet in sheets) > ROWS:
        raise Unreadable("too_many_rows", limit=ROWS)
    return sheets


def old_office(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "password"
    return "old_xls" if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")) else "not_a_sheet"


# --- Workbooks ------------------------------------------------------------------------------------------------------


def workbook(content: bytes) -> list[dict[str, Any]]:
    """The worksheets of an XLSX file. Its structure is looked through first, in a stream, and only then its values are read."""
    import python_calamine  # a text file does without it

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive)
            plans = [(name, is_hidden, look_through(archive, target)) for name, is_hidden, target in worksheets(archive)]
        if sum(plan["filled"] for _name, _hidden, plan in plans) > ROWS:
            raise Unreadable("too_many_rows", limit=ROWS)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        letters = [0]
        return [
            {"name": name, "is_hidden": is_hidden, "rows": rows_of(book.get_sheet_by_name(name), plan, letters), "faults": plan["faults"]}
            for name, is_hidden, plan in plans
        ]
    except python_calamine.PasswordError as error:
        raise Unreadable("password") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, expat.ExpatError, python_calamine.CalamineError, KeyError, EOFError, NotImplementedError) as error:
        raise Unreadable("damaged") from error
    except (OSError, ValueError, IndexError) as error:
        raise Unreadable("damaged") from error


def check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("password")
    unzipped, zipped = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > ZIP_ENTRIES or unzipped > UNZIPPED_BYTES or (unzipped > 10_000_000 and unzipped > UNZIPPED_RATIO * max(zipped, 1)):
        raise Unreadable("too_large")
    if "xl/workbook.xml" not in names:
        raise Unreadable("not_a_sheet")


def parse(archive: zipfile.ZipFile, name: str, start: Any, end: Any = None, text: Any = None) -> None:
    """Stream one part of the archive through the handlers, which get names without their prefix. A document type is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, given: start(tag.rpartition(":")[2], given)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text

    def refuse(*_given: Any) -> None:
        raise Unreadable("damaged")

    parser.StartDoctypeDeclHandler = refuse
    with archive.open(name) as part:
        parser.ParseFile(part)


def worksheets(archive: zipfile.ZipFile) -> list[tuple[str, bool, str]]:
    """(name, is hidden, part of the archive) of every worksheet, in order; chart sheets are none."""
    targets: dict[str, str] = {}
    found: list[tuple[str, bool, str]] = []

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship" and given.get("Type", "").endswith("/worksheet"):
            target = given["Target"]
            targets[given["Id"]] = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)

    def sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for name, value in given.items() if name.rpartition(":")[2] == "id" and name != "sheetId"), "")
            if key in targets:
                found.append((given["name"], given.get("state", "visible") != "visible", targets[key]))

    parse(archive, "xl/_rels/workbook.xml.rels", relation)
    parse(archive, "xl/workbook.xml", sheet)
    if len(found) > SHEETS:
        raise Unreadable("too_large")
    return found


def place_of(reference: str) -> tuple[int, int]:
    """(row, column) of a reference like AB12, from 1."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", reference)
    if not match:
        raise Unreadable("damaged")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def look_through(archive: zipfile.ZipFile, part: str) -> dict[str, Any]:
    """What a sheet is made of, without its values: hidden rows, merged cells, faulty cells, and how far it really reaches.

    The dimension that the file declares is not looked at.
    """
    plan: dict[str, Any] = {"hidden": set(), "merged": [], "faults": [], "filled": 0, "last_row": 0, "last_column": 0}
    at = {"row": 0, "column": 0, "type": "", "formula": False, "value": "", "in": "", "filled": 0}

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            at["row"], at["column"] = place_of(given["r"]) if "r" in given else (at["row"], at["column"] + 1)
            at["type"], at["formula"], at["value"] = given.get("t", ""), False, ""
        elif tag == "row":
            at["row"], at["column"] = int(given.get("r", at["row"] + 1)), 0
            if given.get("hidden") in {"1", "true"}:
                plan["hidden"].add(at["row"])
        elif tag == "f":
            at["formula"] = True
        elif tag in {"v", "t"}:
            at["in"] = tag
        elif tag == "mergeCell":
            first, _, last = given["ref"].partition(":")
            (top, column), (bottom, _last_column) = place_of(first), place_of(last or first)
            if bottom > top:
                plan["merged"].append((top, bottom, column))

    def text(piece: str) -> None:
        if at["in"]:
            at["value"] = (at["value"] + piece)[:40]

    def end(tag: str) -> None:
        if tag in {"v", "t"}:
            at["in"] = ""
        elif tag == "c":
            if at["value"]:
                plan["last_row"], plan["last_column"] = max(plan["last_row"], at["row"]), max(plan["last_column"], at["column"])
                if at["filled"] != at["row"]:
                    at["filled"] = at["row"]
                    plan["filled"] += 1
                if plan["filled"] > ROWS:
                    raise Unreadable("too_many_rows", limit=ROWS)
            if at["type"] == "e":
                plan["faults"].append([at["row"], at["column"], "cell_error", at["value"]])
            elif at["formula"] and not at["value"] and at["type"] != "str":  # a text formula may well give nothing
                plan["faults"].append([at["row"], at["column"], "uncalculated", ""])

    parse(archive, part, start, end, text)
    if plan["last_column"] > COLUMNS:
        raise Unreadable("too_many_columns", limit=COLUMNS)
    if plan["last_row"] * plan["last_column"] > CELLS:
        raise Unreadable("far_away", row=plan["last_row"])
    if len(plan["faults"]) > ROWS or len(plan["merged"]) > ROWS:
        raise Unreadable("too_large")
    return plan


def rows_of(sheet: Any, plan: dict[str, Any], letters: list[int]) -> list[list[Any]]:
    """The rows with something in them; what is merged downwards stands in every row that it covers."""
    faulty = {row for row, _column, _code, _text in plan["faults"]}
    starts: dict[int, list[tuple[int, int]]] = {}
    for top, bottom, column in plan["merged"]:
        starts.setdefault(top, []).append((bottom, column))
    covering: dict[int, tuple[int, str]] = {}  # column: (last row, text)
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        cells = [as_text(value) for value in values[:COLUMNS]]
        filled = any(cells) or number in faulty
        for bottom, column in starts.get(number, ()):
            covering[column] = (bottom, cells[column - 1] if column <= len(cells) else "")
        if not filled:
            continue
        for column, (bottom, text) in covering.items():
            if number <= bottom and column <= len(cells) and not cells[column - 1]:
                cells[column - 1] = text
        rows.append([number, number in plan["hidden"], trimmed(cells, letters)])
    return rows


def as_text(value: Any) -> str:
    """A cell as text: days as ISO, whole numbers without a fraction."""
    if isinstance(value, str):
        return value[:CELL_LETTERS].strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value) if isinstance(value, int | timedelta) else ""


def trimmed(cells: list[str], letters: list[int]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    letters[0] += sum(map(len, cells))
    if letters[0] > TEXT_LETTERS:
        raise Unreadable("too_large")
    return cells


# --- Text files -----------------------------------------------------------------------------------------------------


def decoded(content: bytes) -> str:
    """The text of a CSV file in whatever encoding it was saved: UTF-8, UTF-16, cp1256 (Arabic) or cp1252 (Western)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    elif content.count(0) > len(content) // 8:  # UTF-16 without its mark: every second byte of Latin text is nought
        text = content.decode("utf-16-le" if content[1::2].count(0) >= content[::2].count(0) else "utf-16-be", "replace")
    else:
        text = utf_8_or_older(content)
    if len(CONTROL.findall(text[:200_000])) * 25 > len(text[:200_000]):
        raise Unreadable("not_a_sheet")
    return text.removeprefix("\ufeff")


def utf_8_or_older(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        mended = content.decode("utf-8-sig", "replace")
    foreign = [char for char in mended if char > "\x7f"]
    if mended.count("\ufffd") * 10 < len(foreign):  # UTF-8 with a few broken letters: their rows are refused later
        return mended
    arabic = content.decode("cp1256")
    letters = sum("\u0621" <= char <= "\u064a" for char in arabic)
    in_words = sum(map(len, ARABIC_RUN.findall(arabic)))  # a lone Arabic letter among Latin ones is an É of cp1252
    if letters and in_words * 2 > letters:
        return arabic
    return content.decode("cp1252", "replace")


def records(text: str) -> list[list[Any]]:
    """The records of a CSV text, numbered from 1; empty ones count and are left out."""
    csv.field_size_limit(4_000_000)
    separator = ""
    if mark := re.match(r"sep=(.)\r?\n", text, re.I):  # the line by which Excel is told the separator; it does not show it
        separator, text = mark[1], text[mark.end() :]
    separator = separator or separator_of(text)
    rows, letters = [], [0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        found = list(numbered(reader))
    except csv.Error as error:
        if "end of data" in str(error):
            raise Unreadable("open_quote") from error
        found = list(numbered(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
    for number, record in found:
        if len(record) > COLUMNS and any(cell.strip() for cell in record[COLUMNS:]):
            raise Unreadable("too_many_columns", limit=COLUMNS)
        if cells := trimmed([cell[:CELL_LETTERS].strip() for cell in record[:COLUMNS]], letters):
            rows.append([number, False, cells])
    return rows


def numbered(reader: Any) -> Any:
    """(number, record) of the records that are not empty. Raises Unreadable when there are too many."""
    filled = 0
    for number, record in enumerate(reader, 1):
        if any(record):
            filled += 1
            if filled > ROWS:
                raise Unreadable("too_many_rows", limit=ROWS)
            yield number, record


def separator_of(text: str) -> str:
    """What stands between the cells: the character that cuts the first records into the most columns, most evenly."""
    best, most = ",", 0.0
    for candidate in SEPARATORS:
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=candidate)
        widths = []
        try:
            for record in reader:
                if any(record):
                    widths.append(len(record))
                if len(widths) == 40:
                    break
        except csv.Error:
            pass
        common = Counter(width for width in widths if width > 1).most_common(1)
        score = (common[0][0] - 1) * common[0][1] / len(widths) if common else 0.0
        if score > most:
            best, most = candidate, score
    return best


def main(path: str) -> None:
    cap()
    try:
        said: dict[str, Any] = {"sheets": read(path)}
    except Unreadable as problem:
        said = {"error": problem.code, "facts": problem.facts}
    except MemoryError:
        said = {"error": "too_large", "facts": {}}
    except RecursionError:
        said = {"error": "damaged", "facts": {}}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
