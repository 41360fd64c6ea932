"""Importing institutions: from the upload to the register, and within a day back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from core.exporters import Column
from partnerships.models import Institution, Intake, IntakeRow


def begin_intake(*, by: User | None, upload: Any = None, text: str = "", title: str = "", options: Mapping[str, Any] | None = None) -> Intake:
    """Take a file (`upload`) or a pasted table (`text`) in; it is read in the background, at once when a worker is free.

    `options`: {"include_hidden": bool, "sheet": name, "new_anyway": bool}. Raises TransitionRefused (not_allowed, empty,
    too_large, and the codes of `findings.PROBLEMS` for what is no sheet at all). The intake is READING.
    """
    raise NotImplementedError


def read_intake(intake: Intake) -> bool:
    """The slow part: read the file, match columns, check and compare every row. False when somebody else has it in hand.

    Ends in PREVIEW, or in UNREADABLE with a code in `problem` (in words: `intake.problem_words`).
    """
    raise NotImplementedError


def read_waiting() -> int:
    """Read every intake that waits, or whose reader died; how many."""
    raise NotImplementedError


def match_columns(intake: Intake, *, by: User | None, columns: Mapping[str, Mapping[str, str]]) -> Intake:
    """Say by hand what the columns are, {sheet: {header as typed: field or ""}}; remembered for the next file. Read again."""
    raise NotImplementedError


def decide_row(row: IntakeRow, *, by: User | None, same_as: Institution | None = None, is_new: bool = False) -> IntakeRow:
    """Settle a possible double: it is `same_as` one of the register, or new in spite of the likeness; neither: open again.

    The verdict of the row is worked out anew. Only while the intake is in PREVIEW.
    """
    raise NotImplementedError


def apply_intake(intake: Intake, *, by: User | None) -> dict[str, int]:
    """Write all rows that can be written, in one transaction, against the register as it is now; the counts."""
    raise NotImplementedError


@dataclass(frozen=True)
class Undone:
    """What taking an import back did; `kept` were edited since or are referred to, and stay as they are."""

    deleted: int
    restored: int
    kept: list[Institution]


def undo_intake(intake: Intake, *, by: User | None) -> Undone:
    """Take an import back, within 24 hours."""
    raise NotImplementedError


def drop_intake(intake: Intake, *, by: User | None) -> None:
    """Put an import aside that was not written; its rows go, its line in the history stays."""
    raise NotImplementedError


def counts(intake: Intake) -> dict[str, int]:
    """How many rows have each verdict, by every value of `Verdict`. One query."""
    raise NotImplementedError


def row_changes(row: IntakeRow) -> list[tuple[str, str, str]]:
    """What a row writes, for show: (label of the field, kept now, from the file). Without queries."""
    raise NotImplementedError


def refused_rows(intake: Intake) -> tuple[list[Column], Iterator[list[str]]]:
    """The refused rows and the possible doubles as (columns, rows) for `core.exporters`: as they came, with reason and suggestion."""
    raise NotImplementedError
