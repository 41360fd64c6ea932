from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.access import require
from accounts.policy import can, scope_for
from core.exporters import EXPORTS, Column
from core.formats import number, today
from core.htmx import render_page
from core.profile import home
from partnerships import mapping
from partnerships.choices import NeedKind, Zone
from partnerships.deficits import Deficit, added, deficits_for
from partnerships.flows import Flow, Flows, between_countries, between_regions, counted_for
from partnerships.map_filters import DeficitFilters, FlowFilters, MapFilters, RegisterFilters, WorldFilters
from partnerships.matching import PEOPLE_FOR_A_POINT, POINTS_AT_MOST
from partnerships.models import Country, Institution, InstitutionKind, Region, Specialty
from partnerships.regions import under
from partnerships.views.sections import section_tabs

ROWS_AT_MOST = 15
LONGEST_ACRONYM = len("EPSP")  # kinds that people call by their letters: CHU, EHS, EPH…
SHAPES = {Zone.NORTH: "circle", Zone.HIGHLANDS: "square", Zone.SOUTH: "diamond", Zone.FAR_SOUTH: "triangle", "": "circle"}
STATES = {  # what becomes of most of a region's needs: shape, tone, word
    "covered": ("circle", "done", pgettext_lazy("needs", "covered")),
    "reachable": ("diamond", "wait", pgettext_lazy("needs", "offers exist")),
    "missing": ("triangle", "late", pgettext_lazy("needs", "no offer")),
}


class Home:
    """The home country under the division of a day: its regions, and where their capitals stand on the drawing. One query."""

    def __init__(self, day: date):
        self.day = day
        self.regions = {region.pk: region for region in Region.objects.filter(country__code=settings.PORTAL_COUNTRY).order_by("code")}
        self.divided = under(self.regions.values(), day)
        self.is_of_today = self.divided == under(self.regions.values(), today())
        capitals = {key: (region.latitude, region.longitude) for key, region in self.regions.items() if None not in (region.latitude, region.longitude)}
        edge = [place for ring in mapping.outline(settings.PORTAL_COUNTRY) for place in ring]
        crowded = bool(edge and capitals) and spread(capitals.values()) < 0.4 * spread(edge)
        self.projection = mapping.fit(edge if edge and not crowded else [*capitals.values()] or [(0, 0)])
        there = set(self.divided.values())
        self.points = {key: self.projection.point(*place) for key, place in capitals.items() if key in there}

    def picture(self) -> mapping.Picture:
        """The country without figures; where its regions crowd in one corner of it, that corner."""
        return mapping.Picture(self.projection, settings.PORTAL_COUNTRY, list(self.points.values()))

    def address(self, page: str, region: Region, **more: str) -> str:
        """The list behind a region, under the division that the map shows."""
        day = {} if self.is_of_today else {"on": self.day.isoformat()}
        return f"/{page}/?{urlencode({'region': region.code, **{key: value for key, value in more.items() if value}, **day})}"


def spread(places: Iterable[mapping.Point]) -> float:
    """How many degrees of longitude places span."""
    longitudes = [longitude for _latitude, longitude in places]
    return max(longitudes) - min(longitudes)


def named(title: str, *figures: tuple[str, int]) -> str:
    """What a mark says to those who do not see it: the place, then each figure with its name."""
    mark, joint = pgettext("between a label and its value", ":"), pgettext("between two names", ", ")
    return f"{title}{mark} " + joint.join(f"{label} {number(value)}" for label, value in figures)


# --- Institutions: flows, register, world -------------------------------------------------------------------------


