"""Figures of indicators in words."""

from typing import Any

from django import template

from core.charts import told
from evaluation.indicators import Figure, Period, unit_name, written
from evaluation.indicators.tables import definition_lines
from evaluation.measuring import value_of
from evaluation.models import Indicator, IndicatorValue

register = template.Library()


@register.filter
def says(value: IndicatorValue) -> str:
    """What a measurement says: 62,5 %."""
    return written(value.indicator, value_of(value.indicator, value.numerator, value.denominator))


@register.filter
def period_label(value: Any) -> str:
    """The period of a measurement in words: the third quarter of 2026."""
    return Period(value.period_start, value.period_end).label


@register.filter
def unit(indicator: Indicator) -> str:
    return unit_name(indicator)


@register.filter
def shown_as(figure: Figure, indicator: Indicator) -> str:
    """A computed figure with its unit; a dash where there is none."""
    return written(indicator, None if figure.value is None else float(figure.value))


@register.filter
def lines(indicator: Indicator) -> list[tuple[str, str]]:
    """The definition of an indicator as (name, words)."""
    return definition_lines(indicator.definition)


@register.filter
def figure(value: Any) -> str:
    """A figure with as many decimals as it needs, at most two; a minus stays before it."""
    if value is None:
        return "—"
    rounded = round(float(value), 2)
    return told(rounded, next(places for places in (0, 1, 2) if round(rounded, places) == rounded))
