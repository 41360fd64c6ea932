"""Who is meant by the audiences of the rules: looked up in a directory that is read once for a run."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from accounts.models import User
from accounts.policy import Role, can
from evaluation.choices import Audience
from partnerships.choices import Side
from partnerships.models import Membership

if TYPE_CHECKING:
    from evaluation.reminders.engine import Owed

PeopleOf = Callable[["Directory"], list[User]]
SENDING = (Side.SENDER, Side.PEER)


class Directory:
    """Everybody who holds a role on a day: one query, no more than there are memberships."""

    def __init__(self, on: date):
        self.people: dict[int, User] = {}
        self.holders: dict[tuple[str, int | None], dict[int, User]] = defaultdict(dict)
        for membership in Membership.objects.in_force(on).filter(user__is_active=True).select_related("user").order_by("pk"):
            person = self.people.setdefault(membership.user_id, membership.user)
            person.__dict__.setdefault("standing", []).append(membership)  # what the policy reads
            bound = membership.institution_id or membership.region_id or membership.partnership_id
            self.holders[membership.role, bound][person.pk] = person

    def of(self, role: str, places: Iterable[int | None]) -> list[User]:
        """Those who hold a role at one of these institutions, regions or partnerships."""
        found: dict[int, User] = {}
        for place in places:
            found |= self.holders.get((role, place), {})
        return list(found.values())

    def ministry(self, *roles: str) -> list[User]:
        found: dict[int, User] = {}
        for role in roles:
            found |= self.holders.get((role, None), {})
        return list(found.values())

    def active(self, *people: int | None) -> list[User]:
        """Those of these users who still hold a role."""
        return [self.people[key] for key in dict.fromkeys(people) if key in self.people]


def institutions(owed: "Owed", *sides: str) -> list[int]:
    """The institutions around a thing, on these sides and silent; on every silent side when none is named."""
    if owed.institution is not None:
        return [owed.institution.pk]
    if owed.partnership is None:
        return []
    wanted = set(owed.silent_sides) & set(sides) if sides else set(owed.silent_sides)
    return [party.institution_id for party in owed.partnership.parties.all() if party.side in wanted]


def regions(owed: "Owed") -> set[int | None]:
    around = owed.institution or owed.partnership
    return set(around.party_region_ids) if around is not None else set()


def partnership_key(owed: "Owed") -> list[int]:
    return [owed.partnership.pk] if owed.partnership is not None else []


FINDERS: dict[str, Callable[["Owed", Directory], list[User]]] = {
    Audience.COORDINATORS: lambda owed, directory: directory.of(Role.COORDINATOR, institutions(owed)),
    Audience.LEADS: lambda owed, directory: directory.of(Role.COORDINATOR, institutions(owed)),
    Audience.HOST_COORDINATORS: lambda owed, directory: directory.of(Role.COORDINATOR, institutions(owed, Side.HOST)),
    Audience.SENDER_COORDINATORS: lambda owed, directory: directory.of(Role.COORDINATOR, institutions(owed, *SENDING)),
    Audience.TEAM: lambda owed, directory: directory.of(Role.COORDINATOR, institutions(owed, *SENDING)),
    Audience.AUTHOR: lambda owed, directory: directory.of(Role.COORDINATOR, institutions(owed)),
    Audience.DIRECTORS: lambda owed, directory: directory.of(Role.DIRECTOR, institutions(owed)),
    Audience.DEPARTMENT_HEAD: lambda owed, directory: directory.of(Role.DIRECTOR, institutions(owed, Side.HOST)),
    Audience.REGION: lambda owed, directory: directory.of(Role.REGION, regions(owed)),
    Audience.OFFICERS: lambda owed, directory: directory.ministry(Role.OFFICER),
    Audience.REVIEWER: lambda owed, directory: directory.ministry(Role.OFFICER),
    Audience.LEGAL: lambda owed, directory: directory.ministry(Role.OFFICER),
    Audience.HEADS: lambda owed, directory: directory.ministry(Role.HEAD),
    Audience.SUPERIOR: lambda owed, directory: directory.ministry(Role.HEAD),
    Audience.FINANCE: lambda owed, directory: directory.ministry(Role.FINANCE),
    Audience.EVALUATORS: lambda owed, directory: directory.of(Role.EVALUATOR, partnership_key(owed)),
}


def audience(slug: str, owed: "Owed", directory: Directory) -> list[User]:
    """The people whom a rule means by `slug`, for the thing that is owed."""
    if slug in owed.more_people:
        people = owed.more_people[slug]
        return people(directory) if callable(people) else directory.active(*(person.pk for person in people))
    finder = FINDERS.get(slug)
    return finder(owed, directory) if finder else []


@cache
def view_action(model: Any) -> str:
    """The action of the policy that opens rows of this model; "" where the policy says nothing of them."""
    return getattr(model._default_manager.all(), "view_action", "")


def may_see(person: User, obj: Any) -> bool:
    action = view_action(type(obj))
    return not action or can(person, action, obj)
