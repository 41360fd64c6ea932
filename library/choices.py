"""The closed vocabularies of the library."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TextKind(models.TextChoices):
    """What a legal text is."""

    LAW = "law", pgettext_lazy("legal text", "law")
    ORDINANCE = "ordinance", pgettext_lazy("legal text", "ordinance")
    DECREE_LAW = "decree_law", pgettext_lazy("legal text", "decree-law")
    PRESIDENTIAL_DECREE = "presidential_decree", pgettext_lazy("legal text", "presidential decree")
    EXECUTIVE_DECREE = "executive_decree", pgettext_lazy("legal text", "executive decree")
    DECREE = "decree", pgettext_lazy("legal text", "decree")
    ORDER = "order", pgettext_lazy("legal text", "ministerial order")
    DECISION = "decision", pgettext_lazy("legal text", "ministerial decision")
    INSTRUCTION = "instruction", pgettext_lazy("legal text", "ministerial instruction")
    REGULATION = "regulation", pgettext_lazy("legal text", "decision of a regulator")


class TextStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("status of a legal text", "draft")
    CONSULTATION = "consultation", pgettext_lazy("status of a legal text", "in public consultation")
    IN_FORCE = "in_force", pgettext_lazy("status of a legal text", "in force")
    AMENDED = "amended", pgettext_lazy("status of a legal text", "in force, amended")
    REPEALED = "repealed", pgettext_lazy("status of a legal text", "repealed")


class Subject(models.TextChoices):
    """What a text is about."""

    TWINNING = "twinning", pgettext_lazy("subject of a legal text", "twinning")
    HEALTH_SYSTEM = "health_system", pgettext_lazy("subject of a legal text", "health system")
    INSTITUTIONS = "institutions", pgettext_lazy("subject of a legal text", "health institutions")
    STAFF = "staff", pgettext_lazy("subject of a legal text", "staff")
    SECONDMENT = "secondment", pgettext_lazy("subject of a legal text", "secondment of staff")
    SOUTH = "south", pgettext_lazy("subject of a legal text", "advantages of the south")
    PUBLIC_HEALTH = "public_health", pgettext_lazy("subject of a legal text", "public health")
    PERSONAL_DATA = "personal_data", pgettext_lazy("subject of a legal text", "protection of personal data")
    DATA = "data", pgettext_lazy("subject of a legal text", "data and information security")
    ELECTRONIC = "electronic", pgettext_lazy("subject of a legal text", "electronic documents and signature")
    ARCHIVES = "archives", pgettext_lazy("subject of a legal text", "archives and registration")
    FINANCE = "finance", pgettext_lazy("subject of a legal text", "finance")
    TERRITORY = "territory", pgettext_lazy("subject of a legal text", "territorial organisation")


class Certainty(models.TextChoices):
    """How the portal knows of a text."""

    GAZETTE = "gazette", pgettext_lazy("certainty", "read in the official gazette")
    SOURCED = "sourced", pgettext_lazy("certainty", "from a public page, not yet compared with the official gazette")
    GENERAL = "general", pgettext_lazy("certainty", "general knowledge, not yet compared with the official gazette")


class Precision(models.TextChoices):
    """How well the date is known."""

    DAY = "day", pgettext_lazy("date precision", "exact day")
    MONTH = "month", pgettext_lazy("date precision", "month only")
    YEAR = "year", pgettext_lazy("date precision", "year only")
    UNKNOWN = "unknown", pgettext_lazy("date precision", "unknown")


class LinkKind(models.TextChoices):
    """What one text does to another."""

    AMENDS = "amends", pgettext_lazy("this text", "amends")
    REPEALS = "repeals", pgettext_lazy("this text", "repeals")
    APPLIES = "applies", pgettext_lazy("this text", "applies")


class Stance(models.TextChoices):
    """What somebody thinks of a draft."""

    AGREES = "agrees", pgettext_lazy("opinion", "agrees")
    WITH_CHANGES = "with_changes", pgettext_lazy("opinion", "agrees with changes")
    DISAGREES = "disagrees", pgettext_lazy("opinion", "disagrees")


class Step(models.TextChoices):
    """The six steps of the twinning cycle of the World Health Organization."""

    PARTNERSHIP = "partnership", pgettext_lazy("step of twinning", "1. Partnership")
    NEEDS = "needs", pgettext_lazy("step of twinning", "2. Needs assessment")
    GAPS = "gaps", pgettext_lazy("step of twinning", "3. Gap analysis")
    PLAN = "plan", pgettext_lazy("step of twinning", "4. Action planning")
    ACTION = "action", pgettext_lazy("step of twinning", "5. Action")
    EVALUATION = "evaluation", pgettext_lazy("step of twinning", "6. Evaluation and outcome")

    @property
    def short(self) -> str:
        """One word, for the drawing of the six steps."""
        return str(SHORT_STEPS[self])


SHORT_STEPS = {
    Step.PARTNERSHIP: pgettext_lazy("short step of twinning", "Partnership"),
    Step.NEEDS: pgettext_lazy("short step of twinning", "Needs"),
    Step.GAPS: pgettext_lazy("short step of twinning", "Gaps"),
    Step.PLAN: pgettext_lazy("short step of twinning", "Plan"),
    Step.ACTION: pgettext_lazy("short step of twinning", "Action"),
    Step.EVALUATION: pgettext_lazy("short step of twinning", "Evaluation"),
}


class GuideKind(models.TextChoices):
    GUIDE = "guide", _("guide")
    TEMPLATE = "template", pgettext_lazy("a paper to fill in", "template")


TONES = {"draft": "draft", "consultation": "run", "in_force": "done", "amended": "done", "repealed": "stop"}
