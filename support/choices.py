"""The closed vocabularies of support."""

from django.db import models
from django.utils.translation import pgettext_lazy


class SupportKind(models.TextChoices):
    """What the ministry is asked for."""

    FINANCIAL = "financial", pgettext_lazy("kind of support", "financial")
    TECHNICAL = "technical", pgettext_lazy("kind of support", "technical")
    EQUIPMENT = "equipment", pgettext_lazy("kind of support", "equipment")
    INFRASTRUCTURE = "infrastructure", pgettext_lazy("kind of support", "infrastructure")
    TRAINING = "training", pgettext_lazy("kind of support", "training")
    GUIDANCE = "guidance", pgettext_lazy("kind of support", "guidance")


class SupportStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("support request", "draft")
    SUBMITTED = "submitted", pgettext_lazy("support request", "submitted")
    RETURNED = "returned", pgettext_lazy("support request", "returned")
    TECHNICAL = "technical", pgettext_lazy("support request", "technical opinion given")
    FINANCIAL = "financial", pgettext_lazy("support request", "financial opinion given")
    GRANTED = "granted", pgettext_lazy("support request", "granted")
    PAID = "paid", pgettext_lazy("support request", "paid in full")
    JUSTIFIED = "justified", pgettext_lazy("support request", "justified")
    ANSWERED = "answered", pgettext_lazy("support request", "answered")
    REFUSED = "refused", pgettext_lazy("support request", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("support request", "withdrawn")
    CLOSED = "closed", pgettext_lazy("support request", "closed")


class OpinionKind(models.TextChoices):
    TECHNICAL = "technical", pgettext_lazy("opinion on support", "technical")
    FINANCIAL = "financial", pgettext_lazy("opinion on support", "financial")


class JustificationStatus(models.TextChoices):
    SUBMITTED = "submitted", pgettext_lazy("justification", "to be checked")
    ACCEPTED = "accepted", pgettext_lazy("justification", "accepted")
    RETURNED = "returned", pgettext_lazy("justification", "returned")


class BudgetSource(models.TextChoices):
    """Where the money comes from."""

    STATE = "state", pgettext_lazy("source of money", "budget of the state")
    FUND = "fund", pgettext_lazy("source of money", "health fund")
    DONOR = "donor", pgettext_lazy("source of money", "donor or embassy")
    COMPANY = "company", pgettext_lazy("source of money", "company")


class TechnologyKind(models.TextChoices):
    DEVICE = "device", pgettext_lazy("technology", "device")
    MEDICINE = "medicine", pgettext_lazy("technology", "medicine")
    TECHNIQUE = "technique", pgettext_lazy("technology", "technique")


IN_MONEY = frozenset(SupportKind.values) - {SupportKind.GUIDANCE}  # kinds whose lines have prices

TONES = {
    "draft": "draft", "submitted": "wait", "returned": "late", "technical": "wait", "financial": "wait", "granted": "run", "paid": "run",
    "justified": "done", "answered": "done", "refused": "stop", "withdrawn": "stop", "closed": "done", "accepted": "done",
}  # fmt: skip
