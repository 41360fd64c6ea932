"""The command, as a script meets it: counts, report, exit codes, and a dry run that writes nothing."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command

from core.models import Change
from partnerships.models import ColumnMemory, Institution, Intake, IntakeRow
from tests.partnerships import real, sheets

pytestmark = pytest.mark.django_db

HEADER = ["code", "name_ar", "type", "region_code", "beds"]
GOOD = ["DZ-31-EPH-81", "مستشفى البحر", "EPH", "31", "120"]
BAD = ["DZ-30-EPH-82", "مستشفى النخيل", "Station", "30", "-1"]


def run(path: Path, *options: str) -> tuple[int, str, str]:
    """(exit code, output, errors) of the command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_institutions", str(path), *options, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def written(folder: Path, content: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def report(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_good_file_ends_with_nought_and_counts(reference, tmp_path):
    code, out, err = run(written(tmp_path, sheets.as_csv([HEADER, GOOD])))

    assert (code, err) == (0, "")
    assert out.splitlines() == ["created: 1", "updated: 0", "unchanged: 0", "possible_duplicate: 0", "warning: 0", "refused: 0", "skipped: 0"]
    assert Institution.objects.get().code == GOOD[0]
    assert Intake.objects.get().brought_by is None


def test_refused_row_ends_with_one_and_the_rest_is_written(reference, tmp_path):
    code, out, _err = run(written(tmp_path, sheets.as_csv([HEADER, GOOD, BAD])), "--report", str(tmp_path / "out.csv"), "--language", "en")

    assert code == 1
    assert "created: 1" in out
    assert "refused: 1" in out
    assert Institution.objects.count() == 1
    lines = report(tmp_path / "out.csv")
    assert list(lines[0]) == ["sheet", "row", "verdict", "column", "value", "reason", "suggestion"]
    assert lines[0] == {"sheet": "", "row": "2", "verdict": "created", "column": "", "value": "", "reason": "", "suggestion": ""}
    assert [(line["row"], line["verdict"], line["column"], line["value"]) for line in lines[1:]] == [
        ("3", "refused", "type", "Station"),
        ("3", "refused", "beds", "-1"),
    ]
    assert lines[1]["reason"] == "This kind of institution is not in the reference list."


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"a,b\n1,2\n", sheets.as_xlsx([])[:2_000]], ids=["empty", "pdf", "no header", "half"])
def test_file_that_cannot_be_read_ends_with_two(reference, tmp_path, content):
    code, _out, err = run(written(tmp_path, content))

    assert code == 2
    assert 10 < len(err) < 300
    assert not Intake.objects.exists()


def test_file_that_does_not_exist_ends_with_two(reference, tmp_path):
    assert run(tmp_path / "nothing.csv")[0] == 2


def test_report_that_cannot_be_written_stops_before_the_import(reference, tmp_path):
    code, _out, _err = run(written(tmp_path, sheets.as_csv([HEADER, GOOD])), "--report", str(tmp_path / "no" / "such" / "folder.csv"))

    assert code == 2
    assert not Institution.objects.exists()


def test_dry_run_says_the_same_and_writes_nothing(reference, tmp_path):
    path = written(tmp_path, sheets.as_csv([HEADER, GOOD, BAD]))
    before = Change.objects.count()

    code, out, _err = run(path, "--dry-run", "--report", str(tmp_path / "dry.csv"))

    assert code == 1
    assert "created: 1" in out
    assert [model.objects.count() for model in (Institution, Intake, IntakeRow, ColumnMemory)] == [0, 0, 0, 0]
    assert Change.objects.count() == before
    run(path, "--report", str(tmp_path / "wet.csv"))
    assert report(tmp_path / "dry.csv") == report(tmp_path / "wet.csv")


def test_sheets_and_hidden_rows_are_chosen(reference, tmp_path):
    content = sheets.as_xlsx([HEADER, GOOD], name="Oran")
    path = written(tmp_path, content, "list.xlsx")

    assert run(path, "--sheet", "Alger", "--dry-run")[0] == 2
    code, out, _err = run(path, "--sheet", "oran", "--report", str(tmp_path / "out.csv"))

    assert code == 0
    assert "created: 1" in out
    assert report(tmp_path / "out.csv")[0]["sheet"] == "Oran"


@real.needs_register
@pytest.mark.once_postgres
def test_whole_register_without_a_refusal(reference, tmp_path):
    code, out, _err = run(real.FILE, "--report", str(tmp_path / "out.csv"))

    assert code == 0
    assert out.splitlines()[0] == "created: 549"
    lines = report(tmp_path / "out.csv")
    assert {line["verdict"] for line in lines} == {"created", "warning"}
    assert len(lines) == 549
    assert run(real.FILE)[1].splitlines()[:3] == ["created: 0", "updated: 0", "unchanged: 549"]
