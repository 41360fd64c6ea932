from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import get_for, require
from accounts.policy import can, scope_for
from core.charts import row_chart
from core.deeds import done, kept
from core.exporters import EXPORTS, Column
from core.formats import today
from core.htmx import render_page
from core.listing import list_page
from evaluation.actions.targets import drop_target, set_target
from evaluation.choices import Frequency
from evaluation.forms.indicators import WhoseFiguresForm
from evaluation.forms.measurements import TargetForm
from evaluation.indicators import Period, Scope, compare, compute, is_computed, period_of, places_of, shape_of, sign_of, unit_name
from evaluation.indicators.typed import SOURCES
from evaluation.measured_filters import IndicatorFilters
from evaluation.models import Indicator, IndicatorTarget, IndicatorValue
from evaluation.progress import Progress, beside, beside_words, course, course_chart, range_chart
from evaluation.views.sections import tabs
from partnerships.choices import Side, Zone
from partnerships.filters import home_regions
from partnerships.models import Institution, Partnership, PartnershipParty
from partnerships.views.room import tabs as room_tabs

COLUMNS = (
    Column("code", gettext_lazy("Code"), 10), Column("indicator", gettext_lazy("Indicator"), 40), Column("unit", gettext_lazy("Unit"), 14),
    Column("direction", gettext_lazy("Direction"), 18), Column("source", gettext_lazy("Source"), 30), Column("frequency", gettext_lazy("Measured"), 14),
    Column("definition", gettext_lazy("Definition"), 90),
)  # fmt: skip


def source_of(indicator: Indicator) -> str:
    return str(SOURCES.get(indicator.computed_from, indicator.computed_from)) if is_computed(indicator.code) else _("typed by the institutions")


def row(indicator: Indicator) -> list[object]:
    return [
        indicator.code, indicator.name, unit_name(indicator), indicator.get_direction_display(), source_of(indicator),
        indicator.get_frequency_display(), indicator.definition,
    ]  # fmt: skip


def indicator_list(request: HttpRequest) -> HttpResponse:
    """All indicators with what they measure."""
    require(request.user, "indicator.view")
    computed = [item.code for item in Indicator.objects.only("code") if is_computed(item.code)]
    return list_page(
        request,
        queryset=Indicator.objects.all(),
        filters=IndicatorFilters,
        sorts={"code": ["code"]},
        default_sort="code",
        columns=COLUMNS,
        row=row,
        name="indicators",
        page="evaluation/indicator_list.html",
        fragment="evaluation/_indicator_list.html",
        extra={"tabs": tabs(request.user, "indicators"), "computed": computed},
    )


