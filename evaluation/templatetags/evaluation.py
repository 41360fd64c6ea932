"""What templates of evaluations need."""

from typing import Any

from django import template

from evaluation import reading
from evaluation.models import Survey

register = template.Library()


@register.simple_tag
def satisfaction(survey: Survey, user: Any) -> float | None:
    """The mean of a survey, of 100; None where so few answered that `user` does not see it."""
    return reading.satisfaction_of(survey, user)
