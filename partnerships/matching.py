"""How well an offer answers a need: values in, a score with its reasons out, no queries.

Source of the criteria and of their weights: docs/decisions/0007-matching.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.formats import number
from partnerships.choices import NeedKind, Zone

CRITERIA = ("specialty", "severity", "zone", "capacity", "preference", "record", "equipment", "travel")  # in display order
ABROAD = "abroad"  # stands for a zone where a sender is of another country

# The share of the zone criterion by (zone of the sender, zone of the host): those who have go to those who have not,
# the south first, the highlands next; neighbours in need help each other a little; nobody is drained northwards.
TOWARDS_SOUTH: dict[str, float] = {Zone.FAR_SOUTH: 1.0, Zone.SOUTH: 1.0, Zone.HIGHLANDS: 0.7, Zone.NORTH: 0.3}
ZONE_SHARES: dict[str, dict[str, float]] = {
    Zone.NORTH: TOWARDS_SOUTH,
    ABROAD: TOWARDS_SOUTH,
    Zone.HIGHLANDS: {Zone.FAR_SOUTH: 0.8, Zone.SOUTH: 0.8, Zone.HIGHLANDS: 0.4},
    Zone.SOUTH: {Zone.FAR_SOUTH: 0.5, Zone.SOUTH: 0.5},
    Zone.FAR_SOUTH: {Zone.FAR_SOUTH: 0.5, Zone.SOUTH: 0.5},
}  # fmt: skip
OTHER_THAN_LEADING = 0.5  # where a country has no zones: share of a sender that is neither abroad nor of the tertiary level
ENOUGH_RESULTS = 5  # validated activities that give the whole of the criterion
NEAR_KM, FAR_KM = 100, 2_000  # the whole of the criterion up to here; nothing from there on
EARTH_KM = 6_371.0

PEOPLE_FOR_A_POINT, POINTS_AT_MOST = 50, 5  # what people waiting add to the severity of a need, wherever needs are weighed


def need_weight(severity: int, waiting: int) -> int:
    """How much a need weighs, 1–10: its severity, and a point for every 50 people waiting, 5 at most; in plans and in the deficits alike."""
    return severity + min(POINTS_AT_MOST, waiting // PEOPLE_FOR_A_POINT)


Reason = dict[str, Any]  # {"criterion", "points", "of", "code", "facts"}: JSON, kept with plans and proposals


@dataclass(frozen=True)
class PlaceFacts:
    """What matching knows of an institution. `zone` is empty abroad and where a country has none; keys are primary keys."""

    key: int
    is_home: bool = True
    zone: str = ""
    level: str = ""
    position: tuple[float, float] | None = None  # latitude and longitude in degrees; the centre of its region where its own is not known
    is_verified: bool = True
    is_merged: bool = False
    partners_at_most: int | None = None  # None: the load limit of the rules
    partners: frozenset[int] = frozenset()  # the hosts that it supports now
    twinned: frozenset[tuple[int, int]] = frozenset()  # (other institution, specialty) of partnerships that are not over and of agreements in force
    equipment: frozenset[int] = frozenset()
    has_telemedicine: bool = False
    names: frozenset[int] = frozenset()  # whom its accepted expressions of interest name
    wishes: frozenset[str] = frozenset()  # "give" and "receive", of its accepted expressions of interest


@dataclass(frozen=True)
class NeedFacts:
    """An open need. `waiting` is a number of people."""

    key: int
    place: PlaceFacts
    specialty: int
    kind: str = NeedKind.CARE
    severity: int = 3
    waiting: int = 0
    procedures: frozenset[int] = frozenset()
    equipment: frozenset[int] = frozenset()  # what the specialty needs

    @property
    def weight(self) -> int:
        return need_weight(self.severity, self.waiting)


@dataclass(frozen=True)
class OfferFacts:
    """An open offer. `capacity` is how many institutions it can serve in a year, `used_by` which ones it serves already."""

    key: int
    place: PlaceFacts
    specialty: int
    kind: str = NeedKind.CARE
    capacity: int = 1
    used_by: frozenset[int] = frozenset()
    procedures: frozenset[int] = frozenset()

    @property
    def left(self) -> int:
        return max(0, self.capacity - len(self.used_by))


@dataclass(frozen=True)
class Past:
    """Validated activities: between the two institutions, and of the sender in the specialty anywhere."""

    between: int = 0
    in_specialty: int = 0


@dataclass(frozen=True)
class Rules:
    """The weights and limits of one run; the fields of MatchingSettings, and whether the country has zones."""

    specialty: int = 40
    severity: int = 15
    zone: int = 15
    capacity: int = 10
    preference: int = 8
    record: int = 5
    equipment: int = 4
    travel: int = 3
    load_limit: int = 5
    equity_pct: int = 50
    has_zones: bool = True
    hundredths: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """What each criterion is worth, in hundredths of a point: in proportion to the weights, 10,000 together."""
        total = sum(getattr(self, name) for name in CRITERIA)
        if total <= 0:
            raise ValueError("the weights of the criteria add up to nothing")
        exact = {name: 10_000 * getattr(self, name) / total for name in CRITERIA}
        parts = {name: int(value) for name, value in exact.items()}
        for name in sorted(CRITERIA, key=lambda name: parts[name] - exact[name])[: 10_000 - sum(parts.values())]:
            parts[name] += 1
        object.__setattr__(self, "hundredths", parts)

    def limit_of(self, sender: PlaceFacts) -> int:
        """How many hosts the sender may support at once."""
        return self.load_limit if sender.partners_at_most is None else sender.partners_at_most


class Mark(NamedTuple):
    """What one criterion gave: hundredths of a point earned, out of how many."""

    criterion: str
    earned: int
    of: int
    code: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class MatchScore:
    """`total` is 0–100, the sum of the points of `reasons`; one reason for each criterion, in display order."""

    total: float
    marks: tuple[Mark, ...]

    @property
    def reasons(self) -> list[Reason]:
        return [{"criterion": mark.criterion, "points": mark.earned / 100, "of": mark.of / 100, "code": mark.code, "facts": mark.facts} for mark in self.marks]


@dataclass(frozen=True)
class Exclusion:
    """Why an offer cannot answer a need at all; `code` is stable."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def exclusion(need: NeedFacts, offer: OfferFacts, rules: Rules) -> Exclusion | None:
    """The first rule that keeps the two apart; None when they may be matched.

    A sender at its load limit may still do more with a host that it supports already.
    """
    host, sender = need.place, offer.place
    if host.key == sender.key:
        return Exclusion("same_institution")
    if (need.specialty, need.kind) != (offer.specialty, offer.kind):
        return Exclusion("different_help")
    if host.is_merged or sender.is_merged:
        return Exclusion("merged", {"side": "host" if host.is_merged else "sender"})
    if not (host.is_verified and sender.is_verified):
        return Exclusion("unverified", {"side": "sender" if host.is_verified else "host"})
    if (host.key, need.specialty) in sender.twinned or (sender.key, need.specialty) in host.twinned:
        return Exclusion("already_twinned")
    if not offer.left:
        return Exclusion("no_capacity", {"capacity": offer.capacity, "used_by": sorted(offer.used_by)})
    if host.key not in sender.partners and len(sender.partners) >= rules.limit_of(sender):
        return Exclusion("load_limit", {"limit": rules.limit_of(sender), "partners": len(sender.partners)})
    return None


