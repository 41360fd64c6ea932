"""Text that people type: cleaned at the edge, and refused when it looks like a patient's identity."""

import json
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.formats import western

# Zero-width space, BOM, embeddings and overrides; ZWNJ and ZWJ stay, some names need them.
UNSEEN = dict.fromkeys([0x200B, 0x2060, 0xFEFF, 0x00AD, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {127: None}
SURROGATES = dict.fromkeys(range(0xD800, 0xE000))
HARMFUL = UNSEEN | CONTROLS | SURROGATES
STACKED_MARKS = re.compile(r"([\u0300-\u036f\u0483-\u0489\u064b-\u065f\u0670\u06d6-\u06ed\u20d0-\u20ff])(?:[\u0300-\u036f\u0483-\u0489\u064b-\u065f\u0670\u06d6-\u06ed\u20d0-\u20ff]){4,}")  # fmt: skip


def clean(text: str) -> str:
    """`text` without what cannot be seen but can harm: NUL, direction overrides, zero-width space, piles of marks."""
    text = text.translate(HARMFUL)
    return STACKED_MARKS.sub(r"\1", text)


def read_json(text: str) -> Any:
    """What a JSON text from a browser says. Raises ValueError for anything else, lists within lists without end too."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


LOOKS_LIKE_IDENTITY = (
    re.compile(r"(?<!\d)\d{9,18}(?!\d)"),  # national number, file number
    re.compile(r"(?<!\d)(?:\+|00)?(?:213|965)?[\s.-]?0?[2-9](?:[\s.-]?\d){7,8}(?!\d)"),  # telephone
    re.compile(r"(?:dossier|file|patient|malade|ملف|مريض|المريض|المريضة)\s*(?:n[°o.]|no|رقم|number|:)?\s*[:#]?\s*\d{3,}", re.I),
)


def no_patient_identity(text: str) -> None:
    """Refuse free text with what looks like a national number, a telephone or a file number."""
    plain = western(text)
    if any(pattern.search(plain) for pattern in LOOKS_LIKE_IDENTITY):
        raise ValidationError(
            _("This looks like a patient's number or telephone. The portal keeps counts only: leave identities out."),
            code="patient_identity",
        )


REFERENCES = re.compile(r"https?://\S+|\b\d{4}-\d{2}(?:-\d{2})?\b")  # addresses and ISO days are nobody's number


def no_identity_beside_references(text: str) -> None:
    """The same for texts that cite: sources, notes of the ministry."""
    no_patient_identity(REFERENCES.sub(" ", text))
