"""A report as PDF."""

from pathlib import Path
from typing import Any

from core.typesetting import typeset
from evaluation.papers.pdf import without_vowels

TEMPLATE = Path(__file__).parent / "report.typ"


def report_pdf(data: dict[str, Any]) -> bytes:
    """What `paper` says, typeset. About 0.3 s; a thousand lines of a register take a second or two."""
    return typeset(TEMPLATE, without_vowels(data))
