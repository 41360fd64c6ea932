"""The tables of evaluation: questionnaires and evaluations, indicators and measurements, action points, reminder rules."""

from evaluation.models.action_point import ActionPoint, Adoption, GoodPractice
from evaluation.models.evaluation import (
    Answer,
    Criterion,
    Difficulty,
    Evaluation,
    EvaluationRule,
    EvaluationSide,
    Questionnaire,
    Survey,
    SurveyCount,
    VisitAnswer,
)
from evaluation.models.indicator import Indicator, IndicatorTarget, IndicatorValue, ReferralStatistic, ValuePart
from evaluation.models.reminder import ReminderRule

__all__ = [
    "ActionPoint",
    "Adoption",
    "Answer",
    "Criterion",
    "Difficulty",
    "Evaluation",
    "EvaluationRule",
    "EvaluationSide",
    "GoodPractice",
    "Indicator",
    "IndicatorTarget",
    "IndicatorValue",
    "Questionnaire",
    "ReferralStatistic",
    "ReminderRule",
    "Survey",
    "SurveyCount",
    "ValuePart",
    "VisitAnswer",
]
