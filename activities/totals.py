"""Keeping the totals right: what validated activities add up to is written in the transaction that changes them.

The unit is one partnership in one year (or, without a partnership, the ministry's own activities of a year): its rows are few, and are
always written whole from the live rows. `rebuild_totals` writes every unit, `check_totals` compares.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps as portal
from django.db.models.functions import ExtractYear

from activities.choices import ActivityStatus, Part, Presence
from activities.kinds import REGISTRY
from activities.models import Activity
from activities.models.totals import SUMS

Parties = frozenset[tuple[int, str]]  # institutions, each with its side
Row = tuple[Parties, int, str, int | None]  # parties, month or 0, kind or "", specialty
Person = tuple[Parties, int, str, int | None, int]  # parties, month, kind, specialty, professional
Unit = tuple[int | None, int]  # partnership, year


def refresh(activity: Activity) -> None:
    """Write the totals that this activity belongs to anew. Must run inside `changing()`; costs the activities of one partnership and year."""
    if activity.status == ActivityStatus.VALIDATED:
        write((activity.partnership_id, activity.ends_on.year))


def computed(unit: Unit, apps: Any = portal) -> tuple[dict[Row, list[int]], set[Person]]:
    """The sums of a unit from the live rows, in the order of `SUMS`, and the named people who were trained. Five queries."""
    partnership, year = unit
    model = apps.get_model
    rows = model("activities", "Activity").objects.filter(status=ActivityStatus.VALIDATED, partnership=partnership, ends_on__year=year).order_by()
    inside = {"activity__in": rows.values("pk")}
    parties: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for activity, place, side in model("activities", "ActivityParty").objects.filter(**inside).order_by().values_list("activity", "institution", "side"):
        parties[activity].add((place, side))
    named: dict[int, set[int]] = defaultdict(set)
    for activity, specialty in model("activities", "Activity").specialties.through.objects.filter(**inside).values_list("activity", "specialty"):
        named[activity].add(specialty)
    own: dict[int, dict[int | None, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * 5))
    fields = ("activity", "specialty", "consultations", "operations_done")
    for activity, specialty, seen, done in model("activities", "Result").objects.filter(**inside).order_by().values_list(*fields):
        for key in {None, specialty}:
            add(own[activity][key], [1, seen, seen > 0, done, done > 0])
    heads: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    trained: dict[int, set[int]] = defaultdict(set)
    people = model("activities", "Participant").objects.filter(**inside, part=Part.TRAINED, presence=Presence.PRESENT).order_by()
    for activity, professional, count in people.values_list("activity", "professional", "count"):
        add(heads[activity], [0 if professional else count, 1])
        if professional:
            trained[activity].add(professional)
    found: dict[Row, list[int]] = defaultdict(lambda: [0] * len(SUMS))
    persons: set[Person] = set()
    for activity, kind, month in rows.values_list("pk", "kind", "ends_on__month"):
        mission = kind in REGISTRY and REGISTRY[kind].is_mission
        lines, whose = own[activity], frozenset(parties[activity])
        persons |= {(whose, month, kind, specialty, professional) for professional in trained[activity] for specialty in {None} | named[activity]}
        for specialty in {None} | named[activity] | lines.keys():
            is_named = specialty is None or specialty in named[activity]
            sums = [is_named, is_named and mission, *lines[specialty], *(heads[activity] if is_named else (0, 0))]
            for when in (0, month):
                for of_kind in ("", kind):
                    add(found[whose, when, of_kind, specialty], sums)
    return found, persons


def add(sums: list[int], more: list[Any]) -> None:
    for place, number in enumerate(more):
        sums[place] += number


def stored(unit: Unit, apps: Any = portal) -> tuple[dict[Row, list[int]], set[Person]]:
    """The same as it is written. Four queries."""
    partnership, year = unit
    sets = sets_of(partnership, apps)
    found: dict[Row, list[int]] = defaultdict(lambda: [0] * len(SUMS))
    rows = apps.get_model("activities", "Total").objects.filter(party_set__partnership=partnership, year=year).order_by()
    for key, month, kind, specialty, *sums in rows.values_list("party_set", "month", "kind", "specialty", *SUMS):
        add(found[sets[key], month, kind, specialty], sums)
    people = apps.get_model("activities", "TrainedPerson").objects.filter(party_set__partnership=partnership, year=year).order_by()
    return found, {(sets[key], *rest) for key, *rest in people.values_list("party_set", "month", "kind", "specialty", "professional")}


def sets_of(partnership: int | None, apps: Any = portal) -> dict[int, Parties]:
    """The sets of parties of a partnership by their key."""
    found: dict[int, set[tuple[int, str]]] = {
        key: set() for key in apps.get_model("activities", "PartySet").objects.filter(partnership=partnership).values_list("pk", flat=True)
    }
    rows = apps.get_model("activities", "PartySetMember").objects.filter(party_set__partnership=partnership).order_by()
    for key, place, side in rows.values_list("party_set", "institution", "side"):
        found[key].add((place, side))
    return {key: frozenset(members) for key, members in found.items()}


def write(unit: Unit, apps: Any = portal) -> None:
    """Put what the live rows of a unit add up to in the place of what was written."""
    partnership, year = unit
    model = apps.get_model
    found, persons = computed(unit, apps)
    known = {parties: key for key, parties in sorted(sets_of(partnership, apps).items(), reverse=True)}
    for parties in {row[0] for row in found} - known.keys():
        made = model("activities", "PartySet").objects.create(partnership_id=partnership)
        known[parties] = made.pk
        member = model("activities", "PartySetMember")
        member.objects.bulk_create(member(party_set=made, institution_id=place, side=side) for place, side in sorted(parties))
    total, trained = model("activities", "Total"), model("activities", "TrainedPerson")
    for written in (total, trained):
        written.objects.filter(party_set__partnership=partnership, year=year).delete()
    total.objects.bulk_create(
        [
            total(party_set_id=known[parties], year=year, month=month, kind=kind, specialty_id=specialty, **dict(zip(SUMS, sums, strict=True)))
            for (parties, month, kind, specialty), sums in found.items()
        ],
        batch_size=2000,
    )
    trained.objects.bulk_create(
        [
            trained(party_set_id=known[whose], year=year, month=month, kind=kind, specialty_id=specialty, professional_id=person)
            for whose, month, kind, specialty, person in persons
        ],
        batch_size=2000,
    )


def units(apps: Any = portal) -> list[Unit]:
    """Every unit that has validated activities, or totals. Two queries."""
    held = apps.get_model("activities", "Activity").objects.filter(status=ActivityStatus.VALIDATED).order_by()
    written = apps.get_model("activities", "Total").objects.order_by()
    found = set(held.annotate(year=ExtractYear("ends_on")).values_list("partnership", "year").distinct())
    found |= set(written.values_list("party_set__partnership", "year").distinct())
    return sorted(found, key=lambda unit: (unit[0] or 0, unit[1]))


def rebuild(apps: Any = portal) -> int:
    """Write the totals of every unit; how many units."""
    every = units(apps)
    for unit in every:
        write(unit, apps)
    return len(every)


def wrong_units() -> Iterator[Unit]:
    """The units whose totals are not what their live rows add up to."""
    return (unit for unit in units() if computed(unit) != stored(unit))
