"""Annual programmes: the list, one programme beside what became of it, its lines, the proposal."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from activities.actions import programmes as actions
from activities.execution import STATES, Execution, execution_of, progress, summed
from activities.filters import ProgrammeFilters
from activities.forms.programmes import LineForm, NoteForm, StartForm
from activities.generator import proposal_for, say_reason
from activities.lifecycle import PROGRAMME
from activities.models import PlannedActivity, Programme
from activities.views.sections import activity_tabs
from core.deeds import done, kept
from core.exporters import Column
from core.formats import number, today
from core.forms import PortalForm
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from partnerships.models import Partnership
from partnerships.views.room import related as partnership_related
from partnerships.views.room import tabs as room_tabs

COLUMNS = (
    Column("partnership", gettext_lazy("Partnership"), 14), Column("between", gettext_lazy("Between"), 40), Column("agreement", gettext_lazy("Agreement"), 30),
    Column("year", gettext_lazy("Year"), 8), Column("status", gettext_lazy("Status"), 14), Column("lines", gettext_lazy("Lines"), 8),
    *(Column(state, label, 12) for state, (label, _tone) in STATES.items()),
)  # fmt: skip


def row(programme: Programme) -> list[object]:
    counts = progress(programme)
    partnership = programme.partnership
    return [
        partnership.code, partnership.title, programme.agreement.title, programme.year, programme.status_label, counts["lines"],
        *(counts[state] for state in STATES),
    ]  # fmt: skip


def with_progress(rows):
    return rows.with_people().prefetch_related("lines__activities")


def programme_list(request: HttpRequest) -> HttpResponse:
    """The programmes that this person may see."""
    require(request.user, "programme.view")
    return list_page(
        request,
        queryset=Programme.objects.visible_to(request.user),
        filters=ProgrammeFilters,
        sorts={"year": ["year"], "status": ["status", "-year"]},
        default_sort="-year",
        columns=COLUMNS,
        row=row,
        related=with_progress,
        name="programmes",
        page="activities/programme_list.html",
        fragment="activities/_programme_list.html",
        extra={"tabs": activity_tabs(request.user, "programmes")},
    )


def partnership_programmes(request: HttpRequest, pk: int) -> HttpResponse:
    """The programmes of one partnership, year by year."""
    partnership = get_for(request.user, partnership_related(Partnership.objects.all()), "partnership.view", pk)
    rows = with_progress(Programme.objects.visible_to(request.user).filter(agreement__partnership=partnership)).order_by("-year", "-pk")
    may_start = can(request.user, "programme.draft", partnership)
    context = {
        "partnership": partnership, "tabs": room_tabs(partnership, "programmes"), "programmes": rows,
        "possible": bool(may_start and actions.agreements_for(partnership, years())),
    }  # fmt: skip
    return render(request, "activities/programme_room.html", context)


def years() -> tuple[int, int]:
    return today().year, today().year + 1


def programme_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a programme: empty, like last year's, or proposed."""
    partnership = get_for(request.user, partnership_related(Partnership.objects.all()), "programme.draft", pk)
    possible = actions.agreements_for(partnership, years())
    asked = request.GET.get("year", "")
    first = next(
        (f"{agreement.pk}:{year}" for agreement, year in possible if str(year) == asked), f"{possible[-1][0].pk}:{possible[-1][1]}" if possible else None
    )
    form = StartForm(request.POST if request.method == "POST" else None, possible=possible, initial={"which": first})
    if request.method == "POST" and form.is_valid():
        agreement, year = form.chosen()
        programme = done(form, lambda: actions.start_programme(agreement, year, by=request.user, note=form.cleaned_data["note"]))
        if programme:
            return begun(request, programme, form.cleaned_data["start_with"])
    context = {"form": form, "partnership": partnership, "possible": possible}
    return render(request, "activities/programme_new.html", context, status=400 if form.is_bound else 200)


