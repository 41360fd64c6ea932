from django.core.management.base import BaseCommand, CommandError

from activities.totals import units, wrong_units


class Command(BaseCommand):
    help = "Compare what is written of validated activities with what they add up to; name the units that differ."

    def handle(self, *args, **options):
        wrong = [f"partnership {partnership or '—'}, {year}" for partnership, year in wrong_units()]
        if wrong:
            raise CommandError("totals differ, rebuild_totals writes them anew: " + "; ".join(wrong[:20]))
        self.stdout.write(f"{len(units())} units (a partnership in a year), right")
