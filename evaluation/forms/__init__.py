"""The shape of what is typed about evaluations."""

from evaluation.forms.action_points import ActionPointForm, FinishForm
from evaluation.forms.evaluations import (
    AnswersForm,
    DatesForm,
    DifficultyLine,
    EvaluatorForm,
    EvidenceForm,
    FileForm,
    PointLine,
    ReviewForm,
    ScheduleForm,
    VisitForm,
)
from evaluation.forms.practices import AdoptionForm, PracticeForm
from evaluation.forms.surveys import SurveyForm

__all__ = [
    "ActionPointForm", "AdoptionForm", "AnswersForm", "DatesForm", "DifficultyLine", "EvaluatorForm", "EvidenceForm", "FileForm", "FinishForm",
    "PointLine", "PracticeForm", "ReviewForm", "ScheduleForm", "SurveyForm", "VisitForm",
]  # fmt: skip
