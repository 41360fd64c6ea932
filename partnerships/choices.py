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


GIVING = (Side.SENDER, Side.PEER)  # peers give and receive alike
TAKING_PART = (*GIVING, Side.HOST)  # who is there; a funder or a facilitator need not be


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
    STATEMENT = "statement", _("statement of work")


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


class AmendmentStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("amendment status", "draft")
    REVIEW = "review", pgettext_lazy("amendment status", "under ministry review")
    SIGNED = "signed", pgettext_lazy("amendment status", "signed")
    ABANDONED = "abandoned", pgettext_lazy("amendment status", "abandoned")


class CostItem(models.TextChoices):
    """What a twinning costs, line by line."""

    TRAVEL = "travel", pgettext_lazy("cost", "travel of the team")
    STAY = "stay", pgettext_lazy("cost", "lodging and meals")
    ALLOWANCES = "allowances", pgettext_lazy("cost", "allowances")
    CONSUMABLES = "consumables", pgettext_lazy("cost", "consumables and medicines")
    TRAINING = "training", pgettext_lazy("cost", "training placements")
    EQUIPMENT = "equipment", pgettext_lazy("cost", "equipment")


class Payer(models.TextChoices):
    """Who bears a cost."""

    SENDER = "sender", pgettext_lazy("who pays", "the supporting institution")
    HOST = "host", pgettext_lazy("who pays", "the benefiting institution")
    MINISTRY = "ministry", pgettext_lazy("who pays", "the ministry")
    EACH = "each", pgettext_lazy("who pays", "each its own share")


class Rung(models.TextChoices):
    """The autonomy ladder of a service line: from patients who are referred abroad to a team that works by itself."""

    ABROAD = "abroad", pgettext_lazy("autonomy", "referred abroad")
    REFERRED = "referred", pgettext_lazy("autonomy", "referred within the country")
    VISITORS = "visitors", pgettext_lazy("autonomy", "done by visitors")
    TOGETHER = "together", pgettext_lazy("autonomy", "done together")
    SUPERVISED = "supervised", pgettext_lazy("autonomy", "done under tele-supervision")
    AUTONOMOUS = "autonomous", pgettext_lazy("autonomy", "autonomous")


class ProjectState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("project", "planned")
    RUNNING = "running", pgettext_lazy("project", "running")
    COMPLETED = "completed", pgettext_lazy("project", "completed")
    STOPPED = "stopped", pgettext_lazy("project", "stopped")


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


class CareLevel(models.TextChoices):
    """How specialised the care of an institution is."""

    PRIMARY = "primary", pgettext_lazy("level of care", "primary")
    SECONDARY = "secondary", pgettext_lazy("level of care", "secondary")
    TERTIARY = "tertiary", pgettext_lazy("level of care", "tertiary")


class World(models.TextChoices):
    """What sort of institution a kind is; decides what a profile asks for."""

    CARE = "care", pgettext_lazy("kind of institution", "care")
    TEACHING = "teaching", pgettext_lazy("kind of institution", "university")
    COMPANY = "company", pgettext_lazy("kind of institution", "company")
    PUBLIC = "public", pgettext_lazy("kind of institution", "public body")


class Group(models.TextChoices):
    """The families of specialties and of professions, in the order in which forms show them."""

    SURGICAL = "surgical", pgettext_lazy("group", "surgical")
    MEDICAL = "medical", pgettext_lazy("group", "medical")
    DIAGNOSTIC = "diagnostic", pgettext_lazy("group", "diagnostic")
    DENTAL = "dental", pgettext_lazy("group", "dental")
    PHARMACY = "pharmacy", pgettext_lazy("group", "pharmacy")
    PARAMEDICAL = "paramedical", pgettext_lazy("group", "paramedical")
    MIDWIFERY = "midwifery", pgettext_lazy("group", "midwifery")
    ALLIED = "allied", pgettext_lazy("group", "allied health")
    TECHNICAL = "technical", pgettext_lazy("group", "technical")
    ADMINISTRATIVE = "administrative", pgettext_lazy("group", "administrative")
    SUPPORT = "support", pgettext_lazy("group", "support")


class NameKind(models.TextChoices):
    """What a name of an institution is; the order is the order of the search results."""

    OFFICIAL = "official", pgettext_lazy("kind of name", "official")
    ALIAS = "alias", pgettext_lazy("kind of name", "everyday")
    FORMER = "former", pgettext_lazy("kind of name", "former")


class NeedKind(models.TextChoices):
    """What is needed or offered."""

    CARE = "care", pgettext_lazy("need", "care")
    TRAINING = "training", pgettext_lazy("need", "training")
    EQUIPMENT = "equipment", pgettext_lazy("need", "equipment")
    MANAGEMENT = "management", pgettext_lazy("need", "management")
    INFRASTRUCTURE = "infrastructure", pgettext_lazy("need", "infrastructure")
    PROTOCOL = "protocol", pgettext_lazy("need", "protocols")
    AWARENESS = "awareness", pgettext_lazy("need", "awareness")


class Severity(models.IntegerChoices):
    """How much the absence of the service weighs on patients."""

    ONE = 1, pgettext_lazy("severity", "1, slight")
    TWO = 2, pgettext_lazy("severity", "2, moderate")
    THREE = 3, pgettext_lazy("severity", "3, serious")
    FOUR = 4, pgettext_lazy("severity", "4, severe")
    FIVE = 5, pgettext_lazy("severity", "5, critical")


