from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import get_for
from accounts.policy import can, institutions_of
from core.deeds import done, kept
from core.files import attachments_of
from core.formats import today
from core.forms import PortalForm
from core.history import trail
from core.lifecycle import TransitionRefused
from core.models import Attachment
from partnerships import room
from partnerships.actions import room as actions
from partnerships.choices import Rung
from partnerships.forms.room import (
    SDG_TARGETS,
    DecisionForm,
    DescriptionForm,
    DocumentForm,
    FocalPointForm,
    MeetingForm,
    MessageForm,
    ProjectForm,
    RungForm,
    ServiceLineForm,
)
from partnerships.models import Decision, FocalPoint, Institution, Meeting, Message, Partnership, Project, ServiceLine

RUNGS = list(Rung)


def related(rows):
    """Partnerships with what a page shows of their parties."""
    return rows.with_people()


def tabs(partnership: Partnership, current: str) -> list[dict[str, Any]]:
    base = partnership.get_absolute_url()
    pages = [
        ("overview", base, _("Overview")),
        *((slug, base + address, label) for slug, address, label in room.TABS),
        ("meetings", f"{base}meetings/", _("Meetings")),
        ("discussion", f"{base}discussion/", _("Discussion")),
        ("timeline", f"{base}timeline/", _("Timeline")),
    ]
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label in pages]


def ladder(line: ServiceLine) -> list[dict[str, str]]:
    """The six stairs of a drawing in percent: reached, aimed at, beyond."""
    reached, aim = RUNGS.index(Rung(line.rung)), RUNGS.index(Rung(line.target_rung))
    stairs = []
    for place in range(6):
        height = 16 + 15.6 * place
        shade = "is-full" if place <= reached else "is-goal" if place <= aim else ""
        stairs.append({"x": f"{1 + 16.6 * place:.1f}%", "y": f"{97 - height:.0f}%", "height": f"{height:.0f}%", "shade": shade})
    return stairs


def service_lines(partnership: Partnership) -> list[dict[str, Any]]:
    """Each service with its stairs, its place on them and how far it has come."""
    lines = partnership.service_lines.select_related("specialty").prefetch_related("rungs")
    found = []
    for line in lines:
        rungs = list(line.rungs.all())
        climbed = RUNGS.index(Rung(line.rung)) - RUNGS.index(Rung(rungs[0].rung)) if rungs else 0
        found.append(
            {
                "line": line,
                "stairs": ladder(line),
                "at": RUNGS.index(Rung(line.rung)) + 1,
                "aim": RUNGS.index(Rung(line.target_rung)) + 1,
                "climbed": climbed,
                "since": rungs[-1].reached_on if rungs else None,
                "rungs": rungs[::-1],
            }
        )
    return found


def overview(partnership: Partnership, user: Any) -> dict[str, Any]:
    """What the first page of a partnership shows of its room."""
    return {
        "tabs": tabs(partnership, "overview"),
        "cycle": room.steps(partnership),
        "next": room.coming_next(partnership),
        "services": service_lines(partnership),
        "projects": partnership.projects.select_related("agreement__partnership"),
        "focal_points": partnership.focal_points.select_related("institution"),
        "sdg": [label for code, label in SDG_TARGETS if code in partnership.sdg_targets],
        "documents": room.documents_of(partnership),
        "may_keep": can(user, "partnership.keep_room", partnership),
    }


def answer(request: HttpRequest, form: Any, partnership: Partnership, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "partnership": partnership, "title": title, "button": button, "back": partnership.get_absolute_url(), **more}
    return render(request, "partnerships/room_form.html", context, status=400 if form.is_bound else 200)


