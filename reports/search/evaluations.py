"""Evaluations: by the parties of their partnership."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluation.models import Evaluation
from reports.search.kinds import Kind, Line, by_words, dotted


def rows(user: Any) -> QuerySet:
    return Evaluation.objects.visible_to(user)


def line(evaluation: Evaluation) -> Line:
    return Line(evaluation.get_kind_display(), dotted(evaluation.partnership.title, evaluation.status_label), "", evaluation.get_absolute_url())


EVALUATIONS = Kind(
    "evaluations", _("Evaluations"), "clipboard", "evaluation.view", rows, by_words("partnership__search_text", "-due_on", "-pk"), line, "/evaluations/",
    related=lambda rows: rows.select_related("partnership"), folder=lambda item: item.partnership,
)  # fmt: skip
