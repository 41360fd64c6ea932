import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Make the portal ready to start: tables, static files, reference data and, in an empty demo, the demonstration."

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0)
        self.collect_static()
        call_command("load_reference", stdout=self.stdout)
        if settings.PORTAL_ENV == "demo":
            call_command("seed_demo", stdout=self.stdout)

    def collect_static(self) -> None:
        """Only when something has changed: a second start takes seconds."""
        mark = Path(settings.STATIC_ROOT) / ".made-from"
        files = sorted(path for path in Path(settings.STATICFILES_DIRS[0]).rglob("*") if path.is_file())
        files.append(Path(settings.BASE_DIR) / "requirements.txt")
        made_from = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
        if not mark.is_file() or mark.read_text() != made_from:
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            mark.write_text(made_from)
