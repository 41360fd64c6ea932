"""Put a backup into an empty database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.backups import BackupRefused, restore_backup


class Command(BaseCommand):
    help = "Put a backup into an empty database. A damaged file, or a database that holds something, is refused and nothing is written."

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path, metavar="in")

    def handle(self, *args, source: Path, **options):
        if not source.is_file():
            raise CommandError(f"There is no file {source}.")
        try:
            made = restore_backup(source.absolute())
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{source}: {made['rows']} rows and {made['files']} files are back.")
