import io
import random
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model
from django.utils import timezone

from activities.choices import ActivityStatus, Cadre, Part
from activities.kinds import REGISTRY
from activities.models import Activity, ActivityParty, Participant, Professional, Result, Site
from core.formats import today
from partnerships.models import Partnership, Profession, Specialty
from partnerships.models.geography import folded_names

KINDS = list(REGISTRY)
WEIGHTS = [8 if kind.is_common and kind.is_mission else 2 for kind in REGISTRY.values()]  # most are surgical and medical days
AT_ONCE = 10_000
ROSTER = 1000  # named people, one of whom is trained at every tenth activity
Named = Activity.specialties.through


class Command(BaseCommand):
    help = "Synthetic validated activities for benchmarks, spread over ten years. Never in production."

    def add_arguments(self, parser):
        parser.add_argument("--count", type=int, required=True, help="activities")
        parser.add_argument("--lines", type=int, default=1, help="lines of results of each activity")
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("Synthetic activities are never made in production.")
        partnerships = list(Partnership.objects.with_people())
        if not partnerships:
            raise CommandError("There is no partnership to give activities to: seed the demonstration first.")
        chance = random.Random(options["seed"] + (Activity.objects.aggregate(last=Max("pk"))["last"] or 0))  # noqa: S311 – a benchmark wants repeatable numbers
        specialties = list(Specialty.objects.filter(group="surgical").order_by("code").values_list("pk", flat=True))
        made = 0
        while made < options["count"]:
            size = min(AT_ONCE, options["count"] - made)
            with transaction.atomic():
                trust_the_keys()
                batch(size, options["lines"], partnerships, specialties, roster(), chance)
            made += size
        call_command("rebuild_totals", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        self.stdout.write(f"{made} activities")


def trust_the_keys() -> None:
    """Leave out the look-up of every foreign key until the end of the transaction, where the database lets us: it is half of the time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
            if cursor.fetchone()[0]:
                cursor.execute("SET LOCAL session_replication_role = replica")


def batch(size: int, lines: int, partnerships: Sequence[Partnership], specialties: Sequence[int], people: Sequence[int], chance: random.Random) -> None:
    """Rows are written straight to the tables: the actions would take a day for what measures reading."""
    activities, parties, sites, results, heads, named = [], [], [], [], [], []
    key, site = next_key(Activity), next_key(Site)
    found = {partnership.pk: partnership.search_text[:900] or folded_names(partnership.code) for partnership in partnerships}
    for partnership in chance.choices(partnerships, k=size):
        kind = REGISTRY[chance.choices(KINDS, WEIGHTS)[0]]
        start = today() - timedelta(days=chance.randrange(6, 3650))
        activities.append((key, uuid.uuid4(), kind.slug, partnership.pk, start, start + timedelta(days=chance.randrange(0, 5)), found[partnership.pk]))
        parties += [(key, party.institution_id, party.side) for party in partnership.parties.all()]
        hosts, senders = [place.pk for place in partnership.hosts], [place.pk for place in partnership.senders]
        sites.append((site, key, chance.choice(hosts) if hosts else None))
        for specialty in chance.sample(specialties, lines):
            counts = {name: chance.randrange(0, max(2, kind.usual.get(name, 10) // 3)) for name in kind.outcome_fields}
            if kind.plans_operations:
                counts["operations_done"] = max(0, counts["operations_planned"] - chance.randrange(0, 4))
            named.append((key, specialty))
            results.append((key, site, specialty, *(counts.get(name, 0) for name in COUNTS)))
        heads.append((key, Part.TRAINED, None, Cadre.DOCTORS, chance.randrange(0, 9), None))
        heads.append((key, Part.TEAM, senders[0] if senders else None, Cadre.DOCTORS, chance.randrange(1, 6), None))
        if chance.randrange(10) == 0:
            heads.append((key, Part.TRAINED, None, Cadre.PARAMEDICAL, 1, chance.choice(people)))
        key, site = key + 1, site + 1
    now = timezone.now()
    same = {"status": ActivityStatus.VALIDATED, "reported_at": now, "validated_at": now, "source_note": "synthetic", "created_at": now, "updated_at": now}
    write(Activity, ("id", "uid", "kind", "partnership", "starts_on", "ends_on", "search_text"), activities, **same)
    write(ActivityParty, ("activity", "institution", "side"), parties)
    write(Site, ("id", "activity", "institution"), sites)
    write(Named, ("activity", "specialty"), named)
    write(Result, ("activity", "site", "specialty", *COUNTS), results)
    write(Participant, ("activity", "part", "institution", "cadre", "count", "professional"), heads)


COUNTS = ("consultations", "explorations", "operations_planned", "operations_done", "transferred", "transfers_avoided", "audience", "cases_discussed")


def roster() -> list[int]:
    """The keys of the people of the roster; made up to `ROSTER` of them."""
    short = ROSTER - Professional.objects.count()
    if short > 0:
        host = ActivityParty.objects.order_by("pk").values_list("institution", flat=True)[0]
        profession = Profession.objects.order_by("pk").values_list("pk", flat=True)[0]
        Professional.objects.bulk_create(Professional(name=f"Synthetic {number}", institution_id=host, profession_id=profession) for number in range(short))
    return list(Professional.objects.order_by("pk").values_list("pk", flat=True)[:ROSTER])


def next_key(model: type[Model]) -> int:
    return (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def write(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any) -> None:
    """Write rows of these fields; `same` and the defaults of the other fields stand in every row. By COPY on PostgreSQL."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    same = {name: field.get_default() for name, field in fields.items() if name not in names and not field.primary_key} | same
    columns = [fields[name].column for name in (*names, *same)]
    table, ending = model._meta.db_table, tuple(same.values())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tail = "".join(f"\t{copied(value)}" for value in ending)
            text = "".join("\t".join(map(copied, row)) + tail + "\n" for row in rows)
            cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(text))
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)
        else:
            ready = [[fields[name].get_db_prep_save(value, connection) for name, value in zip((*names, *same), (*row, *ending), strict=True)] for row in rows]
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})", ready)  # noqa: S608 – our own names


def copied(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return r"\N"
    return value.isoformat() if isinstance(value, date) else str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
