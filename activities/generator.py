"""Proposing an annual programme: which missions, how many, when, and why each of them.

`propose` is pure and deterministic: needs, offers, calendars and last year's execution in, lines with their reasons out.
`facts_for` reads those values. Reasons are data; `say_reason` words them in the reader's language.

A specialty weighs what its needs weigh (severity and people waiting, as deficits are weighed). It gets a mission for every
MISSION_WEIGHT points, no more than the places that the supporting side's offer has left, and no more than one more than were
held last year. Missions are then spread over the year: each goes to the week nearest to its even share of the year in which
both sides are free and the calendar has nothing against it. Source of the rules: docs/decisions/0012-programme-proposals.md
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activities.choices import ActivityStatus, OccasionKind
from activities.clashes import IDLE
from activities.execution import execution_of
from activities.kinds import REGISTRY
from activities.models import Activity, ActivityParty, PlannedActivity, Programme
from activities.occasions import Special, occasions_between, rules_now
from core.formats import day, days, digits, in_language, joined, month_name, number, today
from core.profile import home
from partnerships.choices import GIVING, NeedKind
from partnerships.deficits import NeedRow
from partnerships.models import Need, Offer, Specialty

MISSION_WEIGHT = 4  # points of need that one mission answers
MISSIONS_AT_MOST = 4  # of one specialty in a year
LINES_AT_MOST = 12
WITHOUT_OFFER = 1  # missions of a specialty in which the supporting side has stated no offer
APART = timedelta(days=21)  # between the first days of two missions
NOTICE = timedelta(days=30)  # nothing is proposed sooner than this
MISSION_DAYS, TRAINING_DAYS = 5, 2
PATIENTS = {"surgical": (60, 18), "medical": (120, 0)}  # consultations and operations of a mission about which nothing is known
TRAINED = 20
TRAINING_KINDS = ("workshop", "study")  # the first that this portal knows
CARE, TRAINING = (NeedKind.CARE,), (NeedKind.TRAINING, NeedKind.PROTOCOL)  # the kinds of need that people travelling can answer
OUT_OF_SEASON, OUT_OF_PERIOD = 2_000, 1_000  # days: a week that is against the calendar or the offer loses to any other

Span = tuple[date, date]
Reason = dict[str, Any]  # {"rule": …, figures}: JSON, kept with the line


@dataclass(frozen=True)
class Wanted:
    """An open need of a host. `waiting` is a number of people, `severity` 1–5."""

    specialty: int
    kind: str
    severity: int
    waiting: int = 0
    is_surgical: bool = False

    @property
    def weight(self) -> int:
        return NeedRow(None, self.specialty, self.kind, self.severity, self.waiting, False).weight

    @property
    def is_training(self) -> bool:
        return self.kind in TRAINING


@dataclass(frozen=True)
class Given:
    """An open offer of the supporting side: missions a year, how many of them go elsewhere, months (none: the whole year)."""

    capacity: int
    used: int = 0
    months: frozenset[int] = frozenset()

    @property
    def left(self) -> int:
        return max(0, self.capacity - self.used)


@dataclass(frozen=True)
class Before:
    """The year before in one specialty: lines planned and held, and the means of its validated missions."""

    planned: int = 0
    held: int = 0
    consultations: int = 0
    operations: int = 0


@dataclass(frozen=True)
class Facts:
    """Everything that a proposal looks at. `taken` are days on which either side is busy, `there` the lines that stand already."""

    year: int
    window: Span
    on: date
    needs: tuple[Wanted, ...] = ()
    offers: dict[int, Given] = field(default_factory=dict)
    agreed: frozenset[int] = frozenset()  # specialties of the partnership; empty: all
    before: dict[int, Before] = field(default_factory=dict)
    taken: tuple[Span, ...] = ()
    there: dict[tuple[str, int | None], int] = field(default_factory=dict)  # lines by kind and specialty
    specials: tuple[Special, ...] = ()
    zones: frozenset[str] = frozenset()
    week_end: tuple[int, ...] = (4, 5)
    week_starts: int = 6
    kinds: frozenset[str] = frozenset({"surgical", "medical", "study"})


@dataclass
class Proposed:
    """One line with its reasons."""

    kind: str
    specialty: int | None
    starts_on: date
    days: int
    consultations: int = 0
    operations: int = 0
    trained: int = 0
    reasons: list[Reason] = field(default_factory=list)

    @property
    def month(self) -> int:
        return self.starts_on.month

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=self.days - 1)


@dataclass
class Idea:
    """A mission that wants a date."""

    kind: str
    specialty: int
    weight: int
    length: int
    months: frozenset[int]
    volumes: dict[str, int]
    reasons: list[Reason]


def propose(facts: Facts) -> list[Proposed]:
    """The lines of a programme, the earliest first. The same facts give the same lines, whatever their order."""
    ideas = wishes(facts)[: max(0, LINES_AT_MOST - sum(facts.there.values()))]
    weeks = free_weeks(facts)
    if not weeks or not ideas:
        return []
    first, last = weeks[0], weeks[-1]
    chosen: list[Proposed] = []
    for idea, place in zip(ideas, spread(len(ideas)), strict=True):
        ideal = first + timedelta(days=round((last - first).days * place))
        line = dated(idea, ideal, weeks, chosen, facts)
        if line:
            chosen.append(line)
    return sorted(chosen, key=lambda line: (line.starts_on, line.kind, line.specialty or 0))


# --- What, and how often ------------------------------------------------------------------------------------------


def wishes(facts: Facts) -> list[Idea]:
    """Missions by weight, the first of every specialty before the second of any: a small year still reaches all."""
    groups: dict[tuple[int, bool], list[Wanted]] = {}
    for need in facts.needs:
        if not facts.agreed or need.specialty in facts.agreed:
            groups.setdefault((need.specialty, need.is_training), []).append(need)
    ordered = sorted(groups.items(), key=lambda item: (-sum(need.weight for need in item[1]), item[0]))
    ranks = {key: place for place, (key, _needs) in enumerate(sorted(ordered, key=lambda item: (-sum(need.waiting for need in item[1]), item[0])), 1)}
    rounds: list[tuple[int, int, Idea]] = []
    for place, (key, needs) in enumerate(ordered):
        for turn, idea in enumerate(ideas_of(key, needs, ranks[key], facts)):
            rounds.append((turn, place, idea))
    return [idea for _turn, _place, idea in sorted(rounds, key=lambda item: item[:2])]


def ideas_of(key: tuple[int, bool], needs: Sequence[Wanted], rank: int, facts: Facts) -> list[Idea]:
    """The missions of one specialty: as many as its needs weigh, its offer has left and last year bears out."""
    specialty, is_training = key
    weight, waiting = sum(need.weight for need in needs), sum(need.waiting for need in needs)
    worst = max(need.severity for need in needs)
    is_surgical = any(need.is_surgical for need in needs)
    kind = next((slug for slug in TRAINING_KINDS if slug in facts.kinds), "study") if is_training else "surgical" if is_surgical else "medical"
    reasons: list[Reason] = []
    if waiting:
        reasons.append({"rule": "waiting", "people": waiting, "rank": rank})
    reasons.append({"rule": "severity", "severity": worst})
    count = 1 if is_training else min(MISSIONS_AT_MOST, max(1, round(weight / MISSION_WEIGHT)))
    offer = facts.offers.get(specialty)
    if offer is None:
        count, reasons = min(count, WITHOUT_OFFER), [*reasons, {"rule": "no_offer"}]
    else:
        count = min(count, offer.left)
        reasons.append({"rule": "offer", "capacity": offer.capacity, "used": offer.used, "left": offer.left})
    before = facts.before.get(specialty, Before())
    if before.planned and not is_training:
        count = min(count, before.held + 1)
        reasons.append({"rule": "last_year", "year": facts.year - 1, "planned": before.planned, "held": before.held})
    count = max(0, count - facts.there.get((kind, specialty), 0))
    idea = Idea(
        kind=kind, specialty=specialty, weight=weight, length=TRAINING_DAYS if is_training else MISSION_DAYS,
        months=offer.months if offer else frozenset(), volumes=volumes(kind, waiting, max(count, 1), before), reasons=reasons,
    )  # fmt: skip
    return [idea] * count


def volumes(kind: str, waiting: int, missions: int, before: Before) -> dict[str, int]:
    """What one mission sets out to do: the mean of last year's where it is known, no more than there are people waiting."""
    if kind not in PATIENTS:
        return {"trained": TRAINED}
    usual = PATIENTS[kind]
    consultations, operations = before.consultations or usual[0], (before.operations or usual[1]) if usual[1] else 0
    share = -(-waiting // missions) if waiting else 0
    if share:
        operations = min(operations, share)
        consultations = min(consultations, 3 * share) if operations else min(consultations, share)
    return {"consultations": consultations, "operations": operations}


# --- When ---------------------------------------------------------------------------------------------------------


def spread(count: int) -> list[float]:
    """Even places between 0 and 1 for `count` missions, in an order that keeps the first of them far apart: 1/6, 5/6, 3/6."""
    places = [(2 * place + 1) / (2 * count) for place in range(count)]
    found = [places.pop(0)] if places else []
    while places:
        farthest = max(places, key=lambda place: (min(abs(place - one) for one in found), -place))
        places.remove(farthest)
        found.append(farthest)
    return found


def free_weeks(facts: Facts) -> list[date]:
    """The first days of the weeks of the year that lie in the agreement and far enough ahead, whatever happens in them."""
    start = max(date(facts.year, 1, 1), facts.window[0], facts.on + NOTICE)
    end = min(date(facts.year, 12, 31), facts.window[1])
    week = start + timedelta(days=(facts.week_starts - start.weekday()) % 7)
    found = []
    while week + timedelta(days=MISSION_DAYS - 1) <= end:
        found.append(week)
        week += timedelta(days=7)
    return found


def dated(idea: Idea, ideal: date, weeks: Sequence[date], chosen: Sequence[Proposed], facts: Facts) -> Proposed | None:
    """The mission in the best week, with why that week; None when no week of the year is free."""
    costs = [(cost(week, idea, ideal, chosen, facts), week) for week in weeks]
    possible = [(penalty, week) for penalty, week in costs if penalty is not None]
    if not possible:
        return None
    _penalty, week = min(possible)
    return Proposed(
        kind=idea.kind, specialty=idea.specialty, starts_on=week, days=idea.length, reasons=[*idea.reasons, *why(week, idea, ideal, chosen, facts)],
        **idea.volumes,
    )  # fmt: skip


def cost(week: date, idea: Idea, ideal: date, chosen: Sequence[Proposed], facts: Facts) -> int | None:
    """How bad a week is, in days from the ideal one and worse; None when somebody is busy or the days are holidays."""
    span = (week, week + timedelta(days=idea.length - 1))
    if any(touch(span, other) for other in facts.taken) or any(abs(line.starts_on - week) < APART for line in chosen):
        return None
    penalty = abs((week - ideal).days)
    for special in against(span, facts):
        if special.kind == OccasionKind.HOLIDAY:
            return None
        penalty += OUT_OF_SEASON
    if idea.months and week.month not in idea.months:
        penalty += OUT_OF_PERIOD
    return penalty


def against(span: Span, facts: Facts) -> list[Special]:
    return [special for special in facts.specials if special.touches(*span) and special.is_for(facts.zones)]


def touch(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def why(week: date, idea: Idea, ideal: date, chosen: Sequence[Proposed], facts: Facts) -> list[Reason]:
    """The reasons for the week: what it avoids between itself and the ideal one, what it could not avoid, and the gap it keeps."""
    span = (week, week + timedelta(days=idea.length - 1))
    found: list[Reason] = []
    ideal_span = (ideal, ideal + timedelta(days=idea.length - 1))
    avoided = [special for special in against(ideal_span, facts) if not special.touches(*span)]
    found += [{"rule": "avoids", "names": list(special.names), "from": special.starts_on.isoformat(), "to": special.ends_on.isoformat()} for special in avoided]
    found += [{"rule": "in_spite_of", "names": list(special.names)} for special in against(span, facts)]
    if idea.months:
        found.append({"rule": "period", "months": sorted(idea.months), "inside": week.month in idea.months})
    if any(touch(ideal_span, other) for other in facts.taken):
        found.append({"rule": "busy", "from": ideal.isoformat()})
    if facts.taken:
        found.append({"rule": "free"})
    if gaps := [abs((line.starts_on - week).days) for line in chosen]:
        found.append({"rule": "spacing", "days": min(gaps)})
    return found


# --- Reading ------------------------------------------------------------------------------------------------------


def facts_for(programme: Programme, user: Any, on: date | None = None) -> Facts:
    """What a proposal for this programme looks at, needs and offers as far as `user` may see them. A fixed number of queries."""
    partnership, agreement, year = programme.partnership, programme.agreement, programme.year
    senders, hosts = [place.pk for place in partnership.senders], partnership.hosts
    host_keys = [place.pk for place in hosts]
    needs = Need.objects.visible_to(user).filter(institution__in=host_keys, closed_on=None, kind__in=[*CARE, *TRAINING]).select_related("specialty")
    offers = Offer.objects.visible_to(user).filter(institution__in=senders, closed_on=None).order_by("pk")
    start, end = date(year, 1, 1), date(year, 12, 31)
    busy = Activity.objects.filter(pk__in=ActivityParty.objects.filter(institution__in=[*senders, *host_keys]).values("activity"))
    busy = busy.filter(starts_on__lte=end, ends_on__gte=start).exclude(status__in=IDLE).order_by("starts_on", "pk")
    lines = list(programme.lines.all())
    there: dict[tuple[str, int | None], int] = {}
    for line in lines:
        there[line.kind, line.specialty_id] = there.get((line.kind, line.specialty_id), 0) + 1
    return Facts(
        year=year, window=(agreement.starts_on, agreement.last_day), on=on or today(),
        needs=tuple(Wanted(need.specialty_id, need.kind, need.severity, need.waiting_count, need.specialty.group == "surgical") for need in needs.order_by("pk")),
        offers=offered(list(offers), senders, programme, year),
        agreed=frozenset(partnership.specialties.values_list("pk", flat=True)),
        before=year_before(programme),
        taken=tuple(busy.values_list("starts_on", "ends_on")) + tuple((line.starts_on, line.ends_on) for line in lines if line.starts_on and line.ends_on),
        there=there, specials=tuple(occasions_between(rules_now(), start, end)),
        zones=frozenset(place.region.zone for place in hosts if place.region and place.region.zone),
        week_end=tuple(home().week_end), week_starts=home().week_starts, kinds=frozenset(REGISTRY),
    )  # fmt: skip


def offered(offers: Sequence[Offer], senders: Sequence[int], programme: Programme, year: int) -> dict[int, Given]:
    """The offers by specialty; `used` counts the missions of that year that these senders have planned or held for others. One query."""
    elsewhere = ActivityParty.objects.filter(institution__in=senders, side__in=GIVING, activity__starts_on__year=year).exclude(
        Q(activity__status__in=IDLE) | Q(activity__status=ActivityStatus.DRAFT) | Q(activity__partnership=programme.agreement.partnership_id)
    )
    used: dict[int, set[int]] = {}
    for activity, specialty in elsewhere.exclude(activity__specialties=None).values_list("activity", "activity__specialties"):
        used.setdefault(specialty, set()).add(activity)
    found: dict[int, Given] = {}
    for offer in offers:
        known = found.get(offer.specialty_id)
        months = frozenset(offer.months) if known is None else known.months | frozenset(offer.months) if known.months and offer.months else frozenset()
        capacity = offer.capacity_per_year + (known.capacity if known else 0)
        found[offer.specialty_id] = Given(capacity, len(used.get(offer.specialty_id, ())), months)
    return found


def year_before(programme: Programme) -> dict[int, Before]:
    """The execution of the year before by specialty, and the means of its validated missions. A fixed number of queries."""
    last = (
        Programme.objects.filter(agreement__partnership=programme.agreement.partnership_id, year=programme.year - 1, status="approved").order_by("-pk").first()
    )
    planned: dict[int, list[bool]] = {}
    for row in execution_of(last).lines if last else ():
        if row.line.specialty_id and REGISTRY[row.line.kind].is_mission:
            planned.setdefault(row.line.specialty_id, []).append(row.state in {"held", "validated"})
    done = Activity.objects.filter(partnership=programme.agreement.partnership_id, starts_on__year__gte=programme.year - 2, starts_on__year__lt=programme.year)
    means = {
        row["results__specialty"]: row
        for row in done.validated().exclude(results__specialty=None).order_by().values("results__specialty").annotate(
            seen=Avg("results__consultations"), operated=Avg("results__operations_done", filter=Q(results__operations_done__gt=0))
        )
    }  # fmt: skip
    return {
        key: Before(
            len(planned.get(key, ())), sum(planned.get(key, ())),
            round(means.get(key, {}).get("seen") or 0), round(means.get(key, {}).get("operated") or 0),
        )
        for key in {*planned, *means}
    }  # fmt: skip


def proposal_for(programme: Programme, user: Any, on: date | None = None) -> list[PlannedActivity]:
    """What `propose` says for this programme, as lines that are not saved, with their specialty loaded."""
    found = propose(facts_for(programme, user, on))
    specialties = Specialty.objects.in_bulk([line.specialty for line in found if line.specialty])
    return [
        PlannedActivity(
            programme=programme, kind=line.kind, specialty=specialties.get(line.specialty or 0), month=line.month, starts_on=line.starts_on, days=line.days,
            consultations=line.consultations, operations=line.operations, trained=line.trained, reasons=line.reasons,
        )
        for line in found
    ]  # fmt: skip


# --- Words --------------------------------------------------------------------------------------------------------


def say_reason(reason: Reason) -> str:
    """One reason as a sentence in the active language; "" for one that this portal no longer knows how to say."""
    words = WORDS.get(str(reason.get("rule")))
    try:
        return words(reason) if words else ""
    except (KeyError, TypeError, ValueError):  # kept by an older release with other figures
        return ""


def of_waiting(reason: Reason) -> str:
    words = {"count": number(reason["people"])}
    if reason["rank"] == 1:
        return ngettext("The longest waiting list: %(count)s person.", "The longest waiting list: %(count)s people.", reason["people"]) % words
    return ngettext("%(count)s person is waiting.", "%(count)s people are waiting.", reason["people"]) % words


def of_offer(reason: Reason) -> str:
    capacity = ngettext("The offer holds %(count)s mission a year", "The offer holds %(count)s missions a year", reason["capacity"]) % {
        "count": number(reason["capacity"])
    }
    if not reason["used"]:
        return _("%(sentence)s.") % {"sentence": capacity}
    used = ngettext("%(count)s goes elsewhere", "%(count)s go elsewhere", reason["used"]) % {"count": number(reason["used"])}
    return pgettext("two halves of a sentence", "%(first)s, %(second)s.") % {"first": capacity, "second": used}


def of_last_year(reason: Reason) -> str:
    words = {"held": number(reason["held"]), "planned": number(reason["planned"]), "year": digits(str(reason["year"]))}
    return _("In %(year)s, %(held)s of %(planned)s were held: at most one more than that.") % words


def named(reason: Reason) -> str:
    return in_language(*reason["names"])


def of_period(reason: Reason) -> str:
    months = joined(month_name(month) for month in reason["months"])
    if reason["inside"]:
        return _("Within the periods of the offer: %(months)s.") % {"months": months}
    return _("Outside the periods of the offer (%(months)s): no free week was found in them.") % {"months": months}


def of_avoided(reason: Reason) -> str:
    span = days(date.fromisoformat(reason["from"]), date.fromisoformat(reason["to"]))
    return _("Keeps clear of %(name)s (%(days)s).") % {"name": named(reason), "days": span}


def of_spacing(reason: Reason) -> str:
    return ngettext("%(count)s day from the nearest other mission.", "%(count)s days from the nearest other mission.", reason["days"]) % {
        "count": number(reason["days"])
    }


WORDS: dict[str, Callable[[Reason], str]] = {
    "waiting": of_waiting,
    "severity": lambda reason: _("Severity %(severity)s of 5.") % {"severity": number(reason["severity"])},
    "no_offer": lambda reason: _("The supporting side has stated no offer in this specialty: ask before it is agreed."),
    "offer": of_offer,
    "last_year": of_last_year,
    "avoids": of_avoided,
    "in_spite_of": lambda reason: _("Falls into: %(name)s. No other week was free.") % {"name": named(reason)},
    "period": of_period,
    "busy": lambda reason: _("Moved from %(day)s, when a side is busy.") % {"day": day(date.fromisoformat(reason["from"]))},
    "free": lambda reason: _("Both sides are free."),
    "spacing": of_spacing,
    "copied": lambda reason: _("Taken over from the programme of the year before."),
}
