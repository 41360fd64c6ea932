"""Indicators counted from activities and their results: TW04–TW06, TW08–TW13, TW20, TW22, TW27, TW32–TW35, TW38, TW43."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, Sum, Value, When
from django.utils.functional import Promise

from activities.choices import ActivityStatus, Checklist, ProgrammeStatus
from activities.kinds import REGISTRY, missions
from activities.models import Activity, ActivityParty, Participant, PlannedActivity, Site
from activities.querysets import AWAITING_REPORT, REPORT_DUE_DAYS
from activities.reciprocity import Stay, ledger
from core.formats import today
from evaluation.indicators import rows, totals
from evaluation.indicators.registry import Figure, amount, computes, share
from evaluation.indicators.scope import Cell, Period
from partnerships.choices import CareLevel, NeedKind, Side
from partnerships.models import Need, Region

Cells = Sequence[Cell]
Parts = list[tuple[str | Promise, float]]
DAYS = ("surgical", "medical", "mixed", "study")  # what the ministry calls organised days
REPORT_AFTER = timedelta(days=REPORT_DUE_DAYS)


def total(field: str) -> Callable[[Q], Any]:
    return lambda where: Sum(field, filter=where, default=0)


def some(where: Q) -> Any:
    return Count("pk", filter=where, distinct=True)


def sums(field: str, **columns: str) -> Callable[[Cells], list[Figure]]:
    """The computation of a sum over lines of results; `columns` of the totals say the same."""

    def live(cells: Cells) -> list[dict[str, Any]]:
        return rows.tally(rows.results(cells).filter(**{f"{field}__gt": 0}), cells, rows.in_results, total=total(field), lines=some)

    def computation(cells: Cells) -> list[Figure]:
        said = totals.tally(cells, live, **columns) if columns else live(cells)
        return [amount(one["total"], one["lines"]) for one in said]

    return computation


def by_specialty(field: str) -> Callable[[Cell], Parts]:
    """A sum over lines of results by specialty, the largest first."""

    def parts(cell: Cell) -> Parts:
        from partnerships.models import Specialty  # beside its only use

        found = rows.results([cell]).filter(rows.in_results(cell), specialty__isnull=False).order_by().values_list("specialty").annotate(total=Sum(field))
        sums_ = {key: total_ for key, total_ in found if total_}
        names = Specialty.objects.in_bulk(sums_)
        return sorted(((str(names[key]), total_) for key, total_ in sums_.items()), key=lambda row: (-row[1], row[0]))

    return parts


consultations = computes("TW05", by_specialty("consultations"))(sums("consultations", total="consultations", lines="consultation_lines"))
operations = computes("TW06", by_specialty("operations_done"))(sums("operations_done", total="operations", lines="operation_lines"))
explorations = computes("TW10", by_specialty("explorations"))(sums("explorations"))
transferred = computes("TW20", by_specialty("transferred"))(sums("transferred"))
transfers_avoided = computes("TW22", by_specialty("transfers_avoided"))(sums("transfers_avoided"))


def by_kind(kinds: Callable[[], Sequence[str]]) -> Callable[[Cell], Parts]:
    def parts(cell: Cell) -> Parts:
        found = rows.activities([cell]).filter(rows.in_activities()(cell), kind__in=kinds()).order_by().values_list("kind").annotate(count=Count("pk"))
        counts = dict(found)
        return [(kind.label, counts[slug]) for slug, kind in REGISTRY.items() if slug in counts]

    return parts


def of_kinds(kinds: Callable[[], Sequence[str]], **columns: str) -> Callable[[Cells], list[Figure]]:
    """The computation of a number of activities; `columns` of the totals say the same."""

    def live(cells: Cells) -> list[dict[str, Any]]:
        return rows.tally(rows.activities(cells).filter(kind__in=kinds()), cells, rows.in_activities(), count=some)

    def computation(cells: Cells) -> list[Figure]:
        said = totals.tally(cells, live, **columns) if columns else live(cells)
        return [amount(one["count"]) for one in said]

    return computation


missions_carried_out = computes("TW04", by_kind(missions))(of_kinds(missions, count="missions"))
tele_expertise = computes("TW32")(of_kinds(lambda: ["tele_expertise"]))


@computes("TW08")
def programme_execution(cells: Cells) -> list[Figure]:
    """Of the lines of approved programmes that fell into the period, those of which a validated activity came."""
    reach = rows.reached_partnerships(cells[0][0].reach, "programme__agreement__partnership")
    lines = PlannedActivity.objects.filter(reach, programme__status=ProgrammeStatus.APPROVED)
    done = Exists(Activity.objects.filter(planned=OuterRef("pk"), status=ActivityStatus.VALIDATED))

    def planned(cell: Cell) -> Q:
        scope, period = cell
        own = Q(specialty=scope.specialty) if scope.specialty else Q()
        own &= Q(kind=scope.kind) if scope.kind else Q()
        place = rows.partnership_place(scope.narrowed(specialty=None), "programme__agreement__partnership")
        return months_within(period) & place & own

    said = rows.tally(lines, cells, planned, planned=some, done=lambda where: Count("pk", filter=where & Q(done), distinct=True))
    return [share(one["done"], one["planned"]) for one in said]


def months_within(period: Period) -> Q:
    """Lines of a programme whose month begins in the period."""

    def later(start: date) -> Q:
        month = start if start.day == 1 else (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        return Q(programme__year__gt=month.year) | Q(programme__year=month.year, month__gte=month.month)

    wanted = later(period.start) if period.start else Q()
    if period.end:
        wanted &= Q(programme__year__lt=period.end.year) | Q(programme__year=period.end.year, month__lte=period.end.month)
    return wanted


@computes("TW09")
def operations_postponed(cells: Cells) -> list[Figure]:
    """Of the operations planned, those that were not done."""
    missing = Case(When(operations_planned__gt=F("operations_done"), then=F("operations_planned") - F("operations_done")), default=Value(0))
    said = rows.tally(
        rows.results(cells).filter(operations_planned__gt=0).annotate(missing=missing), cells, rows.in_results,
        missing=total("missing"), planned=total("operations_planned"),
    )  # fmt: skip
    return [share(one["missing"], one["planned"]) for one in said]


def day_sums(cells: Cells, kinds: Sequence[str]) -> Iterator[list[tuple[int, int]]]:
    """For each cell (days of an activity, how many activities last so long)."""
    for found in rows.sorted_out(rows.activities(cells).filter(kind__in=kinds), cells, rows.in_activities(), "starts_on", "ends_on"):
        yield [((end - start).days + 1, 1) for start, end in found]


def days_by_kind(cell: Cell) -> Parts:
    found: dict[str, int] = {}
    for kind, start, end in rows.sorted_out(rows.activities([cell]).filter(kind__in=DAYS), [cell], rows.in_activities(), "kind", "starts_on", "ends_on")[0]:
        found[kind] = found.get(kind, 0) + (end - start).days + 1
    return [(REGISTRY[kind].label, found[kind]) for kind in DAYS if kind in found]


@computes("TW12", days_by_kind)
def days_organised(cells: Cells) -> list[Figure]:
    """Calendar days of surgical, medical, mixed and study days, first and last included."""
    return [amount(sum(days * count for days, count in found), sum(count for _days, count in found)) for found in day_sums(cells, DAYS)]


@computes("TW13")
def remote_localities(cells: Cells) -> list[Figure]:
    """Distinct places outside the register, and distinct primary-care institutions, where activities took place."""
    remote = Q(institution=None) | Q(institution__level=CareLevel.PRIMARY)
    sites = Site.objects.filter(rows.validated(cells, "activity__"), remote)
    found = rows.sorted_out(sites, cells, rows.in_activities("activity__"), "institution", "place")
    return [amount(len({place or " ".join(name.split()) for place, name in places}), len(places)) for places in found]


@computes("TW27")
def checklist_use(cells: Cells) -> list[Figure]:
    """Operating lists with the safety checklist. Days that counted no lists stand for one list, with the checklist when it served all operations."""
    counted = rows.tally(
        rows.results(cells).filter(operating_lists__gt=0), cells, rows.in_results, lists=total("operating_lists"), used=total("lists_with_checklist")
    )
    uncounted = rows.activities(cells).exclude(checklist="").exclude(results__operating_lists__gt=0)
    whole = rows.tally(
        uncounted, cells, rows.in_activities(), lists=some,
        used=lambda where: Count("pk", filter=where & Q(checklist=Checklist.ALL), distinct=True),
    )  # fmt: skip
    return [share(one["used"] + two["used"], one["lists"] + two["lists"]) for one, two in zip(counted, whole, strict=True)]


@computes("TW33")
def awareness_reach(cells: Cells) -> list[Figure]:
    """People present at awareness activities."""
    said = rows.tally(rows.results(cells).filter(activity__kind="awareness", audience__gt=0), cells, rows.in_results, total=total("audience"), lines=some)
    return [amount(one["total"], one["lines"]) for one in said]


@computes("TW34")
def deficits_covered(cells: Cells) -> list[Figure]:
    """Of the needs of care that stood open in the period, those whose institution received a mission in their specialty in it."""
    needs = Need.objects.filter(rows.reached_institutions(cells[0][0].reach), kind=NeedKind.CARE, institution__merged_into=None)
    at_the_need = ActivityParty.objects.filter(side=Side.HOST, activity=OuterRef("pk"), institution=OuterRef(OuterRef("institution")))
    met = Activity.objects.filter(Exists(at_the_need), status=ActivityStatus.VALIDATED, kind__in=missions(), specialties=OuterRef("specialty"))

    def covered(cell: Cell) -> Q:
        of_kind = Q(kind=cell[0].kind) if cell[0].kind else Q()
        return rows.needs_in(cell) & Q(Exists(met.filter(cell[1].within("ends_on"), of_kind)))

    all_needs = rows.tally(needs, cells, rows.needs_in, needs=some)
    met_needs = rows.tally(needs, cells, covered, met=some)
    return [share(two["met"], one["needs"]) for one, two in zip(all_needs, met_needs, strict=True)]


@computes("TW35")
def reciprocity(cells: Cells) -> list[Figure]:
    """Of the days that people spent with the other side, those of the benefiting side's people. The rules are those of `activities.reciprocity`."""
    within = rows.validated(cells, "activity__") & Q(activity__partnership__isnull=False)
    sides: dict[int, dict[int, str]] = defaultdict(dict)
    for activity, place, side in ActivityParty.objects.filter(within).order_by().values_list("activity", "institution", "side"):
        sides[activity][place] = side
    places: dict[int, set[int | None]] = defaultdict(set)
    for activity, place in Site.objects.filter(within).order_by().values_list("activity", "institution"):
        places[activity].add(place)
    people = Participant.objects.counted().filter(within, institution__isnull=False)
    fields = ("activity", "institution", "count", "days", "activity__starts_on", "activity__ends_on")
    figures = []
    for found in rows.sorted_out(people, cells, rows.in_activities("activity__"), *fields):
        there = back = 0
        for activity, home_, count, days, start, end in found:
            hosts = {place for place, side in sides[activity].items() if side == Side.HOST}
            at = {place for place in places[activity] if place} | (hosts if None in places[activity] or not places[activity] else set())
            stay = Stay(home_, frozenset(at), count, count * (days or (end - start).days + 1))
            flows = ledger([stay], sides[activity])
            there, back = there + flows.to_hosts.days, back + flows.to_senders.days
        figures.append(share(back, there + back))
    return figures


