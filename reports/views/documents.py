"""Reports as files: asking for one, watching it, fetching it; those that are made every month or quarter."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.policy import can
from core.deeds import done, kept
from core.files import download
from core.htmx import is_fragment, render_page
from core.lifecycle import TransitionRefused
from core.listing import PAGE_SIZE
from core.seals import spaced
from partnerships.models import Institution, Partnership, Region, Specialty
from reports import actions
from reports.actions.making import standing_key
from reports.choices import TONES, RunState
from reports.document_forms import ReportForm, ScheduleForm
from reports.long_lists import offered
from reports.models import ReportRun, ReportSchedule
from reports.registry import REGISTRY, Report, asked_of, reports_for
from reports.views.sections import report_tabs

FAILURES = {
    "missing": gettext_lazy("What the report is about is not there any more, or not for you to see."),
    "not_allowed": gettext_lazy("Your role does not open this any more."),
    "cut_off": gettext_lazy("It was cut off three times. Ask for less at once, or tell the administrator."),
}
OF_RECIPIENTS = {"nobody": "recipients", "not_theirs": "recipients"}  # refusals that are told at that field
THINGS = {"region": Region, "specialty": Specialty, "institution": Institution, "partnership": Partnership}


def document_list(request: HttpRequest) -> HttpResponse:
    """The reports that this person may ask for, and the files they asked for."""
    require(request.user, "report.view")
    rows = ReportRun.objects.visible_to(request.user).order_by("-pk")
    paginator = Paginator(rows, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "reports": reports_for(request.user), "page": page, "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "rows": [{"run": run, "about": about(run), "period": period_words(run)} for run in with_things(list(page.object_list))], "tones": TONES,
        "may_schedule": can(request.user, "report.schedule"), "tabs": report_tabs(request.user, "files"),
    }  # fmt: skip
    return render(request, "reports/documents.html", context)


def with_things(runs: list[Any]) -> list[Any]:
    """The runs or schedules, each with what it is about by name. At most five queries."""
    for name, model in THINGS.items():
        keys = {int(run.parameters[name]) for run in runs if run.parameters.get(name)}
        found = model.objects.in_bulk(keys) if keys else {}
        for run in runs:
            run.things = getattr(run, "things", [])
            if (key := run.parameters.get(name)) and (thing := found.get(int(key))):
                run.things.append(thing.code if name == "partnership" else thing.name)
    return runs


def about(run: Any) -> str:
    return " · ".join(run.things)


def period_words(run: ReportRun) -> str:
    """The period of a report, in words; "" for a list."""
    return "" if run.is_export else asked_of({name: run.parameters.get(name, "") for name in ("since", "until")}, None).period_words


def report_or_404(user: Any, slug: str) -> Report:
    report = REGISTRY.get(slug)
    if report is None or report not in reports_for(user):
        raise Http404(_("There is nothing here for you under this address."))
    return report


def document_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose period, what it is about, language and format; the file is made in the background."""
    require(request.user, "report.view")
    report = report_or_404(request.user, slug)
    started = {name: request.GET[name] for name in ("partnership", "institution", "region", "specialty") if name in request.GET}
    form = ReportForm(request.POST or None, report=report, user=request.user, initial=started)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        deed = lambda: actions.ask_for_report(slug, form.parameters(), language=given["language"], format=given["format"], by=request.user)  # noqa: E731
        if run := done(form, deed):
            return redirect(run)
    context = {"report": report, "form": form, "title": report.title, "may_schedule": can(request.user, "report.schedule")}
    return render(request, "reports/documents_new.html", context, status=400 if form.is_bound else 200)


def run_or_404(request: HttpRequest, pk: int) -> ReportRun:
    rows = ReportRun.objects.visible_to(request.user).select_related("schedule", "seal")
    run = rows.filter(pk=pk).first() if pk < 2**63 else None
    if run is None:
        raise Http404(_("There is nothing here for you under this address."))
    return run


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; then the file."""
    run = run_or_404(request, pk)
    if not run.is_unfinished and is_fragment(request):
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"  # it is finished: the whole page now
        return response
    with_things([run])
    context = {
        "run": run, "about": about(run), "period": period_words(run), "failure": FAILURES.get(run.error), "is_current": is_current(run, request.user),
        "code": spaced(run.seal.code) if run.seal else "", "again": None if run.is_export or run.report not in REGISTRY else f"/reports/documents/new/{run.report}/",
    }  # fmt: skip
    return render_page(request, "reports/documents_run.html", "reports/_documents_progress.html", context)


def is_current(run: ReportRun, user: Any) -> bool:
    """Whether the file may still be fetched: its asker is today what they were when it was made."""
    return run.has_file and run.standing_key == standing_key(user)


def document_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself; 404 once it is forgotten, or once its asker's rights are others than when it was made."""
    run = run_or_404(request, pk)
    if not is_current(run, request.user):
        raise Http404(_("This file is not kept any more."))
    return download(run.file.open("rb"), run.file_name, run.media_type)


