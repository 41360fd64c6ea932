from decimal import Decimal

from django import template

from core.formats import number
from support.costs import cost_of

register = template.Library()


@register.simple_tag
def share(part: Decimal, whole: Decimal) -> str:
    """{% share paid budget.amount %}: a whole percentage in the reader's digits."""
    return f"{number(100 * part / whole) if whole else number(0)}%"


register.filter("cost", cost_of)  # {{ request|cost }}: of a row of `with_cost`
