"""The text of an agreement as a Word file: right-to-left paragraphs for Arabic, tables that open from the right side."""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from partnerships.models import Agreement
from partnerships.papers.pdf import paper

RIGHT_TO_LEFT = {"ar"}
FACE = {"ar": "Sakkal Majalla", "fr": "Times New Roman", "en": "Times New Roman"}


def word_file(agreement: Agreement, languages: tuple[str, ...]) -> bytes:
    """The text in one language, or two side by side in a table, as .docx bytes."""
    data = paper(agreement, languages)
    document = Document()
    document.core_properties.title = data["title"][languages[0]]
    for language in languages:
        for line in data["letterhead"][language]:
            write(document.add_paragraph(), line, language, bold=True, centred=True)
    for language in languages:
        write(document.add_paragraph(), data["title"][language], language, bold=True, centred=True, size=18)
        write(document.add_paragraph(), data["subtitle"][language], language, centred=True)
    if len(languages) == 1:
        for clause in data["clauses"]:
            write_clause(document, clause, languages[0])
    else:
        table = document.add_table(rows=0, cols=len(languages))
        turn_table(table, languages[0])
        for clause in data["clauses"]:
            cells = table.add_row().cells
            for cell, language in zip(cells, languages, strict=True):
                cell.paragraphs[0]._p.getparent().remove(cell.paragraphs[0]._p)
                write_clause(cell, clause, language)
    signatures(document, data, languages[0])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_clause(container: Any, clause: dict[str, Any], language: str) -> None:
    write(container.add_paragraph(), clause["heading"][language], language, bold=True)
    for paragraph in clause["paragraphs"][language] or [""]:
        for line in paragraph.split("\n"):
            write(container.add_paragraph(), line, language)


def write(paragraph: Any, text: str, language: str, *, bold: bool = False, centred: bool = False, size: int = 0) -> None:
    """One run of text with its direction, its language and a face for both scripts."""
    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = Pt(size or (14 if language in RIGHT_TO_LEFT else 11))
    properties = run._r.get_or_add_rPr()
    faces = properties.find(qn("w:rFonts"))
    if faces is None:
        faces = OxmlElement("w:rFonts")
        properties.insert(0, faces)
    for kind in ("ascii", "hAnsi", "cs"):
        faces.set(qn(f"w:{kind}"), FACE[language])
    mark(properties, "w:lang", **{"w:val": language, "w:bidi": language})
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if language in RIGHT_TO_LEFT:
        mark(paragraph._p.get_or_add_pPr(), "w:bidi")
        mark(properties, "w:rtl")
        if bold:
            mark(properties, "w:bCs")
        complex_size = mark(properties, "w:szCs")
        complex_size.set(qn("w:val"), str(2 * (size or 14)))


def mark(properties: Any, name: str, **attributes: str) -> Any:
    """Add one property, in the place that the schema asks for where Word is strict about it."""
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    if name == "w:bidi":
        after = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:rPr")
        following = next((child for child in properties if child.tag in {qn(tag) for tag in after}), None)
        if following is not None:
            following.addprevious(element)
            return element
    properties.append(element)
    return element


def turn_table(table: Any, language: str) -> None:
    """Columns from the right where the first language is written so."""
    if language in RIGHT_TO_LEFT:
        table._tbl.tblPr.append(OxmlElement("w:bidiVisual"))


def signatures(document: Any, data: dict[str, Any], language: str) -> None:
    write(document.add_paragraph(), data["closing"][language], language, bold=True)
    table = document.add_table(rows=1, cols=max(1, min(2, len(data["signatories"]))))
    turn_table(table, language)
    for place, person in enumerate(data["signatories"]):
        if place and place % 2 == 0:
            table.add_row()
        cell = table.rows[-1].cells[place % 2]
        cell.paragraphs[0]._p.getparent().remove(cell.paragraphs[0]._p)
        lines = [
            person["institution"],
            person["name"],
            person["capacity"],
            person["authority"],
            f"{data['words']['date'][language]} {person['date']}",
            data["words"]["signature"][language],
        ]
        for line in filter(None, lines):
            write(cell.add_paragraph(), line, language)
