"""The indicators: one function each, found by its code. `compute(code, scope, period)` is the way in; `trend` and `compare` ask for many at once."""

from evaluation.indicators import activities, opinions, partnerships, people  # noqa: F401 – they register themselves
from evaluation.indicators.registry import Figure, add_computation, compare, compute, is_computed, measure, trend
from evaluation.indicators.scope import Period, Scope, period_of, periods
from evaluation.indicators.typed import places_of, shape_of, sign_of, unit_name, written

__all__ = [
    "Figure",
    "Period",
    "Scope",
    "add_computation",
    "compare",
    "compute",
    "is_computed",
    "measure",
    "period_of",
    "periods",
    "places_of",
    "shape_of",
    "sign_of",
    "trend",
    "unit_name",
    "written",
]