def begun(request: HttpRequest, programme: Programme, start_with: str) -> HttpResponse:
    messages.success(request, _("The programme is begun. Both sides can write in it until it is submitted."))
    if start_with == "copy":
        try:
            actions.copy_last_year(programme, by=request.user)
        except TransitionRefused as refusal:
            messages.warning(request, str(refusal))
    return redirect(f"{programme.get_absolute_url()}proposal/" if start_with == "proposal" else programme)


def whole(rows):
    """Everything that the page and the rules of one programme read."""
    return rows.with_people().select_related("created_by")


def is_open(programme: Programme, user: Any) -> bool:
    """Its lines may be written now, by this person."""
    return programme.status in PROGRAMME["submit"].sources and can(user, "programme.draft", programme)


def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines by month, each beside what became of it; the sums; what was done besides."""
    programme = get_for(request.user, whole(Programme.objects.all()), "programme.view", pk)
    user, execution = request.user, execution_of(programme)
    may_write = is_open(programme, user)
    lines = [state.line for state in execution.lines]
    context = {
        "programme": programme, "partnership": programme.partnership, "execution": execution, "months": by_month(execution), "may_write": may_write,
        "by_kind": sums(execution, lambda line: str(line.get_kind_display())), "by_specialty": sums(execution, specialty_name),
        "totals": summed(lines, lambda line: "")[0] if lines else None, "parts": parts(execution),
        "steps": steps_for(programme, user), "history": trail(programme)[:20],
        "is_run": programme.status == PROGRAMME["approve"].target and execution.planned,
        "may_plan": programme.status == PROGRAMME["approve"].target and can(user, "activity.create", programme.partnership),
        "may_copy": may_write and actions.last_year_of(programme) is not None,
    }  # fmt: skip
    return render(request, "activities/programme_detail.html", context)


def specialty_name(line: PlannedActivity) -> str:
    return line.specialty.name if line.specialty else str(_("several or none"))


def by_month(execution: Execution) -> list[dict[str, Any]]:
    """The lines as {"month", "lines"}; each line with its reasons in words."""
    found = []
    for month, states in groupby(execution.lines, key=lambda state: state.line.month):
        found.append({"month": month, "lines": [{"state": state, "reasons": said(state.line)} for state in states]})
    return found


def said(line: PlannedActivity) -> list[str]:
    return [words for words in map(say_reason, line.reasons) if words]


def sums(execution: Execution, key: Any) -> list[dict[str, Any]]:
    """The lines added up, with how many of each group were held."""
    held: dict[str, int] = {}
    for state in execution.lines:
        if state.state in {"validated", "held"}:
            held[key(state.line)] = held.get(key(state.line), 0) + 1
    return [{**group, "held": held.get(group["key"], 0)} for group in summed([state.line for state in execution.lines], key)]


def parts(execution: Execution) -> list[dict[str, Any]]:
    """One bar of all lines: {"label", "tone", "count", "x", "width"} for each state that occurs, in percent."""
    found, start = [], 0.0
    for state, (label, tone) in STATES.items():
        count = execution.counts[state]
        if count:
            width = 100 * count / execution.planned
            found.append({"label": label, "tone": tone, "count": count, "x": f"{start:.2f}%", "width": f"{width:.2f}%"})
            start += width
    return found


def programme_note(request: HttpRequest, pk: int) -> HttpResponse:
    programme = get_for(request.user, whole(Programme.objects.all()), "programme.draft", pk)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"note": programme.note})
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.describe_programme(programme, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(programme)
    return form_page(request, form, programme, _("Notes"), _("Save"))


def form_page(request: HttpRequest, form: Any, programme: Programme, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "programme": programme, "title": title, "button": button, **more}
    return render(request, "activities/programme_form.html", context, status=400 if form.is_bound else 200)


def line_new(request: HttpRequest, pk: int) -> HttpResponse:
    programme = get_for(request.user, whole(Programme.objects.all()), "programme.draft", pk)
    return line_page(request, programme, None)


def line_edit(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    programme = get_for(request.user, whole(Programme.objects.all()), "programme.draft", pk)
    return line_page(request, programme, line_or_404(programme, line_pk))


def line_or_404(programme: Programme, line_pk: int) -> PlannedActivity:
    line = programme.lines.select_related("specialty").filter(pk=line_pk).first() if line_pk < 2**63 else None
    if line is None:
        raise Http404(_("There is nothing here for you under this address."))
    line.programme = programme
    return line


def line_page(request: HttpRequest, programme: Programme, line: PlannedActivity | None) -> HttpResponse:
    initial: dict[str, Any] = {"month": today().month, "days": 5}
    if line:
        names = [name for name in LineForm.base_fields if name != "specialty"]
        initial = {**{name: getattr(line, name) for name in names}, "specialty": line.specialty.code if line.specialty else ""}
    form = LineForm(request.POST if request.method == "POST" else None, partnership=programme.partnership, programme=programme, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] if line else None
        saved = done(form, lambda: actions.save_line(programme, line, by=request.user, version=version, **form.values()), {"other_month": "starts_on"})
        if saved:
            messages.success(request, _("The line is saved."))
            return redirect(f"{programme.get_absolute_url()}#line-{saved.pk}")
    title = _("Line of the programme") if line else _("New line")
    return form_page(
        request, form, programme, title, _("Save the line"), differences=kept(form), line=line, counts=("consultations", "operations", "trained", "days")
    )


def line_drop(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Ask, then take a line out."""
    programme = get_for(request.user, whole(Programme.objects.all()), "programme.draft", pk)
    line = line_or_404(programme, line_pk)
    form = PortalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.drop_line(line, by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The line is taken out."))
        return redirect(programme)
    return form_page(request, form, programme, _("Take out: %(line)s") % {"line": line.get_kind_display()}, _("Take out"), is_final=True, line=line)


@require_POST
def programme_copy(request: HttpRequest, pk: int) -> HttpResponse:
    programme = get_for(request.user, whole(Programme.objects.all()), "programme.draft", pk)
    try:
        count = actions.copy_last_year(programme, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        words = {"number": number(count)}
        messages.success(
            request, ngettext("%(number)s line of the year before is taken over.", "%(number)s lines of the year before are taken over.", count) % words
        )
    return redirect(programme)


def key_of(line: PlannedActivity) -> str:
    """What tells one proposed line from another, the same at every asking."""
    return f"{line.kind}.{line.specialty_id or 0}.{line.starts_on:%Y%m%d}"


def programme_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What the portal proposes, with its reasons; the lines that are ticked are taken."""
    programme = get_for(request.user, whole(Programme.objects.all()), "programme.draft", pk)
    if not is_open(programme, request.user):
        messages.error(request, _("The programme has been handed in: its lines no longer change."))
        return redirect(programme)
    proposed = proposal_for(programme, request.user)
    if request.method == "POST":
        ticked = set(request.POST.getlist("take"))
        return take(request, programme, [line for line in proposed if key_of(line) in ticked], len(ticked))
    lines = [{"line": line, "key": key_of(line), "reasons": said(line)} for line in proposed]
    return render(request, "activities/programme_proposal.html", {"programme": programme, "lines": lines})


def take(request: HttpRequest, programme: Programme, lines: list[PlannedActivity], asked: int) -> HttpResponse:
    values = [{name: getattr(line, name) for name in (*actions.FIELDS, "reasons")} for line in lines]
    try:
        count = actions.take_lines(programme, values, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        words = {"number": number(count)}
        messages.success(
            request, ngettext("%(number)s line is taken. Edit it as you need.", "%(number)s lines are taken. Edit them as you need.", count) % words
        )
        if count < asked:
            messages.warning(request, _("Some lines no longer held: the calendar or the needs have changed meanwhile. Ask for the proposal again."))
    return redirect(programme)


def programme_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, whole(Programme.objects.all()), pk, slug, actions.transition_programme)
