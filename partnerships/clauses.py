"""The text of a clause: placeholders filled from data, what is missing, the change list between two versions. Pure."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS = frozenset(
    [
        "agreement_kind",
        "number",
        "year",
        "parties",
        "senders",
        "hosts",
        "sender_short",
        "host_short",
        "signatories",
        "legal_bases",
        "specialties",
        "starts_on",
        "ends_on",
        "duration",
        "renewal",
        "notice_days",
        "cost_sharing",
        "programme",
        "focal_points",
        "languages",
        "prevailing_language",
        "copies",
        "place",
        "signature_date",
        "project",
        "parent_agreement",
        "changes",
    ]
)
WORD = re.compile(r"\s+|[\w\u064b-\u065f\u0670]+|[^\w\s]")


def placeholders(text: str) -> set[str]:
    """The placeholders of the closed list that `text` uses; other braces are the writer's own."""
    return set(PLACEHOLDER.findall(text)) & PLACEHOLDERS


def fill(text: str, values: Mapping[str, str], blank: str = "…………") -> str:
    """`text` with its placeholders replaced; one without a value becomes `blank`, a place to write on paper."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], "") or blank if found[1] in PLACEHOLDERS else found[0], text)


def unfilled(text: str, values: Mapping[str, str]) -> set[str]:
    """The placeholders of `text` that have no value yet."""
    return {name for name in placeholders(text) if not values.get(name)}


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


@dataclass(frozen=True)
class Piece:
    """A run of text in a change list: kept, added or removed."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Piece]:
    """What changed from `before` to `after`, word by word, in reading order; neighbours of one kind are joined.

    Works on words with their marks, so it reads right in Arabic as well; nothing but white space counts as no change.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    found: list[Piece] = []
    for kind, text in _pieces(old, new):
        if found and found[-1].kind == kind:
            found[-1] = Piece(kind, found[-1].text + text)
        else:
            found.append(Piece(kind, text))
    return found


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "kept", "".join(new[j1:j2])
            continue
        if i2 > i1:
            yield "removed", "".join(old[i1:i2])
        if j2 > j1:
            yield "added", "".join(new[j1:j2])


def is_changed(before: str, after: str) -> bool:
    return before.split() != after.split()
