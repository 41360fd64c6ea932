"""Plans: made, edited, postponed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_for
from activities import actions
from activities.actions.activities import FIXED_DAYS, OPEN_PLAN
from activities.clash_panel import clashes_of_plan
from activities.forms import PlanForm, PostponeForm
from activities.kinds import REGISTRY
from activities.lifecycle import ACTIVITY
from activities.models import Activity, PlannedActivity
from activities.views.activities import whole
from activities.views.typed import posted, with_lines
from core.deeds import done
from core.editing import EditConflict
from core.formats import whole_number
from core.htmx import render_page
from core.lifecycle import TransitionRefused, check
from partnerships.models import Partnership


def plan_new(request: HttpRequest, partnership: Partnership, kind: str) -> HttpResponse:
    """Plan days ahead; `?line=` is the line of the annual programme that they carry out."""
    line = planned_line(request, partnership)
    form = PlanForm(request.POST if request.method == "POST" else None, kind=kind, partnership=partnership, line=line)
    not_the_same = request.POST.get("not_the_same") == "1"

    def save() -> Activity:
        more = {"planned": line} if line else {}
        return actions.create_activity(by=request.user, kind=kind, partnership=partnership, not_the_same=not_the_same, **form.given(), **more)

    kinds = list(REGISTRY.values())
    context = {
        "partnership": partnership, "kind": REGISTRY[kind], "kinds": [item for item in kinds if item.is_common or item.slug == kind],
        "other_kinds": [item for item in kinds if not item.is_common and item.slug != kind], "back": partnership.get_absolute_url(),
        "back_label": partnership.title, "title": _("Plan an activity"), "button": _("Save the draft"), "said": _("The draft is saved."),
    }  # fmt: skip
    return plan_flow(request, form, save, context)


def planned_line(request: HttpRequest, partnership: Partnership) -> PlannedActivity | None:
    rows = PlannedActivity.objects.filter(programme__agreement__partnership=partnership)
    return rows.select_related("specialty").filter(pk=whole_number(request.GET.get("line", ""))).first()


def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a plan. Days and institutions are fixed once it is submitted."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.edit", pk)
    if activity.partnership is None or activity.status not in OPEN_PLAN | FIXED_DAYS:
        messages.error(request, _("This plan can no longer be edited: results are corrected in the report."))
        return redirect(activity)
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, kind=activity.kind, partnership=activity.partnership, activity=activity, is_fixed=activity.status in FIXED_DAYS)

    def save() -> Activity:
        return actions.edit_activity(activity, by=request.user, version=form.cleaned_data["version"], **form.given())

    context = {
        "partnership": activity.partnership, "kind": activity.kind_of, "kinds": [], "activity": activity, "back": activity.get_absolute_url(),
        "back_label": activity.title, "title": _("Edit the plan"), "button": _("Save"), "said": _("The plan is saved."),
    }  # fmt: skip
    return plan_flow(request, form, save, context)


def plan_flow(request: HttpRequest, form: PlanForm, save: Any, context: dict[str, Any]) -> HttpResponse:
    """Fill in, add specialties, save; a conflict shows both versions."""
    context = {**context, "form": form}
    if request.method != "POST":
        return render(request, "activities/plan.html", context)
    stage = request.POST.get("stage", "")
    if stage == "add_line" or stage.startswith("drop_line_"):
        data = with_lines(request.POST, stage, len(form.lines), list(form.lines[0].fields) if form.lines else [])
        fresh = PlanForm(data, kind=form.kind.slug, partnership=form.partnership, activity=form.activity, is_fixed=form.is_fixed)
        return render_page(request, "activities/plan.html", "activities/_plan_lines.html", {**context, "form": fresh})
    differences, status = [], 400
    if stage == "check" and form.is_valid():
        clashes = clashes_of_plan(form.partnership, form.kind.slug, form.given(), request.user, form.activity)
        return render(request, "activities/plan.html", {**context, "clashes": clashes, "is_checked": True})
    if form.is_valid():
        try:
            activity = save()
        except actions.LooksRecorded as refusal:
            other = {"other": refusal.other, "is_plan": True, "posted": posted(request)}
            return render(request, "activities/looks_recorded.html", {**context, **other}, status=409)
        except EditConflict as conflict:
            form.add_error(None, str(conflict))
            differences, status = form.compare(form.kept(conflict.current), conflict.current.version), 409
        except ValidationError as error:
            form.show(getattr(error, "by_field", {"__all__": " ".join(error.messages)}))
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, context["said"])
            return redirect(activity)
    return render(request, "activities/plan.html", {**context, "show_errors": True, "differences": differences}, status=status)


def activity_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Put off to new days, or to days that are not known yet."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.cancel", pk)
    try:
        check(activity, ACTIVITY["postpone"], by=request.user, reason="-")
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(activity)
    form = PostponeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        moved = done(form, lambda: actions.postpone_activity(activity, by=request.user, **form.cleaned_data))
        if moved:
            messages.success(request, _("Postponed. It is now: %(status)s.") % {"status": moved.status_label})
            return redirect(activity)
    return render(request, "activities/postpone.html", {"form": form, "activity": activity}, status=400 if form.is_bound else 200)
