"""How far an indicator has come: its course over time, from the beginning to the aim, signal or noise; twinned places beside others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts import Chart, Guide, Series, control_chart, line_chart, told
from core.formats import number, today
from evaluation.choices import Direction, Frequency
from evaluation.control import Behaviour, Difference, Verdict, p_chart, xmr
from evaluation.indicators import Figure, Period, Scope, measure, period_of, periods, places_of, shape_of, sign_of, trend, written
from evaluation.models import Indicator, IndicatorTarget
from partnerships.choices import Side, World
from partnerships.models import Institution, Partnership, PartnershipParty, Region

HOW_MANY = {Frequency.YEARLY: 6, Frequency.QUARTERLY: 12, Frequency.MONTHLY: 18}  # periods of a chart
SIDE_BY_SIDE = 40  # comparable places at most
YEARS_BESIDE = 12  # a beginning further back is not compared
TONES = {Verdict.TOO_FEW: "draft", Verdict.USUAL: "draft"}


@dataclass(frozen=True)
class Course:
    """An indicator over several periods. A running last period is left out of what is read into the figures."""

    indicator: Indicator
    periods: Sequence[Period]
    figures: Sequence[Figure]
    behaviour: Behaviour

    @property
    def labels(self) -> list[str]:
        return [period.label for period in self.periods]

    @property
    def values(self) -> list[float | None]:
        return [None if figure.value is None else float(figure.value) for figure in self.figures]

    @property
    def last(self) -> tuple[Period, Figure] | None:
        """The latest period that is over and has a figure."""
        known = [(period, figure) for period, figure in zip(self.periods, self.figures, strict=True) if figure.value is not None and is_over(period)]
        return known[-1] if known else None

    @property
    def has_protected(self) -> bool:
        return any(figure.is_protected for figure in self.figures)

    @property
    def verdict(self) -> Verdict:
        return self.behaviour.verdict

    @property
    def tone(self) -> str:
        """How the verdict reads in the direction of the indicator: a rise of what should fall is a warning."""
        if self.verdict in TONES or self.indicator.direction == Direction.NEUTRAL:
            return "draft" if self.verdict in TONES else "run"
        return "done" if (self.verdict == Verdict.RISE) == (self.indicator.direction == Direction.HIGHER) else "late"


def is_over(period: Period) -> bool:
    return period.end is not None and period.end < today()


def course(indicator: Indicator, scope: Scope, frequency: str = "", until: date | None = None, count: int = 0) -> Course:
    """The course of one indicator in one scope. As many queries as the indicator needs for one figure."""
    frequency = frequency or indicator.frequency
    asked = periods(frequency, until or today(), count or HOW_MANY[Frequency(frequency)])
    figures = trend(indicator.code, scope, asked)
    return Course(indicator, asked, figures, behaviour_of(indicator, asked, figures))


def behaviour_of(indicator: Indicator, asked: Sequence[Period], figures: Sequence[Figure]) -> Behaviour:
    """A p chart for shares of a whole, an XmR chart for everything else; the running period is not read."""
    shape = shape_of(indicator)
    read = [figure if is_over(period) else Figure() for period, figure in zip(asked, figures, strict=True)]
    if shape.is_part and not any(figure.is_protected for figure in figures):
        return p_chart([figure.numerator if figure.value is not None else None for figure in read], [figure.denominator for figure in read])
    floor = None if shape.low is None else float(shape.low)
    return xmr([None if figure.value is None else float(figure.value) for figure in read], floor, shape.high)


def course_chart(id: str, found: Course, guides: Sequence[Guide] = (), title: str = "", level: int = 3, **more: object) -> Chart:
    """The course as a picture: a process behaviour chart where there are enough figures, else a plain line."""
    indicator = found.indicator
    running = bool(found.periods) and not is_over(found.periods[-1]) and found.figures[-1].value is not None
    note = _("The last period is not over yet: its figure may still grow, and is not read.") if running else ""
    common = {"places": places_of(indicator), "unit": sign_of(indicator), "guides": guides, "level": level, "note": note, **more}
    title = title or indicator.name
    if not found.behaviour.is_enough:
        if found.has_protected:
            common["note"] = _("Fewer than five people are behind a figure that is missing: it is not shown.")
        return line_chart(id, title, found.labels, [Series(indicator.name, found.values)], **common)  # type: ignore[arg-type]
    limits = found.behaviour
    return control_chart(
        id, title, found.labels, found.values, centre=limits.centre, lower=limits.lower, upper=limits.upper, readings=limits.readings(),
        name=pgettext("of a table", "Value"), **common,  # type: ignore[arg-type]
    )  # fmt: skip


def range_chart(id: str, found: Course, level: int = 3) -> Chart | None:
    """How much one figure differs from the one before; None for shares, whose limits follow from their numbers."""
    limits = found.behaviour
    if limits.range_limit is None:
        return None
    return line_chart(
        id, _("From one figure to the next"), found.labels, [Series(_("Moving range"), limits.ranges)], guides=[Guide(_("Upper limit"), limits.range_limit, 1)],
        places=max(1, places_of(found.indicator)), unit=sign_of(found.indicator), level=level,
    )  # fmt: skip


# --- From the beginning to the aim -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """Where a partnership stands between its beginning and its aim."""

    target: IndicatorTarget
    course: Course

    @property
    def indicator(self) -> Indicator:
        return self.course.indicator

    @property
    def now(self) -> float | None:
        return None if self.course.last is None else float(self.course.last[1].value or 0)

    @property
    def share(self) -> float | None:
        """How much of the way is done, in percent; below zero when it led away. None without beginning, figure and aim."""
        target = self.target
        if self.now is None or target.baseline is None or target.target is None or target.target == target.baseline:
            return None
        return 100 * (self.now - float(target.baseline)) / float(target.target - target.baseline)

    @property
    def time_share(self) -> float | None:
        """How much of the time has passed, in percent."""
        start, end = self.target.baseline_on, self.target.target_on
        if not start or not end:
            return None
        return max(0.0, min(100.0, 100 * (today() - start).days / (end - start).days))

    @property
    def state(self) -> str:
        """ "reached", "ahead", "behind", "away" or "unknown"."""
        if self.share is None:
            return "unknown"
        if self.share >= 100:
            return "reached"
        if self.share < 0:
            return "away"
        return "behind" if self.time_share is not None and self.share < self.time_share - 10 else "ahead"

    @property
    def tone(self) -> str:
        return {"reached": "done", "ahead": "run", "behind": "wait", "away": "late", "unknown": "draft"}[self.state]

    @property
    def words(self) -> str:
        """One sentence on how far it has come."""
        if self.now is None:
            return _("No figure yet.")
        if self.share is None:
            return _("Set a beginning and an aim, and the way between them shows here.")
        figures = {"share": number(self.share), "time": number(self.time_share or 0)}
        if self.state == "reached":
            return _("The aim is reached.")
        if self.state == "away":
            return _("It has moved away from the aim since the beginning.")
        if self.time_share is None:
            return _("%(share)s%% of the way to the aim is done.") % figures
        if self.state == "behind":
            return _("%(share)s%% of the way is done, %(time)s%% of the time has passed: it falls behind.") % figures
        return _("%(share)s%% of the way is done, %(time)s%% of the time has passed.") % figures

    def guides(self) -> list[Guide]:
        found = []
        if self.target.target is not None:
            found.append(Guide(_("Aim"), float(self.target.target)))
        if self.target.baseline is not None:
            found.append(Guide(_("Beginning"), float(self.target.baseline), 1))
        return found

    def marks(self) -> dict[str, str]:
        """Beginning, now and aim as people read them."""
        target = self.target
        return {
            "baseline": written(self.indicator, None if target.baseline is None else float(target.baseline)),
            "now": written(self.indicator, self.now),
            "target": written(self.indicator, None if target.target is None else float(target.target)),
        }

    def chart(self, id: str, **more: object) -> Chart:
        return course_chart(id, self.course, self.guides(), **more)  # type: ignore[arg-type]


# --- Beside places that are not twinned ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """Before and after the beginning of a partnership, at its hosts and at comparable places."""

    difference: Difference
    before: Period
    after: Period
    by_region: bool  # the places are regions, because figures are kept by region
    years: list[Period]
    ours: list[float | None]
    others: list[float | None]

    @property
    def is_known(self) -> bool:
        return self.difference.net is not None

    def chart(self, indicator: Indicator) -> Chart:
        label = _("mean of comparable regions") if self.by_region else _("mean of comparable institutions")
        return line_chart(
            "beside", _("Beside places that are not twinned"), [year.label for year in self.years],
            [Series(_("this partnership"), self.ours), Series(label, self.others)], places=1, unit=sign_of(indicator),
        )  # fmt: skip


def comparable_institutions(host: Institution) -> list[Institution]:
    """Institutions of the same kind, level and zone in the same country that no partnership benefits. One query."""
    twinned = PartnershipParty.objects.filter(side=Side.HOST).exclude(partnership__status="cancelled").values("institution")
    zone = Q(region__zone=host.region.zone) if host.region else Q()
    rows = Institution.objects.listed().filter(zone, country=host.country, kind=host.kind, level=host.level, kind__world=World.CARE)
    return list(rows.exclude(pk__in=twinned).exclude(pk=host.pk).select_related("region").order_by("code")[:SIDE_BY_SIDE])


def comparable_regions(host: Institution) -> list[Region]:
    """Regions of the same zone and country in which no partnership benefits anybody. One query."""
    if host.region is None:
        return []
    reached = PartnershipParty.objects.filter(side=Side.HOST, institution__region__isnull=False).exclude(partnership__status="cancelled")
    rows = Region.objects.on(today()).filter(country=host.region.country, zone=host.region.zone)
    return list(rows.exclude(pk__in=reached.values("institution__region")).exclude(pk=host.region_id).order_by("code")[:SIDE_BY_SIDE])


def mean_of(figures: Sequence[Figure]) -> float | None:
    known = [float(figure.value) for figure in figures if figure.value is not None]
    return sum(known) / len(known) if known else None


def beside(indicator: Indicator, partnership: Partnership, baseline_on: date | None = None) -> Beside | None:
    """The partnership before and after its beginning, beside comparable places; None where nothing can be compared.

    Before: the last whole calendar year up to the day of the baseline, or before the partnership began. After: the last whole
    year. A number is the mean of the places. Figures kept by institution are compared by institution; where there are none, by region.
    """
    began = baseline_on + timedelta(days=1) if baseline_on else partnership.started_on
    hosts = [host for host in partnership.hosts if host.country.code == settings.PORTAL_COUNTRY]
    if began is None or not hosts or began.year >= today().year:
        return None
    host = hosts[0]
    for by_region in (False, True):
        places = comparable_regions(host) if by_region else comparable_institutions(host)
        ours = [Scope(region=host.region)] if by_region else [Scope(institution=place) for place in hosts]
        others = [Scope(region=place) for place in places] if by_region else [Scope(institution=place) for place in places]
        if not others or (by_region and host.region is None):
            continue
        first, last = began.year - 1, today().year - 1
        if last - first > YEARS_BESIDE:
            return None
        years = [period_of(Frequency.YEARLY, date(year, 1, 1)) for year in range(first, last + 1)]
        everybody = [*ours, *others]
        figures = measure(indicator.code, [(scope, year) for year in years for scope in everybody])
        rows = [figures[place : place + len(everybody)] for place in range(0, len(figures), len(everybody))]
        of_ours, of_others = [mean_of(row[: len(ours)]) for row in rows], [mean_of(row[len(ours) :]) for row in rows]
        if any(value is not None for value in of_others) and any(value is not None for value in of_ours):
            counted = sum(1 for one in zip(rows[0][len(ours) :], rows[-1][len(ours) :], strict=True) if all(figure.value is not None for figure in one))
            found = Difference(of_ours[0], of_ours[-1], of_others[0], of_others[-1], counted)
            return Beside(found, years[0], years[-1], by_region, years, of_ours, of_others)
    return None


def beside_words(found: Beside) -> list[str]:
    """What the comparison says, in words; the template says what it does not prove."""
    difference = found.difference
    if difference.net is None or difference.change is None or difference.change_others is None:
        return [_("For one of the years there is no figure on both sides: nothing can be said yet.")]
    figures = {
        "ours": signed(difference.change), "others": signed(difference.change_others), "net": signed(difference.net),
        "from": found.before.label, "to": found.after.label,
    }  # fmt: skip
    return [
        _("From %(from)s to %(to)s: %(ours)s here, %(others)s at the others.") % figures,
        _("Difference of the two: %(net)s.") % figures,
    ]


def signed(value: float) -> str:
    """A change with its sign."""
    return f"\u2066+{number(value, 1)}\u2069" if value > 0 else told(value, 1)
