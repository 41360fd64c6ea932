from typing import Any

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.models import User
from accounts.policy import can
from accounts.steps import step_page, steps_for
from core.deeds import done, kept
from core.exporters import Column
from core.formats import today
from core.history import trail
from core.listing import list_page
from evaluation import actions
from evaluation.choices import ActionStatus
from evaluation.filters import ActionPointFilters
from evaluation.forms import ActionPointForm, FinishForm
from evaluation.models import ActionPoint, Evaluation
from evaluation.views.evaluations import form_page
from evaluation.views.sections import tabs
from partnerships.models import Partnership
from partnerships.querysets import with_parties

COLUMNS = (
    Column("text", gettext_lazy("What is to be done"), 60), Column("partnership", gettext_lazy("Partnership"), 16), Column("owner", gettext_lazy("Done by"), 26),
    Column("due_on", gettext_lazy("Until"), 13), Column("priority", gettext_lazy("Priority"), 12), Column("status", gettext_lazy("Status"), 20),
    Column("done_on", gettext_lazy("Done on"), 13), Column("done_note", gettext_lazy("What was done"), 50),
)  # fmt: skip

TURN = Case(When(status=ActionStatus.OPEN, then=Value(0)), When(status=ActionStatus.DONE, then=Value(1)), default=Value(2))  # what is left to do first


def row(point: ActionPoint) -> list[object]:
    return [
        point.text, point.partnership.code, point.owner.name, point.due_on, str(point.get_priority_display()), point.status_label,
        point.done_on or "", point.done_note,
    ]  # fmt: skip


def related(rows: Any) -> Any:
    return rows.select_related("partnership", "owner", "evaluation", "decision__meeting").prefetch_related(with_parties("partnership__"))


def point_list(request: HttpRequest) -> HttpResponse:
    """What one has to do oneself, the earliest due first; everybody's when asked for."""
    require(request.user, "action_point.view")
    return list_page(
        request,
        queryset=ActionPoint.objects.visible_to(request.user),
        filters=ActionPointFilters,
        sorts={"turn": [TURN, "due_on"], "due": ["due_on"], "status": ["status", "due_on"]},
        default_sort="turn",
        columns=COLUMNS,
        row=row,
        related=related,
        name="actions",
        page="evaluation/action_list.html",
        fragment="evaluation/_action_list.html",
        extra={"tabs": tabs(request.user, "actions"), "whose": "all" if request.GET.get("whose") == "all" else "mine"},
    )


def people_around(partnership: Partnership) -> Any:
    return User.objects.filter(pk__in=[person.pk for person in actions.may_own(partnership)]).order_by("name", "pk")


def point_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rows = related(ActionPoint.objects.all()).select_related("verified_by", "created_by")
    point = get_for(request.user, rows, "action_point.view", pk)
    is_open = point.status == ActionStatus.OPEN
    context = {
        "point": point,
        "steps": steps_for(point, request.user),
        "may_finish": is_open and point.owner_id == request.user.pk and can(request.user, "action_point.keep", point),
        "may_edit": is_open and can(request.user, "action_point.keep", point),
        "history": trail(point)[:20],
    }
    return render(request, "evaluation/action_detail.html", context)


def point_new(request: HttpRequest, partnership_pk: int) -> HttpResponse:
    """Give somebody something to do; `?evaluation=` when it follows from one."""
    partnership = get_for(request.user, Partnership.objects.with_people(), "action_point.keep", partnership_pk)
    asked = request.GET.get("evaluation", "")
    rows = Evaluation.objects.visible_to(request.user).filter(partnership=partnership)
    evaluation = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
    form = ActionPointForm(request.POST or None, people=people_around(partnership), initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("text", "owner", "due_on", "priority")}
        if made := done(
            form,
            lambda: actions.make_action_point(partnership, by=request.user, evaluation=evaluation, **values),
            {"in_past": "due_on", "not_a_member": "owner"},
        ):
            messages.success(request, _("The action point is recorded, and whoever does it is told."))
            return redirect(made)
    back = evaluation.get_absolute_url() if evaluation else f"{partnership.get_absolute_url()}evaluations/"
    return form_page(request, form, _("New action point"), _("Record the action point"), back, partnership.title)


def point_edit(request: HttpRequest, pk: int) -> HttpResponse:
    point = get_for(request.user, related(ActionPoint.objects.all()), "action_point.keep", pk)
    names = ("text", "owner", "due_on", "priority")
    initial = {**{name: getattr(point, name) for name in names}, "version": point.version}
    form = ActionPointForm(request.POST or None, people=people_around(point.partnership), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names}
        if done(form, lambda: actions.edit_action_point(point, by=request.user, version=form.cleaned_data["version"], **values), {"own_delay": "due_on"}):
            messages.success(request, _("Saved."))
            return redirect(point)
    return form_page(request, form, _("Edit the action point"), _("Save"), point.get_absolute_url(), point.partnership.title, differences=kept(form))


def point_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Its owner says that it is done, and what was done."""
    point = get_for(request.user, related(ActionPoint.objects.all()), "action_point.keep", pk)
    form = FinishForm(request.POST or None, initial={"done_on": today()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        deed = done(form, lambda: actions.finish_action_point(point, by=request.user, note=values["note"], done_on=values["done_on"]), {"in_future": "done_on"})
        if deed:
            messages.success(request, _("It is marked as done. Somebody else looks at it now."))
            return redirect(point)
    return form_page(request, form, _("It is done"), _("Say that it is done"), point.get_absolute_url(), point.text, about=point.text)


def point_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, related(ActionPoint.objects.all()), pk, slug, actions.transition_action_point)
