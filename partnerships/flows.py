"""Who supports whom, added up from region to region or from country to country."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from accounts.policy import scope_for
from core.formats import today
from partnerships.choices import PartnershipStatus, Side
from partnerships.models import Agreement, Partnership, PartnershipParty
from partnerships.querysets import in_force_within

Point = tuple[float, float]


@dataclass(frozen=True)
class Flow:
    """From the supporting side to the benefiting one: how many partnerships ran, how many validated activities they held.

    `start` and `end` are keys of regions, or of countries.
    """

    start: int
    end: int
    partnerships: int
    activities: int


@dataclass
class Flows:
    """`elsewhere` counts the partnerships that lead out of what is drawn; `points` are the mean positions of the parties by country."""

    rows: list[Flow]
    elsewhere: int
    points: dict[int, Point] = field(default_factory=dict)


def counted_for(user: Any) -> QuerySet[Partnership]:
    """The partnerships that go into the flows shown to `user`: those that they may see; all of them for readers of national figures.

    Flows are sums: they name regions and countries, never an institution.
    """
    rows = Partnership.objects.exclude(status=PartnershipStatus.CANCELLED)
    return rows if scope_for(user, "report.view").everything else rows.visible_to(user)


def ran_within(start: date, end: date) -> Exists:
    """For annotating parties: one of the partnership's agreements was in force on a day from `start` to `end`."""
    signed = Agreement.objects.filter(in_force_within(start, end))
    return Exists(signed.filter(partnership=OuterRef("partnership")))


def held_by(partnerships: QuerySet[Partnership], start: date, end: date, specialty: Any = None) -> dict[int, int]:
    """How many validated activities ended in the period, by partnership. One query. The relations belong to the app of activities.

    Whole years, the running one among them, are read from the totals.
    """
    if (start.month, start.day) == (1, 1) and (end >= today() or (end.month, end.day) == (12, 31)):
        sums = Partnership.objects.filter(
            pk__in=partnerships.values("pk"), party_sets__totals__year__range=(start.year, end.year), party_sets__totals__month=0,
            party_sets__totals__kind="", party_sets__totals__specialty=specialty, party_sets__totals__activities__gt=0,
        )  # fmt: skip
        return dict(sums.order_by().values_list("pk").annotate(number=Sum("party_sets__totals__activities")))
    where = {"activities__status": "validated", "activities__ends_on__range": (start, end)}
    if specialty:
        where["activities__specialties"] = specialty
    rows = Partnership.objects.filter(pk__in=partnerships.values("pk"), **where).order_by()
    return dict(rows.values_list("pk").annotate(number=Count("activities", distinct=True)))


def between_regions(partnerships: QuerySet[Partnership], start: date, end: date, divided: Mapping[int, int], specialty: Any = None) -> Flows:
    """The flows between the regions of `divided`, under that division. Two queries, see `added_up`."""
    return added_up(partnerships, start, end, specialty, lambda party: divided.get(party["institution__region"]))


def between_countries(partnerships: QuerySet[Partnership], start: date, end: date, specialty: Any = None) -> Flows:
    """The flows between countries, and where the parties of each country lie on average. Two queries."""
    return added_up(partnerships, start, end, specialty, lambda party: party["institution__country"])


def added_up(partnerships: QuerySet[Partnership], start: date, end: date, specialty: Any, place_of: Callable[[dict], int | None]) -> Flows:
    """A partnership counts when it ran in the period or held a validated activity in it, once for each pair of places.

    Peers count as supporting. Parties without a place on the map count as elsewhere.
    """
    held = held_by(partnerships, start, end, specialty)
    sides = {Side.SENDER: 0, Side.PEER: 0, Side.HOST: 1}
    rows = (
        PartnershipParty.objects.filter(partnership__in=partnerships.values("pk"), side__in=sides)
        .annotate(ran=ran_within(start, end))
        .order_by("partnership", "pk")
        .values("partnership", "side", "ran", "institution__region", "institution__country", "institution__latitude", "institution__longitude",
                "institution__region__latitude", "institution__region__longitude")
    )  # fmt: skip
    ends: dict[int, tuple[set[int | None], set[int | None]]] = {}
    spots: dict[int, list[Point]] = {}
    for party in rows:
        if not party["ran"] and party["partnership"] not in held:
            continue
        place = place_of(party)
        ends.setdefault(party["partnership"], (set(), set()))[sides[party["side"]]].add(place)
        latitude, longitude = (party[f"institution__{name}"] or party[f"institution__region__{name}"] for name in ("latitude", "longitude"))
        if latitude is not None and longitude is not None:
            spots.setdefault(party["institution__country"], []).append((latitude, longitude))
    found: dict[tuple[int, int], list[int]] = {}
    elsewhere = 0
    for partnership, (senders, hosts) in ends.items():
        elsewhere += None in senders | hosts or not (senders and hosts)
        for pair in ((one, other) for one in senders for other in hosts if one is not None and other is not None):
            number = found.setdefault(pair, [0, 0])
            number[0] += 1
            number[1] += held.get(partnership, 0)
    points = {place: (mean([spot[0] for spot in near]), mean([spot[1] for spot in near])) for place, near in spots.items()}
    return Flows([Flow(*pair, *number) for pair, number in sorted(found.items())], elsewhere, points)


def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)
