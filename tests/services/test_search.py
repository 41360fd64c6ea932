"""The search on SQLite and on PostgreSQL: the same institutions in the same order, and fast among many names."""

import json

import pytest

from tests.services.portal import Portal

pytestmark = pytest.mark.services

ALLOWED = 400  # ms for a page of results, on a machine that does other things as well; the figures of a quiet one are in docs/operations.md


def searched(portal: Portal, names: int) -> dict:
    portal.inside("tables")
    return json.loads(portal.run("-m", "tests.services.searching", str(names)).splitlines()[-1])


def test_both_databases_find_the_same_in_the_same_order(tmp_path, empty_database):
    on_sqlite = searched(Portal(tmp_path / "sqlite"), 1_000)
    on_postgres = searched(Portal(tmp_path / "postgres", DATABASE_URL=empty_database), 1_000)

    assert len(on_sqlite["found"]) > 100
    assert on_sqlite["found"] == on_postgres["found"]
    assert max(on_sqlite["median"], on_postgres["median"]) < ALLOWED


INDEXES = """
from django.db import connection
from core.trigrams import add_trigrams, drop_trigrams
COLUMNS = [("partnerships_partnership", "search_text")]
def there():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'partnerships_partnership_search_text_trgm'")
        return cursor.fetchone()[0]
found = [there()]
with connection.schema_editor() as editor:
    drop_trigrams(editor, COLUMNS)
found.append(there())
with connection.schema_editor() as editor:
    add_trigrams(editor, COLUMNS)
    add_trigrams(editor, COLUMNS)
found.append(there())
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
    print([cursor.fetchone()[0], *found])
"""


def test_trigram_index_is_made_where_the_extension_is_there_and_nothing_fails_elsewhere(tmp_path, empty_database):
    portal = Portal(tmp_path / "data", DATABASE_URL=empty_database)
    portal.run("manage.py", "migrate", "--verbosity", "0")

    available, at_first, after_dropping, after_adding = json.loads(portal.run("manage.py", "shell", "--verbosity", "0", "-c", INDEXES).splitlines()[-1])

    assert (at_first, after_dropping, after_adding) == (available, 0, available)
