import random
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from activities.choices import Cadre, Part
from activities.models import Activity, ActivityParty, Participant, Result, Site
from core.formats import today
from partnerships.models import Partnership, Specialty
from partnerships.models.geography import folded_names


class Command(BaseCommand):
    help = "Synthetic validated activities for benchmarks, spread over ten years. Never in production."

    def add_arguments(self, parser):
        parser.add_argument("--count", type=int, required=True)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("Synthetic activities are never made in production.")
        partnerships = list(Partnership.objects.with_people())
        if not partnerships:
            raise CommandError("There is no partnership to give activities to: seed the demonstration first.")
        chance = random.Random(options["seed"])  # noqa: S311 – a benchmark wants repeatable numbers
        specialties = list(Specialty.objects.filter(group="surgical").order_by("code"))
        made = 0
        while made < options["count"]:
            size = min(1000, options["count"] - made)
            with transaction.atomic():
                self.batch(size, partnerships, specialties, chance)
            made += size
        self.stdout.write(f"{made} activities")

    def batch(self, size, partnerships, specialties, chance) -> None:
        """Rows are written straight to the tables: the actions would take an hour for what measures reading."""
        activities, parties, sites, results, people, links = [], [], [], [], [], []
        chosen = [chance.choice(partnerships) for _ in range(size)]
        for partnership in chosen:
            start = today() - timedelta(days=chance.randrange(1, 3650))
            activities.append(
                Activity(
                    kind=chance.choice(["surgical", "surgical", "medical", "study"]), partnership=partnership, starts_on=start,
                    ends_on=start + timedelta(days=chance.randrange(0, 5)), status="validated", reported_at=timezone.now(), validated_at=timezone.now(),
                    source_note="synthetic", search_text=partnership.search_text[:900] or folded_names(partnership.code),
                )
            )  # fmt: skip
        Activity.objects.bulk_create(activities)
        for activity, partnership in zip(activities, chosen, strict=True):
            parties += [ActivityParty(activity=activity, institution=party.institution, side=party.side) for party in partnership.parties.all()]
            hosts = partnership.hosts
            sites.append(Site(activity=activity, institution=hosts[0] if hosts else None))
            links.append(Activity.specialties.through(activity=activity, specialty=chance.choice(specialties)))
        ActivityParty.objects.bulk_create(parties)
        Site.objects.bulk_create(sites)
        Activity.specialties.through.objects.bulk_create(links)
        for activity, site, link in zip(activities, sites, links, strict=True):
            planned = chance.randrange(0, 40) if activity.kind == "surgical" else 0
            results.append(
                Result(
                    activity=activity, site=site, specialty_id=link.specialty_id, consultations=chance.randrange(10, 200),
                    operations_planned=planned, operations_done=max(0, planned - chance.randrange(0, 4)), transferred=chance.randrange(0, 4),
                )
            )  # fmt: skip
            people.append(Participant(activity=activity, part=Part.TRAINED, cadre=Cadre.DOCTORS, count=chance.randrange(0, 9)))
        Result.objects.bulk_create(results)
        Participant.objects.bulk_create(people)
