"""Indicators that the portal cannot compute: what a typed measurement is made of, and the sums of the approved ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.charts import told
from core.profile import home
from evaluation.choices import ValueStatus
from evaluation.indicators import rows
from evaluation.indicators.registry import NOTHING, Figure
from evaluation.indicators.scope import Cell
from evaluation.models import Indicator, IndicatorValue


@dataclass(frozen=True)
class Shape:
    """How numerator and denominator make the value of an indicator.

    `factor` times numerator over denominator; without a denominator the numerator is the value. `low` and `high` bound the value.
    """

    has_denominator: bool
    factor: float = 1
    low: float | None = 0
    high: float | None = None
    is_part: bool = False  # the numerator is a part of the denominator

    def value(self, numerator: float, denominator: float | None) -> float | None:
        if not self.has_denominator:
            return numerator
        return self.factor * numerator / denominator if denominator else None


COUNT = Shape(False)
SHARE = Shape(True, 100, 0, 100, is_part=True)
CHANGE = Shape(True, 100, None, 100)  # a fall out of what there was: below zero when it grew
SCORE = Shape(True, 1, 0, 100)  # a sum of marks over people
POINTS = Shape(True, 1, -100, 100)
RATIO = Shape(True)

BY_UNIT = {"n": COUNT, "n/69": COUNT, "%": SHARE, "/100": SCORE, "pts": POINTS, "days": SCORE, "DZD": RATIO}
BY_CODE = {"TW14": CHANGE}


def shape_of(indicator: Indicator) -> Shape:
    return BY_CODE.get(indicator.code) or BY_UNIT.get(indicator.unit, COUNT)


UNITS: dict[str, str | Promise] = {
    "n": pgettext_lazy("unit", "number"), "%": "%", "/100": pgettext_lazy("unit", "out of 100"), "pts": pgettext_lazy("unit", "points"),
    "days": pgettext_lazy("unit", "days"), "n/69": pgettext_lazy("unit", "regions"),
}  # fmt: skip
SIGNS: dict[str, str | Promise] = {"%": "%", "pts": pgettext_lazy("unit", "points"), "days": pgettext_lazy("unit", "days")}
PLACES = {"n": 0, "n/69": 0, "days": 0}  # decimals that are shown
SOURCES: dict[str, str | Promise] = {
    "agreements": _("agreements"), "activities": _("validated activities"), "participants": _("people who took part"),
    "hospital_statistics": _("statistics of the hospital"), "follow_up": _("follow-up of treated people"), "evaluations": _("evaluations and surveys"),
    "referrals": _("referral statistics"), "action points": _("action points"), "support": _("support requests"),
    "support+activities": _("support requests and validated activities"),
}  # fmt: skip


def unit_name(indicator: Indicator) -> str:
    """The unit in words; money in the currency of the home country."""
    return str(UNITS.get(indicator.unit) or home().currency)


def places_of(indicator: Indicator) -> int:
    return PLACES.get(indicator.unit, 1)


def sign_of(indicator: Indicator) -> str:
    """What stands after a value of this indicator."""
    return home().currency if indicator.unit == "DZD" else str(SIGNS.get(indicator.unit, ""))


def written(indicator: Indicator, value: float | None) -> str:
    """A value as people read it, with its unit."""
    if value is None:
        return "—"
    sign = sign_of(indicator)
    text = told(value, places_of(indicator))
    return f"{text}{chr(0xA0)}{sign}" if sign else text


def approved(code: str, cells: Sequence[Cell]) -> list[Figure]:
    """The approved measurements of an indicator whose period lies in that of the cell, added up."""
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None:
        return [NOTHING] * len(cells)
    shape = shape_of(indicator)
    values = IndicatorValue.objects.filter(rows.reached_partnerships(cells[0][0].reach), indicator=indicator, status=ValueStatus.APPROVED)

    def measured(cell: Cell) -> Q:
        scope, period = cell
        wanted = Q(period_start__gte=period.start) if period.start else Q()
        if period.end:
            wanted &= Q(period_end__lte=period.end)
        wanted &= Q(**{f"institution__{key}": value for key, value in scope.host_place.items()})
        if scope.institution:
            wanted &= Q(institution=scope.institution)
        return wanted & rows.partnership_place(scope.narrowed(region=None, zone="", level="", institution=None))

    said = rows.tally(
        values, cells, measured,
        numerator=lambda where: Sum("numerator", filter=where), denominator=lambda where: Sum("denominator", filter=where),
        count=lambda where: Count("pk", filter=where),
    )  # fmt: skip
    return [added(shape, float(one["numerator"]), float(one["denominator"]), one["count"]) for one in said]


def added(shape: Shape, numerator: float, denominator: float, count: int) -> Figure:
    if not count:
        return NOTHING
    return Figure(shape.value(numerator, denominator), numerator, denominator if shape.has_denominator else None, count)
