"""Where services are missing: what is needed against what running partnerships cover and open offers could.

The weight of a need is its severity, 1 to 5, and one point for every 50 people waiting, 5 at most: 1 to 10. A need is covered
when a partnership that benefits its institution names its specialty and has an agreement in force. What is left is the deficit.
Of the deficit, offers reach the share that their places allow: the places offered a year in the same specialty and kind over
the needs left, in the whole country, for any region alike.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from partnerships.choices import Side
from partnerships.matching import need_weight
from partnerships.models import Agreement, Need, Offer, PartnershipParty

Key = tuple[int, str]  # specialty, kind


@dataclass
class Sums:
    """Needs added up. Weights are whole points."""

    needs: int = 0
    waiting: int = 0
    weight: int = 0
    covered: int = 0
    reachable: int = 0

    @property
    def deficit(self) -> int:
        """What no running partnership covers."""
        return self.weight - self.covered

    @property
    def missing(self) -> int:
        """The part of the deficit that no offer reaches either."""
        return self.deficit - self.reachable

    @property
    def state(self) -> str:
        """Which part weighs most: "covered", "reachable" or "missing"; the worse of two that are even."""
        return max(("missing", self.missing), ("reachable", self.reachable), ("covered", self.covered), key=lambda part: part[1])[0]


@dataclass(kw_only=True)
class Deficit(Sums):
    """The needs of one region in one specialty and kind."""

    region: int | None
    specialty: int
    kind: str


def added(rows: Iterable[Sums]) -> Sums:
    total = Sums()
    for row in rows:
        total.needs += row.needs
        total.waiting += row.waiting
        total.weight += row.weight
        total.covered += row.covered
        total.reachable += row.reachable
    return total


@dataclass(frozen=True)
class NeedRow:
    """What the sums ask of one open need."""

    region: int | None
    specialty: int
    kind: str
    severity: int
    waiting: int
    is_covered: bool

    @property
    def weight(self) -> int:
        return need_weight(self.severity, self.waiting)


def balance(needs: Iterable[NeedRow], places: dict[Key, int]) -> list[Deficit]:
    """The deficits behind open needs and the places offered, in a stable order. Pure.

    `places` are the places that all open offers give in a year, by specialty and kind. What offers reach is rounded down for each
    region, specialty and kind.
    """
    found: dict[tuple[int | None, int, str], Deficit] = {}
    left: Counter[Key] = Counter()
    for need in needs:
        key = need.region, need.specialty, need.kind
        row = found.get(key) or found.setdefault(key, Deficit(region=need.region, specialty=need.specialty, kind=need.kind))
        row.needs += 1
        row.waiting += need.waiting
        row.weight += need.weight
        if need.is_covered:
            row.covered += need.weight
        else:
            left[need.specialty, need.kind] += 1
    for row in found.values():
        if row.deficit:
            key = row.specialty, row.kind
            row.reachable = row.deficit * min(places.get(key, 0), left[key]) // left[key]
    return [found[key] for key in sorted(found, key=lambda key: (key[0] or 0, *key[1:]))]


def open_on(rows: QuerySet, day: date) -> QuerySet:
    """The needs or offers that stood open on `day`, as they are stated today."""
    return rows.filter(institution__merged_into=None, stated_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day)).order_by()


def covered_on(day: date) -> set[tuple[int, int]]:
    """The institutions to which a partnership brings a specialty under an agreement in force on `day`, as (institution, specialty). One query."""
    signed = Agreement.objects.in_force(day)
    hosts = PartnershipParty.objects.filter(side=Side.HOST, partnership__in=signed.values("partnership"), partnership__specialties__isnull=False)
    return set(hosts.order_by().values_list("institution", "partnership__specialties"))


def deficits_for(user: Any, day: date, divided: dict[int, int]) -> list[Deficit]:
    """The deficits of `day` by region of the division `divided`, specialty and kind, over the needs and offers that `user` may see. Three queries."""
    covered = covered_on(day)
    needs = open_on(Need.objects.visible_to(user), day).values_list("institution", "institution__region", "specialty", "kind", "severity", "waiting_count")
    offers = open_on(Offer.objects.visible_to(user), day).values("specialty", "kind").annotate(places=Sum("capacity_per_year"))
    rows = (
        NeedRow(divided.get(region), specialty, kind, severity, waiting, (place, specialty) in covered)
        for place, region, specialty, kind, severity, waiting in needs
    )
    return balance(rows, {(offer["specialty"], offer["kind"]): offer["places"] for offer in offers})
