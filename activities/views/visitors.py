from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from activities.actions import visitors as actions
from activities.case_filters import VisitorFilters
from activities.choices import PaperState
from activities.forms.visitors import CheckPaperForm, LicenceForm, OpenFilesForm, PaperForm, VisitForm
from activities.lifecycle import VISITOR
from activities.models import Activity, VisitorFile, VisitorPaper
from activities.papers.licence import LANGUAGES, issued_licence
from activities.views.activities import whole as whole_activity
from activities.views.sections import activity_tabs
from core.deeds import done, kept
from core.exporters import Column
from core.files import attachments_of, download
from core.history import trail
from core.lifecycle import TransitionRefused, check
from core.listing import list_page

COLUMNS = (
    Column("specialist", gettext_lazy("Specialist"), 30), Column("institution", gettext_lazy("Institution"), 40), Column("specialty", gettext_lazy("Specialty"), 26),
    Column("activity", gettext_lazy("Activity"), 40), Column("host", gettext_lazy("Benefiting institutions"), 40), Column("starts_on", gettext_lazy("First day"), 13),
    Column("ends_on", gettext_lazy("Last day"), 13), Column("status", gettext_lazy("Status"), 22), Column("number", gettext_lazy("Number of the licence"), 22),
    Column("valid_from", gettext_lazy("Licensed from"), 13), Column("valid_to", gettext_lazy("Licensed until"), 13),
)  # fmt: skip
FIELDS = {
    "end_before_start": "valid_to",
    "already_over": "valid_to",
    "days_not_covered": "valid_to",
    "number_taken": "licence_number",
    "reason_missing": "note",
}


def row(file: VisitorFile) -> list[object]:
    person, activity = file.professional, file.activity
    return [
        person.name, person.institution.name, person.specialty.name if person.specialty else "", activity.title, activity.host_places, activity.starts_on,
        activity.ends_on, str(file.status_label), file.licence_number, file.valid_from, file.valid_to,
    ]  # fmt: skip


def visitor_list(request: HttpRequest) -> HttpResponse:
    """The visiting specialists of the missions that this person looks after."""
    require(request.user, "visitor.view")
    return list_page(
        request,
        queryset=VisitorFile.objects.visible_to(request.user),
        filters=VisitorFilters,
        sorts={"start": ["activity__starts_on"], "name": ["professional__name"], "status": ["status", "activity__starts_on"]},
        default_sort="-start",
        columns=COLUMNS,
        row=row,
        related=actions.whole,
        name="visitors",
        page="activities/visitor_list.html",
        fragment="activities/_visitor_list.html",
        extra={"tabs": activity_tabs(request.user, "visitors")},
    )


def visitor_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the files of the people of a team who come from abroad."""
    activity = get_for(request.user, whole_activity(Activity.objects.all()), "visitor.keep", pk)
    people = actions.visitors_to_file(activity)
    form = OpenFilesForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        files = done(form, lambda: actions.open_files(activity, form.cleaned_data["people"], by=request.user))
        if files:
            messages.success(request, _("The files are begun. Add the papers, then submit each one to the ministry."))
            return redirect(files[0] if len(files) == 1 else activity)
    context = {"activity": activity, "form": form, "people": people}
    return render(request, "activities/visitor_new.html", context, status=400 if form.is_bound else 200)


def one(request: HttpRequest, pk: int, action: str) -> VisitorFile:
    return get_for(request.user, actions.whole(VisitorFile.objects.all()), action, pk)


def visitor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One visiting specialist: the papers, what is still missing, the licence."""
    file, user = one(request, pk, "visitor.view"), request.user
    scans: dict[str, list[Any]] = {}
    for attachment in attachments_of(file):
        scans.setdefault(attachment.role, []).append(attachment)
    may_keep = can(user, "visitor.keep", file) and file.status in VISITOR["submit"].sources
    may_check = can(user, "visitor.check", file) and file.status in VISITOR["check"].sources
    blocked = why_not(file, user)
    context = {
        "file": file,
        "papers": [{"paper": paper, "scan": scans.get(paper.kind, [None])[0]} for paper in file.papers.all()],
        "steps": steps_for(file, user),
        "may_keep": may_keep,
        "may_check": may_check,
        "may_accept": may_check and any(paper.state == PaperState.RECEIVED for paper in file.papers.all()),
        "may_license": may_license(file, user),
        "blocked": blocked,
        "is_open": not blocked,
        "paper_languages": LANGUAGES,
        "history": trail(file)[:30],
    }
    return render(request, "activities/visitor_detail.html", context)


