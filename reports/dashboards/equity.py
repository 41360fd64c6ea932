"""Need against help, region by region: who lacks much and receives nothing comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import pgettext_lazy

from activities.choices import Part
from activities.kinds import missions
from activities.models import ActivityParty
from evaluation.indicators import rows, totals
from evaluation.indicators.partnerships import in_force_of
from evaluation.indicators.scope import Scope
from partnerships.choices import Side
from partnerships.models import PartnershipParty, Region
from partnerships.regions import counted_under
from reports.dashboards.needs import day_of, open_needs
from reports.headline import Chosen

LITTLE = 0.5  # of what the country gives for a point of need on average
STATES = {  # in the order in which they stand: tone, word
    "alone": ("late", pgettext_lazy("help of a region", "need, no help")),
    "little": ("wait", pgettext_lazy("help of a region", "little help for its need")),
    "helped": ("done", pgettext_lazy("help of a region", "helped")),
    "quiet": ("draft", pgettext_lazy("help of a region", "no need stated")),
}


@dataclass
class Balance:
    """One region: what is needed there on the last day of the period, and what it received in the period.

    `weight` and `deficit` are points of need as on the page of deficits: all of it, and what no running partnership covers.
    """

    region: Region
    needs: int = 0
    waiting: int = 0
    weight: int = 0
    covered: int = 0
    missions: int = 0
    consultations: int = 0
    operations: int = 0
    trained: int = 0
    partnerships: int = 0
    state: str = "quiet"

    @property
    def deficit(self) -> int:
        return self.weight - self.covered

    @property
    def is_empty(self) -> bool:
        return not (self.needs or self.received or self.partnerships)

    @property
    def received(self) -> int:
        """Anything at all that reached the region."""
        return self.missions + self.consultations + self.operations + self.trained

    @property
    def tone(self) -> str:
        return STATES[self.state][0]

    @property
    def word(self) -> Any:
        return STATES[self.state][1]


def judge(balances: Iterable[Balance]) -> list[Balance]:
    """Give every region its state, and put those first that lack much and receive nothing. Pure.

    A region has little help when its missions for a point of need are less than half of what they are over all regions together.
    """
    found = list(balances)
    weight, trips = sum(row.weight for row in found), sum(row.missions for row in found)
    for row in found:
        if not row.weight:
            row.state = "quiet"
        elif not row.received:
            row.state = "alone"
        else:
            row.state = "little" if row.missions * weight < LITTLE * trips * row.weight else "helped"
    order = list(STATES)
    return sorted(found, key=lambda row: (order.index(row.state), -row.deficit, -row.weight, row.region.code))


def host_parties(scope: Scope, parties: QuerySet, model: Any, to: str) -> QuerySet:
    """Hosts at the places chosen, the first one for each region that an activity or partnership has there: `under` is that region."""
    places = {f"institution__{key}": value for key, value in scope.host_place.items()}
    under = counted_under("institution__region", scope.divided)
    hosts = parties.filter(side=Side.HOST, institution__region__isnull=False, **places).annotate(under=under)
    earlier = model.objects.filter(**{to: OuterRef(to)}, side=Side.HOST, institution__region__isnull=False, pk__lt=OuterRef("pk"), **places)
    return hosts.filter(~Exists(earlier.annotate(under=under).filter(under=OuterRef("under"))))


def received(user: Any, chosen: Chosen) -> dict[int, dict[str, int]]:
    """By region what its hosts received: {"missions", "consultations", "operations", "trained"}; the same as the figures of that region alone.

    What several regions hosted counts in each. Whole months are read from the totals. At most three queries.
    """
    scope, period = chosen.cell(user)
    cell = (scope, period)
    if (known := totals.received(cell)) is not None:
        return known
    whole = rows.validated([cell], "activity__") & period.within("activity__ends_on") & rows.activity_place(scope, "activity__")
    hosts = host_parties(scope, ActivityParty.objects.filter(whole), ActivityParty, "activity").order_by()
    named = rows.of_specialty(scope, "activity__")
    line = Q(activity__results__specialty=scope.specialty) if scope.specialty else Q(activity__results__isnull=False)
    sums = hosts.values("under").annotate(
        missions=Count("activity", distinct=True, filter=named & Q(activity__kind__in=missions())),
        consultations=Sum("activity__results__consultations", filter=line, default=0),
        operations=Sum("activity__results__operations_done", filter=line, default=0),
    )
    found = {row.pop("under"): row for row in sums}
    present = Q(activity__participants__presence="present", activity__participants__part=Part.TRAINED)
    people = hosts.filter(named).values("under").annotate(
        heads=Sum("activity__participants__count", filter=present & Q(activity__participants__professional=None), default=0),
        names=Count("activity__participants__professional", filter=present, distinct=True),
    )  # fmt: skip
    for row in people:
        found.setdefault(row["under"], {})["trained"] = row["heads"] + row["names"]
    return found


def twinned(user: Any, chosen: Chosen) -> dict[int, int]:
    """By region the partnerships with an agreement in force on the last day. One query."""
    cell = chosen.cell(user)
    standing = rows.agreements([cell]).filter(in_force_of(cell[0], day_of(chosen)))
    parties = PartnershipParty.objects.filter(partnership__in=standing.values("partnership"))
    hosts = host_parties(cell[0], parties, PartnershipParty, "partnership").order_by()
    return dict(hosts.values_list("under").annotate(count=Count("partnership", distinct=True)))


def balances(user: Any, chosen: Chosen) -> list[Balance]:
    """The regions of the home country that the question covers, those that lack much and receive nothing first. Six queries.

    Who counts less than the country sees the regions in which there is something to count.
    """
    scope, _period = chosen.cell(user)
    home = Region.objects.filter(country__code=settings.PORTAL_COUNTRY).on(chosen.divided_on)
    if scope.grounds is not None:
        home = home.filter(pk__in=scope.grounds)
    found = {region.pk: Balance(region) for region in home}
    for need in open_needs(user, chosen):
        if row := found.get(need.region or 0):
            row.needs += 1
            row.waiting += need.waiting
            row.weight += need.weight
            row.covered += need.weight if need.is_covered else 0
    for key, sums in received(user, chosen).items():
        if row := found.get(key):
            for name, value in sums.items():
                setattr(row, name, value)
    for key, count in twinned(user, chosen).items():
        if row := found.get(key):
            row.partnerships = count
    narrow = not scope.reach.everything or scope.institution or scope.level
    return judge(row for row in found.values() if not (narrow and row.is_empty))
