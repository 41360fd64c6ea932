"""The seven headline figures, and the rows behind each. Reads across apps, writes nothing.

A figure and its list come from the same queryset, so they cannot disagree. Source: `evaluation/data/indicators.csv`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import Reach, scope_for
from activities.choices import ActivityStatus, Part
from activities.kinds import REGISTRY
from activities.models import Activity, ActivityParty, Participant, Result
from core.exporters import Column
from core.formats import today
from partnerships.choices import Side
from partnerships.models import Agreement, Institution, PartnershipParty, Region, Specialty
from partnerships.regions import counted_under, division, ground, ground_of_zone

MISSIONS = [kind.slug for kind in REGISTRY.values() if kind.is_mission]


@dataclass(frozen=True)
class Chosen:
    """What the reader of the figures asked for. Every part may be open.

    `division_of` is the day whose division into regions counts; open: the last day of the period.
    """

    start: date | None = None
    end: date | None = None
    region: Region | None = None
    zone: str = ""
    specialty: Specialty | None = None
    action: str = "report.view"  # whose reach bounds the figures; the rows behind them need the right to see partnerships
    division_of: date | None = None

    @property
    def divided_on(self) -> date:
        return self.division_of or self.end or today()

    @cached_property
    def divided(self) -> dict[int, int]:
        """For every region the one that it counts under. One query, asked once."""
        return division(self.divided_on)

    @cached_property
    def grounds(self) -> list[int] | None:
        """The regions that the chosen region and zone stand for, under the division chosen; None: everywhere."""
        of_region = ground(self.region.pk, self.divided) if self.region else None
        of_zone = ground_of_zone(self.zone, self.divided) if self.zone else None
        if of_region is None or of_zone is None:
            return of_zone if of_region is None else of_region
        return [key for key in of_region if key in of_zone]


def counted(user: Any, chosen: Chosen, to: str = "") -> Q:
    """Which activities count, as one condition: validated, within the user's reach, ended in the period.

    A region or zone counts as host. `to` leads from the filtered model to the activity, for example "activity__".
    """
    wanted = Q(**{f"{to}status": ActivityStatus.VALIDATED})
    if chosen.start:
        wanted &= Q(**{f"{to}ends_on__gte": chosen.start})
    if chosen.end:
        wanted &= Q(**{f"{to}ends_on__lte": chosen.end})
    key = f"{to.removesuffix('__')}__in" if to else "pk__in"
    if chosen.grounds is not None:
        wanted &= Q(**{key: hosted_in(region__in=chosen.grounds)})
    if chosen.specialty:
        wanted &= Q(**{key: Activity.specialties.through.objects.filter(specialty=chosen.specialty).values("activity")})
    reach = scope_for(user, chosen.action)
    if not reach.everything:
        wanted &= Q(**{key: Activity.objects.filter(Activity.objects.all().within(reach)).values("pk") if reach else []})
    return wanted


def activities(user: Any, chosen: Chosen) -> QuerySet[Activity]:
    """The validated activities that count."""
    return Activity.objects.filter(counted(user, chosen))


def hosted_in(**where: Any) -> QuerySet:
    places = {f"institution__{key}": value for key, value in where.items()}
    return ActivityParty.objects.filter(side=Side.HOST, **places).values("activity")


def agreements(user: Any, chosen: Chosen) -> QuerySet[Agreement]:
    """Agreements signed in the period within what `user` may count."""
    rows = covered(Agreement.objects.all(), scope_for(user, chosen.action)).signed_within(chosen.start, chosen.end)
    if chosen.grounds is not None:
        hosts = PartnershipParty.objects.filter(side=Side.HOST, institution__region__in=chosen.grounds)
        rows = rows.filter(partnership__in=hosts.values("partnership"))
    return rows.filter(partnership__specialties=chosen.specialty) if chosen.specialty else rows


def covered(rows: Any, reach: Reach) -> Any:
    if reach.everything:
        return rows
    return rows.filter(rows.within(reach)) if reach else rows.none()


def institutions(user: Any, chosen: Chosen, side: str) -> QuerySet[Institution]:
    """The distinct institutions on one side of the agreements signed and the activities held in the period."""
    sides = [Side.SENDER, Side.PEER] if side == Side.SENDER else [Side.HOST]
    signed = PartnershipParty.objects.filter(side__in=sides, partnership__in=agreements(user, chosen).values("partnership"))
    held = ActivityParty.objects.filter(counted(user, chosen, "activity__"), side__in=sides)
    return Institution.objects.filter(Q(pk__in=signed.values("institution")) | Q(pk__in=held.values("institution")))


def results(user: Any, chosen: Chosen) -> QuerySet[Result]:
    rows = Result.objects.filter(counted(user, chosen, "activity__"))
    return rows.filter(specialty=chosen.specialty) if chosen.specialty else rows


def trained(user: Any, chosen: Chosen) -> QuerySet[Participant]:
    return Participant.objects.filter(counted(user, chosen, "activity__"), part=Part.TRAINED)


@dataclass(frozen=True)
class Headline:
    """One figure: its code in the list of indicators, what it is called, and the rows behind it."""

    code: str
    slug: str
    label: str | Promise
    rows: Callable[[Any, Chosen], QuerySet]
    value: Callable[[QuerySet], int]
    columns: tuple[Column, ...]
    line: Callable[[Any], list[Any]]
    related: Callable[[QuerySet], QuerySet]
    order: tuple[str, ...] = ("code",)


def total(field: str) -> Callable[[QuerySet], int]:
    return lambda rows: rows.aggregate(total=Sum(field, default=0))["total"]


def amount(rows: QuerySet) -> int:
    return rows.count()


CODE = Column("code", _("Code"), 16)
FROM_TO = (Column("sender", _("Supporting institution"), 34), Column("host", _("Benefiting institution"), 34))
DAYS = (Column("starts_on", _("First day"), 13), Column("ends_on", _("Last day"), 13))


def with_parties(rows: QuerySet) -> QuerySet:
    return rows.select_related("partnership").prefetch_related("partnership__parties__institution__region", "partnership__parties__institution__country")


def activity_related(rows: QuerySet) -> QuerySet:
    return rows.with_people().prefetch_related("results", "participants")


def inside_activity(rows: QuerySet) -> QuerySet:
    return rows.select_related("activity__partnership").prefetch_related("activity__parties__institution__region", "activity__parties__institution__country")


def ends_of(thing: Any) -> list[str]:
    sides = (Side.SENDER, Side.PEER), (Side.HOST,)
    return ["، ".join(str(place) for place in thing.of_side(*side)) for side in sides]


def agreement_line(agreement: Agreement) -> list[Any]:
    return [
        agreement.partnership.code,
        agreement.title,
        *ends_of(agreement.partnership),
        agreement.signed_on,
        agreement.starts_on,
        agreement.ends_on,
        agreement.status_label,
    ]


def institution_line(place: Institution) -> list[Any]:
    return [place.code, place.name_ar, place.name_fr, place.kind.name, place.region.name if place.region else "", place.country.name]


def activity_line(activity: Activity) -> list[Any]:
    done = list(activity.results.all())
    people = [head.count for head in activity.participants.all() if head.part == Part.TRAINED]
    return [
        activity.partnership.code if activity.partnership else "", activity.get_kind_display(), *ends_of(activity),
        activity.starts_on, activity.ends_on, sum(row.consultations for row in done), sum(row.operations_done for row in done), sum(people),
    ]  # fmt: skip


def result_line(field: str) -> Callable[[Result], list[Any]]:
    def line(row: Result) -> list[Any]:
        activity = row.activity
        specialty = row.specialty.name if row.specialty else ""
        return [
            activity.partnership.code if activity.partnership else "",
            *ends_of(activity),
            str(row.site),
            specialty,
            activity.starts_on,
            activity.ends_on,
            getattr(row, field),
        ]

    return line


def trained_line(head: Participant) -> list[Any]:
    activity = head.activity
    return [
        activity.partnership.code if activity.partnership else "",
        *ends_of(activity),
        head.get_cadre_display(),
        activity.starts_on,
        activity.ends_on,
        head.count,
    ]


INSTITUTION_COLUMNS = (
    CODE, Column("name_ar", _("Arabic name"), 40), Column("name_fr", _("French name"), 40), Column("kind", _("Kind"), 28),
    Column("region", _("Region"), 18), Column("country", _("Country"), 14),
)  # fmt: skip


def result_columns(field: str, label: str | Promise) -> tuple[Column, ...]:
    return (CODE, *FROM_TO, Column("site", _("Site"), 34), Column("specialty", _("Specialty"), 24), *DAYS, Column(field, label, 14))


def result_related(rows: QuerySet) -> QuerySet:
    return inside_activity(rows).select_related("activity__partnership", "site__institution", "specialty")


HEADLINES = (
    Headline(
        "TW01", "agreements", _("Agreements signed"), agreements, amount,
        (CODE, Column("title", _("Agreement"), 34), *FROM_TO, Column("signed_on", _("Signed on"), 13), Column("starts_on", _("Start"), 13),
         Column("ends_on", _("End"), 13), Column("status", _("Status"), 16)),
        agreement_line, with_parties, ("-signed_on", "-pk"),
    ),
    Headline(
        "TW02", "senders", _("Supporting institutions"), lambda user, chosen: institutions(user, chosen, Side.SENDER), amount,
        INSTITUTION_COLUMNS, institution_line, lambda rows: rows.select_related("kind", "region", "country"),
    ),
    Headline(
        "TW03", "hosts", _("Benefiting institutions"), lambda user, chosen: institutions(user, chosen, Side.HOST), amount,
        INSTITUTION_COLUMNS, institution_line, lambda rows: rows.select_related("kind", "region", "country"),
    ),
    Headline(
        "TW04", "missions", _("Missions carried out"), lambda user, chosen: activities(user, chosen).filter(kind__in=MISSIONS), amount,
        (CODE, Column("kind", _("Kind"), 18), *FROM_TO, *DAYS, Column("consultations", _("Consultations"), 14),
         Column("operations", _("Operations"), 14), Column("trained", _("Trained"), 14)),
        activity_line, activity_related, ("-ends_on", "-pk"),
    ),
    Headline(
        "TW05", "consultations", _("Specialist consultations"), lambda user, chosen: results(user, chosen).filter(consultations__gt=0),
        total("consultations"), result_columns("consultations", _("Consultations")), result_line("consultations"), result_related, ("-activity__ends_on", "-pk"),
    ),
    Headline(
        "TW06", "operations", _("Surgical operations"), lambda user, chosen: results(user, chosen).filter(operations_done__gt=0),
        total("operations_done"), result_columns("operations", _("Operations")), result_line("operations_done"), result_related, ("-activity__ends_on", "-pk"),
    ),
    Headline(
        "TW07", "trained", _("Professionals trained"), trained, total("count"),
        (CODE, *FROM_TO, Column("cadre", _("Cadre"), 18), *DAYS, Column("trained", pgettext_lazy("column", "Number"), 12)),
        trained_line, inside_activity, ("-activity__ends_on", "-pk"),
    ),
)  # fmt: skip


def headline(slug: str) -> Headline | None:
    return next((figure for figure in HEADLINES if figure.slug == slug), None)


def figures(user: Any, chosen: Chosen) -> list[dict[str, Any]]:
    """The seven figures as {"figure", "value"}; one query each."""
    return [{"figure": figure, "value": figure.value(figure.rows(user, chosen))} for figure in HEADLINES]


def by_month(user: Any, chosen: Chosen, year: int) -> list[dict[str, int]]:
    """Operations per month of `year` and of the year before: twelve rows {"month", "now", "before"}. One query."""
    within = replace(chosen, start=date(year - 1, 1, 1), end=date(year, 12, 31), division_of=chosen.divided_on)
    found = results(user, within).values_list("activity__ends_on__year", "activity__ends_on__month").annotate(total=Sum("operations_done"))
    operations = {(row[0], row[1]): row[2] for row in found}
    return [{"month": month, "now": operations.get((year, month), 0), "before": operations.get((year - 1, month), 0)} for month in range(1, 13)]


def by_specialty(user: Any, chosen: Chosen, at_most: int = 8) -> list[dict[str, Any]]:
    """The specialties with most operations, then consultations: {"specialty", "operations", "consultations"}."""
    rows = list(
        results(user, chosen)
        .filter(specialty__isnull=False)
        .values("specialty")
        .annotate(operations=Sum("operations_done"), seen=Sum("consultations"))
        .order_by("-operations", "-seen", "specialty")[:at_most]
    )
    names = Specialty.objects.in_bulk([row["specialty"] for row in rows])
    return [{"specialty": names[row["specialty"]], "operations": row["operations"], "consultations": row["seen"]} for row in rows]


def by_region(user: Any, chosen: Chosen, at_most: int | None = 10) -> list[dict[str, Any]]:
    """The host regions with most activities, under the division chosen: {"region", "missions"}. Two queries.

    An activity counts once for a region, however many of its institutions hosted it.
    """
    rows = list(
        ActivityParty.objects.filter(counted(user, chosen, "activity__"), side=Side.HOST, institution__region__isnull=False)
        .annotate(counted_under=counted_under("institution__region", chosen.divided))
        .values("counted_under")
        .annotate(missions=Count("activity", distinct=True))
        .order_by("-missions", "counted_under")[:at_most]
    )
    names = Region.objects.in_bulk([row["counted_under"] for row in rows])
    return [{"region": names[row["counted_under"]], "missions": row["missions"]} for row in rows]


def regions_covered(user: Any, chosen: Chosen) -> dict[str, int]:
    """How many regions of the home country hosted something, and how many there were, under the division chosen: {"reached", "all"}."""
    hosts = ActivityParty.objects.filter(counted(user, chosen, "activity__"), side=Side.HOST)
    home = set(Region.objects.filter(country__code=settings.PORTAL_COUNTRY).on(chosen.divided_on).values_list("pk", flat=True))
    found = Region.objects.filter(institutions__in=hosts.values("institution")).values_list("pk", flat=True).distinct()
    return {"reached": len({chosen.divided[key] for key in found} & home), "all": len(home)}
