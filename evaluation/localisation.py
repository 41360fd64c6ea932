"""Care brought home: how far services have come on the autonomy ladder, beside the patients who are still sent, specialty by specialty."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from accounts.policy import scope_for
from core.charts import Spark, spark
from core.formats import today
from evaluation.choices import Destination
from evaluation.indicators import Period, Scope, rows
from evaluation.models import ReferralStatistic
from partnerships.choices import Rung
from partnerships.models import Region, ServiceLine, Specialty

RUNGS = list(Rung)
YEARS = 6

STATES: dict[str, tuple[str | Promise, str]] = {
    "home": (pgettext_lazy("a specialty", "done at home"), "done"),
    "growing": (pgettext_lazy("a specialty", "on its way, fewer are sent"), "run"),
    "building": (pgettext_lazy("a specialty", "being built up"), "wait"),
    "missing": (pgettext_lazy("a specialty", "patients sent, nothing built up"), "late"),
    "quiet": (pgettext_lazy("a specialty", "nobody sent lately"), "draft"),
}


@dataclass
class Row:
    """One specialty. Lists run over the years of the page, the oldest first; None where no statistic was brought in."""

    specialty: Specialty
    years: Sequence[int]
    lines: Counter[str] = field(default_factory=Counter)
    abroad: dict[int, int] = field(default_factory=dict)
    elsewhere: dict[int, int] = field(default_factory=dict)
    operations: dict[int, int] = field(default_factory=dict)
    consultations: dict[int, int] = field(default_factory=dict)
    avoided: dict[int, int] = field(default_factory=dict)

    def over(self, figures: dict[int, int], nothing: int | None = None) -> list[int | None]:
        return [figures.get(year, nothing) for year in self.years]

    @property
    def services(self) -> int:
        return self.lines.total()

    @property
    def furthest(self) -> Rung | None:
        """The highest rung that a service has reached."""
        return max((Rung(rung) for rung in self.lines), key=RUNGS.index, default=None)

    @property
    def stairs(self) -> list[dict[str, str]]:
        """The ladder as six bars in percent, filled up to the furthest rung."""
        reached = RUNGS.index(self.furthest) if self.furthest else -1
        heights = [16 + 15.6 * place for place in range(6)]
        return [
            {"x": f"{1 + 16.6 * place:.1f}%", "y": f"{97 - height:.0f}%", "height": f"{height:.0f}%", "shade": "is-full" if place <= reached else ""}
            for place, height in enumerate(heights)
        ]

    @property
    def last(self) -> tuple[int, int] | None:
        """The latest year with a figure of treatment abroad, and the figure."""
        return max(self.abroad.items()) if self.abroad else None

    @property
    def before(self) -> tuple[int, int] | None:
        """The earliest one, when it is another."""
        first = min(self.abroad.items()) if self.abroad else None
        return first if first != self.last else None

    @property
    def change(self) -> int | None:
        return self.last[1] - self.before[1] if self.last and self.before else None

    @property
    def state(self) -> str:
        if self.furthest == Rung.AUTONOMOUS and (self.last is None or not self.last[1]):
            return "home"
        if self.last and self.last[1] and not self.lines:
            return "missing"
        if self.lines:
            return "growing" if self.change is not None and self.change < 0 else "building"
        return "quiet"

    @property
    def state_label(self) -> str:
        return str(STATES[self.state][0])

    @property
    def tone(self) -> str:
        return STATES[self.state][1]

    @property
    def spark(self) -> Spark | None:
        return spark(self.over(self.abroad))

    @property
    def totals(self) -> dict[str, int]:
        """What twinning did over the years of the page."""
        return {name: sum(getattr(self, name).values()) for name in ("operations", "consultations", "avoided")}

    @property
    def weight(self) -> int:
        return (self.last[1] if self.last else 0) * 10 + sum(self.elsewhere.values())


def localisation(user: Any, region: Region | None = None, until: int = 0) -> list[Row]:
    """One row for each specialty that is sent, built up or operated on, those with most patients abroad first. Five queries."""
    last = until or today().year
    years = range(last - YEARS + 1, last + 1)
    found: dict[int, Row] = {}
    specialties = {specialty.pk: specialty for specialty in Specialty.objects.all()}

    def row(key: int) -> Row:
        return found.setdefault(key, Row(specialties[key], years))

    sent = ReferralStatistic.objects.visible_to(user, "referral.read_sums").filter(year__in=list(years))
    if region:
        sent = sent.filter(Q(region=region) | Q(institution__region=region))
    for key, year, destination, patients in sent.order_by().values_list("specialty", "year", "destination").annotate(patients=Sum("patients")):
        (row(key).abroad if destination == Destination.ABROAD else row(key).elsewhere)[year] = patients
    scope = Scope(reach=scope_for(user, "report.view"), region=region)
    services = ServiceLine.objects.filter(rows.reached_partnerships(scope.reach), rows.partnership_place(scope))
    for key, rung in services.order_by().values_list("specialty", "rung"):
        row(key).lines[rung] += 1
    for key, year, *figures in done_by_year(scope, years):
        for name, figure in zip(("operations", "consultations", "avoided"), figures, strict=True):
            getattr(row(key), name)[year] = figure
    return sorted(found.values(), key=lambda item: (-item.weight, -sum(item.operations.values()), item.specialty.code))


def done_by_year(scope: Scope, years: Sequence[int]) -> list[tuple[int, ...]]:
    """What twinning did as (specialty, year, operations, consultations, transfers avoided)."""
    cell = (scope, Period(date(years[0], 1, 1), date(years[-1], 12, 31)))
    done = rows.results([cell]).filter(rows.in_results(cell), specialty__isnull=False).order_by().values_list("specialty", "activity__ends_on__year")
    return list(done.annotate(operations=Sum("operations_done"), consultations=Sum("consultations"), avoided=Sum("transfers_avoided")))


def totals(found: Sequence[Row], years: Sequence[int]) -> dict[str, list[int | None]]:
    """The sums over all specialties by year; None for a year without any statistic."""
    sums: dict[str, defaultdict[int, int]] = {name: defaultdict(int) for name in ("abroad", "elsewhere", "operations", "avoided")}
    for item in found:
        for name, by_year in sums.items():
            for year, figure in getattr(item, name).items():
                by_year[year] += figure
    return {name: [by_year.get(year) for year in years] for name, by_year in sums.items()}
