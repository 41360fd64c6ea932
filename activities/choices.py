"""The closed vocabularies of activities."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ActivityStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("activity status", "draft")
    SUBMITTED = "submitted", pgettext_lazy("activity status", "submitted")
    RETURNED = "returned", pgettext_lazy("activity status", "returned")
    APPROVED = "approved", pgettext_lazy("activity status", "approved")
    CONFIRMED = "confirmed", pgettext_lazy("activity status", "confirmed by both sides")
    REPORTED = "reported", pgettext_lazy("activity status", "reported")
    DISPUTED = "disputed", pgettext_lazy("activity status", "disputed")
    COUNTER_CONFIRMED = "counter_confirmed", pgettext_lazy("activity status", "confirmed by the other side")
    VALIDATED = "validated", pgettext_lazy("activity status", "validated")
    POSTPONED = "postponed", pgettext_lazy("activity status", "postponed")
    CANCELLED = "cancelled", pgettext_lazy("activity status", "cancelled")


class Cadre(models.TextChoices):
    """The families of professions that figures are kept by."""

    DOCTORS = "doctors", pgettext_lazy("cadre", "doctors")
    PARAMEDICAL = "paramedical", pgettext_lazy("cadre", "paramedical staff")
    TECHNICIANS = "technicians", pgettext_lazy("cadre", "technicians")
    PHARMACISTS = "pharmacists", pgettext_lazy("cadre", "pharmacists")
    OTHERS = "others", pgettext_lazy("cadre", "other staff")


class Part(models.TextChoices):
    """What somebody did in an activity."""

    TEAM = "team", pgettext_lazy("part in an activity", "team")
    TRAINED = "trained", pgettext_lazy("part in an activity", "trained")


class Checklist(models.TextChoices):
    """Use of the surgical safety checklist."""

    ALL = "all", pgettext_lazy("safety checklist", "for all operations")
    SOME = "some", pgettext_lazy("safety checklist", "for some")
    NONE = "none", pgettext_lazy("safety checklist", "not used")


class Opinion(models.TextChoices):
    FAVOURABLE = "favourable", pgettext_lazy("opinion", "favourable")
    RESERVED = "reserved", pgettext_lazy("opinion", "with reservations")
    AGAINST = "against", pgettext_lazy("opinion", "unfavourable")


class SessionKind(models.TextChoices):
    EXAMINATION = "examination", pgettext_lazy("session", "specialist examination")
    CHECK_UP = "check_up", pgettext_lazy("session", "clinical check-up")
    OPERATING_LIST = "operating_list", pgettext_lazy("session", "operating list")
    WORKSHOP = "workshop", pgettext_lazy("session", "workshop")
    LECTURE = "lecture", pgettext_lazy("session", "lecture")
    SEMINAR = "seminar", pgettext_lazy("session", "seminar")
    AWARENESS = "awareness", pgettext_lazy("session", "awareness")


TONES = {
    "draft": "draft", "submitted": "wait", "returned": "late", "approved": "run", "confirmed": "run", "under_way": "run",
    "held": "wait", "report_overdue": "late", "reported": "wait", "disputed": "late", "counter_confirmed": "run",
    "validated": "done", "postponed": "stop", "cancelled": "stop",
}  # fmt: skip
