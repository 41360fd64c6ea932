import subprocess
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import makemessages


class Command(BaseCommand):
    help = "Collect the texts of the portal into the catalogues and compile them. A guess is never kept: gaps stay empty."

    def handle(self, *args, **options):
        makemessages.Command.msgmerge_options = ["-q", "--backup=none", "--previous", "--update", "--no-fuzzy-matching"]
        call_command(
            "makemessages",
            locale=["ar", "fr"],
            ignore_patterns=[".venv", "var", "tests", "bench"],
            no_wrap=True,
            no_location=True,
            no_obsolete=True,
            verbosity=0,
        )
        for path in [*Path(settings.BASE_DIR, "locale").rglob("*.po"), *Path(settings.BASE_DIR, "core/profiles").rglob("*.po")]:
            subprocess.run(["msgfmt", "--check-format", "-o", str(path.with_suffix(".mo")), str(path)], check=True)  # noqa: S603, S607
            self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