def match_score(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past = Past()) -> MatchScore:  # noqa: B008 – frozen
    """Score how well an offer answers a need; higher is better, 100 is the best there can be.

    Weights that do not add up to 100 are scaled so that they do. Points are rounded to hundredths, so that the reasons add up
    to the total exactly. A missing position scores 0 and says "no_position" rather than raising.
    Raises ValueError when specialty or kind differ: callers ask `exclusion` first.
    """
    if (need.specialty, need.kind) != (offer.specialty, offer.kind):
        raise ValueError("an offer of other help does not answer this need")
    marks = []
    for criterion, of in rules.hundredths.items():
        share, code, facts = MEASURES[criterion](need, offer, rules, past)
        marks.append(Mark(criterion, int(share * of + 0.5), of, code, facts))
    return MatchScore(sum(mark.earned for mark in marks) / 100, tuple(marks))


def match_total(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past = Past()) -> float:  # noqa: B008 – frozen
    """The total of `match_score` alone, for long lists: nothing is kept of the reasons."""
    return sum(int(MEASURES[criterion](need, offer, rules, past)[0] * of + 0.5) for criterion, of in rules.hundredths.items()) / 100


# --- One measure for each criterion: the share earned, from 0 to 1, a code and its facts ---------------------------

Measured = tuple[float, str, dict[str, Any]]


