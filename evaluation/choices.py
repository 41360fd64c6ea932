"""The closed vocabularies of evaluation."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EvaluationKind(models.TextChoices):
    FOLLOW_UP = "follow_up", _("follow-up evaluation of an activity")
    BASELINE = "baseline", _("baseline evaluation")
    MID_TERM = "mid_term", _("mid-term evaluation")
    YEARLY = "yearly", _("yearly evaluation")
    FINAL = "final", _("final evaluation")
    AFTERWARDS = "afterwards", _("evaluation one year after")


class EvaluationStatus(models.TextChoices):
    SCHEDULED = "scheduled", pgettext_lazy("evaluation status", "scheduled")
    OPEN = "open", pgettext_lazy("evaluation status", "open")
    SUBMITTED = "submitted", pgettext_lazy("evaluation status", "both sides have answered")
    REVIEWED = "reviewed", pgettext_lazy("evaluation status", "joint review done")
    VALIDATED = "validated", pgettext_lazy("evaluation status", "validated")
    PUBLISHED = "published", pgettext_lazy("evaluation status", "published")


class AnsweringSide(models.TextChoices):
    """The two sides that answer, each alone."""

    SENDER = "sender", _("supporting institution")
    HOST = "host", _("benefiting institution")


class Direction(models.TextChoices):
    HIGHER = "higher", pgettext_lazy("indicator", "higher is better")
    LOWER = "lower", pgettext_lazy("indicator", "lower is better")
    NEUTRAL = "neutral", pgettext_lazy("indicator", "neither")


TONES = {"scheduled": "draft", "open": "wait", "overdue": "late", "submitted": "run", "reviewed": "run", "validated": "done", "published": "done"}
