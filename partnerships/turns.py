"""Whose turn it is while a text is negotiated: read from the history, nothing is stored for it."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.formats import as_day
from core.history import trail
from core.models import Change
from partnerships.models import Agreement, ClauseText, Institution, Membership, Partnership

HAND_OVERS = ("negotiate", "hand_over", "return")


@dataclass(frozen=True)
class HandOver:
    """The moment when one side gave the text to the other, or the ministry to both; `revision` is the text as it was then."""

    verb: str
    at: datetime
    by_name: str
    institutions: frozenset[int]  # of the side that gave it; empty when it was returned, or begun by the portal
    revision: int


def own_side(partnership: Partnership, institutions: Any) -> frozenset[int]:
    """The parties on the side of these institutions; among peers each institution is a side of its own."""
    parties = partnership.parties.all()
    sides = {party.side for party in parties if party.institution_id in institutions}
    if {party.side for party in parties} <= sides:
        return frozenset(institutions) & partnership.party_ids
    return frozenset(party.institution_id for party in parties if party.side in sides)


def memberships_behind(lines: list[Change]) -> list[Membership]:
    return list(Membership.objects.filter(user__in={line.by_id for line in lines}, institution__isnull=False))


def giving_side(agreement: Agreement, line: Change, memberships: list[Membership]) -> frozenset[int]:
    """The parties on the side of whoever wrote this line, by the memberships of that day."""
    if line.verb == "return":
        return frozenset()  # back to everybody, whoever returned it
    day = as_day(line.at)
    held = (item for item in memberships if item.user_id == line.by_id and item.valid_from <= day and (item.valid_to is None or item.valid_to >= day))
    return own_side(agreement.partnership, {item.institution_id for item in held} & agreement.party_ids)


def hand_overs(agreement: Agreement) -> list[HandOver]:
    """The last twenty, newest first. Three queries beside the parties."""
    lines = list(trail(agreement).filter(verb__in=HAND_OVERS)[:20])
    memberships = memberships_behind(lines)
    saved = list(ClauseText.objects.filter(clause__agreement=agreement).order_by("at", "revision").values_list("at", "revision"))
    moments = [at for at, _revision in saved]

    return [
        HandOver(
            line.verb, line.at, line.by_name, giving_side(agreement, line, memberships), saved[place - 1][1] if (place := bisect_right(moments, line.at)) else 0
        )
        for line in lines
    ]


@dataclass(frozen=True)
class Turn:
    """Who is to read and answer now."""

    parties: tuple[Institution, ...]
    since: datetime
    by_name: str

    def is_of(self, institutions: frozenset[int]) -> bool:
        return any(place.pk in institutions for place in self.parties)


def turn_of(agreement: Agreement, given: list[HandOver]) -> Turn | None:
    """Whose turn it is after these hand-overs; None while one side drafts alone, and once the text has left the coordinators."""
    if agreement.status != "negotiation" or not given:
        return None
    last = given[0]
    parties = tuple(party.institution for party in agreement.partnership.parties.all() if party.institution_id not in last.institutions)
    return Turn(parties, last.at, last.by_name)


def parties_awaited(agreements: Iterable[Agreement]) -> dict[int, frozenset[int]]:
    """For many texts in negotiation: the institutions whose turn it is, by the agreement's key. Two queries beside the parties."""
    rows = {agreement.pk: agreement for agreement in agreements}
    lines = Change.objects.filter(object_type=Agreement._meta.label_lower, object_id__in=rows, verb__in=HAND_OVERS).order_by("pk")
    last = {line.object_id: line for line in lines}
    memberships = memberships_behind(list(last.values()))
    return {key: frozenset(rows[key].party_ids) - giving_side(rows[key], line, memberships) for key, line in last.items()}


def compared_with(given: list[HandOver], institutions: frozenset[int]) -> int:
    """The version of the text from which somebody of these institutions wants to see the changes.

    What their own side last gave away: all that the other side changed since; 0, the empty page, while it has given nothing away and
    all is new to it. For whoever is of no side what was last handed over at all.
    """
    own = [item for item in given if item.institutions & institutions]
    if own or (given and not institutions):
        return (own or given)[0].revision
    return 0
