from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can, may_act_for
from accounts.steps import step_page, steps_for
from core.deeds import done, kept
from core.editing import SavedBefore
from core.exporters import EXPORTS, Column
from core.files import attachments_of, is_attached
from core.history import changing, trail
from core.lifecycle import as_seen
from core.listing import list_page
from evaluation.actions import measurements as actions
from evaluation.choices import ValueStatus
from evaluation.forms.measurements import FiguresForm, WhatToMeasureForm
from evaluation.measured_filters import MeasurementFilters
from evaluation.measuring import Owed, categories, owed, shares_of, value_of
from evaluation.models import Indicator, IndicatorValue
from evaluation.views.sections import tabs
from partnerships.models import Partnership
from partnerships.querysets import with_places

COLUMNS = (
    Column("code", gettext_lazy("Code"), 10), Column("indicator", gettext_lazy("Indicator"), 34), Column("partnership", gettext_lazy("Partnership"), 16),
    Column("institution", gettext_lazy("Measured at"), 34), Column("period_start", gettext_lazy("Period from"), 13), Column("period_end", gettext_lazy("Period until"), 13),
    Column("numerator", gettext_lazy("Numerator"), 14), Column("denominator", gettext_lazy("Denominator"), 14), Column("value", gettext_lazy("Value"), 12),
    Column("status", gettext_lazy("Status"), 18),
)  # fmt: skip
LATE_COLUMNS = (
    Column("code", gettext_lazy("Code"), 10), Column("indicator", gettext_lazy("Indicator"), 34), Column("partnership", gettext_lazy("Partnership"), 16),
    Column("title", gettext_lazy("Between"), 30), Column("period", gettext_lazy("Period"), 18), Column("due_on", gettext_lazy("Due"), 13),
    Column("status", gettext_lazy("Status"), 18),
)  # fmt: skip
SPECIAL_STEPS = {"submit": actions.submit_measurement, "approve": actions.approve_measurement}


def related(rows: Any) -> Any:
    return rows.with_people()


def listed(rows: Any) -> Any:
    """What a row of the page reads."""
    return rows.select_related("indicator", "institution", "partnership").prefetch_related("parts", with_places("partnership__"))


def row(value: IndicatorValue) -> list[object]:
    figure = value_of(value.indicator, value.numerator, value.denominator)
    return [
        value.indicator.code, value.indicator.name, value.partnership.code, str(value.institution), value.period_start, value.period_end,
        float(value.numerator), "" if value.denominator is None else float(value.denominator), "" if figure is None else round(figure, 2), value.get_status_display(),
    ]  # fmt: skip


def mine(request: HttpRequest) -> Any:
    """The partnerships whose figures this person may type."""
    return Partnership.objects.visible_to(request.user, "measurement.record").running()


def measurement_list(request: HttpRequest) -> HttpResponse:
    """The figures that people typed; `?late=yes` shows those that nobody has handed in."""
    require(request.user, "measurement.view")
    if request.GET.get("late"):
        return late_list(request)
    return list_page(
        request,
        queryset=IndicatorValue.objects.visible_to(request.user),
        filters=MeasurementFilters,
        sorts={"period": ["period_end", "indicator__code"], "indicator": ["indicator__code", "-period_end"], "status": ["status", "-period_end"]},
        default_sort="-period",
        columns=COLUMNS,
        row=row,
        related=related,
        shown=listed,
        name="measurements",
        page="evaluation/measurement_list.html",
        fragment="evaluation/_measurement_list.html",
        extra={"tabs": tabs(request.user, "measurements"), "may_record": can(request.user, "measurement.record")},
    )


def late_list(request: HttpRequest) -> HttpResponse:
    """Figures that partnerships set themselves and have not handed in, the oldest first."""
    items = owed(Partnership.objects.visible_to(request.user))
    if request.GET.get("late") == "overdue":
        items = [item for item in items if item.is_late]
    export = EXPORTS.get(request.GET.get("export", ""))
    if export:
        return export("measurements-owed", LATE_COLUMNS, (late_row(item) for item in items))
    page = Paginator(items, 30).get_page(request.GET.get("page"))
    allowed = set(mine(request).filter(pk__in={item.partnership.pk for item in page.object_list}).values_list("pk", flat=True))
    context = {
        "page": page, "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)), "allowed": allowed,
        "tabs": tabs(request.user, "measurements"), "query": "late=" + request.GET["late"][:10], "late": sum(item.is_late for item in items),
    }  # fmt: skip
    return render(request, "evaluation/measurement_late.html", context)


def late_row(item: Owed) -> list[object]:
    status = item.measurement.get_status_display() if item.measurement else _("nothing typed")
    return [item.indicator.code, item.indicator.name, item.partnership.code, item.partnership.title, item.period.label, item.due_on, status]