def flow_marks(places: dict[int, tuple[mapping.Point, str, str]], flows: list[Flow], measure: str) -> list[mapping.Mark]:
    """A mark for every end of a flow: a circle gives, a diamond receives, a dot in a diamond does both. `places`: point, name, address."""
    gives: dict[int, int] = {}
    gets: dict[int, int] = {}
    for flow in flows:
        gives[flow.start] = gives.get(flow.start, 0) + getattr(flow, measure)
        gets[flow.end] = gets.get(flow.end, 0) + getattr(flow, measure)
    marks = []
    for key in places.keys() & (gives.keys() | gets.keys()):
        point, title, address = places[key]
        figures = [(_("gives support"), gives.get(key, 0)), (_("receives support"), gets.get(key, 0))]
        parts = []
        if key in gets:
            parts.append((mapping.shape("diamond", point, 6), "ink-b"))
        if key in gives:
            parts.append((mapping.shape("circle", point, 3.5 if key in gets else 6), "ink-a"))
        marks.append(
            mapping.Mark(point, title, named(title, *(figure for figure in figures if figure[1])), address, parts, gives.get(key, 0) + gets.get(key, 0))
        )
    return marks


FLOW_COLUMNS = (
    Column("sender", pgettext_lazy("a place", "From"), 24), Column("host", pgettext_lazy("a place", "To"), 24),
    Column("partnerships", gettext_lazy("Partnerships"), 14), Column("activities", gettext_lazy("Activities"), 14),
)  # fmt: skip


def flow_table(flows: list[Flow], names: dict[int, str], addresses: dict[int, str]) -> dict[str, Any]:
    """The twin of the arcs; each row as {"sender", "host", "address", "flow"}."""
    rows = [
        {"sender": names[flow.start], "host": names[flow.end], "address": addresses.get(flow.end, ""), "flow": flow}
        for flow in flows
    ]  # fmt: skip
    return {"columns": FLOW_COLUMNS, "rows": rows, "lines": [[row["sender"], row["host"], row["flow"].partnerships, row["flow"].activities] for row in rows]}


def partnerships_of(request: HttpRequest, filters: FlowFilters) -> Any:
    """The partnerships that the flows count, by kind and specialty."""
    rows = counted_for(request.user)
    if reach := filters.asked("reach"):
        rows = rows.filter(reach=reach)
    if specialty := filters.asked("specialty"):
        rows = rows.filter(specialties=specialty)
    return rows


def in_order(found: Flows, measure: str) -> list[Flow]:
    return sorted((flow for flow in found.rows if getattr(flow, measure)), key=lambda flow: (-getattr(flow, measure), flow.start, flow.end))


def flows_layer(request: HttpRequest, filters: FlowFilters) -> dict[str, Any]:
    """Twinning inside the country, from region to region."""
    country = Home(filters.divided_on)
    found = between_regions(partnerships_of(request, filters), *filters.period, country.divided, filters.asked("specialty"))
    measure = filters.asked("measure") or "partnerships"
    zone = filters.asked("zone")
    flows = [flow for flow in in_order(found, measure) if not zone or country.regions[flow.end].zone == zone]
    picture = country.picture()
    places = {key: (point, country.regions[key].name, country.address("institutions", country.regions[key])) for key, point in country.points.items()}
    shore = next(iter(mapping.shores(picture.outline, picture.projection)), ())
    connect(picture, country.points, flows, measure, (mapping.WIDTH / 2, picture.height / 2), shore)
    picture.show(flow_marks(places, flows, measure))
    names = {key: region.name for key, region in country.regions.items()}
    may_open = can(request.user, "partnership.view")
    addresses = {key: country.address("partnerships", region) for key, region in country.regions.items()} if may_open else {}
    return {"picture": picture, "elsewhere": found.elsewhere, "divided_on": country.day, **flow_table(flows, names, addresses)}


def connect(
    picture: mapping.Picture, points: dict[int, mapping.Point], flows: list[Flow], measure: str, interior: mapping.Point, shore: mapping.Ring = ()
) -> None:
    ends = [(points[flow.start], points[flow.end], getattr(flow, measure)) for flow in flows if flow.start in points and flow.end in points]
    picture.connect(ends, interior, shore)


