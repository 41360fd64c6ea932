"""What anybody with the code of a report may know about it."""

from django.utils.translation import gettext_lazy as _

from core.formats import day
from core.seals import Facts
from evaluation.choices import EvaluationStatus
from evaluation.models import Evaluation


def facts_about(evaluation: Evaluation) -> Facts | None:
    """What was evaluated, of whom and when; no score, no word of it, and nothing at all before it is published."""
    if evaluation.status != EvaluationStatus.PUBLISHED:
        return None
    kind = str(evaluation.get_kind_display())
    parties = [party.institution.name for party in evaluation.partnership.parties.select_related("institution")]
    lines = [(_("Kind"), kind), *((_("Party"), name) for name in parties), (_("Due on"), day(evaluation.due_on))]
    return Facts(kind[:1].upper() + kind[1:], (evaluation.status_label, evaluation.tone), lines)
