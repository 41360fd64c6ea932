"""The text of an agreement as people read it: articles with their words filled in, in one language or two, and what changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Min, OuterRef, Subquery
from django.utils.translation import get_language_info, override

from core.formats import digits
from partnerships.clauses import Piece, changes, fill, is_changed, paragraphs, placeholders
from partnerships.completeness import name_of, text_in
from partnerships.models import Agreement, Clause, ClauseText
from partnerships.papers.pdf import article
from partnerships.papers.words import values

BLANK = re.compile("\ue000([a-z_]+)\ue001")  # private characters around the name of a placeholder that has no words yet
BULLET = "- "


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list of lines that begin with a dash; a line is a run of ("text" or "blank", words)."""

    is_list: bool
    lines: list[list[Piece]]


@dataclass(frozen=True)
class Column:
    """One clause in one language."""

    language: str
    direction: str
    heading: str
    blocks: list[Block] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)  # of a change list


@dataclass(frozen=True)
class Article:
    """One clause as it is read; `number` is None for what stands outside the text."""

    clause: Clause
    number: int | None
    columns: list[Column]
    state: str = ""  # in a change list: added, removed, changed or ""


def direction(language: str) -> str:
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def heading_in(clause: Clause, language: str, number: int | None) -> str:
    """The heading in this language, with its number when the clause stands in the text."""
    with override(language):
        own = getattr(clause, f"heading_{language}") or clause.heading
        return article(digits(str(number)), own) if number else own


def marked(text: str, given: Mapping[str, str]) -> str:
    """`text` with its words filled in; where there are none, the name of the placeholder between private characters."""
    return fill(text, {name: given.get(name) or f"\ue000{name}\ue001" for name in placeholders(text)})


def runs(line: str) -> list[Piece]:
    """A line as text and blanks."""
    parts = BLANK.split(line)
    return [Piece("blank", name_of(part)) if place % 2 else Piece("text", part) for place, part in enumerate(parts) if part]


def blocks(text: str, given: Mapping[str, str]) -> list[Block]:
    """The paragraphs of a clause; neighbouring lines that begin with a dash become one list."""
    found: list[Block] = []
    for paragraph in paragraphs(marked(text, given)):
        block: Block | None = None
        for line in paragraph.split("\n"):
            is_item = line.startswith(BULLET)
            if block is None or block.is_list != is_item:
                block = Block(is_item, [])
                found.append(block)
            block.lines.append(runs(line.removeprefix(BULLET) if is_item else line))
    return found


def numbered(clauses: list[Clause]) -> list[tuple[Clause, int | None]]:
    """Every clause with the number of its article; None for those left out."""
    number, found = 0, []
    for clause in clauses:
        number += clause.is_included
        found.append((clause, number if clause.is_included else None))
    return found


def articles(agreement: Agreement, languages: tuple[str, ...]) -> list[Article]:
    """The text as it stands; `agreement` comes from `whole`, and no further query is made."""
    given = {language: values(agreement, language) for language in languages}
    return [Article(clause, number, columns(clause, number, languages, given)) for clause, number in numbered(list(agreement.clauses.all())) if number]


def columns(clause: Clause, number: int | None, languages: tuple[str, ...], given: dict[str, dict[str, str]]) -> list[Column]:
    found = []
    for language in languages:
        with override(language):
            parts = blocks(text_in(clause, language), given[language])
        found.append(Column(language, direction(language), heading_in(clause, language, number), parts))
    return found


# --- Versions and what changed between them ----------------------------------------------------------------------


def versions(agreement: Agreement) -> list[dict[str, Any]]:
    """The versions of the text, newest first, as {"revision", "at", "by__name"}; at most 200. One query."""
    rows = ClauseText.objects.filter(clause__agreement=agreement).values("revision", "by__name").annotate(at=Min("at")).order_by("-revision")
    return [dict(row) for row in rows[:200]]


def texts_at(agreement: Agreement, revision: int) -> dict[int, ClauseText]:
    """What each clause said in this version of the text, by clause. One query."""
    latest = ClauseText.objects.filter(clause=OuterRef("clause"), revision__lte=revision).order_by("-revision").values("revision")[:1]
    rows = ClauseText.objects.filter(clause__agreement=agreement, revision=Subquery(latest))
    return {row.clause_id: row for row in rows}


def state_between(old: ClauseText | None, new: ClauseText | None) -> str:
    """What happened to a clause between two versions: added, removed, changed, or "" for nothing that a reader sees."""
    before, after = old is not None and old.is_included, new is not None and new.is_included
    if before != after:
        return "added" if after else "removed"
    if old is None or new is None or not after:
        return ""
    return "changed" if any(is_changed(text_in(old, language), text_in(new, language)) for language in ("ar", "fr", "en")) else ""


def changed_count(agreement: Agreement, start: int, end: int) -> int:
    """How many clauses differ between two versions. Two queries."""
    old, new = texts_at(agreement, start), texts_at(agreement, end)
    return sum(bool(state_between(old.get(key), new.get(key))) for key in old.keys() | new.keys())


def change_list(agreement: Agreement, start: int, end: int, languages: tuple[str, ...]) -> list[Article]:
    """Every clause with what changed from one version to another, word by word, with the words of today filled in."""
    old, new = texts_at(agreement, start), texts_at(agreement, end)
    given = {language: values(agreement, language) for language in languages}
    found = []
    for clause, number in numbered(list(agreement.clauses.all())):
        state = state_between(old.get(clause.pk), new.get(clause.pk))
        shown = []
        for language in languages:
            with override(language):
                before, after = (readable(row, language, given[language]) for row in (old.get(clause.pk), new.get(clause.pk)))
            shown.append(Column(language, direction(language), heading_in(clause, language, number), pieces=changes(before, after)))
        if state or number:
            found.append(Article(clause, number, shown, state))
    return found


def readable(row: ClauseText | None, language: str, given: Mapping[str, str]) -> str:
    """The text of one version in one line of reading: blanks in brackets, nothing for a clause that was not in the text."""
    if row is None or not row.is_included:
        return ""
    return BLANK.sub(lambda found: f"[{name_of(found[1])}]", marked(text_in(row, language), given))
