"""A report as a workbook or as lines of text: plain figures and days, written row by row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from core.exporters import Column, csv_lines, open_book, write_sheet
from reports.papers.words import facts
from reports.registry import Asked, Part, Report

FLAT = ("part", "line", "column", "value")  # of a narrative as text: one figure a line


def write_xlsx(
    file: BinaryIO, report: Report, asked: Asked, note: Callable[[float], None] = lambda share: None, tick: Callable[[int], None] = lambda count: None
) -> int:
    """One sheet for each part, and a first one that says what it is; how many rows. In constant memory."""
    count = 0
    with open_book(file) as book:
        names: set[str] = set()
        if not report.is_register:
            write_sheet(book, sheet_name(str(report.title), names), (Column("label", "", 24), Column("value", "", 60)), facts(report, asked), is_headed=False)
        for part in report.parts(asked, note):
            count += write_sheet(book, sheet_name(part.title, names), part.columns, ticked(part.rows, tick))
    return count


def ticked(rows: Iterable[Sequence[Any]], tick: Callable[[int], None]) -> Iterator[Sequence[Any]]:
    for place, row in enumerate(rows, 1):
        yield row
        if place % 500 == 0:
            tick(place)


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that a workbook allows: short, without its signs, given once."""
    plain = "".join(char for char in title if char not in "[]:*?/\\'").strip()[:28] or "1"
    name, more = plain, 1
    while name.casefold() in taken:
        more += 1
        name = f"{plain[:25]} {more}"
    taken.add(name.casefold())
    return name


def csv_parts(report: Report, asked: Asked, note: Callable[[float], None] = lambda share: None) -> Iterator[str]:
    """The lines of a register; of a narrative one line for each figure, so that the columns hold throughout."""
    if report.is_register:
        part = next(report.parts(asked, note))
        yield from csv_lines(part.columns, part.rows)
    else:
        yield from csv_lines([Column(name, name) for name in FLAT], (line for part in report.parts(asked, note) for line in flat(part)))


def flat(part: Part) -> Iterator[list[Any]]:
    for row in part.rows:
        for column, value in list(zip(part.columns, row, strict=True))[1:]:
            yield [part.key, row[0], column.key, "" if value is None else value]
