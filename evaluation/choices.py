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


VALIDATED_OR_LATER = frozenset({EvaluationStatus.VALIDATED, EvaluationStatus.PUBLISHED})
REVIEWED_OR_LATER = VALIDATED_OR_LATER | {EvaluationStatus.REVIEWED}  # both sides have read each other's answers


class AnsweringSide(models.TextChoices):
    """The two sides that answer, each alone."""

    SENDER = "sender", _("supporting institution")
    HOST = "host", _("benefiting institution")


class Direction(models.TextChoices):
    HIGHER = "higher", pgettext_lazy("indicator", "higher is better")
    LOWER = "lower", pgettext_lazy("indicator", "lower is better")
    NEUTRAL = "neutral", pgettext_lazy("indicator", "neither")


class Moment(models.TextChoices):
    """What an evaluation rule counts from."""

    ACTIVITY = "activity", pgettext_lazy("evaluation rule", "the last day of an activity")
    START = "start", pgettext_lazy("evaluation rule", "the first day of the first agreement")
    MIDDLE = "middle", pgettext_lazy("evaluation rule", "the middle of the agreement")
    YEAR = "year", pgettext_lazy("evaluation rule", "each year of the agreement")
    END = "end", pgettext_lazy("evaluation rule", "the last day of the agreement")
    CLOSING = "closing", pgettext_lazy("evaluation rule", "the end of the partnership")


class QuestionnairePurpose(models.TextChoices):
    """Who answers a questionnaire."""

    SIDES = "sides", pgettext_lazy("questionnaire", "both sides, about the partnership")
    ACTIVITY = "activity", pgettext_lazy("questionnaire", "both sides, about an activity")
    PATIENTS = "patients", pgettext_lazy("questionnaire", "patients, in aggregate")
    STAFF = "staff", pgettext_lazy("questionnaire", "staff, in aggregate")
    VISIT = "visit", pgettext_lazy("questionnaire", "the evaluator, at the place")


class DifficultyArea(models.TextChoices):
    """What a difficulty is about."""

    STAFF = "staff", pgettext_lazy("difficulty", "staff and time")
    EQUIPMENT = "equipment", pgettext_lazy("difficulty", "equipment and maintenance")
    SUPPLIES = "supplies", pgettext_lazy("difficulty", "medicines and consumables")
    TRAVEL = "travel", pgettext_lazy("difficulty", "travel and lodging")
    FUNDING = "funding", pgettext_lazy("difficulty", "money")
    PATIENTS = "patients", pgettext_lazy("difficulty", "selection and follow-up of patients")
    COMMUNICATION = "communication", pgettext_lazy("difficulty", "communication between the sides")
    RULES = "rules", pgettext_lazy("difficulty", "rules and papers")
    DATA = "data", pgettext_lazy("difficulty", "figures and reports")
    OTHER = "other", pgettext_lazy("difficulty", "other")


class Frequency(models.TextChoices):
    MONTHLY = "monthly", pgettext_lazy("indicator", "every month")
    QUARTERLY = "quarterly", pgettext_lazy("indicator", "every quarter")
    YEARLY = "yearly", pgettext_lazy("indicator", "every year")


class ValueStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("measurement", "draft")
    SUBMITTED = "submitted", pgettext_lazy("measurement", "submitted")
    RETURNED = "returned", pgettext_lazy("measurement", "returned")
    APPROVED = "approved", pgettext_lazy("measurement", "approved, locked")


class Dimension(models.TextChoices):
    """What a measurement can be broken down by."""

    CADRE = "cadre", pgettext_lazy("breakdown", "cadre")
    SEX = "sex", pgettext_lazy("breakdown", "sex")
    SPECIALTY = "specialty", pgettext_lazy("breakdown", "specialty")
    AGE_BAND = "age_band", pgettext_lazy("breakdown", "age band")


class Destination(models.TextChoices):
    ABROAD = "abroad", pgettext_lazy("referral", "abroad")
    REGION = "region", pgettext_lazy("referral", "to another region")


class Priority(models.TextChoices):
    LOW = "low", pgettext_lazy("priority", "low")
    NORMAL = "normal", pgettext_lazy("priority", "normal")
    HIGH = "high", pgettext_lazy("priority", "high")


class ActionStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("action point", "open")
    DONE = "done", pgettext_lazy("action point", "done, to be verified")
    VERIFIED = "verified", pgettext_lazy("action point", "verified")
    CANCELLED = "cancelled", pgettext_lazy("action point", "cancelled")


class PracticeStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("good practice", "draft")
    SUBMITTED = "submitted", pgettext_lazy("good practice", "submitted")
    RETURNED = "returned", pgettext_lazy("good practice", "returned")
    VALIDATED = "validated", pgettext_lazy("good practice", "validated")


class AdoptionState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("adoption", "planned")
    STARTED = "started", pgettext_lazy("adoption", "begun")
    IN_USE = "in_use", pgettext_lazy("adoption", "in use")
    STOPPED = "stopped", pgettext_lazy("adoption", "given up")


class Audience(models.TextChoices):
    """Whom a reminder rule may mean; who that is, is found for each thing that is owed."""

    COORDINATORS = "coordinators", pgettext_lazy("whom a reminder goes to", "the coordinators of both sides")
    HOST_COORDINATORS = "host_coordinators", pgettext_lazy("whom a reminder goes to", "the coordinators of the benefiting side")
    SENDER_COORDINATORS = "sender_coordinators", pgettext_lazy("whom a reminder goes to", "the coordinators of the supporting side")
    LEADS = "leads", pgettext_lazy("whom a reminder goes to", "those who lead the partnership on either side")
    DIRECTORS = "directors", pgettext_lazy("whom a reminder goes to", "the directors")
    REGION = "region", pgettext_lazy("whom a reminder goes to", "the health directorate of the region")
    OFFICERS = "officers", pgettext_lazy("whom a reminder goes to", "the officers of the ministry")
    HEADS = "heads", pgettext_lazy("whom a reminder goes to", "the head of the twinning cell")
    FINANCE = "finance", pgettext_lazy("whom a reminder goes to", "the finance officers of the ministry")
    REVIEWER = "reviewer", pgettext_lazy("whom a reminder goes to", "whoever has to look at it")
    SUPERIOR = "superior", pgettext_lazy("whom a reminder goes to", "the superior of whoever has to look at it")
    AUTHOR = "author", pgettext_lazy("whom a reminder goes to", "its author")
    OWNER = "owner", pgettext_lazy("whom a reminder goes to", "whoever took it on")
    TEAM = "team", pgettext_lazy("whom a reminder goes to", "the team and the coordinators of the supporting side")
    DEPARTMENT_HEAD = "department_head", pgettext_lazy("whom a reminder goes to", "the head of department, or else the director")
    EVALUATORS = "evaluators", pgettext_lazy("whom a reminder goes to", "the evaluators of the partnership")
    LEGAL = "legal", pgettext_lazy("whom a reminder goes to", "those who keep the library")


TONES = {
    "draft": "draft", "scheduled": "draft", "open": "wait", "overdue": "late", "submitted": "run", "reviewed": "run", "returned": "late",
    "validated": "done", "published": "done", "approved": "done",
    "action_open": "wait", "action_done": "run", "action_verified": "done", "action_cancelled": "stop",
}  # fmt: skip