def indicator_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its definition, what it says in the country or a part of it, signal or noise, and place by place."""
    user = request.user
    require(user, "indicator.view")
    indicator = get_object_or_404(Indicator, code=code)
    form = WhoseFiguresForm(request.GET or None, indicator=indicator, user=user)
    scope = replace(form.scope(), reach=scope_for(user, "report.view"))
    frequency, year, by = form.frequency(), form.chosen_year(), form.by()
    period = period_of(Frequency.YEARLY, date(year, 1, 1))
    places = place_rows(indicator, scope, period, by, user)
    export = EXPORTS.get(request.GET.get("export", ""))
    if export:
        return export(f"{indicator.code}-{year}", place_columns(by), ([place, *cells] for place, _value, cells in places))
    found = course(indicator, scope, frequency)
    query = request.GET.copy()
    for key in ("export", "lang"):
        query.pop(key, None)
    figure = compute(indicator.code, scope.narrowed(division_of=period.last), period)
    context = {
        "indicator": indicator, "form": form, "figure": figure, "year": year, "period": period, "course": found,
        "chart": course_chart("course", found, title=_("Over time"), level=2, words=found.behaviour.explanation),
        "ranges": range_chart("ranges", found) if found.behaviour.is_enough else None,
        "parts": row_chart("parts", _("What the figure is made of"), [(label, value, "") for label, value in figure.parts], head=_("Part"), places=0)
        if figure.parts else None,
        "places": row_chart(
            "places", pgettext_lazy("a table of places", "Place by place"), [(label, value, "") for label, value, _cells in places if value is not None][:40],
            head=dict(form.by_choices())[by], places=places_of(indicator), unit=sign_of(indicator), level=2,
        ),
        "protected": sum(cells[-1] != "" for _label, _value, cells in places), "source": source_of(indicator), "is_computed": is_computed(indicator.code),
        "query": query.urlencode(), "shape": shape_of(indicator), "chosen": scope,
    }  # fmt: skip
    return render_page(request, "evaluation/indicator_detail.html", "evaluation/_indicator_figures.html", context)


def place_columns(by: str) -> tuple[Column, ...]:
    return (
        Column("place", dict(WhoseFiguresForm.BY)[by], 36), Column("value", gettext_lazy("Value"), 14), Column("numerator", gettext_lazy("Numerator"), 14),
        Column("denominator", gettext_lazy("Denominator"), 14), Column("remark", gettext_lazy("Remark"), 30),
    )  # fmt: skip


def place_rows(indicator: Indicator, scope: Scope, period: Period, by: str, user: Any) -> list[tuple[str, float | None, list[Any]]]:
    """(place, value, cells of the export) of one period, the highest first; small numbers about people are withheld."""
    found = scopes_by(by, scope.narrowed(division_of=period.last), user)
    figures = compare(indicator.code, [one for _label, one in found], period)
    rows = []
    for (label, _scope), figure in zip(found, figures, strict=True):
        if figure.value is None and not figure.is_protected:
            continue
        value = None if figure.value is None else float(figure.value)
        halves = ["" if half is None else float(half) for half in (figure.numerator, figure.denominator)]
        remark = _("fewer than five people") if figure.is_protected else ""
        rows.append((label, value, ["" if value is None else round(value, 2), *halves, remark]))
    return sorted((item for item in rows if item[1] != 0), key=lambda item: (item[1] is None, -(item[1] or 0), item[0]))


def scopes_by(by: str, scope: Scope, user: Any) -> list[tuple[str, Scope]]:
    """The parts of a scope as (name, scope)."""
    if by == "zone":
        return [(str(zone.label), scope.narrowed(zone=zone.value)) for zone in Zone]
    if by == "institution":
        hosts = Institution.objects.visible_to(user).filter(pk__in=PartnershipParty.objects.filter(side=Side.HOST).values("institution"))
        if scope.grounds is not None:
            hosts = hosts.filter(region__in=scope.grounds)
        return [(str(host), scope.narrowed(institution=host)) for host in hosts.order_by("code")[:300]]
    if by == "partnership":
        rows = Partnership.objects.visible_to(user).with_people().order_by("-pk")[:300]
        return [(f"{row.code} · {row.title}", scope.narrowed(partnership=row)) for row in rows]
    scope.divided  # noqa: B018 – asked once for all
    regions = home_regions(None).on(scope.division_of or today()).order_by("code")
    return [(str(region), scope.narrowed(region=region, zone="")) for region in regions if scope.grounds is None or region.pk in scope.grounds]


# --- The room of a partnership -----------------------------------------------------------------------------------------


def of_room(request: HttpRequest, pk: int, action: str = "measurement.view") -> Partnership:
    return get_for(
        request.user,
        Partnership.objects.with_people(),
        "partnership.view" if action == "measurement.view" else action,
        pk,
    )


def scope_of(partnership: Partnership, user: Any) -> Scope:
    """A partnership is seen whole by its parties; those who follow its people read small numbers about them."""
    return Scope(partnership=partnership, sees_people=can(user, "case.view", partnership))


def partnership_indicators(request: HttpRequest, pk: int) -> HttpResponse:
    """Every indicator that the partnership chose: beginning, now, aim, course, signal or noise. One to three queries for each."""
    partnership = of_room(request, pk)
    scope = scope_of(partnership, request.user)
    targets = partnership.targets.select_related("indicator").order_by("indicator__code")
    rows = []
    for target in targets:
        found = Progress(target, course(target.indicator, scope))
        rows.append({"progress": found, "target": target, "marks": found.marks(), "chart": found.chart(f"c{target.pk}", title=_("Course"))})
    context = {
        "partnership": partnership, "tabs": room_tabs(partnership, "indicators"), "rows": rows,
        "may_set": can(request.user, "target.set", partnership), "may_record": can(request.user, "measurement.record", partnership),
        "latest": IndicatorValue.objects.visible_to(request.user).filter(partnership=partnership).with_people()[:8],
    }  # fmt: skip
    return render(request, "evaluation/indicator_room.html", context)


def partnership_indicator(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One indicator of a partnership from near: the chart in full, and beside comparable places that are not twinned."""
    partnership = of_room(request, pk)
    indicator = get_object_or_404(Indicator, code=code)
    target = partnership.targets.select_related("indicator").filter(indicator=indicator).first() or IndicatorTarget(
        partnership=partnership, indicator=indicator
    )
    found = Progress(target, course(indicator, scope_of(partnership, request.user)))
    side = beside(indicator, partnership, target.baseline_on)
    context = {
        "partnership": partnership, "tabs": room_tabs(partnership, "indicators"), "indicator": indicator, "progress": found, "marks": found.marks(), "target": target if target.pk else None,
        "chart": found.chart("course", title=_("Over time"), level=2), "ranges": range_chart("ranges", found.course) if found.course.behaviour.is_enough else None,
        "beside": side, "beside_chart": side.chart(indicator) if side else None, "beside_words": beside_words(side) if side else [],
        "may_set": can(request.user, "target.set", partnership), "source": source_of(indicator),
    }  # fmt: skip
    return render(request, "evaluation/indicator_of_room.html", context)


