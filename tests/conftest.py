"""Fixtures of all tests. `cast` is the fixed company; see cast.py."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from partnerships.search import VOCABULARY
from tests.cast import Cast, company
from tests.remembered import remembered


def pytest_collection_modifyitems(items):
    """What is written and counted is tried on every database; what touches none, and what pages say, on one.

    Pages are asked on PostgreSQL, the stricter of the two; the tests in a browser walk over them on SQLite.
    """
    for item in items:
        if not item.get_closest_marker("django_db") and "db" not in item.fixturenames:
            item.add_marker(pytest.mark.once)
        elif "client" in item.fixturenames and not item.get_closest_marker("once"):
            item.add_marker(pytest.mark.once_postgres)


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """PostgreSQL goes through every migration; on SQLite the tables are made from the models, which saves half a minute."""
    return connection.vendor == "postgresql"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Once the tables stand, the migrations are there again for whatever asks for them, and count as applied."""
    settings.MIGRATION_MODULES = {}
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        applied = recorder.applied_migrations()
        for app, name in MigrationLoader(None).disk_migrations:
            if (app, name) not in applied:
                recorder.record_applied(app, name)


@pytest.fixture(autouse=True)
def _uploads_aside(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _nobody_is_tired():
    """Counts of looks and attempts begin anew with every test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    """Nudges go nowhere: what is owed is in the database. Tests of real processes undo this by running processes."""
    monkeypatch.setattr("core.outbox.nudge", lambda: None)


@pytest.fixture(autouse=True)
def _arabic():
    with translation.override("ar"):
        yield


@pytest.fixture(autouse=True)
def _words_anew():
    """Each test rolls its rows back; the words that this process has read go with them."""
    VOCABULARY.forget()


@pytest.fixture
def cast(db) -> Cast:
    return remembered(company)


@pytest.fixture
def reference(db):
    """The real reference tables."""
    import evaluation.reference
    import partnerships.reference

    partnerships.reference.load()
    evaluation.reference.load()


@pytest.fixture
def rules(db):
    """The reminder rules as they are delivered."""
    from evaluation.reminders.tables import load_reminder_rules

    load_reminder_rules()
