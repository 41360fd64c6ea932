"""Importing institutions in the browser: bring a list, look at every row, import, take back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can
from core.exporters import EXPORTS, Column
from core.formats import number
from core.htmx import is_fragment, render_page
from core.lifecycle import Lifecycle, TransitionRefused, check
from core.listing import PAGE_SIZE
from partnerships.actions import intake as actions
from partnerships.choices import IntakeStatus, Verdict
from partnerships.forms import ColumnsForm, IntakeForm
from partnerships.intake.checking import Reference
from partnerships.intake.columns import FIELDS, NAMES
from partnerships.intake.findings import problem_words, words
from partnerships.lifecycle import INTAKE
from partnerships.models import Institution, Intake, IntakeRow

STATUS_TONES = {"reading": "run", "unreadable": "late", "preview": "wait", "applied": "done", "undone": "stop", "dropped": "stop"}
VERDICT_TONES = {
    "created": "run", "updated": "run", "unchanged": "draft", "possible_duplicate": "wait", "warning": "wait", "refused": "late", "skipped": "stop",
}  # fmt: skip
WRITTEN = (Verdict.CREATED, Verdict.UPDATED, Verdict.WARNING)
SAMPLE = {
    "name_ar": "المؤسسة العمومية الاستشفائية عين المثال", "name_fr": "Établissement public hospitalier Ain El Mithal", "aliases": "مستشفى المثال",
    "kind": "EPH", "region": "30", "city": "Ouargla", "beds_count": "120", "specialties": "general-surgery",
}  # fmt: skip


def the_intake(request: HttpRequest, pk: int) -> Intake:
    """An import; to whoever may not import there is nothing under this address."""
    if not can(request.user, "institution.import") or pk >= 2**63:
        raise Http404(_("There is nothing here for you under this address."))
    return get_object_or_404(Intake.objects.select_related("brought_by"), pk=pk)


def intake_list(request: HttpRequest) -> HttpResponse:
    """Bring a list, and what was brought before."""
    require(request.user, "institution.import")
    form = IntakeForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        form = IntakeForm(request.POST, request.FILES)
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            options = {"include_hidden": given["include_hidden"], "sheet": given["sheet"]}
            try:
                intake = actions.begin_intake(by=request.user, upload=given["upload"] or None, text=given["text"], options=options)
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(intake)
    paginator = Paginator(Intake.objects.select_related("brought_by"), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    for intake in page.object_list:
        intake.tone = STATUS_TONES[intake.status]
    context = {
        "form": form, "page": page, "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)), "fields": FIELDS.values(),
    }  # fmt: skip
    return render(request, "partnerships/intake_list.html", context, status=status)


def intake_sample(request: HttpRequest) -> HttpResponse:
    """A small list as it can be imported, with the names of the columns in the language of the reader."""
    require(request.user, "institution.import")
    export = EXPORTS.get(request.GET.get("export", ""))
    if export is None:
        raise Http404
    names = ["code", *NAMES, "aliases", "kind", "region", "city", "beds_count", "specialties"]
    return export(pgettext("name of a file", "sample"), [Column(name, FIELDS[name], 30) for name in names], [[SAMPLE.get(name, "") for name in names]])


def intake_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: being read, to be looked at, or done. `?export=` gives the refused rows back."""
    intake = the_intake(request, pk)
    if intake.status == IntakeStatus.READING:
        context = {"intake": intake, "tone": STATUS_TONES[intake.status]}
        return render_page(request, "partnerships/intake_reading.html", "partnerships/_intake_reading.html", context)
    if is_fragment(request) and request.headers.get("HX-Target") == "progress":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})  # it was read while somebody watched
    if export := EXPORTS.get(request.GET.get("export", "")):
        columns, rows = actions.refused_rows(intake)
        return export("refused", columns, rows)
    counts = actions.counts(intake)
    verdict = request.GET.get("verdict", "")
    rows = intake.rows.select_related("institution", "same_as").order_by("pk")
    paginator = Paginator(rows.filter(verdict=verdict) if verdict in Verdict.values else rows, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    reference = Reference.load()
    page.object_list = [shown_row(row, reference, intake) for row in page.object_list]
    context = {
        "intake": intake, "tone": STATUS_TONES[intake.status], "counts": counts, "tabs": tabs(intake, counts, verdict), "page": page,
        "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)), "to_write": sum(counts[name] for name in WRITTEN),
        "to_decide": counts[Verdict.POSSIBLE_DUPLICATE], "has_refused": bool(counts[Verdict.REFUSED] or counts[Verdict.POSSIBLE_DUPLICATE]),
        "problem": problem_words(intake.problem) if intake.problem else (), "may": {slug: may(intake, slug, request) for slug in ("import", "undo", "drop", "read_again")},
        "unknown": [header for headers in intake.columns.values() for header, name in headers.items() if not name], "verdict": verdict,
    }  # fmt: skip
    return render(request, "partnerships/intake_detail.html", context)


def may(intake: Intake, slug: str, request: HttpRequest) -> bool:
    try:
        check(intake, INTAKE[slug], by=request.user)
    except TransitionRefused:
        return False
    return True


def tabs(intake: Intake, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    """All rows, then each verdict that rows have, with how many."""
    address = intake.get_absolute_url()
    found = [{"address": address, "label": f"{_('All')} ({number(sum(counts.values()))})", "current": current not in Verdict.values}]
    shown = [(verdict, label) for verdict, label in Verdict.choices if counts[verdict] or verdict == current]
    return found + [
        {"address": f"{address}?verdict={verdict}", "label": f"{label} ({number(counts[verdict])})", "current": verdict == current} for verdict, label in shown
    ]


def shown_row(row: IntakeRow, reference: Reference, intake: Intake) -> dict[str, Any]:
    """A row with its findings in words, and what could be decided about it."""
    said = []
    for finding in actions.shown_findings(row):
        reason, suggestion = words(finding)
        said.append({**finding, "reason": reason, "suggestion": suggestion})
    alike = [finding for finding in row.findings if finding["code"] == "looks_like"]
    name = next((row.values[field] for field in (*NAMES, "code") if row.values.get(field)), "") or next(filter(None, row.cells.values()), "")
    name = name or next((finding["value"] for finding in said if finding["value"]), "…")
    is_open = intake.status == IntakeStatus.PREVIEW
    return {
        "row": row, "name": name, "said": said, "tone": VERDICT_TONES[row.verdict], "changes": actions.row_changes(row, reference) if row.values else [],
        "alike": alike if is_open else [], "may_decide": is_open and bool(alike), "is_decided": is_open and (row.is_new or row.same_as_id is not None),
    }  # fmt: skip


@require_POST
def intake_row(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """Settle one possible double: the same as one of the register, a new one, or open again."""
    intake = the_intake(request, pk)
    row = get_object_or_404(intake.rows.select_related("intake"), pk=row_pk)
    choice, _colon, key = request.POST.get("decision", "").partition(":")
    same_as = None
    if choice == "same":
        if not (key.isascii() and key.isdecimal()):
            raise Http404
        same_as = get_for(request.user, Institution.objects.listed(), "institution.view", int(key))
    elif choice not in {"new", "open"}:
        raise Http404
    try:
        actions.decide_row(row, by=request.user, same_as=same_as, is_new=choice == "new")
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Row %(row)s: %(verdict)s.") % {"row": number(row.number), "verdict": row.get_verdict_display()})
    back = request.GET.urlencode()
    return redirect(f"{intake.get_absolute_url()}?{back}" if back else intake.get_absolute_url())


def intake_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by hand what the columns are; the file is read again, and the next one is understood by itself."""
    intake = the_intake(request, pk)
    if not intake.columns or not may(intake, "read_again", request):
        messages.error(request, _("The columns of this import can no longer be matched: bring the file again."))
        return redirect(intake)
    form = ColumnsForm(request.POST if request.method == "POST" else None, columns=intake.columns)
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.match_columns(intake, by=request.user, columns=form.columns())
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(intake)
    return render(request, "partnerships/intake_columns.html", {"intake": intake, "form": form}, status=status)


def intake_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Import, undo or put aside: what follows, then the deed."""
    intake = the_intake(request, pk)
    if slug not in STEPS:
        raise Http404
    if not may(intake, slug, request):
        messages.error(request, refusal_of(intake, INTAKE, slug, request))
        return redirect(intake)
    if request.method == "POST":
        try:
            STEPS[slug](request, intake)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("intakes" if slug == "drop" else intake.get_absolute_url())
    counts = actions.counts(intake)
    context = {"intake": intake, "transition": INTAKE[slug], "counts": counts, "to_write": sum(counts[name] for name in WRITTEN)}
    return render(request, "partnerships/intake_step.html", context)


def refusal_of(intake: Intake, lifecycle: Lifecycle, slug: str, request: HttpRequest) -> str:
    try:
        check(intake, lifecycle[slug], by=request.user)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""


def import_it(request: HttpRequest, intake: Intake) -> None:
    counts = actions.apply_intake(intake, by=request.user)
    written = sum(counts[name] for name in WRITTEN)
    messages.success(
        request, ngettext("Imported: %(number)s institution. It can be undone for 24 hours.", "Imported: %(number)s institutions. It can be undone for 24 hours.", written)
        % {"number": number(written)},
    )  # fmt: skip


def undo_it(request: HttpRequest, intake: Intake) -> None:
    done = actions.undo_intake(intake, by=request.user)
    messages.success(request, _("Undone: %(deleted)s deleted, %(restored)s put back.") % {"deleted": number(done.deleted), "restored": number(done.restored)})
    if done.kept:
        kept = "، ".join(place.code for place in done.kept[:10])
        messages.warning(request, _("These were worked with since and stay as they are: %(codes)s") % {"codes": kept})


def drop_it(request: HttpRequest, intake: Intake) -> None:
    actions.drop_intake(intake, by=request.user)
    messages.success(request, _("The import was put aside; nothing was written."))


STEPS = {"import": import_it, "undo": undo_it, "drop": drop_it}
