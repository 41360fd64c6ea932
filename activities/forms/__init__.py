"""The shape of what is typed about activities. Rules are in rules.py; forms ask them."""

from activities.forms.activities import (
    ANOTHER_PLACE,
    MOST_LINES,
    OpinionForm,
    PhotosForm,
    ReportForm,
    ResultLineForm,
    SessionForm,
    sites_of,
)
from activities.forms.figures import FiguresForm
from activities.forms.plans import PlanForm, PostponeForm

__all__ = [
    "ANOTHER_PLACE",
    "MOST_LINES",
    "FiguresForm",
    "OpinionForm",
    "PhotosForm",
    "PlanForm",
    "PostponeForm",
    "ReportForm",
    "ResultLineForm",
    "SessionForm",
    "sites_of",
]
