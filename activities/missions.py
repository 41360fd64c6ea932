"""Missions added up from the regions that send to those that receive."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from accounts.policy import scope_for
from activities.kinds import missions
from activities.models import Activity, ActivityParty, PartySetMember, Result
from partnerships.choices import TAKING_PART, Side


@dataclass(frozen=True)
class Mission:
    """From one region to another: how many validated missions went, how many operations they did."""

    start: int
    end: int
    missions: int
    operations: int


def missions_for(user: Any) -> Any:
    """The validated missions shown to `user` as sums: those that they may see; all for readers of national figures."""
    rows = Activity.objects.validated().filter(kind__in=missions())
    return rows if scope_for(user, "report.view").everything else rows.filter(pk__in=Activity.objects.visible_to(user).values("pk"))


Flows = tuple[list[Mission], int]  # and how many missions have a side outside the regions


def flows_of(activities: Any, divided: Mapping[int, int]) -> Flows:
    """The flows of these activities between the regions of a division. Two queries.

    An activity counts once for each pair of regions that it joins; its operations likewise.
    """
    chosen = activities.order_by().values("pk")
    parties = ActivityParty.objects.filter(activity__in=chosen, side__in=TAKING_PART).order_by().values_list("activity", "side", "institution__region")
    done = dict(Result.objects.filter(activity__in=chosen).order_by().values_list("activity").annotate(done=Sum("operations_done")))
    return added_up(parties, divided, lambda activity: (1, done.get(activity, 0)))


def flows_of_totals(totals: Any, divided: Mapping[int, int]) -> Flows:
    """The same from totals of missions: of single kinds, of all specialties. Two queries."""
    rows = totals.filter(kind__in=missions(), specialty=None, activities__gt=0).order_by().values_list("party_set")
    held = {party_set: (count, done) for party_set, count, done in rows.annotate(count=Sum("activities"), done=Sum("operations"))}
    parties = PartySetMember.objects.filter(side__in=TAKING_PART).order_by().values_list("party_set", "side", "institution__region")
    return added_up((row for row in parties if row[0] in held), divided, held.__getitem__)


def flows_for(user: Any, activities: Any, totals: Any, divided: Mapping[int, int]) -> Flows:
    """The flows of `activities` shown to `user`, read from the `totals` of the same question; what belongs to no partnership is counted live."""
    if scope_for(user, "report.view").everything:
        return flows_of_totals(totals, divided)
    seen = totals.visible_to(user, "activity.view").filter(party_set__partnership__isnull=False)
    return together(flows_of_totals(seen, divided), flows_of(activities.filter(partnership=None), divided))


def added_up(parties: Iterable[tuple[int, str, int | None]], divided: Mapping[int, int], of: Callable[[int], tuple[int, int]]) -> Flows:
    """The flows of what `parties` are parties to, as (key, side, region); `of` gives the missions and operations of a key."""
    ends: dict[int, tuple[set[int | None], set[int | None]]] = {}
    for key, side, region in parties:
        ends.setdefault(key, (set(), set()))[side == Side.HOST].add(divided.get(region) if region else None)
    found: dict[tuple[int, int], list[int]] = {}
    elsewhere = 0
    for key, (senders, hosts) in ends.items():
        count, done = of(key)
        elsewhere += count if None in senders | hosts or not (senders and hosts) else 0
        for pair in ((one, other) for one in senders for other in hosts if one is not None and other is not None):
            number = found.setdefault(pair, [0, 0])
            number[0] += count
            number[1] += done
    return [Mission(*pair, *number) for pair, number in found.items()], elsewhere


def together(*parts: Flows) -> Flows:
    """Several flows as one."""
    found: dict[tuple[int, int], list[int]] = {}
    for flows, _elsewhere in parts:
        for flow in flows:
            number = found.setdefault((flow.start, flow.end), [0, 0])
            number[0] += flow.missions
            number[1] += flow.operations
    return [Mission(*pair, *number) for pair, number in found.items()], sum(elsewhere for _flows, elsewhere in parts)
