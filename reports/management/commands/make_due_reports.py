from datetime import date

from django.core.management.base import BaseCommand, CommandError

from reports.actions import forget_old_files, make_due_reports, make_waiting_runs


class Command(BaseCommand):
    help = "Ask for the scheduled reports that are due, make what waits, delete old files. A second run on the same day asks for none."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="as if it were this day")

    def handle(self, *args, **options):
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError as error:
            raise CommandError("--on takes a day like 2026-11-22") from error
        asked = make_due_reports(on)
        self.stdout.write(f"{asked} asked for, {make_waiting_runs()} made, {forget_old_files()} old files deleted")