def target_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose an indicator for the partnership, with its beginning and its aim."""
    partnership = of_room(request, pk, "target.set")
    chosen = set(partnership.targets.values_list("indicator", flat=True))
    form = TargetForm(request.POST or None, chosen=chosen, initial={"indicator": request.GET.get("indicator", "")})
    if request.method == "POST" and form.is_valid():
        indicator = Indicator.objects.get(code=form.cleaned_data["indicator"])
        if done(form, lambda: set_target(partnership, indicator, by=request.user, **form.values())):
            messages.success(request, _("The indicator is followed from now on."))
            return redirect("partnership-indicators", pk=partnership.pk)
    return answer(request, form, partnership, _("Choose an indicator"), _("Follow this indicator"))


def target_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the beginning and the aim."""
    target = get_for(request.user, IndicatorTarget.objects.select_related("indicator", "partnership"), "target.set", pk)
    form = TargetForm(request.POST or None, target=target)
    if request.method == "POST" and form.is_valid():
        deed = lambda: set_target(target.partnership, target.indicator, by=request.user, version=form.cleaned_data["version"], **form.values())  # noqa: E731
        if done(form, deed):
            messages.success(request, _("Beginning and aim are kept."))
            return redirect("partnership-indicators", pk=target.partnership_id)
    return answer(request, form, target.partnership, target.indicator.name, _("Keep"), drop=f"/targets/{target.pk}/drop/", differences=kept(form))


def target_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an indicator off the list of a partnership."""
    from core.forms import PortalForm  # an empty form is all that is asked

    target = get_for(request.user, IndicatorTarget.objects.select_related("indicator", "partnership"), "target.set", pk)
    form = PortalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and done(form, lambda: drop_target(target, by=request.user) or True):
        messages.success(request, _("The indicator is taken off. Its figures stay."))
        return redirect("partnership-indicators", pk=target.partnership_id)
    return answer(request, form, target.partnership, _("Take off %(name)s") % {"name": target.indicator.name}, _("Take off"), is_final=True)


def answer(request: HttpRequest, form: Any, partnership: Partnership, title: str, button: str, **more: Any) -> HttpResponse:
    back = f"{partnership.get_absolute_url()}indicators/"
    context = {"form": form, "partnership": partnership, "title": title, "button": button, "back": back, **more}
    return render(request, "evaluation/indicator_target.html", context, status=400 if form.is_bound and form.errors else 200)
