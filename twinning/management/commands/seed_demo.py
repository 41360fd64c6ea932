from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnerships.models import Institution
from twinning.demo.seed import PASSWORD, PEOPLE, seed


class Command(BaseCommand):
    help = "Fill an empty portal with the demonstration. Never in production."

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("The demonstration is never made in production.")
        if Institution.objects.exists():
            self.stdout.write("demo: kept, the portal is not empty")
            return
        made = seed()
        self.stdout.write("demo: " + ", ".join(f"{count} {name}" for name, count in made.items()))
        self.stdout.write(f"logins, all with the password {PASSWORD}: " + ", ".join(f"{login}@demo.example" for login in PEOPLE[settings.PORTAL_COUNTRY]))