@computes("TW38")
def reports_on_time(cells: Cells) -> list[Figure]:
    """Of the activities whose report fell due in the period, those that were reported by then. What was taken over from public sources is left out."""
    due_on = ExpressionWrapper(F("ends_on") + Value(REPORT_AFTER), output_field=DateField())
    held = Q(reported_at__isnull=False) | Q(status__in=AWAITING_REPORT, ends_on__lt=today() - REPORT_AFTER)
    owed = Activity.objects.filter(rows.reached(cells[0][0].reach), held, source="")

    def due(cell: Cell) -> Q:
        scope, period = cell
        return period.moved(-REPORT_AFTER).within("ends_on") & rows.activity_place(scope) & rows.of_specialty(scope)

    in_time = Q(reported_at__date__lte=due_on)
    said = rows.tally(owed, cells, due, due=some, in_time=lambda where: Count("pk", filter=where & in_time, distinct=True))
    return [share(one["in_time"], one["due"]) for one in said]


@computes("TW43")
def regions_covered(cells: Cells) -> list[Figure]:
    """Distinct regions of the home country that hosted something, under the division of the scope; `denominator` is how many there are."""
    hosts = ActivityParty.objects.filter(rows.validated(cells, "activity__"), side=Side.HOST, institution__country__code=settings.PORTAL_COUNTRY)
    found = rows.sorted_out(hosts.distinct(), cells, rows.in_activities("activity__"), "institution__region")
    regions = list(Region.objects.filter(country__code=settings.PORTAL_COUNTRY).only("pk", "valid_from", "valid_to"))
    divided = {scope.division_of: scope.divided for scope in {scope.division_of: scope for scope, _period in cells}.values()}
    figures = []
    for (scope, _period), keys in zip(cells, found, strict=True):
        standing = {region.pk for region in regions if region.exists_on(scope.division_of or today())}
        reached = {divided[scope.division_of][key] for (key,) in keys if key} & standing
        figures.append(Figure(len(reached), len(reached), len(standing), len(keys)))
    return figures