def room_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Goals, exit plan, sustainable development goals."""
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.keep_room", pk)
    names = ("goals", "exit_plan", "sdg_targets")
    form = DescriptionForm(request.POST or None, initial={**{name: getattr(partnership, name) for name in names}, "version": partnership.version})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names}
        if done(form, lambda: actions.describe_partnership(partnership, by=request.user, version=form.cleaned_data["version"], **values)):
            messages.success(request, _("Saved."))
            return redirect(partnership)
    return answer(request, form, partnership, _("Goals and exit plan"), _("Save"), differences=kept(form))


def focal_point_new(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.keep_room", pk)
    ids = partnership.party_ids if can(request.user, "partnership.create") else partnership.party_ids & institutions_of(request.user)
    form = FocalPointForm(
        request.POST or None, institutions=Institution.objects.filter(pk__in=ids).order_by("pk"), initial={"institution": min(ids, default=None)}
    )
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.name_focal_point(partnership, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The focal point is named."))
        return redirect(partnership)
    return answer(request, form, partnership, _("New focal point"), _("Name the focal point"))


def focal_point_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a focal point off."""
    point = get_for(request.user, FocalPoint.objects.select_related("partnership", "institution"), "partnership.keep_room", pk)
    form = PortalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.drop_focal_point(point, by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The focal point is taken off."))
        return redirect(point.partnership)
    return answer(request, form, point.partnership, _("Take off %(name)s") % {"name": point.name}, _("Take off"), is_final=True)


def document_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a document with the partnership."""
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.keep_room", pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: actions.add_document(partnership, by=request.user, upload=form.cleaned_data["file"]))
    ):
        messages.success(request, _("The document is added."))
        return redirect(partnership)
    return answer(request, form, partnership, _("Add a document"), _("Add the document"))


def service_new(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.keep_room", pk)
    form = ServiceLineForm(request.POST or None, partnership=partnership)
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.open_service_line(partnership, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The service is followed on its ladder from now on."))
        return redirect(partnership)
    return answer(request, form, partnership, _("New service line"), _("Follow the service"))


def service_move(request: HttpRequest, pk: int) -> HttpResponse:
    """One step on the autonomy ladder."""
    line = get_for(request.user, ServiceLine.objects.select_related("partnership", "specialty"), "partnership.keep_room", pk)
    form = RungForm(request.POST or None, initial={"rung": line.rung, "reached_on": today()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if done(form, lambda: actions.move_service_line(line, values["rung"], by=request.user, reached_on=values["reached_on"], note=values["note"])):
            messages.success(request, _("The step on the ladder is recorded."))
            return redirect(line.partnership)
    return answer(
        request,
        form,
        line.partnership,
        _("Autonomy of %(service)s") % {"service": line},
        _("Record the step"),
        ladder=ladder(line),
        history=line.rungs.select_related("by").order_by("-reached_on", "-pk"),
    )


def project_new(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.keep_room", pk)
    return project_page(request, partnership, None)


def project_edit(request: HttpRequest, pk: int) -> HttpResponse:
    project = get_for(request.user, Project.objects.select_related("partnership"), "partnership.keep_room", pk)
    return project_page(request, project.partnership, project)


def project_page(request: HttpRequest, partnership: Partnership, project: Project | None) -> HttpResponse:
    names = [name for name in ProjectForm.base_fields if name != "version"]
    initial = {**{name: getattr(project, name) for name in names}, "version": project.version} if project else None
    form = ProjectForm(request.POST or None, partnership=partnership, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names}

        def save() -> Project:
            return actions.save_project(partnership, project, by=request.user, version=form.cleaned_data["version"], **values)

        if done(form, save, {"too_fine": "budget", "end_before_start": "ends_on"}):
            messages.success(request, _("The project is saved."))
            return redirect(partnership)
    return answer(request, form, partnership, _("Project"), _("Save the project"), differences=kept(form))


def meeting_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Meetings, the coming ones first, then those that took place."""
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.view", pk)
    meetings = list(partnership.meetings.prefetch_related("decisions__owner"))
    context = {
        "partnership": partnership, "tabs": tabs(partnership, "meetings"), "may_call": can(request.user, "partnership.discuss", partnership),
        "coming": sorted((meeting for meeting in meetings if meeting.held_on >= today()), key=lambda meeting: meeting.held_on),
        "past": [meeting for meeting in meetings if meeting.held_on < today()],
    }  # fmt: skip
    return render(request, "partnerships/meeting_list.html", context)


def meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.discuss", pk)
    return meeting_page(request, partnership, None)


def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = get_for(request.user, Meeting.objects.select_related("partnership"), "partnership.discuss", pk)
    return meeting_page(request, meeting.partnership, meeting)


def meeting_page(request: HttpRequest, partnership: Partnership, meeting: Meeting | None) -> HttpResponse:
    names = [name for name in MeetingForm.base_fields if name != "version"]
    initial = {**{name: getattr(meeting, name) for name in names}, "version": meeting.version} if meeting else None
    form = MeetingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names}
        saved = done(form, lambda: actions.save_meeting(partnership, meeting, by=request.user, version=form.cleaned_data["version"], **values))
        if saved:
            messages.success(request, _("The meeting is saved."))
            return redirect(saved)
    return answer(request, form, partnership, _("Meeting"), _("Save the meeting"), differences=kept(form))


