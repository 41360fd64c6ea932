"""A backup restored is the portal as it was; whatever cannot be restored is refused before anything is written."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.core.files import File
from django.core.management import CommandError, call_command

from core.backups import make_backup
from core.files import attach
from partnerships.models import Institution
from tests.factories import confirmed, paper

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db


def named(content: bytes, name: str = "ورقة.pdf"):
    file = io.BytesIO(content)
    file.name, file.size = name, len(content)
    return File(file, name=name)


@pytest.fixture
def backup(cast, tmp_path):
    activity = confirmed(cast)
    attach(activity, named(paper()), role="document", by=cast.badr)
    made = make_backup(tmp_path / "portal.backup")
    assert made["rows"] > 100
    assert made["files"] == 1
    return tmp_path / "portal.backup"


def elsewhere(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """A command of a portal of its own, on an empty SQLite file."""
    folder.mkdir(exist_ok=True)
    ours = {"PORTAL_DATA": str(folder), "PORTAL_ENV": "demo", "DJANGO_SETTINGS_MODULE": "twinning.settings"}
    environment = {**{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}, **ours}
    return subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers() if member.name != "manifest.json"}


@pytest.mark.once_postgres
def test_restored_portal_is_the_one_that_was_kept(backup, tmp_path):
    """Into another database, and kept again there: the same rows, files and chain of the history."""
    there = tmp_path / "there"

    restored = elsewhere(there, "restore", str(backup))
    again = elsewhere(there, "backup", str(tmp_path / "again.backup"))
    chain = elsewhere(there, "check_history")

    assert restored.returncode == again.returncode == chain.returncode == 0, restored.stderr + again.stderr + chain.stderr
    assert members(tmp_path / "again.backup") == members(backup)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(backup))


def test_damaged_file_is_refused_and_nothing_is_written(backup, tmp_path):
    there, whole = tmp_path / "there", backup.read_bytes()
    flipped = {f"bit {at}": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(11, len(whole), len(whole) // 25)}
    for name, damaged in {"cut": whole[: len(whole) // 2], **flipped, "other": b"PK not a backup"}.items():
        (tmp_path / name).write_bytes(damaged)

        with pytest.raises(CommandError, match="damaged"):
            call_command("restore", str(tmp_path / name))

    assert Institution.objects.count() == 3
    assert not there.exists()


def test_member_that_was_changed_added_or_taken_away_is_noticed(backup, tmp_path):
    kept = members(backup)
    with tarfile.open(backup) as tar:
        manifest = tar.extractfile("manifest.json").read()
    name = "rows/accounts.user.jsonl"
    for number, content in enumerate(({**kept, name: kept[name] + b"\n"}, {**kept, "files/more.html": b"x"}, {key: kept[key] for key in kept if key != name})):
        forged = tmp_path / f"forged-{number}"
        with tarfile.open(forged, "w:gz") as tar:
            for member, data in {**content, "manifest.json": manifest}.items():
                info = tarfile.TarInfo(member)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))

        with pytest.raises(CommandError, match="damaged"):
            call_command("restore", str(forged))


def test_file_that_climbs_out_of_its_folder_is_refused(tmp_path, cast):
    with tarfile.open(tmp_path / "climbs", "w:gz") as tar:
        info = tarfile.TarInfo("../../climbed.txt")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))

    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", str(tmp_path / "climbs"))

    assert not (tmp_path.parent / "climbed.txt").exists()


def test_backup_is_for_its_owner_only_and_overwrites_nothing(backup):
    assert backup.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(backup))