def world_layer(request: HttpRequest, filters: WorldFilters) -> dict[str, Any]:
    """Twinning with other countries. A country stands where its parties are, on average; in its middle where that is not known."""
    found = between_countries(partnerships_of(request, filters), *filters.period, filters.asked("specialty"))
    measure = filters.asked("measure") or "partnerships"
    flows = [flow for flow in in_order(found, measure) if flow.start != flow.end]
    ends = {key for flow in flows for key in (flow.start, flow.end)}
    countries = Country.objects.in_bulk(ends)
    spots = {key: found.points.get(key) or mapping.middle(country.code) for key, country in countries.items()}
    at = {key: spot for key, spot in spots.items() if spot}
    corners = [(spot[0] + up, spot[1] + aside) for spot in at.values() for up, aside in ((8, 12), (-8, -12))]
    whole = [place for ring in mapping.outline("world") for place in ring]
    picture = mapping.Picture(mapping.fit(corners or whole), "world")
    points = {key: picture.projection.point(*spot) for key, spot in at.items()}
    places = {key: (points[key], countries[key].name, f"/institutions/?country={countries[key].code}") for key in points}
    connect(picture, points, flows, measure, (mapping.WIDTH / 2, -9999))  # bows to the north, as great circles do there
    picture.show(flow_marks(places, flows, measure))
    return {"picture": picture, "elsewhere": 0, "divided_on": None, **flow_table(flows, {key: country.name for key, country in countries.items()}, {})}


REGISTER_COLUMNS = (
    Column("region", gettext_lazy("Region"), 24), Column("zone", gettext_lazy("Zone"), 16),
    Column("institutions", gettext_lazy("Institutions"), 14), Column("kinds", gettext_lazy("Kinds"), 44),
)  # fmt: skip


def register_layer(request: HttpRequest, filters: RegisterFilters) -> dict[str, Any]:
    """How many institutions each region has, by kind."""
    country = Home(filters.divided_on)
    kind, specialty, zone = filters.asked("kind"), filters.asked("specialty"), filters.asked("zone")
    rows = Institution.objects.visible_to(request.user).listed().filter(region__in=country.regions)
    if kind:
        rows = rows.filter(kind=kind)
    if specialty:
        rows = rows.filter(specialties=specialty)
    counts: dict[int, Counter[int]] = {}
    for region, of_kind, count in rows.order_by().values_list("region", "kind").annotate(count=Count("pk")):
        counts.setdefault(country.divided[region], Counter())[of_kind] += count
    words = {item.pk: item.code if len(item.code) <= LONGEST_ACRONYM else item.name for item in InstitutionKind.objects.all()}
    asks_needs = can(request.user, "need.view")
    more = {"kind": kind.code if kind else "", "specialty": specialty.code if specialty else ""}
    table = [
        {
            "region": region,
            "count": counts[region.pk].total(),
            "address": country.address("institutions", region, **more),
            "needs": country.address("needs", region) if asks_needs else "",
            "kinds": [(words[key], count) for key, count in counts[region.pk].most_common()],
        }
        for region in country.regions.values()
        if region.pk in counts and (not zone or region.zone == zone)
    ]
    table.sort(key=lambda row: (-row["count"], row["region"].code))
    picture = country.picture()
    most = table[0]["count"] if table else 0
    marks = []
    for row in (row for row in table if row["region"].pk in country.points):
        region, point = row["region"], country.points[row["region"].pk]
        drawn = mapping.shape(SHAPES[region.zone], point, mapping.SIZES[mapping.grade(row["count"], most)])
        name = named(region.name, (_("institutions"), row["count"]))
        marks.append(mapping.Mark(point, region.name, name, row["address"], [(drawn, f"map__zone is-{region.zone or 'north'}")], row["count"]))
    picture.show(marks)
    lines = [[row["region"].name, row["region"].get_zone_display(), row["count"], kinds_in_words(row["kinds"])] for row in table]
    return {
        "picture": picture,
        "elsewhere": 0,
        "divided_on": country.day,
        "columns": REGISTER_COLUMNS,
        "rows": table,
        "lines": lines,
        "zones": zone_legend(country.regions.values()),
    }


def kinds_in_words(kinds: list[tuple[str, int]]) -> str:
    return pgettext("between two names", ", ").join(f"{word} {count}" for word, count in kinds)


