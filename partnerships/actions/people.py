"""Who is to be told, and in which words."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from core.mail import in_each_language
from partnerships.choices import Side
from partnerships.models import Membership, Partnership


def people_of(partnership: Partnership, *roles: str, sides: Iterable[str] = Side.values) -> list[User]:
    """The people who hold one of `roles` today at the parties on these sides."""
    ids = [party.institution_id for party in partnership.parties.all() if party.side in sides]
    found: dict[int, User] = {}
    for role in roles:
        for person in Membership.objects.people(role, institution__in=ids):
            found[person.pk] = person
    return list(found.values())


def ministry(*roles: str) -> list[User]:
    """The people of the ministry who hold one of `roles` today."""
    return [person for role in roles for person in Membership.objects.people(role)]


def names(partnership: Partnership) -> dict[str, Any]:
    """The words about a partnership that a notice needs, in all three languages."""
    return {"partnership_code": partnership.code, **in_each_language("partnership", lambda: partnership.title)}
