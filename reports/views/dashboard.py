"""The national figures: the seven with their charts, delays and progress, need against help, the map of missions."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import require
from accounts.policy import can
from activities.views.lists import MISSION_COLUMNS, drawn
from core.exporters import EXPORTS, Column
from core.formats import today
from core.htmx import render_page
from evaluation.indicators import totals
from partnerships.models import Region
from partnerships.views.maps import Home
from reports.dashboards import autonomy, charts, equity, late, needs, reciprocity
from reports.dashboards.comparison import compared, period_before
from reports.dashboards.links import Links
from reports.headline import regions_covered
from reports.views.sections import page_of

ROWS_AT_MOST = 15


def dashboard(request: HttpRequest) -> HttpResponse:
    """The seven figures beside those of the stretch before, and how they come about."""
    require(request.user, "report.view")
    chosen, links, context = page_of(request, "figures")
    user = request.user
    found = compared(user, chosen)
    operations = next(item.value for item in found if item.figure.slug == "operations")
    year = chosen.end.year if chosen.end else today().year
    context |= {
        "figures": [{"item": item, "address": links.rows(item.figure.slug)} for item in found],
        "before": period_before(chosen),
        "covered": regions_covered(user, chosen),
        "equity_address": links.page("/reports/equity/"),
        "chart": charts.months(user, chosen, year),
        "bars": [charts.specialties(user, chosen, operations, links), charts.regions(user, chosen, links), charts.kinds(user, chosen, links)],
    }
    return render_page(request, "reports/dashboard.html", "reports/_figures.html", context)


def progress(request: HttpRequest) -> HttpResponse:
    """What is late and what ends soon; whether needs are covered, services become autonomous, and people go both ways."""
    require(request.user, "report.view")
    chosen, links, context = page_of(request, "progress")
    user = request.user
    now, before = reciprocity.ways(user, chosen)
    rows = needs.coverage(user, chosen)
    shown = rows if "all" in request.GET else rows[:ROWS_AT_MOST]
    to_needs = can(user, "need.view")
    context |= {
        "late": late.counts(request, late.LATE, links.asked), "soon": late.counts(request, late.SOON, links.asked),
        "coverage": [{"row": row, "address": links.rows("missions", specialty=row.specialty.code), "needs": f"/needs/?specialty={row.specialty.code}" if to_needs else ""} for row in shown],
        "coverage_all": len(rows), "needs": sum(row.needs for row in rows), "uncovered": sum(row.left for row in rows), "day": needs.day_of(chosen),
        "ladder": autonomy.chart(user, chosen), "ways": now, "ways_before": before,
    }  # fmt: skip
    return render_page(request, "reports/dashboard_progress.html", "reports/_progress.html", context)


EQUITY_COLUMNS = (
    Column("region", gettext_lazy("Region"), 20), Column("zone", gettext_lazy("Zone"), 14), Column("state", gettext_lazy("State"), 26),
    Column("needs", gettext_lazy("Needs"), 10), Column("waiting", gettext_lazy("People waiting"), 14), Column("weight", pgettext_lazy("of needs", "Weight"), 10),
    Column("deficit", pgettext_lazy("of needs", "Deficit"), 10), Column("partnerships", gettext_lazy("Running partnerships"), 14),
    Column("missions", gettext_lazy("Missions"), 10), Column("consultations", gettext_lazy("Consultations"), 14), Column("operations", gettext_lazy("Operations"), 12),
    Column("trained", gettext_lazy("Trained"), 12),
)  # fmt: skip


def equity_line(row: equity.Balance) -> list[Any]:
    return [
        row.region.name, row.region.get_zone_display(), str(row.word), row.needs, row.waiting, row.weight, row.deficit, row.partnerships,
        row.missions, row.consultations, row.operations, row.trained,
    ]  # fmt: skip


def equity_page(request: HttpRequest) -> HttpResponse:
    """Each region's need beside the help that it received; much need and no help first."""
    require(request.user, "report.view")
    chosen, links, context = page_of(request, "equity")
    user = request.user
    rows = equity.balances(user, chosen)
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export("equity", EQUITY_COLUMNS, [equity_line(row) for row in rows])
    weight, trips = sum(row.weight for row in rows), sum(row.missions for row in rows)
    alone = [row for row in rows if row.state == "alone"]
    to_needs = can(user, "need.view")
    country = Home(chosen.divided_on)
    shown = rows if "all" in request.GET else rows[:ROWS_AT_MOST]
    context |= {
        "rows": [
            {
                "row": row, "address": links.rows("missions", region=row.region.code), "needs": country.address("needs", row.region) if to_needs else "",
                "figures": [
                    (label, getattr(row, name), links.rows(name, region=row.region.code) if getattr(row, name) else "")
                    for name, label in (("consultations", _("Consultations")), ("operations", _("Operations")), ("trained", _("Trained")))
                ],
                "need_share": share(row.weight, weight), "help_share": share(row.missions, trips),
            }
            for row in shown
        ],
        "all": len(rows), "alone": alone, "alone_named": alone[:6], "alone_share": 100 * sum(row.weight for row in alone) / weight if weight else None,
        "counts": [(equity.STATES[state], sum(row.state == state for row in rows)) for state in equity.STATES],
        "day": needs.day_of(chosen), "most": max((max(share(row.weight, weight), share(row.missions, trips)) for row in rows), default=0),
    }  # fmt: skip
    return render_page(request, "reports/dashboard_equity.html", "reports/_equity.html", context)


def share(part: int, whole: int) -> float:
    """In percent of the country; nothing of nothing is nothing."""
    return 100 * part / whole if whole else 0.0


def region_figures(links: Links, region: Region) -> str:
    return links.page("/reports/", region=region.code)


def map_page(request: HttpRequest) -> HttpResponse:
    """Missions from region to region, drawn and as a table, for whoever may read their sums."""
    require(request.user, "report.view")
    chosen, links, context = page_of(request, "map")
    country = Home(chosen.divided_on)
    found, elsewhere = totals.flows(chosen.cell(request.user), country.divided)
    grounds = chosen.ground.grounds
    to_figures = partial(region_figures, links)
    flows = sorted((flow for flow in found if grounds is None or flow.end in grounds), key=lambda flow: (-flow.missions, flow.start, flow.end))
    names = {key: region.name for key, region in country.regions.items()}
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export("flows", MISSION_COLUMNS, [[names[flow.start], names[flow.end], flow.missions, flow.operations] for flow in flows])
    rows = [
        {"sender": names[flow.start], "host": names[flow.end], "flow": flow, "address": links.rows("missions", region=country.regions[flow.end].code)}
        for flow in flows
    ]  # fmt: skip
    context |= {
        "picture": drawn(country, flows, "missions", to_figures), "title": _("Missions between regions"), "rows": rows,
        "shown": rows if "all" in request.GET else rows[:ROWS_AT_MOST], "elsewhere": elsewhere, "divided_on": country.day,
    }  # fmt: skip
    return render_page(request, "reports/dashboard_map.html", "reports/_map.html", context)
