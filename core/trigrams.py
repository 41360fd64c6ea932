"""PostgreSQL's trigram index over folded columns: LIKE '%word%' without reading every row. Where it is not to be had, nothing changes but speed."""

from collections.abc import Iterable

from django.db import DatabaseError, migrations, transaction

PROBE = "مركز"  # under LC_CTYPE=C the extension sees no letter in Arabic words, and its index would serve none


def add_trigrams(schema_editor, columns: Iterable[tuple[str, str]]) -> bool:
    """Make an index for each (table, column); whether it was done. Never fails: not on another database, nor without the extension
    or the right to create it."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if not cursor.fetchone():
            return False
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute("SELECT cardinality(show_trgm(%s)) > 0", [PROBE])
                sees_arabic = cursor.fetchone()[0]
                for table, column in columns if sees_arabic else ():
                    cursor.execute(f"CREATE INDEX IF NOT EXISTS {table}_{column}_trgm ON {table} USING gin ({column} gin_trgm_ops)")
        except DatabaseError:
            return False
    return bool(sees_arabic)


def drop_trigrams(schema_editor, columns: Iterable[tuple[str, str]]) -> None:
    """The way back. The extension stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for table, column in columns:
                cursor.execute(f"DROP INDEX IF EXISTS {table}_{column}_trgm")


def trigrams(*columns: tuple[str, str]) -> migrations.RunPython:
    """The operation of a migration that makes an index for each (table, column)."""
    return migrations.RunPython(lambda _apps, editor: add_trigrams(editor, columns) and None, lambda _apps, editor: drop_trigrams(editor, columns))