def may_license(file: VisitorFile, user: Any) -> bool:
    """Whether the page of the licence is worth opening: the days are asked there."""
    return not refusal_of(file, user, "license", valid_from=file.activity.starts_on, valid_to=file.activity.ends_on)


def why_not(file: VisitorFile, user: Any) -> str:
    """Why the next step that would be this person's is closed; "" when it is open or not theirs."""
    for slug in ("submit", "check", "license"):
        if file.status in VISITOR[slug].sources and can(user, VISITOR[slug].permission or "", file):
            return refusal_of(file, user, slug, valid_from=file.activity.starts_on, valid_to=file.activity.ends_on)
    return ""


def refusal_of(file: VisitorFile, user: Any, slug: str, **changes: Any) -> str:
    try:
        check(file, VISITOR[slug], by=user, reason="-", changes=changes)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""


def answer(request: HttpRequest, form: Any, file: VisitorFile, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "file": file, "title": title, "button": button, **more}
    return render(request, "activities/visitor_form.html", context, status=400 if form.is_bound else 200)


def visitor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the specialist will do."""
    file = one(request, pk, "visitor.keep")
    form = VisitForm(request.POST or None, initial={"scope_of_practice": file.scope_of_practice, "version": file.version})
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.describe_visit(file, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(file)
    return answer(request, form, file, _("What the specialist will do"), _("Save"), differences=kept(form))


def paper_of(file: VisitorFile, paper_pk: int) -> VisitorPaper:
    try:
        paper = next(paper for paper in file.papers.all() if paper.pk == paper_pk)
    except StopIteration as error:
        raise Http404 from error
    paper.file = file
    return paper


def visitor_paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """Note that a paper is here, with its scan."""
    file = one(request, pk, "visitor.keep")
    paper = paper_of(file, paper_pk)
    starts = {"valid_until": paper.valid_until, "note": paper.note if paper.state != PaperState.REJECTED else "", "is_here": True}
    form = PaperForm(request.POST or None, request.FILES or None, initial=starts)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        values = {"valid_until": given["valid_until"], "note": given["note"], "is_here": given["is_here"], "upload": given["scan"]}
        if done(form, lambda: actions.note_paper(paper, by=request.user, **values)):
            messages.success(
                request, _("The paper is noted.") if paper.lasts else _("The paper is noted. It ends before the last day of the mission: ask for a newer one.")
            )
            return redirect(file)
    return answer(request, form, file, paper.get_kind_display(), _("Save"), paper=paper)


def visitor_paper_check(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """The ministry looks at a paper: in order or not."""
    file = one(request, pk, "visitor.check")
    paper = paper_of(file, paper_pk)
    form = CheckPaperForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if done(form, lambda: actions.check_paper(paper, by=request.user, is_accepted=given["verdict"] == "yes", note=given["note"]), FIELDS):
            messages.success(request, _("The paper is checked."))
            return redirect(file)
    scan = attachments_of(file).filter(role=paper.kind).first()
    return answer(request, form, file, paper.get_kind_display(), _("Save"), paper=paper, scan=scan)


@require_POST
def visitor_papers_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Every paper that came in is in order, in one go."""
    file = one(request, pk, "visitor.check")
    try:
        actions.accept_papers(file, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("All papers that came in are accepted."))
    return redirect(file)


def visitor_license(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the licence."""
    file = one(request, pk, "visitor.license")
    form = LicenceForm(request.POST or None, initial={"valid_from": file.activity.starts_on, "valid_to": file.activity.ends_on})
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.license_visitor(file, by=request.user, **form.cleaned_data), FIELDS):
        messages.success(request, _("The licence is given. Both sides are told."))
        return redirect(file)
    return answer(request, form, file, _("Give the licence"), _("Give the licence"))


def visitor_licence(request: HttpRequest, pk: int) -> HttpResponse:
    """The licence as PDF, issued once in each language."""
    file = one(request, pk, "visitor.view")
    language = request.GET.get("language", "")
    try:
        seal = issued_licence(file, language if language in LANGUAGES else LANGUAGES[0], by=request.user)
    except TransitionRefused as error:
        raise Http404 from error
    return download(seal.file.open("rb"), f"licence-{seal.code[:6]}-{seal.language}.pdf", "application/pdf")


def visitor_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, actions.whole(VisitorFile.objects.all()), pk, slug, actions.transition_visitor)
