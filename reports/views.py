"""Home, the national figures and the lists behind them, the search box."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import require
from accounts.policy import can
from activities.models import Activity
from core.exporters import EXPORTS
from core.formats import number, today
from core.htmx import render_page
from core.listing import CountedOncePaginator, search
from partnerships.models import Agreement, Institution, Partnership
from partnerships.search import find
from reports.forms import FiguresForm, years
from reports.headline import HEADLINES, Chosen, by_month, by_region, by_specialty, figures, headline, regions_covered
from reports.waiting import coming, my_partnerships, waiting_for


def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is late, then the figures."""
    user = request.user
    rows = waiting_for(user)
    this_year = Chosen(start=today().replace(month=1, day=1), end=today())
    context = {
        "late": [row for row in rows if row.is_late],
        "waiting": [row for row in rows if not row.is_late],
        "coming": coming(user) if can(user, "activity.view") else [],
        "partnerships": my_partnerships(user),
        "figures": figures(user, this_year) if can(user, "report.view") else [],
        "today": today(),
    }
    return render(request, "reports/home.html", context)


def dashboard(request: HttpRequest) -> HttpResponse:
    """The seven headline figures, filtered by period, region, zone and specialty."""
    require(request.user, "report.view")
    form = FiguresForm(request.GET or None)
    chosen = form.chosen() if form.is_bound else Chosen()
    year = chosen.end.year if chosen.end else today().year
    query = request.GET.copy()
    for key in ("export", "lang"):
        query.pop(key, None)
    context = {
        "form": form,
        "chosen": chosen,
        "figures": figures(request.user, chosen),
        "chart": bars(by_month(request.user, chosen, year), year),
        "year": year,
        "years": years(today()),
        "specialties": shares(by_specialty(request.user, chosen), "operations"),
        "regions": shares(by_region(request.user, chosen), "missions"),
        "covered": regions_covered(request.user, chosen),
        "query": query.urlencode(),
    }
    return render_page(request, "reports/dashboard.html", "reports/_figures.html", context)


def shares(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Each row with its width: the share of the longest bar, in percent."""
    longest = max((row[key] for row in rows), default=0)
    return [{**row, "width": f"{100 * row[key] / longest:.0f}%"} for row in rows if row[key]] if longest else []


def bars(months: list[dict[str, int]], year: int) -> dict[str, Any]:
    """The drawing of operations by month as numbers in percent: bars of this year, lines of the year before."""
    top = max(max(row["now"], row["before"]) for row in months)
    if not top:
        return {}
    step = 10 ** (len(str(top)) - 1)
    top = -(-top // step) * step
    today_ = today()
    drawn = [
        {
            **row,
            "x": f"{place * 100 / 12 + 2.1:.1f}%", "y": f"{100 - 100 * row['now'] / top:.1f}%", "height": f"{100 * row['now'] / top:.1f}%",
            "x1": f"{place * 100 / 12 + 1:.1f}%", "x2": f"{place * 100 / 12 + 7.3:.1f}%", "then": f"{100 - 100 * row['before'] / top:.1f}%",
            "is_part": (year, row["month"]) == (today_.year, today_.month),
        }
        for place, row in enumerate(months)
    ]  # fmt: skip
    return {
        "ticks": [number(top), number(top * 2 // 3), number(top // 3), number(0)],
        "months": drawn,
        "peak": max(months, key=lambda row: row["now"]),
    }


def figure_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows behind one figure; people who read aggregates only are shown the figure, not the rows."""
    require(request.user, "partnership.view")
    figure = headline(slug)
    if figure is None:
        raise Http404
    form = FiguresForm(request.GET or None)
    chosen = replace(form.chosen() if form.is_bound else Chosen(), action="partnership.view")
    rows = figure.rows(request.user, chosen).order_by(*figure.order)
    export = EXPORTS.get(request.GET.get("export", ""))
    if export:
        return export(figure.slug, figure.columns, (figure.line(row) for row in figure.related(rows).iterator(chunk_size=500)))
    page = CountedOncePaginator(rows, 25).get_page(request.GET.get("page"))
    lines = [figure.line(row) for row in figure.related(page.object_list)]
    query = request.GET.copy()
    for key in ("export", "lang", "page"):
        query.pop(key, None)
    context = {"figure": figure, "value": figure.value(rows), "lines": lines, "page": page, "query": query.urlencode(), "figures": HEADLINES}
    return render(request, "reports/figure_list.html", context)


def search_all(request: HttpRequest) -> HttpResponse:
    """One box over everything that this person may see; ten of each."""
    words = request.GET.get("q", "")[:200]
    found: dict[str, Any] = {}
    if words.strip():
        user = request.user
        rows = Partnership.objects.visible_to(user).with_people().prefetch_related("parties__institution__country")
        found = {
            "partnerships": search(rows, "search_text", words).order_by("-pk")[:10],
            "institutions": find(Institution.objects.visible_to(user).listed().select_related("kind", "region", "country"), words)[:10],
            "activities": search(Activity.objects.visible_to(user).with_people(), "search_text", words).order_by("-starts_on", "-pk")[:10],
            "agreements": search(
                Agreement.objects.visible_to(user).select_related("partnership").prefetch_related("partnership__parties__institution__region", "partnership__parties__institution__country"),
                "partnership__search_text", words,
            ).order_by("-starts_on", "-pk")[:10],
        }  # fmt: skip
    return render(request, "reports/search.html", {"words": words, "found": found, "any": any(len(rows) for rows in found.values())})
