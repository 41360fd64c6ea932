"""A report as a Word file: tables instead of drawings, right to left in Arabic."""

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from evaluation.papers.word import direction_of, heading
from partnerships.papers.word import turn_table, write

LONG, SHORT, MARGIN = 29.7, 21.0, 2.0  # centimetres
NARROWEST = 16  # the share of a column in which a code or a day stays on one line


def report_word(data: dict[str, Any]) -> bytes:
    """What `paper` says, as .docx bytes."""
    language, document = data["language"], Document()
    sheet = document.sections[0]
    size = (LONG, SHORT) if data["is_wide"] else (SHORT, LONG)
    sheet.orientation = WD_ORIENT.LANDSCAPE if data["is_wide"] else WD_ORIENT.PORTRAIT
    sheet.page_width, sheet.page_height = Cm(size[0]), Cm(size[1])
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Cm(MARGIN)
    width = size[0] - 2 * MARGIN
    document.core_properties.title = data["title"]
    for line in data["letterhead"]:
        write(document.add_paragraph(), line, language, bold=True, centred=True)
    write(document.add_paragraph(), data["title"], language, bold=True, centred=True, size=18)
    if data["about"]:
        write(document.add_paragraph(), " · ".join(data["about"]), language, centred=True)
    add_table(document, language, width, [], data["facts"], [1, 3])
    for part in data["parts"]:
        if part["title"]:
            heading(document, part["title"], language)
        for note in part["notes"]:
            write(document.add_paragraph(), note, language, size=11)
        if part["empty"]:
            write(document.add_paragraph(), part["empty"], language)
        else:
            add_table(document, language, width, part["head"], part["rows"], part["widths"])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add_table(document: Any, language: str, width: float, head: list[str], rows: list[list[str]], shares: list[int]) -> None:
    """A table whose columns run in the direction of the language; its first line is repeated on every page."""
    lines = [*([head] if head else []), *rows]
    if not lines:
        return
    size = 11 if len(lines[0]) <= 4 else 9
    shares = [max(share, NARROWEST) for share in shares] if head else shares
    made = document.add_table(rows=len(lines), cols=len(lines[0]), style="Table Grid")
    turn_table(made, language)
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    widths = [Cm(width * share / sum(shares)) for share in shares]
    for column, one in zip(made.columns, widths, strict=True):
        column.width = one
    for place, (row, line) in enumerate(zip(made.rows, lines, strict=True)):
        is_head = bool(head) and place == 0
        if is_head:
            row._tr.get_or_add_trPr().append(repeated())
        for cell, text, one in zip(row.cells, line, widths, strict=True):
            cell.width = one
            write(cell.paragraphs[0], text, direction_of(text, language), bold=is_head, size=size)
    document.add_paragraph()


def repeated() -> Any:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    return mark
