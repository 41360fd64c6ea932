"""Starting the process that reads a file, and taking its answer; whatever happens there, the answer is short and in time."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from partnerships.intake import child

WALL_SECONDS = 20
KILLED_BY = {signal.SIGXCPU: "too_slow", signal.SIGKILL: "too_slow", signal.SIGXFSZ: "too_large", signal.SIGABRT: "too_large"}


class Unreadable(Exception):
    """There is no table to be had from this file; `code` is one of `findings.PROBLEMS`, `facts` go into its words."""

    def __init__(self, code: str, facts: dict[str, Any] | None = None):
        super().__init__(code)
        self.code, self.facts = code, facts or {}


@dataclass(frozen=True)
class Row:
    """One row with something in it; `number` as a person sees it, `cells` from the first column on, without empty ones at the end."""

    number: int
    is_hidden: bool
    cells: list[str]
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)  # {place: (code, text)}

    def __getitem__(self, place: int) -> str:
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """One sheet; a text file is one sheet without a name."""

    name: str
    is_hidden: bool
    rows: list[Row]


def sheets_of(content: bytes) -> list[Sheet]:
    """The sheets of a file. Raises Unreadable within WALL_SECONDS and the memory of the child, whatever the bytes are."""
    if len(content) > child.FILE_BYTES:
        raise Unreadable("too_large")
    with tempfile.NamedTemporaryFile(prefix="intake-") as file, tempfile.TemporaryFile() as answer:
        file.write(content)
        file.flush()
        said = ask(file.name, answer)
    if "error" in said:
        raise Unreadable(said["error"], said["facts"])
    return [sheet_of(sheet) for sheet in said["sheets"]]


def ask(path: str, answer: Any) -> dict[str, Any]:
    """What the child says about the file; it gets no more of the environment than it needs to start."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    command = [sys.executable, "-m", "partnerships.intake.child", path]
    try:
        ended = subprocess.run(  # noqa: S603 – our own interpreter and module, and a path that we made
            command, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.DEVNULL, cwd=Path(settings.BASE_DIR), env=environment, timeout=WALL_SECONDS
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"error": "too_slow", "facts": {}}
    if ended.returncode:
        return {"error": KILLED_BY.get(-ended.returncode, "damaged"), "facts": {}}
    answer.seek(0)
    return json.loads(answer.read())


def sheet_of(said: dict[str, Any]) -> Sheet:
    faults: dict[int, dict[int, tuple[str, str]]] = {}
    for number, column, code, text in said["faults"]:
        faults.setdefault(number, {})[column - 1] = (code, text)
    rows = [Row(number, is_hidden, cells, faults.get(number, {})) for number, is_hidden, cells in said["rows"]]
    return Sheet(said["name"], said["is_hidden"], rows)
