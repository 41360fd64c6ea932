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


OFF = frozenset({ActivityStatus.CANCELLED, ActivityStatus.POSTPONED})  # not taking place on its days: it binds nobody and no place
PLANNED = frozenset(  # meant for its days, and without a report
    {ActivityStatus.DRAFT, ActivityStatus.SUBMITTED, ActivityStatus.RETURNED, ActivityStatus.APPROVED, ActivityStatus.CONFIRMED}
)
APPROVED_OR_LATER = frozenset(ActivityStatus) - OFF - {ActivityStatus.DRAFT, ActivityStatus.SUBMITTED, ActivityStatus.RETURNED}


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


class ActivityOrigin(models.TextChoices):
    """What led to an activity."""

    PROGRAMME = "programme", pgettext_lazy("origin of an activity", "annual programme")
    REQUEST = "request", pgettext_lazy("origin of an activity", "request of the host")
    INSTRUCTION = "instruction", pgettext_lazy("origin of an activity", "instruction of the ministry")
    OFFER = "offer", pgettext_lazy("origin of an activity", "offer of the supporting side")


class VisitPurpose(models.TextChoices):
    """What a visiting mission is for."""

    COMPLEX_CARE = "complex_care", pgettext_lazy("visiting mission", "complex care")
    TRAINING = "training", pgettext_lazy("visiting mission", "training")
    RETURN_VISIT = "return_visit", pgettext_lazy("visiting mission", "return visit to people treated abroad")


class InvitationStatus(models.TextChoices):
    SENT = "sent", pgettext_lazy("invitation", "not answered")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
    DECLINED = "declined", pgettext_lazy("invitation", "declined")


class Sex(models.TextChoices):
    FEMALE = "f", pgettext_lazy("sex", "female")
    MALE = "m", pgettext_lazy("sex", "male")


class ParticipantRole(models.TextChoices):
    """What a named person does in an activity."""

    LEADER = "leader", pgettext_lazy("role in an activity", "team leader")
    MEMBER = "member", pgettext_lazy("role in an activity", "team member")
    TRAINER = "trainer", pgettext_lazy("role in an activity", "trainer")
    SPEAKER = "speaker", pgettext_lazy("role in an activity", "speaker")
    TRAINEE = "trainee", pgettext_lazy("role in an activity", "trainee")


class Presence(models.TextChoices):
    """Whether somebody who was expected came."""

    REGISTERED = "registered", pgettext_lazy("presence", "registered")
    WAITING = "waiting", pgettext_lazy("presence", "on the waiting list")
    PRESENT = "present", pgettext_lazy("presence", "present")
    ABSENT = "absent", pgettext_lazy("presence", "absent")


CADRE_OF = {  # the groups of professions → the families that figures are kept by
    "medical": Cadre.DOCTORS, "paramedical": Cadre.PARAMEDICAL, "midwifery": Cadre.PARAMEDICAL, "allied": Cadre.PARAMEDICAL,
    "technical": Cadre.TECHNICIANS, "pharmacy": Cadre.PHARMACISTS,
}  # fmt: skip


class VisitorStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("file of a visiting specialist", "being put together")
    SUBMITTED = "submitted", pgettext_lazy("file of a visiting specialist", "submitted")
    RETURNED = "returned", pgettext_lazy("file of a visiting specialist", "returned")
    CHECKED = "checked", pgettext_lazy("file of a visiting specialist", "papers checked")
    LICENSED = "licensed", pgettext_lazy("file of a visiting specialist", "licensed")
    REFUSED = "refused", pgettext_lazy("file of a visiting specialist", "refused")


class PaperKind(models.TextChoices):
    """The papers that a visiting specialist brings."""

    DIPLOMA = "diploma", pgettext_lazy("paper", "diploma of the specialty")
    LICENCE = "licence", pgettext_lazy("paper", "licence to practise at home")
    GOOD_STANDING = "good_standing", pgettext_lazy("paper", "certificate of good standing")
    INSURANCE = "insurance", pgettext_lazy("paper", "liability insurance")
    VISA = "visa", pgettext_lazy("paper", "visa")


class PaperState(models.TextChoices):
    MISSING = "missing", pgettext_lazy("paper", "missing")
    RECEIVED = "received", pgettext_lazy("paper", "received")
    CHECKED = "checked", pgettext_lazy("paper", "checked")
    REJECTED = "rejected", pgettext_lazy("paper", "not accepted")


class PlacementResult(models.TextChoices):
    REACHED = "reached", pgettext_lazy("placement", "objectives reached")
    PARTLY = "partly", pgettext_lazy("placement", "partly reached")
    NOT_REACHED = "not", pgettext_lazy("placement", "not reached")


class ProgrammeStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("programme status", "draft")
    SUBMITTED = "submitted", pgettext_lazy("programme status", "submitted")
    RETURNED = "returned", pgettext_lazy("programme status", "returned")
    APPROVED = "approved", pgettext_lazy("programme status", "approved")


class CaseReason(models.TextChoices):
    """Why somebody is followed."""

    TREATED = "treated", pgettext_lazy("follow-up", "treated during the mission")
    TRANSFERRED = "transferred", pgettext_lazy("follow-up", "transferred to another hospital")


class AgeBand(models.TextChoices):
    UNDER_5 = "0-4", pgettext_lazy("age band", "under 5")
    CHILD = "5-17", pgettext_lazy("age band", "5 to 17")
    ADULT = "18-59", pgettext_lazy("age band", "18 to 59")
    OLDER = "60+", pgettext_lazy("age band", "60 and over")


class Outcome(models.TextChoices):
    """How a treated person is."""

    WELL = "well", pgettext_lazy("outcome", "well")
    COMPLICATION = "complication", pgettext_lazy("outcome", "complication")
    READMITTED = "readmitted", pgettext_lazy("outcome", "operated again or readmitted")
    TRANSFERRED = "transferred", pgettext_lazy("outcome", "transferred")
    DIED = "died", pgettext_lazy("outcome", "died")
    LOST = "lost", pgettext_lazy("outcome", "lost from sight")


class OccasionKind(models.TextChoices):
    HOLIDAY = "holiday", pgettext_lazy("calendar", "public holiday")
    FASTING = "fasting", pgettext_lazy("calendar", "Ramadan")
    HEAT = "heat", pgettext_lazy("calendar", "great heat")


class OccasionCalendar(models.TextChoices):
    GREGORIAN = "gregorian", pgettext_lazy("calendar", "Gregorian")
    HIJRI = "hijri", pgettext_lazy("calendar", "Hijri (Umm al-Qura)")


PHASES = {  # derived from the status and the dates, never stored
    "report_overdue": pgettext_lazy("activity status", "report overdue"),
    "held": pgettext_lazy("activity status", "held, report awaited"),
    "under_way": pgettext_lazy("activity status", "under way"),
}

TONES = {
    "draft": "draft", "submitted": "wait", "returned": "late", "approved": "run", "confirmed": "run", "under_way": "run",
    "held": "wait", "report_overdue": "late", "reported": "wait", "disputed": "late", "counter_confirmed": "run",
    "validated": "done", "postponed": "stop", "cancelled": "stop", "checked": "run", "licensed": "done", "refused": "stop",
}  # fmt: skip