def zone_legend(regions: Iterable[Region]) -> list[tuple[str, str, str]]:
    """The shape of each zone that the country has, as (path data in a box of 18, class, name)."""
    there = {region.zone for region in regions} if home().has_zones else set()
    return [(mapping.shape(SHAPES[zone], (9, 9), 6), f"map__zone is-{zone.value}", zone.label) for zone in Zone if zone in there]


@dataclass(frozen=True)
class Layer:
    label: Any
    filters: type[MapFilters]
    draw: Callable[[HttpRequest, Any], dict[str, Any]]


LAYERS = {
    "flows": Layer(pgettext_lazy("layer of the map", "Twinning flows"), FlowFilters, flows_layer),
    "register": Layer(pgettext_lazy("layer of the map", "Institutions by region"), RegisterFilters, register_layer),
    "world": Layer(pgettext_lazy("layer of the map", "The world"), WorldFilters, world_layer),
}


def layers(user: Any, current: str) -> list[dict[str, Any]]:
    """What maps may show to this person, as {"address", "label", "current"}; each is a page of its own."""
    found = [{"address": f"/institutions/map/?layer={slug}", "label": layer.label, "current": slug == current} for slug, layer in LAYERS.items()]
    if can(user, "matching.view"):
        found.append({"address": "/matching/deficits/", "label": pgettext("layer of the map", "Deficits"), "current": current == "deficits"})
    return found


def asked_for(request: HttpRequest) -> str:
    """The question in the address, without what is no part of it."""
    query = request.GET.copy()
    for key in ("export", "lang", "all"):
        query.pop(key, None)
    return query.urlencode()


def institution_map(request: HttpRequest) -> HttpResponse:
    """Institutions by region and twinning flows. Flows count only partnerships that the reader may see, or may read the sums of."""
    require(request.user, "institution.view")
    slug = request.GET.get("layer", "")
    slug = slug if slug in LAYERS else "flows"
    layer = LAYERS[slug]
    filters = layer.filters(request.GET, queryset=counted_for(request.user).none(), request=request)
    drawn = layer.draw(request, filters)
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export(f"map-{slug}", drawn["columns"], drawn["lines"])
    context = {
        **drawn, "layer": slug, "layers": layers(request.user, slug), "title": layer.label, "filters": filters, "chips": filters.chips(), "query": asked_for(request),
        "period": filters.period, "measure": filters.asked("measure") or "partnerships", "tabs": section_tabs(request.user, "map"),
        "shown": drawn["rows"] if "all" in request.GET else drawn["rows"][:ROWS_AT_MOST], "counts_all": scope_for(request.user, "report.view").everything,
    }  # fmt: skip
    return render_page(request, "partnerships/map.html", "partnerships/_map.html", context)


# --- Deficits -----------------------------------------------------------------------------------------------------

DEFICIT_COLUMNS = (
    Column("specialty", gettext_lazy("Specialty"), 28), Column("region", gettext_lazy("Region"), 20), Column("zone", gettext_lazy("Zone"), 14),
    Column("kind", gettext_lazy("Kind"), 16), Column("needs", gettext_lazy("Needs"), 10), Column("waiting", gettext_lazy("People waiting"), 14),
    Column("weight", pgettext_lazy("of needs", "Weight"), 10), Column("covered", pgettext_lazy("of needs", "Covered"), 10),
    Column("deficit", pgettext_lazy("of needs", "Deficit"), 10), Column("reachable", pgettext_lazy("of needs", "Within reach of offers"), 14),
    Column("missing", pgettext_lazy("of needs", "Without an offer"), 14),
)  # fmt: skip


def deficit_line(row: Deficit, specialties: dict[int, Specialty], regions: dict[int, Region]) -> list[Any]:
    region = regions.get(row.region) if row.region else None
    return [
        specialties[row.specialty].name, region.name if region else "", region.get_zone_display() if region else "", NeedKind(row.kind).label,
        row.needs, row.waiting, row.weight, row.covered, row.deficit, row.reachable, row.missing,
    ]  # fmt: skip


