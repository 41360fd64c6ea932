"""The closed vocabularies of institutions, partnerships and agreements."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Zone(models.TextChoices):
    NORTH = "north", pgettext_lazy("zone", "North")
    HIGHLANDS = "highlands", pgettext_lazy("zone", "Highlands")
    SOUTH = "south", pgettext_lazy("zone", "South")
    FAR_SOUTH = "far_south", pgettext_lazy("zone", "Far South")


class Side(models.TextChoices):
    """What a party is in a partnership or an activity."""

    SENDER = "sender", _("supporting institution")
    HOST = "host", _("benefiting institution")
    PEER = "peer", pgettext_lazy("side", "peer")
    FUNDER = "funder", pgettext_lazy("side", "funder")
    FACILITATOR = "facilitator", pgettext_lazy("side", "facilitator")


class Reach(models.TextChoices):
    NATIONAL = "national", pgettext_lazy("partnership", "national")
    INTERNATIONAL = "international", pgettext_lazy("partnership", "international")


class Origin(models.TextChoices):
    PROGRAMME = "programme", _("national programme")
    INSTRUCTION = "instruction", _("ministerial instruction")
    REQUEST = "request", _("request of an institution")
    LONG_STANDING = "long_standing", _("long-standing relation")


class PartnershipStatus(models.TextChoices):
    EXPLORING = "exploring", pgettext_lazy("partnership status", "exploring")
    PLANNING = "planning", pgettext_lazy("partnership status", "planning")
    ACTIVE = "active", pgettext_lazy("partnership status", "active")
    CLOSED = "closed", pgettext_lazy("partnership status", "closed")
    CANCELLED = "cancelled", pgettext_lazy("partnership status", "cancelled")


class AgreementKind(models.TextChoices):
    FRAMEWORK = "framework", _("framework agreement")
    CONVENTION = "convention", _("twinning agreement")
    MEMORANDUM = "memorandum", _("memorandum of understanding")
    ADDENDUM = "addendum", _("addendum")


class AgreementStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("agreement status", "draft")
    NEGOTIATION = "negotiation", pgettext_lazy("agreement status", "in negotiation")
    VISA = "visa", pgettext_lazy("agreement status", "awaiting the directors’ visa")
    REVIEW = "review", pgettext_lazy("agreement status", "under ministry review")
    APPROVED = "approved", pgettext_lazy("agreement status", "approved for signature")
    SIGNED = "signed", pgettext_lazy("agreement status", "signed")
    SUSPENDED = "suspended", pgettext_lazy("agreement status", "suspended")
    TERMINATED = "terminated", pgettext_lazy("agreement status", "terminated")
    CANCELLED = "cancelled", pgettext_lazy("agreement status", "cancelled")


class Renewal(models.TextChoices):
    NONE = "none", pgettext_lazy("renewal", "no renewal")
    EXPRESS = "express", pgettext_lazy("renewal", "by a new agreement")
    TACIT = "tacit", pgettext_lazy("renewal", "tacit")


class DatePrecision(models.TextChoices):
    """How well the public source knows a date."""

    DAY = "day", pgettext_lazy("date precision", "exact day")
    MONTH = "month", pgettext_lazy("date precision", "month only")
    YEAR = "year", pgettext_lazy("date precision", "year only")
    ASSUMED = "assumed", pgettext_lazy("date precision", "not public, assumed for the demonstration")


TONES = {
    "exploring": "draft", "planning": "draft", "active": "done", "closed": "stop", "cancelled": "stop", "dormant": "wait",
    "draft": "draft", "negotiation": "run", "visa": "wait", "review": "wait", "approved": "run", "signed": "done",
    "in_force": "done", "ended": "stop", "not_yet": "draft", "suspended": "stop", "terminated": "stop",
}  # fmt: skip
