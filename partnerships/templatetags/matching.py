"""What the pages of matching draw."""

from collections.abc import Iterable
from typing import Any

from django import template

from core.formats import number
from partnerships.matching import LABELS, say

register = template.Library()


@register.filter
def reason_rows(reasons: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reasons as they are kept, with the name of each criterion and its sentence: {"label", "points", "of", "words"}."""
    return [{"label": LABELS[item["criterion"]], "points": item["points"], "of": item["of"], "words": say(item)} for item in reasons]


@register.filter
def points(value: float) -> str:
    """Points of a score: whole ones without a decimal."""
    return number(value, 0 if value == int(value) else 1)
