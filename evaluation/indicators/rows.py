"""The rows that indicators count: which activities, results, people, agreements belong to a scope and a period.

One condition for each cell, made of subqueries only, so that one query answers many cells without a row counting twice.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from accounts.policy import Reach
from activities.choices import ActivityStatus, Part
from activities.models import Activity, ActivityParty, FollowUpCase, Participant, Result
from activities.querysets import own_activities_of
from evaluation.indicators.scope import Cell, Period, Scope
from partnerships.choices import Side
from partnerships.models import Agreement, Institution, Partnership, PartnershipParty
from partnerships.querysets import of_regions, partnerships_of

Condition = Callable[[Cell], Q]
NOTHING = Q(pk__in=())


def keyed(to: str) -> str:
    """ "activity__" → "activity__in", "" → "pk__in"."""
    return f"{to.removesuffix('__')}__in" if to else "pk__in"


def hosted_in(**where: Any) -> QuerySet:
    """The keys of the activities one of whose hosts is such an institution."""
    places = {f"institution__{key}": value for key, value in where.items()}
    return ActivityParty.objects.filter(side=Side.HOST, **places).values("activity")


def activity_place(scope: Scope, to: str = "") -> Q:
    """Activities of a scope, whatever their day and status; `to` leads from the model to the activity, for example "activity__"."""
    wanted = Q(**{f"{to}kind": scope.kind}) if scope.kind else Q()
    if scope.host_place:
        wanted &= Q(**{keyed(to): hosted_in(**scope.host_place)})
    if scope.institution:
        wanted &= Q(**{keyed(to): ActivityParty.objects.filter(institution=scope.institution).values("activity")})
    if scope.partnership:
        wanted &= Q(**{f"{to}partnership": scope.partnership})
    return wanted


def of_specialty(scope: Scope, to: str = "") -> Q:
    """Activities that name the specialty of a scope."""
    if scope.specialty is None:
        return Q()
    return Q(**{keyed(to): Activity.specialties.through.objects.filter(specialty=scope.specialty).values("activity")})


def in_activities(to: str = "") -> Condition:
    """Activities of the scope that ended in the period."""
    return lambda cell: cell[1].within(f"{to}ends_on") & activity_place(cell[0], to) & of_specialty(cell[0], to)


def in_results(cell: Cell) -> Q:
    """Lines of results: the specialty is the line's own."""
    scope, period = cell
    own = Q(specialty=scope.specialty) if scope.specialty else Q()
    return period.within("activity__ends_on") & activity_place(scope, "activity__") & own


def span(cells: Sequence[Cell]) -> Period:
    """From the first day to the last that any of the cells asks for."""
    starts, ends = [period.start for _scope, period in cells], [period.end for _scope, period in cells]
    start = min(filter(None, starts)) if all(starts) else None
    end = max(filter(None, ends)) if all(ends) else None
    return Period(start, end)


def ended(cells: Sequence[Cell], field: str) -> Q:
    """Rows whose day lies in the periods of the cells: in one of a few, or somewhere in the stretch that many cover."""
    periods = {period for _scope, period in cells}
    if len(periods) > FEW:
        return span(cells).within(field)
    wanted = Q()
    for number, period in enumerate(sorted(periods, key=lambda period: (period.start or date.min, period.end or date.max))):
        within = period.within(field)
        if not within:
            return Q()
        wanted = wanted | within if number else within
    return wanted


def reached(reach: Reach, to: str = "") -> Q:
    """Activities that the asker may count."""
    if reach.everything:
        return Q()
    if not reach:
        return NOTHING
    return Q(**{f"{to}partnership__in": partnerships_of(reach)}) | Q(**{keyed(to): own_activities_of(reach)})  # as `ActivityQuerySet.within`


def validated(cells: Sequence[Cell], to: str = "") -> Q:
    """What holds of every activity that any of the cells counts: validated, within reach, in the stretch they cover."""
    return Q(**{f"{to}status": ActivityStatus.VALIDATED}) & reached(cells[0][0].reach, to) & ended(cells, f"{to}ends_on")


def activities(cells: Sequence[Cell]) -> QuerySet[Activity]:
    return Activity.objects.filter(validated(cells))


def results(cells: Sequence[Cell]) -> QuerySet[Result]:
    return Result.objects.filter(validated(cells, "activity__"))


def people(cells: Sequence[Cell], part: str = Part.TRAINED) -> QuerySet[Participant]:
    """Those who count: head-counts, and named people who were present."""
    return Participant.objects.counted().filter(validated(cells, "activity__"), part=part)


# --- Partnerships, agreements, institutions ----------------------------------------------------------------------


def partnership_place(scope: Scope, to: str = "partnership") -> Q:
    """Rows of partnerships of a scope; `to` is the relation to the partnership, "pk" for partnerships themselves."""
    wanted = Q()
    if scope.host_place:
        hosts = PartnershipParty.objects.filter(side=Side.HOST, **{f"institution__{key}": value for key, value in scope.host_place.items()})
        wanted &= Q(**{f"{to}__in": hosts.values("partnership")})
    if scope.institution:
        wanted &= Q(**{f"{to}__in": PartnershipParty.objects.filter(institution=scope.institution).values("partnership")})
    if scope.partnership:
        wanted &= Q(**{f"{to}": scope.partnership.pk})
    if scope.specialty:
        wanted &= Q(**{f"{to}__in": Partnership.specialties.through.objects.filter(specialty=scope.specialty).values("partnership")})
    return wanted


def reached_partnerships(reach: Reach, to: str = "partnership") -> Q:
    """Rows of partnerships that the asker may count."""
    if reach.everything:
        return Q()
    return Q(**{f"{to}__in": partnerships_of(reach)}) if reach else NOTHING


