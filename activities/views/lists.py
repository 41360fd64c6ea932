"""What can be done with a list of activities: remind those who are late, see the missions on a map."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import require
from accounts.policy import scope_for
from activities.actions.reminding import late_reports, number_of_people, remind_of_reports
from activities.filters import ActivityFilters
from activities.map_filters import MissionFilters
from activities.missions import Mission, flows_for, flows_of, missions_for
from activities.models import Activity
from activities.views.sections import activity_tabs
from core.exporters import EXPORTS, Column
from core.formats import whole_number
from core.htmx import render_page
from core.listing import ordered
from partnerships import mapping
from partnerships.models import Region
from partnerships.querysets import with_parties
from partnerships.views.maps import Home, asked_for, named

SHOWN = 100  # rows that can be chosen one by one; the others go with them or not
ROWS_AT_MOST = 15


# --- Reminding ------------------------------------------------------------------------------------------------------


def late(request: HttpRequest) -> tuple[ActivityFilters, Any]:
    """The late reports that the filters in the address select, the longest overdue first."""
    filters = ActivityFilters(request.GET, queryset=Activity.objects.visible_to(request.user, "activity.remind"), request=request)
    rows, _sort = ordered(filters.qs.report_overdue(), request.GET.get("sort", ""), {"end": ["ends_on"]}, "end")
    return filters, rows


def activity_remind(request: HttpRequest) -> HttpResponse:
    """Late reports: choose some or all that the filters select, see how many and whom, send once, read what came of it."""
    require(request.user, "activity.remind")
    filters, rows = late(request)
    keys = list(rows.values_list("pk", flat=True))
    if request.method == "POST":
        return send(request, keys)
    shown = late_reports(rows.with_people().prefetch_related(with_parties("partnership__"))[:SHOWN])
    context = {
        "rows": shown, "late_count": len(keys), "others": len(keys) - len(shown), "query": asked_for(request), "chips": filters.chips(),
        "people": len({user.pk for row in shown for user in row.people}) if len(keys) <= SHOWN else number_of_people(rows),
    }  # fmt: skip
    return render(request, "activities/remind.html", context)


def send(request: HttpRequest, keys: list[int]) -> HttpResponse:
    picked, shown = ({whole_number(value) for value in request.POST.getlist(name)} for name in ("activity", "shown"))
    chosen = [key for key in keys if key in picked or ("others" in request.POST and key not in shown)]
    done = remind_of_reports(Activity.objects.filter(pk__in=chosen), by=request.user)
    told = {user.pk for row in done for user in row.people}
    context = {"done": done, "told": len(told), "nobody": sum(not row.people and not row.reminded for row in done), "query": asked_for(request)}
    return render(request, "activities/reminded.html", context)


# --- The map of missions --------------------------------------------------------------------------------------------

MISSION_COLUMNS = (
    Column("sender", pgettext_lazy("a place", "From"), 24), Column("host", pgettext_lazy("a place", "To"), 24),
    Column("missions", gettext_lazy("Missions"), 14), Column("operations", gettext_lazy("Operations"), 14),
)  # fmt: skip


def mission_map(request: HttpRequest) -> HttpResponse:
    """Missions between regions, on a map and as a table: those that the reader may see, or may read the sums of."""
    require(request.user, "activity.view")
    filters = MissionFilters(request.GET, queryset=missions_for(request.user), request=request)
    country = Home(filters.divided_on)
    measure = filters.asked("measure") or "missions"
    flows, elsewhere = (
        flows_of(filters.chosen(), country.divided)
        if filters.asked("specialty")
        else flows_for(request.user, filters.chosen(), filters.totals(), country.divided)
    )
    zone = filters.asked("zone")
    flows = [flow for flow in flows if getattr(flow, measure) and (not zone or country.regions[flow.end].zone == zone)]
    flows.sort(key=lambda flow: (-getattr(flow, measure), flow.start, flow.end))
    names = {key: region.name for key, region in country.regions.items()}
    lines = [[names[flow.start], names[flow.end], flow.missions, flow.operations] for flow in flows]
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export("missions", MISSION_COLUMNS, lines)
    rows = [{"sender": names[flow.start], "host": names[flow.end], "flow": flow, "address": list_behind(country, flow, filters, request)} for flow in flows]
    context = {
        "picture": drawn(country, flows, measure), "title": _("Missions between regions"), "filters": filters, "chips": filters.chips(), "query": asked_for(request),
        "period": filters.period, "divided_on": country.day, "measure": measure, "rows": rows, "shown": rows if "all" in request.GET else rows[:ROWS_AT_MOST],
        "elsewhere": elsewhere, "tabs": activity_tabs(request.user, "missions"), "counts_all": scope_for(request.user, "report.view").everything,
    }  # fmt: skip
    return render_page(request, "activities/missions_map.html", "activities/_missions_map.html", context)


def list_behind(country: Home, flow: Mission, filters: MissionFilters, request: HttpRequest) -> str:
    """The list of the activities that a region receives, filtered as the map is."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "specialty")}
    start, end = filters.period
    return country.address("activities", country.regions[flow.end], **asked, since=f"{start:%d/%m/%Y}", until=f"{end:%d/%m/%Y}", status="validated")


def drawn(country: Home, flows: list[Mission], measure: str, address: Callable[[Region], str] | None = None) -> mapping.Picture:
    """The drawing of flows; a region leads to `address`, to its activities where none is given."""
    picture = country.picture()
    shore = next(iter(mapping.shores(picture.outline, picture.projection)), ())
    ends = [(country.points[flow.start], country.points[flow.end], getattr(flow, measure)) for flow in flows if {flow.start, flow.end} <= country.points.keys()]
    picture.connect(ends, (mapping.WIDTH / 2, picture.height / 2), shore)
    picture.show(marks(country, flows, measure, address or partial(country.address, "activities")))
    return picture


def marks(country: Home, flows: list[Mission], measure: str, address: Callable[[Region], str]) -> list[mapping.Mark]:
    """A circle sends, a diamond receives, a dot in a diamond does both; its size says nothing."""
    sent: dict[int, int] = {}
    received: dict[int, int] = {}
    for flow in flows:
        sent[flow.start] = sent.get(flow.start, 0) + getattr(flow, measure)
        received[flow.end] = received.get(flow.end, 0) + getattr(flow, measure)
    found = []
    for key in country.points.keys() & (sent.keys() | received.keys()):
        point, region = country.points[key], country.regions[key]
        parts = [(mapping.shape("diamond", point, 6), "ink-b")] if key in received else []
        parts += [(mapping.shape("circle", point, 3.5 if key in received else 6), "ink-a")] if key in sent else []
        figures = [(_("sends"), sent.get(key, 0)), (_("receives"), received.get(key, 0))]
        title = named(region.name, *(figure for figure in figures if figure[1]))
        found.append(mapping.Mark(point, region.name, title, address(region), parts, sent.get(key, 0) + received.get(key, 0)))
    return found
