"""The report as a PDF: a draft for those who work on it, issued once with a code when it is published."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.lifecycle import TransitionRefused
from core.models import Seal
from core.seals import issue
from core.typesetting import typeset
from evaluation.choices import EvaluationStatus
from evaluation.models import Evaluation
from evaluation.papers.words import report
from partnerships.papers.pdf import VOWEL_MARKS

TEMPLATE = Path(__file__).parent / "report.typ"


def without_vowels(value: Any) -> Any:
    """The same words without vowel marks, which would disturb the order of text copied from the paper."""
    if isinstance(value, str):
        return VOWEL_MARKS.sub("", value)
    if isinstance(value, list):
        return [without_vowels(item) for item in value]
    return {key: without_vowels(item) for key, item in value.items()} if isinstance(value, dict) else value


def report_draft(evaluation: Evaluation, language: str) -> bytes:
    """The report as it stands, marked as a draft on every page."""
    return typeset(TEMPLATE, without_vowels(report(evaluation, language)))


def report_issued(evaluation: Evaluation, language: str, *, by: Any = None) -> Seal:
    """The published report: issued once for each language, later calls give the same file. Raises TransitionRefused before."""
    if evaluation.status != EvaluationStatus.PUBLISHED:
        raise TransitionRefused("not_final", _("The report is not published yet."))
    return issue(evaluation, "evaluation", language, lambda code: typeset(TEMPLATE, without_vowels(report(evaluation, language, code=code))), by=by)
