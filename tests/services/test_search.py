"""The search on SQLite and on PostgreSQL: the same institutions in the same order, and fast among many names."""

import json

import pytest

from tests.services.portal import Portal

pytestmark = pytest.mark.services

ALLOWED = 400  # ms for a page of results, on a machine that does other things as well; the figures of a quiet one are in docs/operations.md


def searched(portal: Portal, names: int) -> dict:
    portal.run("manage.py", "migrate", "--verbosity", "0")
    return json.loads(portal.run("-m", "tests.services.searching", str(names)).splitlines()[-1])


def test_both_databases_find_the_same_in_the_same_order(tmp_path, empty_database):
    on_sqlite = searched(Portal(tmp_path / "sqlite"), 1_000)
    on_postgres = searched(Portal(tmp_path / "postgres", DATABASE_URL=empty_database), 1_000)

    assert len(on_sqlite["found"]) > 100
    assert on_sqlite["found"] == on_postgres["found"]
    assert max(on_sqlite["median"], on_postgres["median"]) < ALLOWED


def test_tables_without_the_trigram_extension_are_made_all_the_same(tmp_path, empty_database):
    import psycopg2

    portal = Portal(tmp_path / "data", DATABASE_URL=empty_database)
    portal.run("manage.py", "migrate", "--verbosity", "0")
    portal.run("manage.py", "migrate", "--verbosity", "0", "partnerships", "0007")
    connection = psycopg2.connect(empty_database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'partnerships_institution_search_text_trgm'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
        (there,) = cursor.fetchone()
    portal.run("manage.py", "migrate", "--verbosity", "0")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'partnerships_institution_search_text_trgm'")
        assert cursor.fetchone() == (there,)
    connection.close()
