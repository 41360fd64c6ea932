"""Who went to whom: people and days each way between the two sides of a partnership, and what each institution sent and received."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from activities.choices import ActivityStatus
from activities.models import Activity, Participant
from activities.querysets import ActivityQuerySet
from partnerships.choices import GIVING, Side

TOOK_PLACE = frozenset({ActivityStatus.REPORTED, ActivityStatus.COUNTER_CONFIRMED, ActivityStatus.VALIDATED})


@dataclass(frozen=True)
class Stay:
    """So many people of one institution for so many days in all (people times days) at the places of an activity."""

    institution: int
    places: frozenset[int]
    people: int
    days: int


@dataclass
class Flow:
    """People, and days of people, one way."""

    people: int = 0
    days: int = 0

    def add(self, people: int, days: int) -> None:
        self.people += people
        self.days += days


@dataclass
class Ledger:
    """Both ways between two sides, and by institution: `sent` away from home, `received` from the other side."""

    to_hosts: Flow = field(default_factory=Flow)
    to_senders: Flow = field(default_factory=Flow)
    sent: dict[int, Flow] = field(default_factory=dict)
    received: dict[int, Flow] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.to_hosts.people or self.to_senders.people)

    @property
    def share_back(self) -> float | None:
        """Days from host to sender in percent of all days; None when nobody went anywhere. Half would be even."""
        whole = self.to_hosts.days + self.to_senders.days
        return 100 * self.to_senders.days / whole if whole else None


def ledger(stays: Iterable[Stay], sides: dict[int, str]) -> Ledger:
    """Add stays up; `sides` says on which side each institution of the partnership is. Runs no query.

    Somebody counts as having gone when their institution is on one side and at least one place is on the other, and none of the
    places is their own. A team that visits two institutions is received by both: received days may add up to more than sent ones.
    Institutions on no side (funders, guests) are left out.
    """
    made = Ledger()
    for stay in stays:
        mine = sides.get(stay.institution)
        if mine is None or stay.institution in stay.places:
            continue
        giving = mine in GIVING
        visited = [place for place in stay.places if sides.get(place) is not None and (sides[place] in GIVING) != giving]
        if not visited:
            continue
        (made.to_hosts if giving else made.to_senders).add(stay.people, stay.days)
        made.sent.setdefault(stay.institution, Flow()).add(stay.people, stay.days)
        for place in visited:
            made.received.setdefault(place, Flow()).add(stay.people, stay.days)
    return made


def places_of(activity: Activity) -> frozenset[int]:
    """The institutions where it takes place: its sites; a place with a name only is near the hosts."""
    sites = list(activity.sites.all())
    places = {site.institution_id for site in sites if site.institution_id}
    if not sites or any(site.institution_id is None for site in sites):
        places |= {party.institution_id for party in activity.parties.all() if party.side == Side.HOST}
    return frozenset(places)


def stays_of(activities: Iterable[Activity]) -> list[Stay]:
    """The stays of activities whose sites, parties and participants are loaded."""
    found = []
    for activity in activities:
        places = places_of(activity)
        for person in activity.participants.all():
            if person.is_counted and person.institution_id:
                found.append(Stay(person.institution_id, places, person.count, days_in(person, activity)))
    return found


def days_in(person: Participant, activity: Activity) -> int:
    return person.count * (person.days or (activity.ends_on - activity.starts_on).days + 1)


def counted_activities() -> ActivityQuerySet:
    """The activities of partnerships whose results were reported and are not disputed, with what the ledger reads: four queries."""
    rows = Activity.objects.filter(partnership__isnull=False, status__in=TOOK_PLACE)
    return rows.prefetch_related("sites", "parties", "participants")
