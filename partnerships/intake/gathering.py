"""A file → rows that know what they say and what is wrong with them; the register is not looked at yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from core.folding import fold
from partnerships.choices import Verdict
from partnerships.intake.checking import Reference, check_row, is_about_patient, kept_cells, mended, plain
from partnerships.intake.columns import NAMES, Table, find_table, known_headers, table_from, widest
from partnerships.intake.findings import Finding, found
from partnerships.intake.reading import Row, Sheet, Unreadable, sheets_of
from partnerships.models import ColumnMemory, IntakeRow

TOTALS = ("total", "totaux", "sous total", "sub total", "subtotal", "grand total", "total general", "المجموع", "مجموع", "الاجمالي", "اجمالي", "الجمله")
Matching = Mapping[str, Mapping[str, str]]  # {sheet: {header as typed: field or ""}}


@dataclass
class Gathered:
    """The rows of a file, not saved, and what its columns were taken for."""

    rows: list[IntakeRow] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)


class NoHeader(Unreadable):
    """No sheet names its columns; `columns` are the headers that somebody can match by hand."""

    def __init__(self, code: str, columns: dict[str, dict[str, str]]):
        super().__init__(code)
        self.columns = columns


def gather(content: bytes, *, reference: Reference, options: Mapping[str, Any], by_hand: Matching | None = None) -> Gathered:
    """Read a file and check each row. `options`: {"include_hidden": bool, "sheet": name}. Raises Unreadable.

    One query, for the columns that somebody matched by hand in an earlier file.
    """
    sheets = chosen(sheets_of(content), options.get("sheet", ""))
    memory = dict(ColumnMemory.objects.values_list("header", "field"))
    tables = [(sheet, find_table(sheet, memory, (by_hand or {}).get(sheet.name))) for sheet in sheets]
    include_hidden = bool(options.get("include_hidden"))
    if not any(table for sheet, table in tables if include_hidden or not sheet.is_hidden):
        raise no_header([sheet for sheet in sheets if sheet.rows and not sheet.is_hidden] or sheets, memory)
    if not any(table.rows for _sheet, table in tables if table):
        raise Unreadable("no_rows")
    gathered = Gathered()
    for sheet, table in tables:
        if table is None:
            gathered.rows += left_out_sheet(sheet, include_hidden)
            continue
        gathered.columns[sheet.name] = table.matching
        gathered.rows += rows_of(table, reference, include_hidden)
    return gathered


def chosen(sheets: list[Sheet], name: str) -> list[Sheet]:
    if not name:
        return sheets
    wanted = [sheet for sheet in sheets if fold(sheet.name) == fold(name)]
    if not wanted:
        raise Unreadable("no_such_sheet", {"sheet": name[:100], "sheets": ", ".join(sheet.name for sheet in sheets)[:300]})
    return wanted


def no_header(sheets: list[Sheet], memory: Mapping[str, str]) -> NoHeader:
    """The refusal of a file whose columns nobody knows, with the headers it seems to have."""
    rows = {sheet.name: widest(sheet) for sheet in sheets}
    texts = [cell for row in rows.values() if row for cell in row.cells if cell]
    code = "garbled" if any(mended(text) is not None for text in texts) else "no_header"
    columns = {sheet.name: table_from(sheet, row, memory, {}).matching for sheet in sheets if (row := rows[sheet.name])}
    return NoHeader(code, columns)


def left_out_sheet(sheet: Sheet, include_hidden: bool) -> list[IntakeRow]:
    """One line for a sheet that names no columns, none for an empty one."""
    code = "hidden_sheet" if sheet.is_hidden and not include_hidden else "no_header_here"
    return [IntakeRow(sheet=sheet.name, number=sheet.rows[0].number, verdict=Verdict.SKIPPED, findings=[found(code)])] if sheet.rows else []


def rows_of(table: Table, reference: Reference, include_hidden: bool) -> Iterator[IntakeRow]:
    """A row for each row below the header; and one for the header when columns are left out."""
    if table.unknown and not (table.sheet.is_hidden and not include_hidden):
        findings = [unknown_column(header) for header in table.unknown]
        yield IntakeRow(sheet=table.sheet.name, number=table.header.number, verdict=Verdict.SKIPPED, findings=findings)
    for row in table.rows:
        kept = IntakeRow(sheet=table.sheet.name, number=row.number, cells=kept_cells(table, row))
        if code := left_out(table, row, include_hidden):
            kept.verdict, kept.findings = (
                Verdict.SKIPPED,
                [found(code, value=" | ".join(cell for cell in row.cells if cell and not is_about_patient(plain(cell))))],
            )
        else:
            check = check_row(table, row, reference)
            kept.verdict, kept.values, kept.findings = Verdict.REFUSED if check.is_refused else Verdict.CREATED, check.values, check.findings
        yield kept


def unknown_column(header: str) -> Finding:
    near = process.extractOne(fold(header), known_headers().keys(), scorer=fuzz.ratio, score_cutoff=80)
    return found("unknown_column", header, header, **({"guess": near[0]} if near else {}))


def is_total(cell: str) -> bool:
    folded = fold(cell[:60])
    return len(folded.split()) < 5 and any(folded == total or folded.startswith(f"{total} ") for total in TOTALS)


def left_out(table: Table, row: Row, include_hidden: bool) -> str:
    """The code of why a row is no institution, or is not to be imported; "" when it is one."""
    if not include_hidden and (table.sheet.is_hidden or row.is_hidden):
        return "hidden_sheet" if table.sheet.is_hidden else "hidden_row"
    filled = {place: plain(cell) for place, cell in enumerate(row.cells) if plain(cell)}
    if not filled and not row.faults:
        return "note_row"
    has_kind = "kind" in table.fields and table.fields["kind"] in filled
    if not has_kind and any(is_total(cell) for cell in filled.values()):
        return "totals_row"
    same = sum(1 for place, cell in filled.items() if place < len(table.headers) and cell.casefold() == table.headers[place].casefold())
    if same >= 2 and same * 2 > len(filled):
        return "header_again"
    own = {table.fields[name] for name in ("code", *NAMES) if name in table.fields}
    only = next(iter(filled)) if len(filled) == 1 else None
    if only is not None and not row.faults and len(table.fields) > 2:
        is_code = only == table.fields.get("code") and "-" in filled[only] and " " not in filled[only]
        if only not in own or (only == table.fields.get("code") and not is_code):
            return "note_row"
    return ""
