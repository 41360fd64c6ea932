"""Exports: exactly what the filters select, right to left, formulas harmless."""

import csv
import io

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from core.exporters import neutral
from tests import factories


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =HYPERLINK(1)"])
def test_formulas_are_neutralised(text):
    assert neutral(text).startswith("'")


@pytest.mark.django_db
def test_xlsx_is_right_to_left_with_real_dates_and_numbers(client, cast):
    factories.validated(cast)
    client.force_login(cast.amal)

    response = client.get("/activities/?export=xlsx")

    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    row = [cell.value for cell in sheet[2]]
    assert sheet.sheet_view.rightToLeft
    assert sheet.freeze_panes == "A2"
    first = next(place for place, value in enumerate(row) if hasattr(value, "year"))
    assert hasattr(row[first + 1], "year")
    assert row[first + 4 : first + 8] == [59, 8, 1, 8]


@pytest.mark.django_db
def test_csv_has_the_mark_and_the_filtered_rows_only(client, cast):
    factories.validated(cast)
    factories.reported(cast, kind="surgical", ended=20)
    client.force_login(cast.amal)

    response = client.get("/activities/?export=csv&status=validated")

    text = b"".join(response.streaming_content).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert len(rows) == 2


@pytest.mark.django_db
def test_list_behind_a_figure_adds_up_to_the_figure(client, cast):
    factories.validated(cast)
    factories.validated(cast, ended=12, seen=11)
    client.force_login(cast.amal)

    response = client.get("/reports/consultations/?export=csv")

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode().removeprefix("\ufeff"))))
    assert sum(int(row[-1]) for row in rows[1:]) == 59 + 30


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("fr", "Wilaya"), ("en", "Region"), ("ar", "الولاية")])
def test_streamed_file_speaks_the_language_of_its_request(client, cast, language, word):
    client.force_login(cast.amal)

    answer = client.get(f"/institutions/?export=csv&lang={language}")

    with override("ar" if language != "ar" else "fr"):  # another language by the time that the stream is read
        head = b"".join(answer.streaming_content).decode().splitlines()[0]
    assert word in head