class AssessmentArea(models.TextChoices):
    """The areas of a needs assessment, scored from 0 (nothing in place) to 4 (works by itself)."""

    LEADERSHIP = "leadership", pgettext_lazy("area", "leadership and organisation")
    STAFF = "staff", pgettext_lazy("area", "staff and skills")
    SURGERY = "surgery", pgettext_lazy("area", "surgery and operating theatre")
    CRITICAL = "critical", pgettext_lazy("area", "anaesthesia and intensive care")
    MOTHER_CHILD = "mother_child", pgettext_lazy("area", "mother and child")
    DIAGNOSTICS = "diagnostics", pgettext_lazy("area", "imaging and laboratory")
    PHARMACY = "pharmacy", pgettext_lazy("area", "medicines and consumables")
    EQUIPMENT = "equipment", pgettext_lazy("area", "equipment and maintenance")
    HYGIENE = "hygiene", pgettext_lazy("area", "hygiene and infection prevention")
    DATA = "data", pgettext_lazy("area", "records, data and telemedicine")


class Wish(models.TextChoices):
    """What an institution that is interested in twinning wants."""

    RECEIVE = "receive", pgettext_lazy("interest", "to receive support")
    GIVE = "give", pgettext_lazy("interest", "to give support")
    BOTH = "both", pgettext_lazy("interest", "both")


class InterestStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("interest status", "draft")
    SUBMITTED = "submitted", pgettext_lazy("interest status", "submitted")
    UNDER_REVIEW = "under_review", pgettext_lazy("interest status", "under review")
    RETURNED = "returned", pgettext_lazy("interest status", "returned")
    ACCEPTED = "accepted", pgettext_lazy("interest status", "accepted")
    REJECTED = "rejected", pgettext_lazy("interest status", "rejected")
    MATCHED = "matched", pgettext_lazy("interest status", "matched")
    WITHDRAWN = "withdrawn", pgettext_lazy("interest status", "withdrawn")


class SuitableSupport(models.TextChoices):
    """What the ministry could give to an institution that is interested."""

    MISSIONS = "missions", pgettext_lazy("support", "missions of specialists")
    TRAINING = "training", pgettext_lazy("support", "training of teams")
    TELEMEDICINE = "telemedicine", pgettext_lazy("support", "telemedicine")
    EQUIPMENT = "equipment", pgettext_lazy("support", "equipment")
    FUNDING = "funding", pgettext_lazy("support", "funding of travel and lodging")
    ADVICE = "advice", pgettext_lazy("support", "advice on planning")


class ProposalStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("proposal status", "proposed")
    SENT = "sent", pgettext_lazy("proposal status", "sent to both sides")
    APPROVED = "approved", pgettext_lazy("proposal status", "approved")
    REFUSED = "refused", pgettext_lazy("proposal status", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal status", "withdrawn")


class Answer(models.TextChoices):
    """What a director says to a proposed match."""

    ACCEPTED = "accepted", pgettext_lazy("answer", "accepted")
    DECLINED = "declined", pgettext_lazy("answer", "declined")


class JobState(models.TextChoices):
    """How far work in the background is."""

    WAITING = "waiting", pgettext_lazy("background work", "waiting")
    RUNNING = "running", pgettext_lazy("background work", "running")
    DONE = "done", pgettext_lazy("background work", "done")
    FAILED = "failed", pgettext_lazy("background work", "failed")


class IntakeStatus(models.TextChoices):
    """How far an import of a file is."""

    READING = "reading", pgettext_lazy("import", "being read")
    UNREADABLE = "unreadable", pgettext_lazy("import", "cannot be read")
    PREVIEW = "preview", pgettext_lazy("import", "to be looked at")
    APPLIED = "applied", pgettext_lazy("import", "imported")
    UNDONE = "undone", pgettext_lazy("import", "undone")
    DROPPED = "dropped", pgettext_lazy("import", "dropped")


class Verdict(models.TextChoices):
    """What becomes of one row of an imported file. The values are those of the report that the command writes."""

    CREATED = "created", pgettext_lazy("verdict", "new")
    UPDATED = "updated", pgettext_lazy("verdict", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("verdict", "the same")
    POSSIBLE_DUPLICATE = "possible_duplicate", pgettext_lazy("verdict", "possible double")
    WARNING = "warning", pgettext_lazy("verdict", "look at it")
    REFUSED = "refused", pgettext_lazy("verdict", "refused")
    SKIPPED = "skipped", pgettext_lazy("verdict", "left out")


TONES = {
    "exploring": "draft", "planning": "draft", "active": "done", "closed": "stop", "cancelled": "stop", "dormant": "wait",
    "draft": "draft", "negotiation": "run", "visa": "wait", "review": "wait", "approved": "run", "signed": "done",
    "submitted": "wait", "under_review": "run", "returned": "late", "accepted": "done", "rejected": "late", "matched": "done",
    "withdrawn": "stop", "lapsed": "late", "proposed": "draft", "sent": "wait", "refused": "late",
    "abandoned": "stop", "effective": "done", "planned": "draft", "running": "run", "completed": "done", "stopped": "stop",
    "in_force": "done", "ended": "stop", "not_yet": "draft", "suspended": "stop", "terminated": "stop",
}  # fmt: skip
