"""A small country with three years of twinning, of chance but always the same; and its figures reckoned by hand, row by row."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from activities import totals
from activities.kinds import REGISTRY, missions
from activities.models import Activity, ActivityParty, Participant, Professional, Result, Site
from activities.reciprocity import ledger, stays_of
from core.formats import today
from partnerships.actions import create_partnership
from partnerships.choices import Rung
from partnerships.models import Agreement, Institution, Need, Profession, Region, RungReached, ServiceLine
from partnerships.regions import under
from reports.headline import Chosen
from tests.cast import Cast, institution

NEW_ON = date(2026, 4, 4)
LEVELS = ("primary", "secondary", "tertiary")
SENDING = {"sender", "peer"}


def populate(cast: Cast, seed: int = 5, held: int = 50) -> None:
    """Ten hospitals in five regions, one of them made in 2026 out of another; partnerships, days, needs and services."""
    chance = random.Random(seed)
    country = cast.host.country
    mother = Region.objects.create(country=country, code="03", name_ar="الأغواط", zone="south")
    daughter = Region.objects.create(country=country, code="59", name_ar="آفلو", zone="highlands", parent=mother, valid_from=NEW_ON)
    regions = [cast.host.region, cast.partner.region, cast.elsewhere.region, mother, daughter]
    hospitals = [cast.host, cast.partner, cast.elsewhere]
    hospitals += [institution(f"DZ-{region.code}-EPH-{number:02}", f"مستشفى {number}", region) for number, region in enumerate([*regions, *regions[:2]], 50)]
    for place in hospitals:
        place.level = chance.choice(LEVELS)
        place.save(update_fields=["level"])
    partnerships = [cast.partnership]
    for _number in range(9):
        ends = chance.sample(hospitals, 4)
        kinds = chance.sample(cast.specialties, chance.choice((1, 2)))
        hosts = ends[1 : chance.choice((2, 3, 4))]
        start = today() - timedelta(days=chance.randrange(60, 1000))
        made = create_partnership(by=None, senders=ends[:1], hosts=hosts, specialties=kinds, started_on=start)
        partnerships.append(made)
        signed = start + timedelta(days=chance.randrange(50))
        lasts = chance.choice((200, 700))
        Agreement.objects.create(
            partnership=made, kind="convention", year=signed.year, number=made.pk, status="signed", signed_on=signed, starts_on=signed, ends_on=signed + timedelta(days=lasts)
        )  # fmt: skip
    nurse = Profession.objects.create(code="nurse", name_ar="ممرض", group="paramedical")
    names = [Professional.objects.create(institution=chance.choice(hospitals), name=f"ممرضة {number}", profession=nurse) for number in range(5)]
    parties, results, people = [], [], []
    for _number in range(held):
        partnership = chance.choice(partnerships)
        end = today() - timedelta(days=chance.randrange(1, 1000))
        status = chance.choice(["validated"] * 5 + ["reported"])
        own = chance.random() < 0.1
        activity = Activity.objects.create(
            kind=chance.choice(list(REGISTRY)), partnership=None if own else partnership, status=status, starts_on=end - timedelta(days=chance.randrange(4)), ends_on=end
        )  # fmt: skip
        activity.specialties.set(chance.sample(cast.specialties, chance.randrange(3)))
        sides = {party.institution: party.side for party in partnership.parties.select_related("institution")}
        for guest in chance.sample(hospitals, 2):
            sides.setdefault(guest, chance.choice(("host", "funder")))
        parties += [ActivityParty(activity=activity, institution=place, side=side) for place, side in sides.items()]
        hosts = [place for place, side in sides.items() if side == "host"]
        for place in chance.sample(hosts, chance.randrange(1, len(hosts) + 1)):
            site = Site.objects.create(activity=activity, institution=place) if chance.random() < 0.8 else Site.objects.create(activity=activity, place="قاعة")
            for specialty in chance.sample([None, *cast.specialties], 2):
                results.append(
                    Result(activity=activity, site=site, specialty=specialty, consultations=chance.randrange(30), operations_done=chance.choice((0, 0, 7, 11)))
                )
        people += [
            Participant(activity=activity, part=chance.choice(("team", "trained")), institution=chance.choice(list(sides)), count=chance.randrange(1, 9), days=chance.choice((0, 2)))
            for _head in range(3)
        ]  # fmt: skip
        for name in chance.sample(names, 2):
            people.append(
                Participant(
                    activity=activity, part="trained", institution=name.institution, professional=name, presence=chance.choice(("present", "present", "absent"))
                )
            )
    for model, rows in ((ActivityParty, parties), (Result, results), (Participant, people)):
        model.objects.bulk_create(rows)
    totals.rebuild()
    needs = []
    for place in hospitals:
        for specialty in chance.sample(cast.specialties, 2):
            stated = today() - timedelta(days=chance.randrange(900))
            closed = stated + timedelta(days=200) if chance.random() < 0.3 else None
            closed = closed if closed and closed <= today() else None
            needs.append(
                Need(
                    institution=place,
                    specialty=specialty,
                    severity=chance.randrange(1, 6),
                    waiting_count=chance.randrange(400),
                    stated_on=stated,
                    closed_on=closed,
                )
            )
    Need.objects.bulk_create(needs)
    for partnership in partnerships[:6]:
        line = ServiceLine.objects.create(partnership=partnership, specialty=chance.choice(cast.specialties), rung=Rung.REFERRED)
        for days in (900, 400, 30):
            RungReached.objects.create(service_line=line, rung=chance.choice(list(Rung)), reached_on=today() - timedelta(days=days))


class Rows:
    """Everything that one person may count, read once."""

    def __init__(self, user: Any):
        self.regions = {region.pk: region for region in Region.objects.all()}
        held = Activity.objects.visible_to(user, "report.view").filter(status="validated")
        self.activities = list(held.prefetch_related("parties__institution", "results", "participants", "sites", "specialties"))
        self.papers = agreements(Agreement.objects.visible_to(user, "report.view").filter(signed_on__isnull=False))
        self.every_paper = agreements(Agreement.objects.filter(status="signed"))
        lines = ServiceLine.objects.visible_to(user, "report.view")
        self.services = list(lines.select_related("specialty").prefetch_related("partnership__parties__institution", "rungs"))
        whose = set(Institution.objects.visible_to(user, "report.view"))
        mine = {membership.partnership_id for membership in user.standing}
        whose |= {
            party.institution for paper in self.every_paper if paper.partnership_id in mine for party in paper.partnership.parties.all() if party.side == "host"
        }
        self.needs = [need for need in Need.objects.select_related("institution", "specialty") if need.institution in whose]


def agreements(rows: Any) -> list[Agreement]:
    return list(rows.select_related("partnership").prefetch_related("partnership__parties__institution", "partnership__specialties"))


@dataclass
class ByHand:
    """The figures of a question: rows looked at one by one in Python."""

    rows: Rows
    chosen: Chosen

    def __post_init__(self) -> None:
        self.regions = self.rows.regions
        self.divided = under(self.regions.values(), self.chosen.divided_on)

    def within(self, day: date) -> bool:
        return (self.chosen.start is None or day >= self.chosen.start) and (self.chosen.end is None or day <= self.chosen.end)

    def region_of(self, place: Institution) -> Region | None:
        return self.regions[self.divided[place.region_id]] if place.region_id else None

    def is_place(self, place: Institution) -> bool:
        """Whether a host answers to region, zone and level together."""
        chosen, region = self.chosen, self.region_of(place)
        if chosen.region and region != chosen.region:
            return False
        if chosen.zone and (region is None or region.zone != chosen.zone):
            return False
        return not chosen.level or place.level == chosen.level

    def takes_part(self, parties: Iterable[Any]) -> bool:
        parties = list(parties)
        asked = self.chosen.region or self.chosen.zone or self.chosen.level
        if asked and not any(party.side == "host" and self.is_place(party.institution) for party in parties):
            return False
        return self.chosen.institution is None or self.chosen.institution in [party.institution for party in parties]

    def names(self, thing: Any) -> bool:
        return self.chosen.specialty is None or self.chosen.specialty in thing.specialties.all()

    @cached_property
    def placed(self) -> list[Activity]:
        """Activities of period, place and kind, whatever their specialties."""
        return [
            row for row in self.rows.activities
            if self.within(row.ends_on) and self.takes_part(row.parties.all()) and (not self.chosen.kind or row.kind == self.chosen.kind)
        ]  # fmt: skip

    @cached_property
    def held(self) -> list[Activity]:
        return [row for row in self.placed if self.names(row)]

    @cached_property
    def lines(self) -> list[Result]:
        return [line for row in self.placed for line in row.results.all() if self.chosen.specialty is None or line.specialty_id == self.chosen.specialty.pk]

    @cached_property
    def signed(self) -> list[Agreement]:
        return [
            paper
            for paper in self.rows.papers
            if self.within(paper.signed_on) and self.takes_part(paper.partnership.parties.all()) and self.names(paper.partnership)
        ]

    def trained(self, rows: Iterable[Activity]) -> int:
        people = [head for row in rows for head in row.participants.all() if head.part == "trained" and head.presence == "present"]
        return sum(head.count for head in people if not head.professional_id) + len({head.professional_id for head in people if head.professional_id})

    def places(self, sides: set[str]) -> set[Institution]:
        found = {party.institution for row in self.held for party in row.parties.all() if party.side in sides}
        if not self.chosen.kind:
            found |= {party.institution for paper in self.signed for party in paper.partnership.parties.all() if party.side in sides}
        return found

    def figures(self) -> dict[str, int]:
        return {
            "agreements": len(self.signed), "senders": len(self.places(SENDING)), "hosts": len(self.places({"host"})),
            "missions": sum(row.kind in missions() for row in self.held), "consultations": sum(line.consultations for line in self.lines),
            "operations": sum(line.operations_done for line in self.lines), "trained": self.trained(self.held),
        }  # fmt: skip

    def months(self, year: int) -> list[tuple[int, int]]:
        """Operations of each month of a year and of the year before, whatever days are asked for, under the same division."""
        ever = ByHand(self.rows, replace(self.chosen, start=None, end=None, division_of=self.chosen.divided_on))
        days = {row.pk: row.ends_on for row in self.rows.activities}
        found: Counter[tuple[int, int]] = Counter()
        for line in ever.lines:
            found[days[line.activity_id].year, days[line.activity_id].month] += line.operations_done
        return [(found[year, month], found[year - 1, month]) for month in range(1, 13)]

    def by_specialty(self) -> dict[int | None, int]:
        found: Counter[int | None] = Counter()
        for line in self.lines:
            found[line.specialty_id] += line.operations_done
        return {key: value for key, value in found.items() if value}

    def host_regions(self, rows: Iterable[Activity]) -> dict[int, list[Activity]]:
        """By region the activities that one of its institutions hosts."""
        found: dict[int, list[Activity]] = defaultdict(list)
        for row in rows:
            for key in {self.divided[party.institution.region_id] for party in row.parties.all() if party.side == "host" and party.institution.region_id}:
                found[key].append(row)
        return found

    @property
    def day(self) -> date:
        return min(self.chosen.end or today(), today())

    @cached_property
    def needs(self) -> list[tuple[Need, bool]]:
        """The needs open on the last day with whether they are covered."""
        covered = {
            (party.institution_id, specialty)
            for paper in self.rows.every_paper if paper.starts_on <= self.day <= paper.ends_on
            for party in paper.partnership.parties.all() if party.side == "host" for specialty in paper.partnership.specialties.all()
        }  # fmt: skip
        return [
            (need, (need.institution_id, need.specialty) in covered)
            for need in self.rows.needs
            if need.stated_on <= self.day and (need.closed_on is None or need.closed_on > self.day)
            and self.is_place(need.institution) and self.chosen.institution in (None, need.institution) and self.chosen.specialty in (None, need.specialty)
        ]  # fmt: skip

    def coverage(self) -> dict[int, tuple[int, int, int, int]]:
        """By specialty: needs, covered ones, people waiting, missions."""
        found: dict[int, list[int]] = {}
        for need, is_covered in self.needs:
            row = found.setdefault(need.specialty_id, [0, 0, 0, 0])
            row[0] += 1
            row[1] += is_covered
            row[2] += need.waiting_count
        for row in self.held:
            for specialty in row.specialties.all():
                if row.kind in missions() and specialty.pk in found:
                    found[specialty.pk][3] += 1
        return {key: tuple(row) for key, row in found.items()}

    def balances(self) -> dict[str, tuple[int, ...]]:
        """By the code of a region: needs, waiting, weight, covered weight, missions, consultations, operations, trained, partnerships."""
        found: dict[str, tuple[int, ...]] = {}
        for region in self.regions.values():
            if (
                not region.exists_on(self.chosen.divided_on)
                or (self.chosen.region and region != self.chosen.region)
                or (self.chosen.zone and region.zone != self.chosen.zone)
            ):
                continue
            needs = [(need, is_covered) for need, is_covered in self.needs if self.region_of(need.institution) == region]
            weigh = [(need.severity + min(5, need.waiting_count // 50), is_covered) for need, is_covered in needs]

            def here(parties: Iterable[Any], region: Region = region) -> bool:
                return any(party.side == "host" and self.region_of(party.institution) == region and self.is_place(party.institution) for party in parties)

            placed = [row for row in self.placed if here(row.parties.all())]
            lines = [line for line in self.lines if line.activity_id in {row.pk for row in placed}]
            held = [row for row in placed if self.names(row)]
            running = {
                paper.partnership_id for paper in self.rows.papers
                if paper.status == "signed" and paper.starts_on <= self.day <= paper.ends_on and self.takes_part(paper.partnership.parties.all())
                and self.names(paper.partnership) and here(paper.partnership.parties.all())
            }  # fmt: skip
            found[region.code] = (
                len(needs), sum(need.waiting_count for need, _is in needs), sum(weight for weight, _is in weigh), sum(weight for weight, is_covered in weigh if is_covered),
                sum(row.kind in missions() for row in held), sum(line.consultations for line in lines), sum(line.operations_done for line in lines),
                self.trained(held), len(running),
            )  # fmt: skip
        return found

    def flows(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Missions and their operations from region to region."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for row in self.held:
            if row.kind not in missions():
                continue
            ends: dict[bool, set[int]] = {True: set(), False: set()}
            for party in row.parties.all():
                if party.side in SENDING | {"host"}:
                    ends[party.side == "host"].add(self.divided[party.institution.region_id])
            for pair in ((one, other) for one in ends[False] for other in ends[True]):
                trips, done = found.get(pair, (0, 0))
                found[pair] = trips + 1, done + sum(line.operations_done for line in row.results.all())
        return found

    def ways(self) -> tuple[int, int]:
        there = back = 0
        for row in (row for row in self.held if row.partnership_id):
            made = ledger(stays_of([row]), {party.institution_id: party.side for party in row.parties.all()})
            there, back = there + made.to_hosts.days, back + made.to_senders.days
        return there, back

    def ladder(self, day: date) -> Counter[str]:
        found: Counter[str] = Counter()
        for line in self.rows.services:
            steps = [step for step in line.rungs.all() if step.reached_on <= day]
            if steps and self.takes_part(line.partnership.parties.all()) and self.chosen.specialty in (None, line.specialty):
                found[max(steps, key=lambda step: (step.reached_on, step.pk)).rung] += 1
        return found
