"""Migrations say what the models say, in one line of numbers."""

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent
OURS = sorted(config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT)
MIGRATED = [label for label in OURS if (ROOT / label / "migrations").is_dir()]


@pytest.mark.django_db
def test_migrations_are_complete():
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_migrations_are_looked_at():
    assert {"core", "accounts", "partnerships", "activities", "evaluation"} <= set(MIGRATED)


@pytest.mark.parametrize("app", MIGRATED)
def test_migration_numbers_are_given_once_and_without_a_gap(app):
    names = sorted(path.stem for path in (ROOT / app / "migrations").glob("[0-9]*.py"))
    numbers = [name.split("_")[0] for name in names]

    assert [number for number, count in Counter(numbers).items() if count > 1] == []
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("app", MIGRATED)
def test_migrations_of_an_app_end_in_one_leaf(app):
    loader = MigrationLoader(None)

    assert len(loader.graph.leaf_nodes(app)) == 1


@pytest.mark.parametrize("app", MIGRATED)
def test_migration_has_a_name_that_says_something(app):
    names = [path.stem for path in (ROOT / app / "migrations").glob("[0-9]*.py")]

    assert [name for name in names if "_auto_" in name or "_alter_" in name] == []
