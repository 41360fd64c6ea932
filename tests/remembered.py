"""What many tests begin with is made once a run; each test gets the same rows again, and objects of its own.

Rows are read from the tables after the first making and written back as they were, past all rules; uploads too. That costs a
fraction of the deeds that made them. What is made may depend on nothing but the day, the country and the language, and may touch
no row that was there before.
"""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import get_language

from core.formats import today

Rows = dict[str, tuple[list[str], list[tuple]]]  # table: its columns, its rows
Files = dict[Path, bytes]  # by their place in the folder of uploads
KEPT: dict[tuple, tuple[Rows, Files, bytes]] = {}
AT_ONCE = 900  # values of one statement, for SQLite's sake


def remembered(make: Callable[[], Any]) -> Any:
    """What `make` gives, with its rows in the database."""
    key = (make.__module__, make.__qualname__, today(), settings.PORTAL_COUNTRY, get_language())
    if key in KEPT:
        rows, files, made = KEPT[key]
        write(rows, files)
        return pickle.loads(made)
    before = read()
    made = make()
    after = read()
    new = {table: (columns, [row for row in rows if row not in before[table][1]]) for table, (columns, rows) in after.items()}
    KEPT[key] = {table: found for table, found in new.items() if found[1]}, uploads(), pickle.dumps(made)
    return made


def uploads() -> Files:
    folder = Path(settings.MEDIA_ROOT)
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read() -> Rows:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = [column[0] for column in cursor.description], cursor.fetchall()
    return found


def write(rows: Rows, files: Files) -> None:
    """Foreign keys are looked at when the transaction ends: the order of the tables is no matter."""
    for name, content in files.items():
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, lines) in rows.items():
            names = ", ".join(connection.ops.quote_name(column) for column in columns)
            line = f"({', '.join(['%s'] * len(columns))})"
            step = max(1, AT_ONCE // len(columns))
            for first in range(0, len(lines), step):
                part = lines[first : first + step]
                sql = f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES {', '.join([line] * len(part))}"
                cursor.execute(sql, [value for row in part for value in row])
