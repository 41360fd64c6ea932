"""Throw-away portals for the tests of real processes."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import postgres_url, redis_url, with_database
from tests.services.portal import EVALUATIONS, Portal, Sink


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Portal:
    """A SQLite portal where OWED reminders fall due today; each test copies it."""
    portal = Portal(tmp_path_factory.mktemp("made") / "data")
    portal.inside("tables")
    portal.inside("make", str(EVALUATIONS))
    return portal


@pytest.fixture
def new_portal(made_once, tmp_path) -> Iterator:
    """`new_portal(**settings)` makes a portal; its processes end with the test."""
    made: list[Portal] = []

    def new(**settings: str) -> Portal:
        made.append(made_once.copy(tmp_path / f"data{len(made)}", **settings))
        return made[-1]

    yield new
    for portal in made:
        portal.stop()


@pytest.fixture
def redis() -> Iterator[str]:
    with redis_url() as (url, why):
        if url is None:
            pytest.skip(why)
        yield url


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_url() as (url, why):
        if url is None:
            pytest.skip(why)
        yield url


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def empty_database(postgres) -> Iterator[str]:
    """A database of its own on the server, gone after the test."""
    import psycopg2

    name = f"tawama_{uuid.uuid4().hex[:12]}"

    def on_server(statement: str) -> None:
        connection = psycopg2.connect(postgres)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    on_server(f"CREATE DATABASE {name}")
    yield with_database(postgres, name)
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def bare_portal(request, tmp_path: Path) -> Portal:
    """A portal on each database with tables and nothing in them."""
    settings = {"DATABASE_URL": request.getfixturevalue("empty_database")} if request.param == "postgres" else {}
    portal = Portal(tmp_path / request.param, **settings)
    portal.inside("tables")
    return portal
