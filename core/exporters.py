"""Lists as files: what the filters select, streamed, right to left in Arabic, formulas neutralised."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from core.formats import language
from core.text import clean

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column of an export: `key` is stable and English, `label` is for people, `width` in characters."""

    key: str
    label: str | Promise
    width: int = 18


def neutral(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it; anything else as it is."""
    if isinstance(value, str):
        value = clean(value)
        if value.lstrip().startswith(("=", "+", "-", "@")) or value.startswith(("\t", "\r", "\n")):
            return f"'{value}"
    return value


class Line:
    """A file that hands back each line written to it, so that csv can be streamed."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(Line())
    yield "\ufeff" + writer.writerow([str(column.label) for column in columns])  # without the mark Excel garbles Arabic
    for row in rows:
        yield writer.writerow([neutral(item.isoformat() if isinstance(item, date) else item) for item in row])


def in_language(code: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines made in that language: a stream is read when the request, and its language, are over."""
    while True:
        with override(code):
            line = next(lines, None)
        if line is None:
            return
        yield line


def as_csv(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    response = StreamingHttpResponse(in_language(language(), csv_lines(columns, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def open_book(file: IO[bytes]) -> xlsxwriter.Workbook:
    """A workbook that is written row by row, in constant memory; whatever is in a cell is data."""
    return xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def write_sheet(book: xlsxwriter.Workbook, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, is_headed: bool = True) -> int:
    """One sheet with real numbers and dates, a frozen header and filters; how many rows. The sheets of a book follow one another."""
    sheet = book.add_worksheet(name[:31])
    if language() == "ar":
        sheet.right_to_left()
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    amounts = {places: book.add_format({"num_format": "#,##0." + "0" * places}) for places in (1, 2, 3)}
    first = 0
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        if is_headed:
            sheet.write_string(0, place, str(column.label), head)
            first = 1
    count = 0
    for count, row in enumerate(rows, 1):
        last = first + count - 1
        for place, item in enumerate(row):
            if isinstance(item, datetime):
                item = timezone.localtime(item).replace(tzinfo=None) if timezone.is_aware(item) else item
            if isinstance(item, date):
                sheet.write_datetime(last, place, item, day)
            elif isinstance(item, bool) or item is None:
                sheet.write_string(last, place, "" if item is None else str(item))
            elif isinstance(item, int | float):
                sheet.write_number(last, place, item)
            elif isinstance(item, Decimal):
                sheet.write_number(last, place, item, amounts.get(-int(item.as_tuple().exponent)))
            else:
                sheet.write_string(last, place, str(neutral(str(item)))[:32_000])
    if is_headed:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    return count


def as_xlsx(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The same as a download of one sheet."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 – the response closes it
    with open_book(file) as book:
        write_sheet(book, name, columns, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


EXPORTS = {"csv": as_csv, "xlsx": as_xlsx}
