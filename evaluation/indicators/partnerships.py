"""Indicators counted from agreements, partnerships and referrals: TW01–TW03, TW19, TW23, TW40, TW42."""

from collections.abc import Sequence
from datetime import date
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from evaluation.choices import Destination
from evaluation.indicators import rows
from evaluation.indicators.registry import NOTHING, Figure, amount, computes, share
from evaluation.indicators.scope import Cell, Period, Scope
from evaluation.models import ReferralStatistic
from partnerships.choices import GIVING, AgreementKind, AgreementStatus, ProjectState, Rung, Side
from partnerships.models import Agreement, Institution, Interest, PartnershipParty, Project, RungReached, Specialty
from partnerships.querysets import in_force

Cells = Sequence[Cell]
Parts = list[tuple[str | Promise, float]]
BEGINS = (AgreementKind.CONVENTION, AgreementKind.MEMORANDUM, AgreementKind.FRAMEWORK)


def in_force_of(scope: Scope, day: date) -> Q:
    """Agreements of a scope in force on a day."""
    return in_force(day) & rows.partnership_place(scope)


@computes("TW01", lambda cell: [(pgettext_lazy("agreements", "in force at the end of the period"), standing(cell))])
def agreements_signed(cells: Cells) -> list[Figure]:
    """Agreements signed in the period. The part is a second figure: how many were in force at its end."""
    said = rows.tally(rows.agreements(cells), cells, rows.in_agreements, signed=lambda where: Count("pk", filter=where, distinct=True))
    return [amount(one["signed"]) for one in said]


def standing(cell: Cell) -> int:
    return rows.agreements([cell]).filter(in_force_of(cell[0], cell[1].last)).distinct().count()


def counted_places(cells: Cells, sides: Sequence[str]) -> list[Figure]:
    said = rows.tally(Institution.objects.all(), cells, lambda cell: rows.taking_part(cell, *sides), places=lambda where: Count("pk", filter=where))
    return [amount(one["places"]) for one in said]


@computes("TW02")
def senders(cells: Cells) -> list[Figure]:
    """Distinct supporting institutions of the agreements signed and the activities held in the period."""
    return counted_places(cells, GIVING)


@computes("TW03")
def hosts(cells: Cells) -> list[Figure]:
    """Distinct benefiting institutions of the agreements signed and the activities held in the period."""
    return counted_places(cells, [Side.HOST])


@computes("TW19")
def made_autonomous(cells: Cells) -> list[Figure]:
    """Distinct service lines that reached the top of the autonomy ladder in the period."""
    steps = RungReached.objects.filter(rows.reached_partnerships(cells[0][0].reach, "service_line__partnership"), rung=Rung.AUTONOMOUS)

    def reached_top(cell: Cell) -> Q:
        scope, period = cell
        own = Q(service_line__specialty=scope.specialty) if scope.specialty else Q()
        return period.within("reached_on") & rows.partnership_place(scope.narrowed(specialty=None), "service_line__partnership") & own

    said = rows.tally(steps, cells, reached_top, lines=lambda where: Count("service_line", filter=where, distinct=True))
    return [amount(one["lines"]) for one in said]


def whole_years(period: Period) -> Q:
    """Statistics of the years that lie in the period whole."""
    first = None if period.start is None else period.start.year + (0 if (period.start.month, period.start.day) == (1, 1) else 1)
    last = None if period.end is None else period.end.year - (0 if (period.end.month, period.end.day) == (12, 31) else 1)
    wanted = Q(year__gte=first) if first is not None else Q()
    return wanted & Q(year__lte=last) if last is not None else wanted


def in_referrals(cell: Cell) -> Q:
    scope, period = cell
    wanted = whole_years(period)
    if scope.grounds is not None:
        wanted &= Q(region__in=scope.grounds) | Q(institution__region__in=scope.grounds)
    if scope.level:
        wanted &= Q(institution__level=scope.level)
    if scope.institution:
        wanted &= Q(institution=scope.institution)
    if scope.partnership:
        at = PartnershipParty.objects.filter(side=Side.HOST, partnership=scope.partnership)
        wanted &= Q(institution__in=at.values("institution"))
    return wanted & Q(specialty=scope.specialty) if scope.specialty else wanted


