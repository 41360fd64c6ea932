"""Invented registers as pure values, for the tests of matching and of the national plan."""

import random

from partnerships.matching import NeedFacts, OfferFacts, PlaceFacts

ZONES = (("north", 0.5), ("highlands", 0.25), ("south", 0.15), ("far_south", 0.1))
LATITUDES = {"north": 36.0, "highlands": 34.0, "south": 31.0, "far_south": 24.0}


def national(seed: int, institutions: int = 700, needs: int = 1_800, senders: int = 50, offers: int = 8, specialties: int = 40):
    """(places, needs, offers) of the size of a country, with capacities far below the needs."""
    pick = random.Random(seed)
    zones = pick.choices([zone for zone, _share in ZONES], [share for _zone, share in ZONES], k=institutions)
    places = [place(pick, key, zone, key <= senders) for key, zone in enumerate(zones, 1)]
    hosts = places[senders:]
    wanted = pick.sample([(host, specialty) for host in hosts for specialty in range(1, specialties + 1)], needs)
    stated = [
        NeedFacts(
            key=key, place=host, specialty=specialty, severity=pick.choice((1, 2, 3, 3, 4, 4, 5)), waiting=int(pick.expovariate(1 / 60)),
            procedures=frozenset(pick.sample(range(5), pick.randint(0, 3))), equipment=frozenset(range(pick.randint(0, 3))),
        )
        for key, (host, specialty) in enumerate(wanted, 1)
    ]  # fmt: skip
    offered = [
        OfferFacts(key=key, place=sender, specialty=specialty, capacity=pick.randint(1, 4), procedures=frozenset(pick.sample(range(5), pick.randint(0, 4))))
        for key, (sender, specialty) in enumerate(((sender, one) for sender in places[:senders] for one in pick.sample(range(1, specialties + 1), offers)), 1)
    ]
    return places, stated, offered


def place(pick: random.Random, key: int, zone: str, is_sender: bool) -> PlaceFacts:
    return PlaceFacts(
        key=key, zone="north" if is_sender and key % 5 else zone, level="tertiary" if is_sender else "secondary",
        position=(LATITUDES[zone] + pick.uniform(-1.5, 1.5), pick.uniform(-2, 8)), partners_at_most=pick.randint(2, 8) if is_sender else None,
        has_telemedicine=pick.random() < 0.4, equipment=frozenset(pick.sample(range(4), pick.randint(0, 4))),
    )  # fmt: skip


def tiny(seed: int):
    """(places, needs, offers) small enough to try every plan there is, with partners, full offers and unverified institutions."""
    pick = random.Random(seed)
    zones = [pick.choice(ZONES)[0] for _place in range(7)]
    senders = [
        PlaceFacts(
            key=key, zone="north" if pick.random() < 0.7 else zones[key - 1], partners_at_most=pick.randint(0, 3), is_verified=pick.random() < 0.95,
            partners=frozenset(pick.sample(range(4, 8), pick.randint(0, 1))), twinned=frozenset({(pick.randint(4, 7), pick.randint(1, 2))}),
        )
        for key in range(1, 4)
    ]  # fmt: skip
    hosts = [PlaceFacts(key=key, zone=zones[key - 1], is_verified=pick.random() < 0.95, is_merged=pick.random() < 0.03) for key in range(4, 8)]
    wanted = pick.sample([(host, specialty) for host in hosts for specialty in (1, 2)], pick.randint(2, 6))
    needs = [
        NeedFacts(key=key, place=host, specialty=specialty, severity=pick.randint(1, 5), waiting=pick.choice((0, 3, 80, 5_000)))
        for key, (host, specialty) in enumerate(wanted, 1)
    ]
    given = pick.sample([(sender, specialty) for sender in senders for specialty in (1, 2)], pick.randint(1, 4))
    offers = [
        OfferFacts(key=key, place=sender, specialty=specialty, capacity=pick.randint(1, 3), used_by=frozenset({99} if pick.random() < 0.5 else ()))
        for key, (sender, specialty) in enumerate(given, 1)
    ]
    return [*senders, *hosts], needs, offers
