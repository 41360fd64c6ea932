from django.core.management.base import BaseCommand, CommandError

from core.history import first_broken
from core.models import Change


class Command(BaseCommand):
    help = "Check the chain of the history; name the first line that was altered or that follows a missing one."

    def handle(self, *args, **options):
        broken = first_broken()
        if isinstance(broken, Change):
            raise CommandError(f"line {broken.pk} ({broken}, {broken.at:%Y-%m-%d %H:%M}) does not fit the line before it")
        if broken:
            raise CommandError(broken)
        self.stdout.write(f"{Change.objects.count()} lines, whole")
