"""Where services are missing: what is needed against what running partnerships cover and open offers could.

The weight of a need is its severity, 1 to 5, and one point for every 50 people waiting, 5 at most: 1 to 10. A need is covered
when a partnership that benefits its institution names its specialty and has an agreement in force. What is left is the deficit.
Of the deficit, offers reach the share that their places allow: the places offered a year in the same specialty and kind over
the needs left, in the whole country, for any region alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Least

from partnerships.choices import AgreementStatus, Side
from partnerships.matching import PEOPLE_FOR_A_POINT, POINTS_AT_MOST
from partnerships.models import Agreement, Need, Offer, PartnershipParty

Key = tuple[int, str]  # specialty, kind


@dataclass(frozen=True)
class Deficit:
    """The needs of one region in one specialty and kind. Weights are whole points; `reachable` is rounded down."""

    region: int | None
    specialty: int
    kind: str
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


@dataclass
class Total:
    """Several deficits added up."""

    needs: int = 0
    waiting: int = 0
    weight: int = 0
    covered: int = 0
    reachable: int = 0
    deficit: int = 0
    missing: int = 0

    @property
    def state(self) -> str:
        """Which part weighs most: "covered", "reachable" or "missing"; the worse of two that are even."""
        return max(("missing", self.missing), ("reachable", self.reachable), ("covered", self.covered), key=lambda part: part[1])[0]


def added(deficits: Iterable[Deficit]) -> Total:
    total = Total()
    for deficit in deficits:
        total.needs += deficit.needs
        total.waiting += deficit.waiting
        total.weight += deficit.weight
        total.covered += deficit.covered
        total.reachable += deficit.reachable
    total.deficit = total.weight - total.covered
    total.missing = total.deficit - total.reachable
    return total


@dataclass(frozen=True)
class NeedsOfCell:
    """One row of the grouped query: the needs of a region in a specialty and kind that are covered, or those that are not."""

    region: int | None
    specialty: int
    kind: str
    is_covered: bool
    needs: int
    waiting: int
    weight: int


def balance(cells: Iterable[NeedsOfCell], places: dict[Key, int]) -> list[Deficit]:
    """The deficits behind grouped needs and the places offered, in a stable order. Pure.

    `places` are the places that all open offers give in a year, by specialty and kind.
    """
    cells = list(cells)
    left: dict[Key, int] = {}
    for cell in cells:
        if not cell.is_covered:
            left[cell.specialty, cell.kind] = left.get((cell.specialty, cell.kind), 0) + cell.needs
    sums: dict[tuple[int | None, int, str], dict[str, int]] = {}
    for cell in cells:
        sum_of = sums.setdefault((cell.region, cell.specialty, cell.kind), dict.fromkeys(("needs", "waiting", "weight", "covered", "reachable"), 0))
        sum_of["needs"] += cell.needs
        sum_of["waiting"] += cell.waiting
        sum_of["weight"] += cell.weight
        if cell.is_covered:
            sum_of["covered"] += cell.weight
        else:
            key = cell.specialty, cell.kind
            sum_of["reachable"] += cell.weight * min(places.get(key, 0), left[key]) // left[key]
    return [Deficit(*key, **sum_of) for key, sum_of in sorted(sums.items(), key=lambda item: (item[0][0] or 0, *item[0][1:]))]


def open_on(rows: QuerySet, day: date) -> QuerySet:
    """The needs or offers that stood open on `day`, as they are stated today."""
    return rows.filter(institution__merged_into=None, stated_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))


def covered_on(day: date) -> Exists:
    """For annotating needs: a partnership with an agreement in force on `day` brings this specialty to the institution."""
    signed = Agreement.objects.filter(status=AgreementStatus.SIGNED, starts_on__lte=day, ends_on__gte=day, partnership=OuterRef("partnership"))
    hosts = PartnershipParty.objects.filter(Exists(signed), side=Side.HOST, institution=OuterRef("institution"))
    return Exists(hosts.filter(partnership__specialties=OuterRef("specialty")))


def deficits_for(user: Any, day: date, divided: dict[int, int]) -> list[Deficit]:
    """The deficits of `day` by region of the division `divided`, specialty and kind, over the needs and offers that `user` may see. Two queries."""
    points = F("severity") + Least(F("waiting_count") / PEOPLE_FOR_A_POINT, Value(POINTS_AT_MOST))
    needs = open_on(Need.objects.visible_to(user), day).annotate(is_covered=covered_on(day))
    grouped = (
        needs.order_by()
        .values("institution__region", "specialty", "kind", "is_covered")
        .annotate(needs=Count("pk"), waiting=Sum("waiting_count"), weight=Sum(points))
        .values_list("institution__region", "specialty", "kind", "is_covered", "needs", "waiting", "weight")
    )
    offers = open_on(Offer.objects.visible_to(user), day).order_by().values("specialty", "kind").annotate(places=Sum("capacity_per_year"))
    places = {(offer["specialty"], offer["kind"]): offer["places"] for offer in offers}
    return balance([NeedsOfCell(divided.get(region), *rest) for region, *rest in grouped], places)
