from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.models import Heartbeat


class Command(BaseCommand):
    help = "Fail unless a background job left a sign of life lately; a container's health check."

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", default="sweep")
        parser.add_argument("--within", type=int, default=180, metavar="SECONDS")

    def handle(self, *args, **options):
        since = timezone.now() - timedelta(seconds=options["within"])
        if not Heartbeat.objects.filter(name=options["name"], seen_at__gt=since).exists():
            raise CommandError(f"no sign of life of {options['name']} within {options['within']} seconds")