def agreements(cells: Sequence[Cell]) -> QuerySet[Agreement]:
    """Signed agreements within reach, of whatever day."""
    return Agreement.objects.filter(reached_partnerships(cells[0][0].reach), signed_on__isnull=False)


def in_agreements(cell: Cell) -> Q:
    """Agreements of the scope that were signed in the period."""
    return cell[1].within("signed_on") & partnership_place(cell[0])


def taking_part(cell: Cell, *sides: str) -> Q:
    """Institutions on these sides of agreements that were signed, or of activities that were held, in the period.

    Under one kind of activity only what was held counts: an agreement has no kind.
    """
    from evaluation.indicators import totals  # it reads this module

    known, beside = totals.parties_of(cell, sides)
    by_deed = Q(pk__in=known)
    for part in beside:
        held = activities([part]).filter(in_activities()(part))
        by_deed |= Q(pk__in=ActivityParty.objects.filter(side__in=sides, activity__in=held.values("pk")).values("institution"))
    if cell[0].kind:
        return by_deed
    signed = agreements([cell]).filter(in_agreements(cell))
    by_paper = PartnershipParty.objects.filter(side__in=sides, partnership__in=signed.values("partnership"))
    return by_deed | Q(pk__in=by_paper.values("institution"))


def institution_place(scope: Scope, to: str = "institution") -> Q:
    """Rows that belong to an institution of a scope: itself, its region, the hosts of its partnership."""
    wanted = Q(**{f"{to}__{key}": value for key, value in scope.host_place.items()})
    if scope.institution:
        wanted &= Q(**{to: scope.institution.pk})
    if scope.partnership:
        hosts = PartnershipParty.objects.filter(side=Side.HOST, partnership=scope.partnership)
        wanted &= Q(**{f"{to}__in": hosts.values("institution")})
    return wanted


def reached_institutions(reach: Reach, to: str = "institution") -> Q:
    """Rows of institutions that the asker may count; somebody assigned to partnerships counts their hosts."""
    if reach.everything:
        return Q()
    hosts = PartnershipParty.objects.filter(side=Side.HOST, partnership__in=reach.partnerships).values("institution")
    return Q(**{f"{to}__in": reach.institutions}) | of_regions(reach.regions, f"{to}__") | Q(**{f"{to}__in": hosts})


def needs_in(cell: Cell) -> Q:
    """Needs of the scope that stood open on some day of the period."""
    scope, period = cell
    wanted = institution_place(scope) & (Q(specialty=scope.specialty) if scope.specialty else Q())
    if period.end:
        wanted &= Q(stated_on__lte=period.end)
    return wanted & (Q(closed_on=None) | Q(closed_on__gt=period.start)) if period.start else wanted


def cases(cells: Sequence[Cell]) -> QuerySet[FollowUpCase]:
    """Followed people within reach."""
    return FollowUpCase.objects.filter(reached(cells[0][0].reach, "activity__"))


def of_cases(scope: Scope) -> Q:
    """Followed people of a scope: treated in its activities, in its specialty."""
    return activity_place(scope, "activity__") & (Q(specialty=scope.specialty) if scope.specialty else Q())


# --- Asking for many cells at once --------------------------------------------------------------------------------

AT_ONCE = 60  # cells in one query
FEW = 3  # periods that are named one by one


def gathered(rows: QuerySet, cells: Sequence[Cell], condition: Condition) -> QuerySet:
    """Only the rows that can belong to a cell, where all cells are of one scope: then the index helps."""
    scope = cells[0][0]
    return rows.filter(condition((scope, span(cells)))) if all(cell[0] == scope for cell in cells) else rows


def tally(rows: QuerySet, cells: Sequence[Cell], condition: Condition, **measures: Callable[[Q], Any]) -> list[dict[str, Any]]:
    """For each cell {name: figure}: `measures` make an aggregate from the condition of a cell. One query for 60 cells."""
    found: list[dict[str, Any]] = []
    for first in range(0, len(cells), AT_ONCE):
        part = cells[first : first + AT_ONCE]
        wanted = [condition(cell) for cell in part]
        asked = {f"{name}_{place}": make(where) for name, make in measures.items() for place, where in enumerate(wanted)}
        said = gathered(rows, part, condition).order_by().aggregate(**asked)
        found += [{name: said[f"{name}_{place}"] or 0 for name in measures} for place in range(len(part))]
    return found


def sorted_out(rows: QuerySet, cells: Sequence[Cell], condition: Condition, *fields: str, **more: Any) -> list[list[tuple[Any, ...]]]:
    """For each cell the rows that belong to it, as tuples of `fields`; `more` are annotations. One query for 60 cells."""
    found: list[list[tuple[Any, ...]]] = []
    for first in range(0, len(cells), AT_ONCE):
        part = cells[first : first + AT_ONCE]
        flags = {f"in_{place}": ExpressionWrapper(Q(pk__isnull=False) & condition(cell), BooleanField()) for place, cell in enumerate(part)}
        lists: list[list[tuple[Any, ...]]] = [[] for _cell in part]
        for row in gathered(rows, part, condition).order_by().annotate(**more, **flags).values_list(*fields, *flags):
            for place, belongs in enumerate(row[len(fields) :]):
                if belongs:
                    lists[place].append(row[: len(fields)])
        found += lists
    return found


def places_of(sides: Sequence[str], cells: Sequence[Cell]) -> QuerySet[Institution]:
    """The institutions on these sides in any of the cells."""
    wanted = Q(pk__in=())
    for cell in cells:
        wanted |= taking_part(cell, *sides)
    return Institution.objects.filter(wanted)
