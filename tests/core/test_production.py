"""What production refuses, and that its own check finds nothing."""

import os
import subprocess
import sys
from pathlib import Path

from django.core.management.utils import get_random_secret_key

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {
    "SECRET_KEY": get_random_secret_key(), "ALLOWED_HOSTS": "portal.example.dz", "DATABASE_URL": "postgres://portal@localhost/portal",
    "REDIS_URL": "redis://localhost:6379/0", "EMAIL_URL": "smtp://portal:secret@localhost:25", "PORTAL_BASE_URL": "https://portal.example.dz",
}  # fmt: skip


def check(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """`check --deploy` in a process of its own: needs neither the database nor the broker that it names."""
    kept = {name: value for name, value in os.environ.items() if name not in NEEDED and not name.startswith("PORTAL_")}
    environment = {**kept, "DJANGO_SETTINGS_MODULE": "twinning.settings", "PORTAL_ENV": "production", "PORTAL_DATA": str(folder), **given}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_check_of_a_deployment_finds_nothing(tmp_path):
    done = check(tmp_path, **NEEDED)

    assert done.returncode == 0, done.stderr


def test_production_names_what_it_cannot_start_without(tmp_path):
    done = check(tmp_path)

    assert done.returncode != 0
    assert [name for name in NEEDED if name not in done.stderr] == []