@require_POST
def document_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    try:
        actions.cancel_run(run, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is cancelled; nothing is kept of it."))
    return redirect(run)


@require_POST
def document_export(request: HttpRequest) -> HttpResponse:
    """A long list as a workbook, as its page has offered it."""
    parameters = offered(request.POST.get("offer", ""), request.user)
    if parameters is None:
        raise Http404(_("This offer is over. Ask for the list again."))
    try:
        run = actions.ask_for_list(parameters, language=request.LANGUAGE_CODE[:2], by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-files")
    return redirect(run)


# --- By schedule --------------------------------------------------------------------------------------------------


def schedule_list(request: HttpRequest) -> HttpResponse:
    """What is made by itself, for whom, and how far it is."""
    require(request.user, "report.schedule")
    paginator = Paginator(ReportSchedule.objects.prefetch_related("recipients").select_related("made_by").order_by("stopped_at", "-pk"), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page, "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "rows": [{"schedule": one, "about": about(one)} for one in with_things(list(page.object_list))], "reports": reports_for(request.user),
    }  # fmt: skip
    return render(request, "reports/documents_schedules.html", context)


def schedule_new(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.user, "report.schedule")
    report = report_or_404(request.user, slug)
    form = ScheduleForm(request.POST or None, report=report, user=request.user)
    if request.method == "POST" and form.is_valid():
        deed = lambda: actions.make_schedule(slug, form.parameters(), rhythm=form.cleaned_data["rhythm"], by=request.user, **form.given())  # noqa: E731
        if schedule := done(form, deed, OF_RECIPIENTS):
            messages.success(request, _("The report is made by itself from now on."))
            return redirect(schedule)
    return render(request, "reports/documents_schedule_new.html", {"report": report, "form": form}, status=400 if form.is_bound else 200)


def schedule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets it, on which day, in which language and format."""
    schedule = schedule_or_404(request, pk)
    report = report_or_404(request.user, schedule.report)
    if not schedule.is_running:
        return redirect(schedule)
    with_things([schedule])
    form = ScheduleForm(request.POST or None, report=report, user=request.user, schedule=schedule)
    if request.method == "POST" and form.is_valid():
        deed = lambda: actions.change_schedule(schedule, by=request.user, version=form.cleaned_data["version"], **form.given())  # noqa: E731
        if done(form, deed, OF_RECIPIENTS):
            messages.success(request, _("Saved. It holds from the next report on."))
            return redirect(schedule)
    context = {"report": report, "form": form, "schedule": schedule, "about": about(schedule), "differences": kept(form)}
    return render(request, "reports/documents_schedule_new.html", context, status=400 if form.is_bound else 200)


def schedule_or_404(request: HttpRequest, pk: int) -> ReportSchedule:
    schedule = ReportSchedule.objects.select_related("made_by").filter(pk=pk).first() if can(request.user, "report.schedule") and pk < 2**63 else None
    if schedule is None:
        raise Http404(_("There is nothing here for you under this address."))
    return schedule


def schedule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom it goes to, and what was made; the files themselves are each recipient's own."""
    schedule = schedule_or_404(request, pk)
    with_things([schedule])
    runs = schedule.runs.select_related("asked_by").order_by("-period_start", "asked_by__name")[:60]
    rows = [{"run": run, "period": period_words(run), "tone": TONES[RunState(run.state)]} for run in runs]
    context = {
        "schedule": schedule,
        "about": about(schedule),
        "next": actions.next_day(schedule),
        "recipients": schedule.recipients.order_by("name"),
        "rows": rows,
    }
    return render(request, "reports/documents_schedule.html", context)


def schedule_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then stop it for good."""
    schedule = schedule_or_404(request, pk)
    if schedule.is_running and "sure" not in request.POST:
        return render(request, "components/ask.html", {
            "title": _("Stop this schedule"), "button": _("Stop this schedule"), "back": schedule.get_absolute_url(), "back_label": str(schedule),
            "text": _("No further report is made of it. What was made stays. It cannot be started again; a new one can be made."),
        })  # fmt: skip
    try:
        actions.stop_schedule(schedule, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("No further report is made. What was made stays."))
    return redirect(schedule)