def grouped(rows: list[Deficit], key: Callable[[Deficit], Any]) -> dict[Any, list[Deficit]]:
    found: dict[Any, list[Deficit]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def matrix(rows: list[Deficit], specialties: dict[int, Specialty], regions: dict[int, Region], by_zone: bool) -> dict[str, Any]:
    """The deficit of each specialty in each zone or region, the widest first: {"heads", "rows": [{"specialty", "cells", "total"}]}."""

    def column(row: Deficit) -> Any:
        region = regions.get(row.region) if row.region else None
        return (region.zone if region else "") if by_zone else row.region

    places = grouped(rows, column)
    columns: list[Any] = [zone.value for zone in Zone if zone in places] if by_zone else [key for key in regions if key in places]
    heads = [Zone(key).label if by_zone else regions[key].name for key in columns]
    found = []
    for key, mine in grouped(rows, lambda row: row.specialty).items():
        here = {place: added(there).deficit for place, there in grouped(mine, column).items()}
        found.append({"specialty": specialties[key], "cells": [here.get(place) for place in columns], "total": added(mine).deficit})
    found.sort(key=lambda row: (-row["total"], row["specialty"].code))
    return {"heads": heads, "rows": found}


def deficits(request: HttpRequest) -> HttpResponse:
    """Where which specialty is missing, on a map and as tables."""
    require(request.user, "matching.view")
    filters = DeficitFilters(request.GET, queryset=counted_for(request.user).none(), request=request)
    country = Home(filters.divided_on)
    specialty, kind, zone = filters.asked("specialty"), filters.asked("kind"), filters.asked("zone")
    rows = [
        row
        for row in deficits_for(request.user, filters.period[1], country.divided)
        if (not specialty or row.specialty == specialty.pk)
        and (not kind or row.kind == kind)
        and (not zone or (row.region is not None and country.regions[row.region].zone == zone))
    ]
    specialties = Specialty.objects.in_bulk({row.specialty for row in rows})
    if export := EXPORTS.get(request.GET.get("export", "")):
        ordered = sorted(rows, key=lambda row: (-row.deficit, specialties[row.specialty].code, row.region or 0))
        return export("deficits", DEFICIT_COLUMNS, (deficit_line(row, specialties, country.regions) for row in ordered))
    totals = {key: added(mine) for key, mine in grouped(rows, lambda row: row.region).items()}
    more = {"specialty": specialty.code if specialty else "", "kind": kind or ""}
    picture = country.picture()
    most = max((total.deficit for total in totals.values()), default=0)
    marks = []
    for key, total in ((key, total) for key, total in totals.items() if key in country.points):
        region, point = country.regions[key], country.points[key]
        form, tone, words = STATES[total.state]
        size = mapping.SIZES[mapping.grade(total.deficit, most)]
        name = named(region.name, (_("deficit"), total.deficit), (_("needs"), total.needs), (_("people waiting"), total.waiting))
        address = country.address("needs", region, **more)
        marks.append(
            mapping.Mark(point, region.name, f"{name} ({words})", address, [(mapping.shape(form, point, size), f"map__state is-{tone}")], total.deficit)
        )
    picture.show(marks)
    places = [
        {"region": country.regions.get(key) if key else None, "total": total, "tone": STATES[total.state][1], "state": STATES[total.state][2],
         "address": country.address("needs", country.regions[key], **more) if key else ""}
        for key, total in sorted(totals.items(), key=lambda item: (-item[1].deficit, item[0] or 0))
    ]  # fmt: skip
    by_zone = home().has_zones and not zone and filters.asked("columns") is None
    context = {
        "layers": layers(request.user, "deficits"), "picture": picture, "divided_on": country.day, "filters": filters, "chips": filters.chips(), "query": asked_for(request), "rows": places,
        "shown": places if "all" in request.GET else places[:ROWS_AT_MOST], "total": added(rows), "day": filters.period[1],
        "matrix": matrix(rows, specialties, country.regions, by_zone), "people": PEOPLE_FOR_A_POINT, "points": POINTS_AT_MOST,
        "states": [(mapping.shape(form, (9, 9), 6), f"map__state is-{tone}", words) for form, tone, words in STATES.values()],
    }  # fmt: skip
    return render_page(request, "partnerships/deficits.html", "partnerships/_deficits.html", context)
