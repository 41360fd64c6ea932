"""The report as a Word file: right-to-left paragraphs and tables in Arabic."""

import io
import unicodedata
from typing import Any

from docx import Document
from docx.shared import Cm

from evaluation.models import Evaluation
from evaluation.papers.words import report
from partnerships.papers.word import turn_table, write

WIDTH = 16.0  # centimetres between the margins


def report_word(evaluation: Evaluation, language: str) -> bytes:
    """The report in one language as .docx bytes."""
    data = report(evaluation, language)
    words, document = data["words"], Document()
    sheet = document.sections[0]
    sheet.page_width, sheet.page_height, sheet.left_margin, sheet.right_margin = Cm(21), Cm(29.7), Cm(2.5), Cm(2.5)
    document.core_properties.title = data["title"]
    for line in data["letterhead"]:
        write(document.add_paragraph(), line, language, bold=True, centred=True)
    write(document.add_paragraph(), data["title"], language, bold=True, centred=True, size=18)
    write(document.add_paragraph(), data["subtitle"], language, centred=True)
    table(document, language, [], data["facts"], wide=0.5)
    if data["plainly"]:
        write(document.add_paragraph(), data["plainly"], language, bold=True)
    columns = ["host", "sender", *(["visitor"] if data["has_visit"] else []), *(["before"] if data["has_before"] else [])]
    heading(document, words["means"], language)
    means = [[line["name"], *(line["figures"][name] for name in columns), line["flag"]] for line in data["domains"]]
    table(
        document,
        language,
        [words["domain"], *(words[name] for name in columns), ""],
        [*means, [words["overall"], *(data["means"][name] for name in columns), ""]],
        wide=1.8,
    )
    if data["first"]:
        heading(document, words["first"], language)
        lines = [[line["name"], line["host"], line["sender"], line["flag"]] for line in data["first"]]
        table(document, language, [words["criterion"], words["host"], words["sender"], ""], lines)
    heading(document, words["review"], language)
    for section in data["sections"]:
        write(document.add_paragraph(), section["heading"], language, bold=True)
        paragraphs(document, section["text"], language)
    if data["difficulties"]:
        heading(document, words["named"], language)
        table(document, language, [words["area"], words["difficulty"]], [[row["area"], row["text"]] for row in data["difficulties"]], wide=0.5)
    if data["points"]:
        heading(document, words["points"], language)
        rows = [[point["text"], point["owner"], point["until"], point["status"]] for point in data["points"]]
        table(document, language, [words["what"], words["owner"], words["until"], words["status"]], rows)
    if data["visit"]:
        heading(document, words["visit"], language)
        paragraphs(document, data["visit"]["findings"], language)
        rows = [[line["name"], line["mark"], line["comment"]] for line in data["visit"]["lines"]]
        table(document, language, [words["line"], words["mark"], words["comment"]], rows)
    if data["remarks"]:
        heading(document, words["remarks"], language)
        table(document, language, [], [[item["side"], item["text"]] for item in data["remarks"]], wide=0.4)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def heading(document: Any, text: str, language: str) -> None:
    write(document.add_paragraph(), text, language, bold=True, size=15)


def paragraphs(document: Any, text: str, language: str) -> None:
    for line in text.split("\n"):
        write(document.add_paragraph(), line, direction_of(line, language))


def direction_of(text: str, language: str) -> str:
    """The language whose direction a text of people takes: that of its first letter."""
    letter = next((char for char in text if char.isalpha()), "")
    if not letter:
        return language
    return "ar" if unicodedata.bidirectional(letter) in {"R", "AL"} else "fr" if language == "ar" else language


def table(document: Any, language: str, head: list[str], rows: list[list[str]], wide: float = 3) -> None:
    """A table whose columns run in the direction of the language, the first one so many times wider; nothing without rows."""
    lines = [*([head] if head else []), *rows]
    if not rows:
        return
    made = document.add_table(rows=0, cols=len(lines[0]), style="Table Grid")
    turn_table(made, language)
    made.autofit = False
    shares = [wide, *[1.0] * (len(lines[0]) - 1)]
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Cm(WIDTH * share / sum(shares))
    for place, line in enumerate(lines):
        for cell, text, share in zip(made.add_row().cells, line, shares, strict=True):
            cell.width = Cm(WIDTH * share / sum(shares))
            write(cell.paragraphs[0], text, direction_of(text, language), bold=bool(head) and place == 0, size=11)
