"""The seven headline figures, and the rows behind each. Reads across apps, writes nothing.

A figure is computed by the indicator of its code, out of the totals by month and year; its list is live rows under the same conditions.
`check_totals` says where the two disagree. Why: docs/decisions/0019-monthly-totals.md
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import scope_for
from activities.choices import Part
from activities.kinds import REGISTRY, missions
from activities.models import Activity, Participant, Result
from activities.querysets import with_figures, with_own_parties
from core.exporters import Column
from core.formats import today
from evaluation.indicators import Period, Scope, measure, rows, totals
from partnerships.choices import GIVING, Side
from partnerships.models import Agreement, Institution, Partnership, Region, Specialty
from partnerships.querysets import with_partnership


@dataclass(frozen=True)
class Chosen:
    """What the reader of the figures asked for. Every part may be open; what each narrows is said at `Scope`.

    `division_of` is the day whose division into regions counts; open: the last day of the period.
    """

    start: date | None = None
    end: date | None = None
    region: Region | None = None
    zone: str = ""
    specialty: Specialty | None = None
    action: str = "report.view"  # whose reach bounds the figures; the rows behind them need the right to see partnerships
    division_of: date | None = None
    kind: str = ""  # of activity
    institution: Institution | None = None  # on either side
    level: str = ""  # of care, of a host
    partnership: Partnership | None = None

    @property
    def divided_on(self) -> date:
        return self.division_of or self.end or today()

    @cached_property
    def ground(self) -> Scope:
        """Place, kind and specialty, for whoever asks; the division into regions is asked once."""
        scope = Scope(
            region=self.region, zone=self.zone, institution=self.institution, specialty=self.specialty, division_of=self.divided_on,
            kind=self.kind, level=self.level, partnership=self.partnership,
        )  # fmt: skip
        scope.grounds  # noqa: B018 – kept, so that every figure shares it
        return scope

    @property
    def divided(self) -> Mapping[int, int]:
        """For every region the one that it counts under."""
        return self.ground.divided

    def cell(self, user: Any) -> tuple[Scope, Period]:
        """What the computations of the indicators take."""
        return self.ground.narrowed(reach=scope_for(user, self.action)), Period(self.start, self.end)


def counted(user: Any, chosen: Chosen, to: str = "") -> Q:
    """Which activities count, as one condition: validated, within the user's reach, ended in the period.

    A region or zone counts as host. `to` leads from the filtered model to the activity, for example "activity__".
    """
    cell = chosen.cell(user)
    return rows.validated([cell], to) & rows.in_activities(to)(cell)


def activities(user: Any, chosen: Chosen) -> QuerySet[Activity]:
    """The validated activities that count."""
    return Activity.objects.filter(counted(user, chosen))


def agreements(user: Any, chosen: Chosen) -> QuerySet[Agreement]:
    """Agreements signed in the period within what `user` may count."""
    cell = chosen.cell(user)
    return rows.agreements([cell]).filter(rows.in_agreements(cell))


def institutions(user: Any, chosen: Chosen, side: str) -> QuerySet[Institution]:
    """The distinct institutions on one side of the agreements signed and the activities held in the period."""
    return rows.places_of(GIVING if side == Side.SENDER else [side], [chosen.cell(user)])


def results(user: Any, chosen: Chosen) -> QuerySet[Result]:
    cell = chosen.cell(user)
    return rows.results([cell]).filter(rows.in_results(cell))


def trained(user: Any, chosen: Chosen) -> QuerySet[Participant]:
    cell = chosen.cell(user)
    return rows.people([cell], Part.TRAINED).filter(rows.in_activities("activity__")(cell))


@dataclass(frozen=True)
class Headline:
    """One figure: its code in the list of indicators, what it is called, and the rows behind it."""

    code: str
    slug: str
    label: str | Promise
    rows: Callable[[Any, Chosen], QuerySet]
    columns: tuple[Column, ...]
    line: Callable[[Any], list[Any]]
    related: Callable[[QuerySet], QuerySet]
    order: tuple[str, ...] = ("code",)

    def value(self, user: Any, chosen: Chosen) -> int:
        """The figure, as the indicator of this code computes it. One query."""
        return int(measure(self.code, [chosen.cell(user)])[0].value or 0)


CODE = Column("code", _("Code"), 16)
FROM_TO = (Column("sender", _("Supporting institution"), 34), Column("host", _("Benefiting institution"), 34))
DAYS = (Column("starts_on", _("First day"), 13), Column("ends_on", _("Last day"), 13))


def inside_activity(rows: QuerySet) -> QuerySet:
    return rows.select_related("activity__partnership").prefetch_related(with_own_parties("activity__"))


def ends_of(thing: Any) -> list[str]:
    sides = GIVING, (Side.HOST,)
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
    people = [head.count for head in activity.participants.all() if head.part == Part.TRAINED and head.is_counted]
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
        "TW01", "agreements", _("Agreements signed"), agreements,
        (CODE, Column("title", _("Agreement"), 34), *FROM_TO, Column("signed_on", _("Signed on"), 13), Column("starts_on", _("Start"), 13),
         Column("ends_on", _("End"), 13), Column("status", _("Status"), 16)),
        agreement_line, with_partnership, ("-signed_on", "-pk"),
    ),
    Headline(
        "TW02", "senders", _("Supporting institutions"), lambda user, chosen: institutions(user, chosen, Side.SENDER),
        INSTITUTION_COLUMNS, institution_line, lambda rows: rows.select_related("kind", "region", "country"),
    ),
    Headline(
        "TW03", "hosts", _("Benefiting institutions"), lambda user, chosen: institutions(user, chosen, Side.HOST),
        INSTITUTION_COLUMNS, institution_line, lambda rows: rows.select_related("kind", "region", "country"),
    ),
    Headline(
        "TW04", "missions", _("Missions carried out"), lambda user, chosen: activities(user, chosen).filter(kind__in=missions()),
        (CODE, Column("kind", _("Kind"), 18), *FROM_TO, *DAYS, Column("consultations", _("Consultations"), 14),
         Column("operations", _("Operations"), 14), Column("trained", _("Trained"), 14)),
        activity_line, with_figures, ("-ends_on", "-pk"),
    ),
    Headline(
        "TW05", "consultations", _("Specialist consultations"), lambda user, chosen: results(user, chosen).filter(consultations__gt=0),
        result_columns("consultations", _("Consultations")), result_line("consultations"), result_related, ("-activity__ends_on", "-pk"),
    ),
    Headline(
        "TW06", "operations", _("Surgical operations"), lambda user, chosen: results(user, chosen).filter(operations_done__gt=0),
        result_columns("operations", _("Operations")), result_line("operations_done"), result_related, ("-activity__ends_on", "-pk"),
    ),
    Headline(
        "TW07", "trained", _("Professionals trained"), trained,
        (CODE, *FROM_TO, Column("cadre", _("Cadre"), 18), *DAYS, Column("trained", pgettext_lazy("column", "Number"), 12)),
        trained_line, inside_activity, ("-activity__ends_on", "-pk"),
    ),
)  # fmt: skip


def headline(slug: str) -> Headline | None:
    return next((figure for figure in HEADLINES if figure.slug == slug), None)


def figures(user: Any, chosen: Chosen) -> list[dict[str, Any]]:
    """The seven figures as {"figure", "value"}; one query each."""
    return [{"figure": figure, "value": figure.value(user, chosen)} for figure in HEADLINES]


def by_month(user: Any, chosen: Chosen, year: int) -> list[dict[str, int]]:
    """Operations per month of `year` and of the year before: twelve rows {"month", "now", "before"}. One query."""
    within = replace(chosen, start=date(year - 1, 1, 1), end=date(year, 12, 31), division_of=chosen.divided_on)
    scope, _period = within.cell(user)
    found = totals.within(scope.reach).filter(totals.of_scope(scope), year__in=(year - 1, year), month__gt=0).order_by()
    said = found.values_list("year", "month").annotate(total=Sum("operations"))
    operations = {(row[0], row[1]): row[2] for row in said}
    return [{"month": month, "now": operations.get((year, month), 0), "before": operations.get((year - 1, month), 0)} for month in range(1, 13)]


def by_specialty(user: Any, chosen: Chosen, at_most: int = 8) -> list[dict[str, Any]]:
    """The specialties with most operations, then consultations: {"specialty", "operations", "consultations"}."""
    found = totals.by_specialty(chosen.cell(user))
    first = sorted(found, key=lambda key: (-found[key][0], -found[key][1], key))[:at_most]
    names = Specialty.objects.in_bulk(first)
    return [{"specialty": names[key], "operations": found[key][0], "consultations": found[key][1]} for key in first]


def by_kind(user: Any, chosen: Chosen) -> list[dict[str, Any]]:
    """Validated activities by kind, the most first: {"kind", "activities"}."""
    found = totals.by_kind(chosen.cell(user))
    return [{"kind": REGISTRY[slug], "activities": found[slug]} for slug in sorted(found, key=lambda slug: (-found[slug], slug))]


def by_region(user: Any, chosen: Chosen, at_most: int | None = 10) -> list[dict[str, Any]]:
    """The host regions with most activities, under the division chosen: {"region", "missions"}.

    An activity counts once for a region, however many of its institutions hosted it.
    """
    found = totals.by_region(chosen.cell(user))
    first = sorted(found, key=lambda key: (-found[key], key))[:at_most]
    names = Region.objects.in_bulk(first)
    return [{"region": names[key], "missions": found[key]} for key in first]


def regions_covered(user: Any, chosen: Chosen) -> dict[str, int]:
    """How many regions of the home country hosted something, and how many there were, under the division chosen: {"reached", "all"}."""
    home = set(Region.objects.filter(country__code=settings.PORTAL_COUNTRY).on(chosen.divided_on).values_list("pk", flat=True))
    return {"reached": len({chosen.divided[key] for key in totals.host_regions(chosen.cell(user))} & home), "all": len(home)}