def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Agenda, participants, minutes, decisions; a new decision is written below."""
    meeting = get_for(request.user, Meeting.objects.select_related("partnership", "called_by"), "partnership.view", pk)
    partnership = related(Partnership.objects.all()).get(pk=meeting.partnership_id)
    may_write = can(request.user, "partnership.discuss", meeting)
    form = DecisionForm(request.POST or None, people=actions.members(partnership))
    if request.method == "POST":
        get_for(request.user, Meeting.objects.all(), "partnership.discuss", pk)
        if form.is_valid() and done(form, lambda: actions.record_decision(meeting, by=request.user, **form.cleaned_data)):
            messages.success(request, _("The decision is recorded."))
            return redirect(meeting)
    context = {
        "meeting": meeting, "partnership": partnership, "decisions": meeting.decisions.select_related("owner"), "form": form, "may_write": may_write,
        "documents": attachments_of(meeting), "history": trail(meeting)[:20],
    }  # fmt: skip
    return render(request, "partnerships/meeting_detail.html", context, status=400 if form.is_bound else 200)


@require_POST
def decision_done(request: HttpRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decision.objects.filter(meeting__in=Meeting.objects.visible_to(request.user)).select_related("meeting__partnership"), pk=pk)
    get_for(request.user, Meeting.objects.all(), "partnership.discuss", decision.meeting_id)
    try:
        actions.carry_out(decision, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The decision is marked as carried out."))
    return redirect(decision.meeting)


def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """The discussion of the parties, newest first; a new message is written at the top."""
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.view", pk)
    people = actions.members(partnership)
    answers = Message.objects.filter(partnership=partnership, pk=request.GET.get("answers") if str(request.GET.get("answers", "")).isdecimal() else 0).first()
    form = MessageForm(request.POST or None, request.FILES or None, people=people, initial={"mentions": [answers.by_id] if answers else []})
    if request.method == "POST":
        get_for(request.user, Partnership.objects.all(), "partnership.discuss", pk)
        if form.is_valid():
            values = form.cleaned_data
            saved = done(
                form,
                lambda: actions.write_message(
                    partnership, by=request.user, text=values["text"], answers=answers, mentions=values["mentions"], upload=values["file"]
                ),
            )
            if saved:
                messages.success(request, _("The message is sent."))
                return redirect(f"{partnership.get_absolute_url()}discussion/")
    shown = list(partnership.messages.select_related("by", "answers__by").prefetch_related("mentions")[:100])
    files: dict[int, list[Attachment]] = {}
    for attachment in Attachment.objects.filter(object_type="partnerships.message", object_id__in=[message.pk for message in shown]):
        files.setdefault(attachment.object_id, []).append(attachment)
    context = {
        "partnership": partnership, "tabs": tabs(partnership, "discussion"), "form": form, "answers": answers, "discussion": [(message, files.get(message.pk, [])) for message in shown],
        "may_write": can(request.user, "partnership.discuss", partnership),
    }  # fmt: skip
    return render(request, "partnerships/discussion.html", context, status=400 if form.is_bound else 200)


def partnership_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened, newest first, forty lines a page."""
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.view", pk)
    try:
        before = parse_datetime(request.GET.get("before", ""))
    except ValueError:
        before = None
    lines = room.timeline(partnership, before if before and before.tzinfo else None)
    context = {"partnership": partnership, "tabs": tabs(partnership, "timeline"), "lines": lines, "older": lines[-1].at.isoformat() if len(lines) == 40 else ""}
    return render(request, "partnerships/timeline.html", context)
