"""Fixtures of all tests. `cast` is the fixed company; see cast.py."""

import pytest
from django.core.cache import cache
from django.utils import translation

from partnerships.search import VOCABULARY
from tests.cast import Cast, company


def pytest_collection_modifyitems(items):
    """Tests that touch no database need not be run on each: they are marked "once"."""
    for item in items:
        if not item.get_closest_marker("django_db") and "db" not in item.fixturenames:
            item.add_marker(pytest.mark.once)


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
    return company()


@pytest.fixture
def reference(db):
    """The real reference tables."""
    import evaluation.reference
    import partnerships.reference

    partnerships.reference.load()
    evaluation.reference.load()
