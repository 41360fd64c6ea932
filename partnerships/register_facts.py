"""Reading the register into the plain values of matching and planning, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from core.formats import today
from core.profile import home
from partnerships.choices import GIVING, InterestStatus, PartnershipStatus, Side, Wish
from partnerships.matching import NeedFacts, OfferFacts, Past, PlaceFacts, Rules
from partnerships.models import Agreement, Equipment, Institution, Interest, MatchingSettings, Need, Offer, Partnership, PartnershipParty, Specialty
from partnerships.models.interest import LAPSES_AFTER

WISHES = {Wish.RECEIVE: {"receive"}, Wish.GIVE: {"give"}, Wish.BOTH: {"receive", "give"}}

Counts = tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]  # by (sender, host) and by (sender, specialty)
PAST_SOURCES: list[Callable[[set[int]], Counts]] = []


def add_past_source(source: Callable[[set[int]], Counts]) -> None:
    """Let an app further right count validated results: `source(senders)` gives them by (sender, host) and by (sender, specialty).

    Called once, in `ready()` of its apps.py.
    """
    PAST_SOURCES.append(source)


@dataclass(frozen=True)
class Register:
    """Everything that matching looks at. `places` are all institutions by key; needs and offers are the open ones that were asked for."""

    rules: Rules
    places: dict[int, PlaceFacts]
    needs: list[NeedFacts]
    offers: list[OfferFacts]
    between: dict[tuple[int, int], int]
    in_specialty: dict[tuple[int, int], int]

    def past(self, need: NeedFacts, offer: OfferFacts) -> Past:
        sender = offer.place.key
        return Past(self.between.get((sender, need.place.key), 0), self.in_specialty.get((sender, need.specialty), 0))


def rules_now() -> Rules:
    """The rules as they are set today."""
    return rules_from(weights_of(MatchingSettings.current()))


def weights_of(row: MatchingSettings) -> dict[str, int]:
    """The weights and limits of a row, as a plan keeps them."""
    return {item.name: getattr(row, item.name) for item in fields(Rules) if item.init and item.name != "has_zones"}


def rules_from(weights: dict[str, Any]) -> Rules:
    """Rules from what a plan keeps. Raises ValueError when the weights add up to nothing."""
    known = {item.name for item in fields(Rules) if item.init}
    return Rules(**{name: int(value) for name, value in weights.items() if name in known}, has_zones=home().has_zones)


def live_partnerships() -> QuerySet[Partnership]:
    """Partnerships that are not over, those still being set up included, and any with an agreement in force."""
    over = (PartnershipStatus.CLOSED, PartnershipStatus.CANCELLED)
    return Partnership.objects.filter(~Q(status__in=over) | Q(pk__in=Agreement.objects.in_force().values("partnership")))


def load_register(rules: Rules, *, needs: QuerySet[Need] | None = None, offers: QuerySet[Offer] | None = None) -> Register:
    """The register as values. `needs` and `offers` narrow what is read; all that are open by default.

    Offers of a specialty count as used by every host that the sender supports in it, whatever the kind of help: a partnership
    does not tell kinds apart. Costs thirteen queries, and those of the sources of past results.
    """
    asked = (Need.objects.all() if needs is None else needs).filter(closed_on=None)
    given = (Offer.objects.all() if offers is None else offers).filter(closed_on=None)
    procedures_asked = grouped(Need.procedures.through.objects.filter(need__in=asked).values_list("need_id", "procedure_id"))
    procedures_given = grouped(Offer.procedures.through.objects.filter(offer__in=given).values_list("offer_id", "procedure_id"))
    equipment = grouped(Equipment.specialties.through.objects.values_list("specialty_id", "equipment_id"))
    need_rows = list(asked.order_by("pk").values_list("pk", "institution_id", "specialty_id", "kind", "severity", "waiting_count"))
    offer_rows = list(given.order_by("pk").values_list("pk", "institution_id", "specialty_id", "kind", "capacity_per_year"))
    places, used = load_places()  # after the rows: whoever states a need meanwhile is not missed
    needs_read = [
        NeedFacts(key, places[place], specialty, kind, severity, waiting, procedures_asked.get(key, frozenset()), equipment.get(specialty, frozenset()))
        for key, place, specialty, kind, severity, waiting in need_rows
    ]
    offers_read = [
        OfferFacts(key, places[place], specialty, kind, capacity, used.get((place, specialty), frozenset()), procedures_given.get(key, frozenset()))
        for key, place, specialty, kind, capacity in offer_rows
    ]
    between: dict[tuple[int, int], int] = defaultdict(int)
    in_specialty: dict[tuple[int, int], int] = defaultdict(int)
    for source in PAST_SOURCES:
        for kept, counted in zip((between, in_specialty), source({offer.place.key for offer in offers_read}), strict=True):
            for key, count in counted.items():
                kept[key] += count
    return Register(rules, places, needs_read, offers_read, between, in_specialty)


def load_places() -> tuple[dict[int, PlaceFacts], dict[tuple[int, int], frozenset[int]]]:
    """Every institution, and the hosts that each (sender, specialty) serves already. Seven queries."""
    partners, twinned, used = load_ties(live_partnerships())
    equipment = grouped(Institution.equipment.through.objects.values_list("institution_id", "equipment_id"))
    names: dict[int, set[int]] = defaultdict(set)
    wishes: dict[int, set[str]] = defaultdict(set)
    standing = Interest.objects.filter(status=InterestStatus.ACCEPTED, accepted_on__gte=today() - LAPSES_AFTER)
    for place, wish, preferred in standing.values_list("institution_id", "wish", "preferred_partner_id"):
        wishes[place] |= WISHES[Wish(wish)]
        names[place] |= {preferred} if preferred else set()
    found = {}
    for key, country, zone, level, latitude, longitude, region_latitude, region_longitude, verified_at, merged_into, at_most, by_wire in (
        Institution.objects.order_by("pk").values_list(
            "pk", "country__code", "region__zone", "level", "latitude", "longitude", "region__latitude", "region__longitude",
            "verified_at", "merged_into_id", "partners_at_most", "has_telemedicine",
        )
    ):  # fmt: skip
        is_home = country == settings.PORTAL_COUNTRY
        found[key] = PlaceFacts(
            key=key, is_home=is_home, zone=(zone or "") if is_home else "", level=level,
            position=position(latitude, longitude) or position(region_latitude, region_longitude),
            is_verified=verified_at is not None, is_merged=merged_into is not None, partners_at_most=at_most,
            partners=frozenset(partners.get(key, ())), twinned=frozenset(twinned.get(key, ())), equipment=equipment.get(key, frozenset()),
            has_telemedicine=by_wire, names=frozenset(names.get(key, ())), wishes=frozenset(wishes.get(key, ())),
        )  # fmt: skip
    return found, {key: frozenset(hosts) for key, hosts in used.items()}


Ties = tuple[dict[int, set[int]], dict[int, set[tuple[int, int]]], dict[tuple[int, int], set[int]]]


def load_ties(live: QuerySet[Partnership]) -> Ties:
    """(hosts of each sender, (other, specialty) of each party, hosts of each (sender, specialty)) of these partnerships. Two queries."""
    sides: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for partnership, place, side in PartnershipParty.objects.filter(partnership__in=live).values_list("partnership_id", "institution_id", "side"):
        sides[partnership].append((place, side))
    specialties = grouped(Partnership.specialties.through.objects.filter(partnership__in=live).values_list("partnership_id", "specialty_id"))
    partners: dict[int, set[int]] = defaultdict(set)
    twinned: dict[int, set[tuple[int, int]]] = defaultdict(set)
    used: dict[tuple[int, int], set[int]] = defaultdict(set)
    for partnership, parties in sides.items():
        senders = [place for place, side in parties if side in GIVING]
        for host in (place for place, side in parties if side == Side.HOST):
            for sender in senders:
                partners[sender].add(host)
                for specialty in specialties.get(partnership, ()):
                    twinned[sender].add((host, specialty))
                    twinned[host].add((sender, specialty))
                    used[sender, specialty].add(host)
    return partners, twinned, used


def ties_of(sender: Institution) -> Ties:
    return load_ties(live_partnerships().filter(pk__in=PartnershipParty.objects.filter(institution=sender).values("partnership")))


def not_yet_twinned(sender: Institution, host: Institution, specialties: Iterable[Specialty]) -> list[Specialty]:
    """Those of `specialties` in which the two are not twinned today. Two queries."""
    twinned = ties_of(sender)[1].get(sender.pk, set())
    return [specialty for specialty in specialties if (host.pk, specialty.pk) not in twinned]


def kept_apart(sender: Institution, host: Institution, specialties: Sequence[Specialty]) -> str:
    """The code of the rule of `matching.exclusion` that keeps two institutions apart today; "" when none does. At most three queries.

    Places of single offers are not asked for: what two institutions agree on is more than the answer to one need.
    """
    if sender.pk == host.pk:
        return "same_institution"
    if sender.merged_into_id or host.merged_into_id:
        return "merged"
    if sender.verified_at is None or host.verified_at is None:
        return "unverified"
    partners, twinned, _used = ties_of(sender)
    if all((host.pk, specialty.pk) in twinned.get(sender.pk, set()) for specialty in specialties):
        return "already_twinned"
    supported = partners.get(sender.pk, set())
    limit = MatchingSettings.current().load_limit if sender.partners_at_most is None else sender.partners_at_most
    return "load_limit" if host.pk not in supported and len(supported) >= limit else ""


def position(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def grouped(rows: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, value in rows:
        found[key].add(value)
    return {key: frozenset(values) for key, values in found.items()}
