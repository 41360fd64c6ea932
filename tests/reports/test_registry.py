"""What holds of every report that is registered: whose rows it shows, its columns, its queries, its files in three languages."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from docx import Document
from openpyxl import load_workbook

from core.formats import today
from evaluation.indicators import Period
from evaluation.models import ActionPoint
from reports.headline import HEADLINES, Chosen
from reports.papers.pdf import report_pdf
from reports.papers.sheet import csv_parts, write_xlsx
from reports.papers.word import report_word
from reports.papers.words import paper
from reports.registry import REGISTRY, Asked, Missing, asked_of, kept, reports_for
from tests import factories
from tests.evaluation import measured

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ALL = sorted(REGISTRY)


def asked(cast, user, slug, **given) -> Asked:
    """What somebody asks, with whatever the report needs."""
    things = {"region": cast.host.region, "specialty": cast.specialties[0], "institution": cast.host, "partnership": cast.partnership}
    needed = {name: things[name] for name in REGISTRY[slug].needs}
    return Asked(user, Period(date(today().year - 1, 1, 1), today()), **{**needed, **given})


def furnish(cast) -> None:
    factories.questionnaire(2)
    factories.validated(cast)
    factories.validated(cast, kind="medical", ended=20)
    factories.justified(cast)
    measured.referral(cast)
    ActionPoint.objects.create(partnership=cast.partnership, text="مهمة", owner=cast.badr, due_on=today() - timedelta(days=5))


def names(cast) -> list[str]:
    return [cast.partnership.code, cast.partnership.title, cast.agreement.title, cast.host.name]


def lines_of(slug, ask) -> dict[str, list[list]]:
    return {part.key: [list(row) for row in part.rows] for part in REGISTRY[slug].parts(ask)}


def test_reports_have_a_column_for_every_value_and_a_key_for_every_column(cast):
    """And says what it is about to whoever may see it: otherwise the test of the stranger could not fail."""
    furnish(cast)
    for slug in ALL:
        filled, said = 0, ""
        for part in REGISTRY[slug].parts(asked(cast, cast.amal, slug)):
            keys = [column.key for column in part.columns]
            rows = list(part.rows)
            filled += len(rows)
            said += str([part.words, rows])
            assert len(set(keys)) == len(keys), (slug, part.key)
            assert all(key.isascii() and key == key.lower() for key in keys), (slug, part.key)
            assert {len(row) for row in rows} <= {len(keys)}, (slug, part.key)
            assert {*part.bars, *part.signed} <= {*keys, "difference"}, (slug, part.key)
            assert rows or part.empty, (slug, part.key)
        assert filled, slug
        assert [word for word in names(cast) if word in said] or slug == "localisation", slug  # which names nobody at all


def test_reports_cost_the_same_queries_whatever_the_size(cast):
    furnish(cast)

    def costs() -> dict[str, int]:
        found = {}
        for slug in ALL:
            with CaptureQueriesContext(connection) as queries:
                lines_of(slug, asked(cast, cast.amal, slug))
            found[slug] = len(queries)
        return found

    lines_of("national", asked(cast, cast.amal, "national"))  # what is read once by a process is read now
    one = costs()
    for ended in (30, 40):
        factories.validated(cast, ended=ended)

    assert costs() == one
    assert max(one.values()) < 120


def test_reports_show_a_stranger_nothing_of_others(cast):
    furnish(cast)

    for slug in ALL:
        assert REGISTRY[slug] in reports_for(cast.hani)
        said = str([[part.words, [list(row) for row in part.rows]] for part in REGISTRY[slug].parts(asked(cast, cast.hani, slug))])
        assert not [word for word in names(cast) if word in said], slug


def test_reader_of_aggregates_gets_figures_and_no_names(cast):
    furnish(cast)
    found = lines_of("national", asked(cast, cast.omar, "national"))

    assert found["figures"][5][1] > 0
    assert not found.keys() & {"partnerships", "late", "ending", "decisions", "difficulties", "support"}
    assert {report.slug for report in reports_for(cast.omar)} == {"national", "region", "specialty", "localisation"}


def test_national_report_says_the_figures_of_the_page(cast):
    furnish(cast)
    period = Period(date(today().year, 1, 1), today())
    found = lines_of("national", Asked(cast.amal, period))

    assert [row[1] for row in found["figures"]] == [figure.value(cast.amal, Chosen(period.start, period.end)) for figure in HEADLINES]


def test_report_of_a_partnership_out_of_sight_is_missing(cast):
    parameters = kept({"partnership": cast.partnership})

    assert asked_of(parameters, cast.badr).partnership == cast.partnership
    with pytest.raises(Missing):
        asked_of(parameters, cast.hani)


def test_files_of_reports_open_in_their_language(cast):
    furnish(cast)
    for slug, language in (("national", "ar"), ("support-register", "ar"), ("missions", "fr"), ("late-list", "en")):
        opens(cast, slug, language)


def opens(cast, slug: str, language: str) -> None:
    report = REGISTRY[slug]
    with override(language):
        data = paper(report, asked(cast, cast.amal, slug), language, code="0" * 26)
        pdf, word = report_pdf(data), report_word(data)
        book = io.BytesIO()
        write_xlsx(book, report, asked(cast, cast.amal, slug))
        text = "".join(csv_parts(report, asked(cast, cast.amal, slug)))

    assert pdf.startswith(b"%PDF-")
    body = Document(io.BytesIO(word)).element.xml
    assert ("w:bidiVisual" in body) == (language == "ar")
    sheets = load_workbook(book)
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in sheets} == {language == "ar"}
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
