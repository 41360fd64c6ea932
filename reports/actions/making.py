"""The slow part: computing a report or reading a list, and writing it into a file."""

import hashlib
import json
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils import timezone

from core.exporters import open_book, write_sheet
from core.listing import Whole
from core.seals import issue
from reports.choices import Format
from reports.models import ReportRun
from reports.papers.pdf import report_pdf
from reports.papers.sheet import csv_parts, write_xlsx
from reports.papers.word import report_word
from reports.papers.words import paper
from reports.registry import REGISTRY, Asked, Report, asked_of, reports_for

Note = Callable[[float], None]
KIND = "report"  # of the issued document


class Taken(Exception):
    """The run is no longer ours: it was cancelled, or somebody else took it up."""


def standing_key(user: Any) -> str:
    """What somebody is today, as a fingerprint: another one means that a file made before may hold what they may no longer see."""
    roles = sorted([row.role, row.institution_id or 0, row.region_id or 0, row.partnership_id or 0] for row in user.standing)
    return hashlib.sha256(json.dumps([user.is_superuser, user.is_active, roles]).encode()).hexdigest()


def make_file(run: ReportRun, note: Note) -> dict[str, Any]:
    """Make the file of a run in the active language: {"file", "size", "sha256", "standing_key", …}, fields of the row. `note` hears how far it is.

    What its asker is, is written down as it was when the making began: what they may see is read from then on. Raises Missing
    or PermissionDenied where its asker may not have it any more, Taken when nobody waits for it.
    """
    if not run.asked_by.is_active:
        raise PermissionDenied
    key = standing_key(run.asked_by)
    return {**made_file(run, note, key), "standing_key": key}


def made_file(run: ReportRun, note: Note, key: str) -> dict[str, Any]:
    """A paper that was issued before its maker died counts only for somebody who is still what they were: it has their key as its version."""
    if run.is_export:
        return kept(run, lambda file: write_list(file, run, note))
    report = REGISTRY.get(run.report)
    if report is None or report not in reports_for(run.asked_by):
        raise PermissionDenied
    asked = asked_of(run.parameters, run.asked_by)
    if run.format == Format.PDF:
        render = lambda code: report_pdf(paper(report, asked, run.language, code=code, note=lambda share: note(0.9 * share)))  # noqa: E731
        seal = issue(run, KIND, run.language, render, revision=int(key[:7], 16))
        return {"file": seal.file.name, "size": seal.size, "sha256": seal.sha256, "seal": seal}
    return kept(run, lambda file: write_report(file, report, asked, run, note))


def kept(run: ReportRun, write: Callable[[IO[bytes]], int | None]) -> dict[str, Any]:
    """What `write` puts into a file, kept under a random name."""
    with tempfile.TemporaryFile() as file:
        count = write(file)
        size, digest = file.tell(), hashlib.sha256()
        file.seek(0)
        while block := file.read(1 << 20):
            digest.update(block)
        file.seek(0)
        name = default_storage.save(f"reports/{timezone.localdate():%Y/%m}/{uuid.uuid4().hex}.{run.format}", File(file))
    return {"file": name, "size": size, "sha256": digest.hexdigest(), "rows_count": count}


def write_report(file: IO[bytes], report: Report, asked: Asked, run: ReportRun, note: Note) -> int | None:
    count = None
    if run.format == Format.DOCX:
        file.write(report_word(paper(report, asked, run.language, note=lambda share: note(0.9 * share))))
    elif run.format == Format.XLSX:
        count = write_xlsx(file, report, asked, note, lambda rows: note(0.5))
    else:
        for place, line in enumerate(csv_parts(report, asked), 1):
            file.write(line.encode())
            if place % 500 == 0:
                note(0.5)
    file.seek(0, 2)
    return count


# --- Long lists ---------------------------------------------------------------------------------------------------


def write_list(file: IO[bytes], run: ReportRun, note: Note) -> int:
    """Ask the page of a list again, in the name of whoever asked, and write what its filters select; how many rows. In constant memory."""
    whole = whole_of(run)
    total = max(1, whole.count())

    def lines() -> Iterator[Sequence[Any]]:
        done = 0
        for some in whole.lines():
            yield from some
            done += len(some)
            note(0.95 * done / total)

    with open_book(file) as book:
        count = write_sheet(book, whole.name, whole.columns, lines())
    file.seek(0, 2)
    return count


def whole_of(run: ReportRun) -> Whole:
    """The list as its own view makes it, so that every rule of the page holds. Raises Http404 where the address is no list any more."""
    taken: list[Whole] = []

    def take(whole: Whole) -> HttpResponse:
        taken.append(whole)
        return HttpResponse()

    request = HttpRequest()
    request.method, request.path, request.path_info, request.user = "GET", run.parameters["path"], run.parameters["path"], run.asked_by
    request.GET = QueryDict(run.parameters.get("query", ""), mutable=True)
    request.GET["export"] = "xlsx"
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REMOTE_ADDR": ""}
    request.take_whole = take  # type: ignore[attr-defined]
    match = resolve(request.path)
    match.func(request, *match.args, **match.kwargs)
    if not taken:
        raise Http404
    return taken[0]
