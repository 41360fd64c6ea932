"""One file with the whole portal: every row of every table, every uploaded file, and a fingerprint of each.

The rows are kept as JSON lines, one member for each table, so a backup made on SQLite can be restored into PostgreSQL and
the other way round. Memory stays constant: rows and files are streamed.

    manifest.json     {"format", "made_at", "migrations": {app: [name…]}, "members": {name: {"sha256", "rows" or "size"}}}
    rows/<app>.<model>.jsonl     [value, …] for each row, in the order of "columns" in the manifest
    files/<path below the folder of uploads>
"""

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

FORMAT = 1
LEFT_OUT = {"sessions", "axes"}  # people log in again; attempts to log in are forgotten
MADE_BY_MIGRATE = {"contenttypes.contenttype", "auth.permission"}  # there before anybody has written anything
ROWS_AT_ONCE = 200


class BackupRefused(Exception):
    """Why a file cannot be restored, in plain words; nothing was written."""


def tables() -> list[type[models.Model]]:
    """Every table that is kept, links between tables included, in a stable order."""
    kept = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy and model._meta.managed]
    return sorted((model for model in kept if model._meta.app_label not in LEFT_OUT), key=lambda model: model._meta.label_lower)


def columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def migrations() -> dict[str, list[str]]:
    """The migrations of this release, by app: what a database has been through once `migrate` has run."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationLoader(None).disk_migrations):
        found.setdefault(app, []).append(name)
    return found


@contextmanager
def one_moment() -> Iterator[None]:
    """All tables as they were at one moment, while people go on writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":  # a reading transaction: Django's own would keep writers out
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def fingerprint(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


class Exactly(DjangoJSONEncoder):
    """To the microsecond: the fingerprints of the history are over the exact time."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime | time) else super().default(value)


def write_rows(model: type[models.Model], path: Path) -> int:
    """The rows of one table as JSON lines; how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in model._base_manager.order_by("pk").values_list(*columns(model)).iterator(chunk_size=2000):
            file.write(json.dumps(row, cls=Exactly, ensure_ascii=False) + "\n")
            count += 1
    return count


def make_backup(target: Path) -> dict[str, int]:
    """Write one file, readable by its owner only, whole or not at all: {"rows": …, "files": …}."""
    manifest: dict[str, Any] = {"format": FORMAT, "made_at": timezone.now().isoformat(), "members": {}}
    handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as out, gzip.open(out, "wb", compresslevel=6) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            with one_moment(), tempfile.TemporaryDirectory() as folder:
                manifest["migrations"] = migrations()
                for model in tables():
                    path = Path(folder) / "rows"
                    rows = write_rows(model, path)
                    add(tar, path, f"rows/{model._meta.label_lower}.jsonl", manifest, rows=rows, columns=columns(model))
            uploads = Path(settings.MEDIA_ROOT)
            for path in sorted(uploads.rglob("*")) if uploads.is_dir() else ():
                if path.is_file():
                    add(tar, path, f"files/{path.relative_to(uploads).as_posix()}", manifest)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "manifest.json"
                path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
                tar.add(path, "manifest.json")
        os.replace(unfinished, target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    members = manifest["members"].values()
    return {"rows": sum(member.get("rows", 0) for member in members), "files": sum("rows" not in member for member in members)}


def add(tar: tarfile.TarFile, path: Path, name: str, manifest: dict[str, Any], **facts: Any) -> None:
    with path.open("rb") as file:
        manifest["members"][name] = {"sha256": fingerprint(file), **facts}
    tar.add(path, name, recursive=False)


def restore_backup(source: Path) -> dict[str, int]:
    """Put a backup into an empty database and an empty folder of uploads: {"rows": …, "files": …}.

    Everything is checked before anything is written. Raises BackupRefused for a damaged file, one of another release,
    and for a database or a folder that holds something already.
    """
    with tempfile.TemporaryDirectory(dir=source.parent) as name:
        folder = Path(name)
        manifest = unpack(source, folder)
        call_command("migrate", verbosity=0)
        if manifest["migrations"] != migrations():
            raise BackupRefused("This backup was made by another release of the portal: restore it with that release, then upgrade.")
        refuse_unless_empty()
        with transaction.atomic():
            for model in tables():
                if model._meta.label_lower in MADE_BY_MIGRATE:
                    model._base_manager.all().delete()
            rows = sum(read_rows(model, folder, manifest) for model in tables())
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
                    cursor.execute(statement)
            connection.check_constraints()
            files = put_files(folder / "files")
    return {"rows": rows, "files": files}


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Every member beside each other in `folder`, each compared with its fingerprint; the manifest."""
    try:
        with gzip.open(source) as whole_file:  # to its end, where its own checksum stands: tar stops before it
            while whole_file.read(1 << 20):
                pass
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        named = manifest["members"]
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
        whole = manifest["format"] == FORMAT and found == set(named)
        for name in found if whole else ():
            with (folder / name).open("rb") as file:
                whole = whole and fingerprint(file) == named[name]["sha256"]
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused("This file is damaged, or it is no backup of the portal.") from error
    if not whole:
        raise BackupRefused("This file is damaged: what it holds is not what was written into it.")
    return manifest


def refuse_unless_empty() -> None:
    for model in tables():
        if model._meta.label_lower not in MADE_BY_MIGRATE and model._base_manager.exists():
            raise BackupRefused(f"The database is not empty ({model._meta.label_lower}): a backup is restored into a new one.")
    uploads = Path(settings.MEDIA_ROOT)
    if uploads.is_dir() and any(path.is_file() for path in uploads.rglob("*")):
        raise BackupRefused("The folder of uploads is not empty: a backup is restored into a new one.")


def read_rows(model: type[models.Model], folder: Path, manifest: dict[str, Any]) -> int:
    """Write the rows of one table exactly as they were: no default, no “last touched” of today."""
    label = model._meta.label_lower
    member = manifest["members"].get(f"rows/{label}.jsonl")
    if member is None or member["columns"] != columns(model):
        raise BackupRefused(f"The table {label} is not in this backup as this release keeps it.")
    fields = model._meta.concrete_fields
    count, batch = 0, []
    with (folder / f"rows/{label}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            values = json.loads(line)
            batch.append([field.get_db_prep_save(field.to_python(value), connection) for field, value in zip(fields, values, strict=True)])
            count += 1
            if len(batch) == ROWS_AT_ONCE:
                insert(model, batch)
                batch = []
    insert(model, batch)
    return count


def insert(model: type[models.Model], batch: list[list[Any]]) -> None:
    if not batch:
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in model._meta.concrete_fields)
    marks = ", ".join(["(" + ", ".join(["%s"] * len(batch[0])) + ")"] * len(batch))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {marks}", [value for row in batch for value in row])  # noqa: S608 – names of our own tables


def put_files(folder: Path) -> int:
    """Move the uploads to their place; how many. Runs last, inside the transaction: a full disk undoes the rows."""
    count = 0
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            target = Path(settings.MEDIA_ROOT) / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            count += 1
    return count