def abroad_by_specialty(cell: Cell) -> Parts:
    found = ReferralStatistic.objects.filter(in_referrals(cell), destination=Destination.ABROAD).order_by().values_list("specialty")
    sums = dict(found.annotate(total=Sum("patients")))
    names = Specialty.objects.in_bulk(sums)
    return sorted(((str(names[key]), total) for key, total in sums.items()), key=lambda row: (-row[1], row[0]))


@computes("TW23", abroad_by_specialty)
def sent_abroad(cells: Cells) -> list[Figure]:
    """Patients sent abroad in the years that lie in the period whole; nothing where no statistic was brought in."""
    reach = cells[0][0].reach
    sent = ReferralStatistic.objects.filter(destination=Destination.ABROAD)
    if not reach.everything:
        sent = sent.filter(sent.within(reach)) if reach else sent.none()
    said = rows.tally(sent, cells, in_referrals, total=lambda where: Sum("patients", filter=where, default=0), lines=lambda where: Count("pk", filter=where))
    return [amount(one["total"], one["lines"]) if one["lines"] else NOTHING for one in said]


@computes("TW40")
def interest_to_signature(cells: Cells) -> list[Figure]:
    """The median of days from the expression of interest of a party to the first agreement of its partnership, signed in the period.

    Counted from the last interest that a benefiting party, else a supporting one, handed in before the signature.
    """
    earlier = Agreement.objects.filter(partnership=OuterRef("partnership"), signed_on__isnull=False, kind__in=BEGINS, signed_on__lt=OuterRef("signed_on"))
    first = rows.agreements(cells).filter(~Exists(earlier), kind__in=BEGINS)

    def handed_in(*sides: str) -> Subquery:
        parties = PartnershipParty.objects.filter(side__in=sides, partnership=OuterRef(OuterRef("partnership"))).values("institution")
        said = Interest.objects.filter(institution__in=parties, submitted_on__lte=OuterRef("signed_on"))
        return Subquery(said.order_by("-submitted_on", "-pk").values("submitted_on")[:1])

    found = rows.sorted_out(
        first, cells, rows.in_agreements, "partnership", "signed_on", "by_host", "by_sender", by_host=handed_in(Side.HOST), by_sender=handed_in(*GIVING)
    )
    figures = []
    for signed in found:
        days = {key: (signed_on - (by_host or by_sender)).days for key, signed_on, by_host, by_sender in signed if by_host or by_sender}
        figures.append(Figure(median(days.values()), None, None, len(days)) if days else NOTHING)
    return figures


@computes("TW42")
def memoranda_with_projects(cells: Cells) -> list[Figure]:
    """Of the memoranda that held on some day of the period, those of which a project runs or was completed."""
    active = Exists(Project.objects.filter(agreement=OuterRef("pk"), state__in=[ProjectState.RUNNING, ProjectState.COMPLETED]))
    memoranda = rows.agreements(cells).filter(kind=AgreementKind.MEMORANDUM).exclude(status=AgreementStatus.CANCELLED)

    def held(cell: Cell) -> Q:
        scope, period = cell
        wanted = rows.partnership_place(scope)
        if period.start:
            wanted &= Q(ends_on__gte=period.start) & (Q(terminated_on=None) | Q(terminated_on__gt=period.start))
        return wanted & Q(starts_on__lte=period.last)

    said = rows.tally(
        memoranda, cells, held,
        turned=lambda where: Count("pk", filter=where & Q(active), distinct=True), memoranda=lambda where: Count("pk", filter=where, distinct=True),
    )  # fmt: skip
    return [share(one["turned"], one["memoranda"]) for one in said]
