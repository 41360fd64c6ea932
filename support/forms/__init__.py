"""The shape of what is typed about support. Rules are in the actions; forms ask nothing of other objects."""

from support.forms.requests import (
    AdviserForm,
    AnswerForm,
    BudgetForm,
    CheckForm,
    EditRequestForm,
    GrantForm,
    JustifyForm,
    OpinionForm,
    PayForm,
    ReceiptForm,
    RequestForm,
)
from support.forms.technologies import EditTechnologyForm, TechnologyForm

__all__ = [
    "AdviserForm",
    "AnswerForm",
    "BudgetForm",
    "CheckForm",
    "EditRequestForm",
    "EditTechnologyForm",
    "GrantForm",
    "JustifyForm",
    "OpinionForm",
    "PayForm",
    "ReceiptForm",
    "RequestForm",
    "TechnologyForm",
]
