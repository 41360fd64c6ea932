from django.core.management.base import BaseCommand

from activities.totals import units, write
from core.history import changing


class Command(BaseCommand):
    help = "Write what validated activities add up to anew, from the activities. Changes nothing when all is well."

    def handle(self, *args, **options):
        every = units()
        for unit in every:
            with changing():  # one at a time, so that nobody waits long
                write(unit)
        self.stdout.write(f"{len(every)} units (a partnership in a year)")
