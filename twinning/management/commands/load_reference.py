from django.core.management.base import BaseCommand
from django.db import transaction

import activities.reference
import evaluation.reference
import library.reference
import partnerships.reference


class Command(BaseCommand):
    help = "Load countries, regions, specialties, professions, procedures, indicators, rules, legal texts, guides, model clauses. Adds what is missing only."

    def handle(self, *args, **options):
        with transaction.atomic():
            added = {**library.reference.load(), **partnerships.reference.load(), **activities.reference.load(), **evaluation.reference.load()}
        new = {name: count for name, count in added.items() if count}
        self.stdout.write("reference: " + (", ".join(f"{count} {name}" for name, count in new.items()) if new else "nothing new"))