def of_specialty(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    """Half for the specialty and the kind of help, half for the procedures asked for; an offer that names none includes all."""
    if not need.procedures or not offer.procedures:
        return 1.0, "met", {}
    met, asked = len(need.procedures & offer.procedures), len(need.procedures)
    return 0.5 + 0.5 * met / asked, "procedures", {"met": met, "asked": asked}


def of_severity(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    return need.severity / 5, "severity", {"severity": need.severity, "most": 5}


def of_zone(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    """From the north to the south first. Where a country has no zones, help from abroad and from the tertiary level leads."""
    host, sender = need.place, offer.place
    if not rules.has_zones:
        leads = not sender.is_home or sender.level == "tertiary"
        code = "from_abroad" if not sender.is_home else "tertiary" if leads else "not_leading"
        return 1.0 if leads else OTHER_THAN_LEADING, code, {}
    from_zone = sender.zone if sender.is_home else ABROAD
    if not host.is_home or not host.zone or not from_zone:
        return 0.0, "unknown", {}
    share = ZONE_SHARES[from_zone].get(host.zone, 0.0)
    code = "first" if share == 1 else "back" if share == 0 else "same" if from_zone == host.zone else "next"
    return share, code, {"sender": from_zone, "host": host.zone}


def of_capacity(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    return (offer.left / offer.capacity if offer.capacity else 0.0), "capacity", {"left": offer.left, "capacity": offer.capacity}


def of_preference(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    """Half for each side that names the other; a quarter for a side that is interested in twinning and names nobody."""
    host, sender = need.place, offer.place
    host_names, sender_names = sender.key in host.names, host.key in sender.names
    host_wants, sender_wants = not host.names and "receive" in host.wishes, not sender.names and "give" in sender.wishes
    share = 0.5 * (host_names + sender_names) + 0.25 * (host_wants + sender_wants)
    if host_names and sender_names:
        return share, "each_other", {}
    if host_names or sender_names:
        return share, "host_names" if host_names else "sender_names", {}
    if host_wants and sender_wants:
        return share, "both_interested", {}
    if host_wants or sender_wants:
        return share, "host_interested" if host_wants else "sender_interested", {}
    return 0.0, "none", {}


def of_record(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    """Validated activities of the two, and of the sender in this specialty; those that are both count twice."""
    share = min(1.0, (past.between + past.in_specialty) / ENOUGH_RESULTS)
    return share, "results" if share else "none", {"between": past.between, "in_specialty": past.in_specialty}


def of_equipment(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    """Half for the equipment that the specialty needs and the host has, half for telemedicine on both sides."""
    needed, there = len(need.equipment), len(need.equipment & need.place.equipment)
    by_wire = need.place.has_telemedicine and offer.place.has_telemedicine
    return 0.5 * (there / needed if needed else 1.0) + 0.5 * by_wire, "fit", {"needed": needed, "there": there, "telemedicine": by_wire}


def of_travel(need: NeedFacts, offer: OfferFacts, rules: Rules, past: Past) -> Measured:
    """Kilometres as the crow flies: the whole up to NEAR_KM, nothing from FAR_KM on."""
    km = distance_km(need.place.position, offer.place.position)
    if km is None:
        return 0.0, "no_position", {}
    return min(1.0, max(0.0, (FAR_KM - km) / (FAR_KM - NEAR_KM))), "distance", {"km": round(km)}


MEASURES: dict[str, Callable[[NeedFacts, OfferFacts, Rules, Past], Measured]] = {
    "specialty": of_specialty, "severity": of_severity, "zone": of_zone, "capacity": of_capacity, "preference": of_preference,
    "record": of_record, "equipment": of_equipment, "travel": of_travel,
}  # fmt: skip


def distance_km(start: tuple[float, float] | None, end: tuple[float, float] | None) -> float | None:
    """Great-circle kilometres between two (latitude, longitude) in degrees; None when one is not known."""
    if start is None or end is None:
        return None
    lat, lon, to_lat, to_lon = radians(start[0]), radians(start[1]), radians(end[0]), radians(end[1])
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


# --- In words ------------------------------------------------------------------------------------------------------

LABELS: dict[str, str | Promise] = {
    "specialty": _("specialty need met"), "severity": _("severity of the need"), "zone": _("zone rule: from the north to the south first"),
    "capacity": _("capacity left"), "preference": _("preference of the two"), "record": _("validated results of the past"),
    "equipment": _("equipment and telemedicine"), "travel": _("travel"),
}  # fmt: skip

SENTENCES: dict[tuple[str, str], str | Promise] = {
    ("specialty", "met"): _("The offer covers the specialty and the kind of help that is asked for."),
    ("zone", "from_abroad"): _("The help comes from abroad."),
    ("zone", "tertiary"): _("The help comes from an institution of the tertiary level."),
    ("zone", "not_leading"): _("The help comes neither from abroad nor from the tertiary level."),
    ("zone", "unknown"): _("The zone of one side is not known."),
    ("preference", "each_other"): _("Each of the two names the other as its preferred partner."),
    ("preference", "host_names"): _("The benefiting institution names this partner."),
    ("preference", "sender_names"): _("The supporting institution names this partner."),
    ("preference", "both_interested"): _("Both are interested in twinning and name no other partner."),
    ("preference", "host_interested"): _("The benefiting institution is interested in twinning."),
    ("preference", "sender_interested"): _("The supporting institution is interested in twinning."),
    ("preference", "none"): _("Neither has expressed an interest in this partner."),
    ("record", "none"): _("No validated activity yet, neither between the two nor of the supporting institution in this specialty."),
    ("travel", "no_position"): _("The position of one side is not known."),
}  # fmt: skip


def say(reason: Reason) -> str:
    """A reason as a sentence in the active language."""
    facts, code, criterion = reason["facts"], reason["code"], reason["criterion"]
    if (criterion, code) in SENTENCES:
        return str(SENTENCES[criterion, code])
    told = {key: number(value) for key, value in facts.items() if isinstance(value, int) and not isinstance(value, bool)}
    if criterion == "specialty":
        text = ngettext(
            "The offer covers %(met)s of %(asked)s procedure asked for.", "The offer covers %(met)s of %(asked)s procedures asked for.", facts["asked"]
        )
    elif criterion == "severity":
        text = gettext("Severity %(severity)s out of %(most)s.")
    elif criterion == "zone":
        told = {side: zone_name(facts[side]) for side in ("sender", "host")}
        text = gettext("Zone of the help: %(sender)s. Zone of the need: %(host)s.")
    elif criterion == "capacity":
        text = ngettext("%(left)s of %(capacity)s place a year is free.", "%(left)s of %(capacity)s places a year are free.", facts["capacity"])
    elif criterion == "record":
        between = ngettext("%(between)s validated activity between the two", "%(between)s validated activities between the two", facts["between"])
        further = ngettext("%(in_specialty)s of the supporting institution in this specialty", "%(in_specialty)s of the supporting institution in this specialty", facts["in_specialty"])  # fmt: skip
        text = between + pgettext("between two names", ", ") + further
    elif criterion == "equipment":
        text = pgettext("between two sentences", ". ").join([say_equipment(facts), say_telemedicine(facts)])
    else:
        text = ngettext("%(km)s kilometre as the crow flies.", "%(km)s kilometres as the crow flies.", facts["km"])
    return text % told


def say_equipment(facts: dict[str, Any]) -> str:
    if not facts["needed"]:
        return gettext("No equipment is known to be needed")
    return ngettext(
        "The benefiting institution has %(there)s of %(needed)s piece of equipment that the specialty needs",
        "The benefiting institution has %(there)s of %(needed)s pieces of equipment that the specialty needs",
        facts["needed"],
    )


def say_telemedicine(facts: dict[str, Any]) -> str:
    return gettext("Both have telemedicine.") if facts["telemedicine"] else gettext("They do not both have telemedicine.")


def zone_name(zone: str) -> str:
    return pgettext("zone", "abroad") if zone == ABROAD else str(Zone(zone).label) if zone else "—"


RULES: dict[str, str | Promise] = {
    "same_institution": _("The need and the offer are of the same institution."),
    "different_help": _("The offer is of another specialty or another kind of help."),
    "merged": _("An institution has been merged into another."),
    "unverified": _("An institution has not been verified by the ministry yet."),
    "already_twinned": _("The two are already twinned in this specialty."),
    "no_capacity": _("The capacity of the offer is used up by partnerships that run already."),
    "load_limit": _("The supporting institution has reached its load limit."),
}


def say_exclusion(code: str) -> str:
    """A rule that keeps two apart, as a sentence in the active language."""
    return str(RULES[code])