def measurement_new(request: HttpRequest) -> HttpResponse:
    """Which figure, then the figure."""
    require(request.user, "measurement.record")
    partnerships = mine(request).with_people()
    choice = WhatToMeasureForm(request.GET or None, partnerships=partnerships)
    if not choice.is_bound or not choice.is_valid():
        context = {"form": choice, "owed": owed(mine(request))[:30], "tabs": tabs(request.user, "measurements")}
        return render(request, "evaluation/measurement_choose.html", context, status=400 if choice.is_bound else 200)
    partnership = choice.cleaned_data["partnership"]
    indicator = Indicator.objects.get(code=choice.cleaned_data["indicator"])
    places = [party.institution for party in partnership.parties.all() if may_act_for(request.user, "measurement.record", party.institution_id)]
    initial = {"period": request.GET.get("period", ""), "institution": request.GET.get("institution", "")}
    form = FiguresForm(request.POST or None, request.FILES or None, indicator=indicator, partnership=partnership, institutions=places, initial=initial)
    if request.method == "POST" and form.is_valid():
        value = done(form, lambda: type_in(form, request), {"period_taken": "period"})
        if value:
            messages.success(request, _("The figure is kept as a draft: look through it, then hand it in."))
            return redirect(value)
    context = {"form": form, "indicator": indicator, "partnership": partnership, "back": "/measurements/new/"}
    return render(request, "evaluation/measurement_form.html", context, status=400 if form.is_bound else 200)


def type_in(form: FiguresForm, request: HttpRequest) -> IndicatorValue:
    """The same form sent twice makes one figure. Raises SavedBefore when it says something else the second time."""
    uid = form.cleaned_data["uid"] or form.initial["uid"]
    file = form.cleaned_data["file"]
    given: dict[str, Any] = {
        "indicator": form.indicator, "partnership": form.partnership, "institution": form.institution(), "period": form.period(), **form.halves(),
        "shares": form.shares(), "note": form.cleaned_data["note"],
    }  # fmt: skip
    with changing():
        value, is_new = actions.once(uid, lambda: actions.record_measurement(by=request.user, uid=uid, **given))
        if is_new and file:
            actions.add_value_evidence(value, by=request.user, upload=file)
    if not is_new:
        get_for(request.user, IndicatorValue.objects.all(), "measurement.view", value.pk)
        if not actions.says_the_same(value, **given) or (file and not is_attached(value, file)):
            raise SavedBefore(value)
    return value


def parts_of(value: IndicatorValue) -> list[dict[str, Any]]:
    """The parts for a page: {"label", "rows": [(category, numerator, denominator)]} for each dimension."""
    known = categories()
    found: dict[str, dict[str, Any]] = {}
    for share in shares_of(value):
        label = dict(value.parts.model._meta.get_field("dimension").flatchoices)[share.dimension]
        rows = found.setdefault(share.dimension, {"label": label, "rows": []})["rows"]
        rows.append((known.get(share.dimension, {}).get(share.key, share.key), share.numerator, share.denominator))
    return list(found.values())


def measurement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    value = get_for(request.user, related(IndicatorValue.objects.all()), "measurement.view", pk)
    user = request.user
    may_write = value.status in actions.OPEN and can(user, "measurement.record", value)
    context = {
        "value": value, "parts": parts_of(value), "documents": attachments_of(value), "history": trail(value)[:30], "steps": steps_for(value, user),
        "may_write": may_write, "may_drop": may_write and value.status == actions.OPEN[0], "target": value.partnership.targets.filter(indicator=value.indicator).first(),
    }  # fmt: skip
    return render(request, "evaluation/measurement_detail.html", context)


def measurement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    value = get_for(request.user, related(IndicatorValue.objects.all()), "measurement.record", pk)
    if value.status not in actions.OPEN:
        messages.error(request, _("This figure is handed in or locked: it can be changed when it is sent back."))
        return redirect(value)
    form = FiguresForm(request.POST or None, request.FILES or None, indicator=value.indicator, partnership=value.partnership, institutions=[], value=value)
    if request.method == "POST" and form.is_valid() and done(form, lambda: correct(form, value, request)):
        messages.success(request, _("The figure is corrected."))
        return redirect(value)
    context = {
        "form": form, "indicator": value.indicator, "partnership": value.partnership, "value": value, "back": value.get_absolute_url(), "differences": kept(form),
    }  # fmt: skip
    return render(request, "evaluation/measurement_form.html", context, status=400 if form.is_bound else 200)


def correct(form: FiguresForm, value: IndicatorValue, request: HttpRequest) -> IndicatorValue:
    with changing():
        actions.edit_measurement(
            value, by=request.user, **form.halves(), shares=form.shares(), note=form.cleaned_data["note"], version=form.cleaned_data["version"]
        )
        if form.cleaned_data["file"]:
            actions.add_value_evidence(value, by=request.user, upload=form.cleaned_data["file"])
    return value


@require_POST
def measurement_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a draft back."""
    value = get_for(request.user, related(IndicatorValue.objects.all()), "measurement.record", pk)
    seen = request.POST.get("version", "")
    if value.status == ValueStatus.DRAFT and "sure" not in request.POST:
        return render(request, "components/ask.html", {
            "title": _("Remove the draft"), "button": _("Remove the draft"), "back": value.get_absolute_url(), "back_label": str(value),
            "text": _("The figure is removed with the documents that were added to it. This cannot be undone."),
            "given": [("version", seen or value.version)],
        })  # fmt: skip
    try:
        as_seen(value, seen)
        actions.drop_measurement(value, by=request.user)
    except actions.TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(value)
    messages.success(request, _("The draft is removed."))
    return redirect("measurements")


def measurement_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, related(IndicatorValue.objects.all()), pk, slug, actions.transition_measurement, SPECIAL_STEPS)
