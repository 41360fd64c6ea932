import csv
import sys
from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import translation

from partnerships.actions.intake import effects, import_file, preview, report_lines
from partnerships.choices import Verdict
from partnerships.intake import child
from partnerships.intake.findings import kept_problem, problem_words
from partnerships.intake.reading import Unreadable

REPORT = ("sheet", "row", "verdict", "column", "value", "reason", "suggestion")


class Command(BaseCommand):
    help = "Import institutions from a CSV or XLSX file. Exit code 0: nothing was refused; 1: something was; 2: the file cannot be read."
    requires_system_checks = []  # they read every view of the portal and take longer than the list

    def add_arguments(self, parser):
        parser.add_argument("file", help="CSV (UTF-8, UTF-16 or cp1256) or XLSX, headers in Arabic, French or English")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen; write nothing")
        parser.add_argument("--report", metavar="OUT.csv", help="write what became of each row, one line a finding")
        parser.add_argument("--sheet", default="", help="only this sheet of the workbook")
        parser.add_argument("--include-hidden", action="store_true", help="hidden rows and hidden sheets too")
        parser.add_argument("--new-anyway", action="store_true", help="enter possible doubles as new institutions")
        parser.add_argument("--language", choices=("ar", "fr", "en"), default="ar", help="of the reasons in the report")

    def handle(self, *args, **given):
        options = {"sheet": given["sheet"], "include_hidden": given["include_hidden"], "new_anyway": given["new_anyway"]}
        with translation.override(given["language"]), ExitStack() as files:
            try:
                content = read(given["file"])
                report = files.enter_context(open(given["report"], "w", encoding="utf-8", newline="")) if given["report"] else None
                if given["dry_run"]:
                    rows = preview(content, options=options).rows
                else:
                    rows = list(import_file(content, by=None, title=Path(given["file"]).name, options=options).rows.order_by("pk"))
                if report:
                    csv.writer(report).writerows([REPORT, *report_lines(rows)])
            except Unreadable as error:
                self.stderr.write(" ".join(problem_words(kept_problem(error.code, error.facts))))
                sys.exit(2)
            except OSError as error:
                self.stderr.write(f"{error.strerror}: {error.filename}")
                sys.exit(2)
        counted = effects(rows)
        for verdict in Verdict.values:
            self.stdout.write(f"{verdict}: {counted[verdict]}")
        if given["dry_run"]:
            self.stdout.write("dry run: nothing was written")
        if counted[Verdict.REFUSED]:
            sys.exit(1)


def read(path: str) -> bytes:
    """The bytes of the file; one byte more than is allowed tells that it is too large."""
    with open(path, "rb") as file:
        return file.read(child.FILE_BYTES + 1)
