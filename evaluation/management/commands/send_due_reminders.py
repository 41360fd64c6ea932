from datetime import date

from django.core.management.base import BaseCommand, CommandError

from core.outbox import deliver_due
from evaluation.reminders import send_due

WAIT = 120  # seconds for a run of the scheduler to end


class Command(BaseCommand):
    help = "Send what is due, once. A second run on the same day sends none."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="as if it were this day")

    def handle(self, *args, **options):
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError as error:
            raise CommandError("--on takes a day like 2026-11-22") from error
        due = send_due(on, wait=WAIT)
        deliver_due()
        self.stdout.write(f"{due} reminders sent")
