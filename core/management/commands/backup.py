"""Write database and uploads into one file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.backups import make_backup


class Command(BaseCommand):
    help = "Write the database and the uploads into one file, while the portal runs. Keep it safe: it holds personal data."

    def add_arguments(self, parser):
        parser.add_argument("out", type=Path)

    def handle(self, *args, out: Path, **options):
        if out.exists():
            raise CommandError(f"{out} exists already: a backup never overwrites another.")
        if not out.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {out.absolute().parent}.")
        made = make_backup(out.absolute())
        self.stdout.write(f"{out}: {made['rows']} rows, {made['files']} files, {out.stat().st_size // 1024} kB.")
