"""What speaks against certain days: people, departments and places that are taken, holidays, heat, the agreement.

`find_clashes` is pure: values in, clashes out. `clashes_of` and `clashes_for` read the values, in a fixed number of queries,
and put each clash into one sentence in the reader's language. Nothing here blocks: people decide.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.choices import OFF, PLANNED, ActivityStatus, OccasionKind, Presence
from activities.kinds import REGISTRY
from activities.models import Activity, ActivityParty, Participant, Professional, Site
from activities.occasions import Rule, Special, occasions_between, rules_now
from activities.rules import LONGEST, covering_agreement
from core.formats import day, days, in_language, joined, number, today
from core.profile import home
from partnerships.choices import GIVING, Side
from partnerships.models import Institution, Partnership, Specialty

SERIOUS, WARNING = "serious", "warning"
IDLE = OFF | {ActivityStatus.RETURNED}  # they hold nobody and no place


@dataclass(frozen=True)
class Plan:
    """What an activity takes up. Keys are primary keys; `sites` are the institutions where it takes place."""

    starts_on: date
    ends_on: date
    key: int | None = None
    senders: frozenset[int] = frozenset()
    hosts: frozenset[int] = frozenset()
    sites: frozenset[int] = frozenset()
    specialties: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    zones: frozenset[str] = frozenset()
    unconfirmed: tuple[int, ...] = ()  # parties that have still to say that they take part
    agreement: tuple[date, date] | None = None  # the nearest one when none holds these days
    is_covered: bool = True  # an agreement holds these days, or none is needed
    travels: bool = True  # a team travels: it takes its department and its host up as nothing else does

    def overlaps(self, other: "Plan") -> bool:
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    @property
    def places(self) -> frozenset[int]:
        return self.hosts | self.sites


@dataclass(frozen=True)
class Clash:
    """One thing that speaks against the days: a rule, how much it weighs, and what it is about."""

    rule: str
    severity: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A clash in words."""

    rule: str
    severity: str
    text: str
    address: str = ""  # of the other activity, where the reader may see it

    @property
    def tone(self) -> str:
        return "late" if self.severity == SERIOUS else "wait"


def find_clashes(plan: Plan, others: Iterable[Plan], specials: Iterable[Special], week_end: Sequence[int]) -> list[Clash]:
    """Everything that speaks against `plan`, the serious first. One sentence for each other activity, the weightiest. Pure."""
    found = [Clash("outside_agreement", SERIOUS, {"agreement": plan.agreement})] if not plan.is_covered else []
    for other in sorted(others, key=lambda other: (other.starts_on, other.key or 0)):
        if other.overlaps(plan) and (other.key is None or other.key != plan.key):
            found += taken(plan, other)
    found += in_season(plan, specials)
    if resting := [one for one in each_day(plan) if one.weekday() in week_end]:
        found.append(Clash("week_end", WARNING, {"count": len(resting)}))
    if plan.unconfirmed:
        found.append(Clash("unconfirmed", WARNING, {"institutions": list(plan.unconfirmed)}))
    return sorted(found, key=lambda clash: clash.severity != SERIOUS)


def each_day(plan: Plan) -> Iterator[date]:
    for place in range(min((plan.ends_on - plan.starts_on).days, LONGEST.days) + 1):
        yield plan.starts_on + timedelta(days=place)


def taken(plan: Plan, other: Plan) -> Iterator[Clash]:
    """What another activity on the same days takes away: every person, then the one weightiest thing where both are missions."""
    apart = not plan.places & other.places
    for person in sorted(plan.people & other.people):
        yield Clash("person_twice", SERIOUS if apart else WARNING, {"person": person, "other": other.key})
    if not (plan.travels and other.travels):
        return
    senders = sorted(plan.senders & other.senders)
    if senders and (both := sorted(plan.specialties & other.specialties)):
        yield Clash("department_twice", SERIOUS, {"institution": senders[0], "specialty": both[0], "other": other.key})
    elif here := sorted(plan.places & other.places):
        yield Clash("host_busy", WARNING, {"institution": here[0], "other": other.key})
    elif senders:
        yield Clash("sender_busy", WARNING, {"institution": senders[0], "other": other.key})
    elif also := sorted((plan.senders | plan.hosts) & (other.senders | other.hosts)):
        yield Clash("party_busy", WARNING, {"institution": also[0], "other": other.key})


def in_season(plan: Plan, specials: Iterable[Special]) -> Iterator[Clash]:
    """Holidays, Ramadan, and the heat where the hosts are."""
    for special in specials:
        if special.touches(plan.starts_on, plan.ends_on) and special.is_for(plan.zones):
            yield Clash(str(special.kind), WARNING, {"special": special})


# --- Reading ------------------------------------------------------------------------------------------------------


@dataclass
class Names:
    """What the sentences call things. Activities that the reader may not see are not among them."""

    institutions: dict[int, str] = field(default_factory=dict)
    specialties: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    activities: dict[int, Activity] = field(default_factory=dict)
    spans: dict[int, str] = field(default_factory=dict)


def clashes_of(activity: Activity, user: Any) -> list[Said]:
    """What speaks against the days of an activity, for this reader; reads the parties that are loaded with it.

    An activity that is over or no longer planned has no clashes and costs nothing. Nine queries otherwise.
    """
    if activity.status not in PLANNED or activity.ends_on < today():
        return []
    mine, names = read([activity])
    plan = mine[activity.pk]
    covered, nearest = agreement_for(activity.partnership, activity.starts_on, activity.ends_on)
    awaited = activity.parties.all() if activity.status == ActivityStatus.APPROVED else ()
    unconfirmed = tuple(party.institution_id for party in awaited if party.confirmed_at is None)
    return answer(with_agreement(plan, covered, nearest, unconfirmed), names, user)


def clashes_for(
    partnership: Partnership | None,
    starts_on: date,
    ends_on: date,
    *,
    user: Any,
    sites: Iterable[Institution | str] = (),
    specialties: Iterable[Specialty] = (),
    people: Iterable[Professional] = (),
    senders: Iterable[Institution] = (),
    hosts: Iterable[Institution] = (),
    kind: str = "",
    key: int | None = None,
) -> list[Said]:
    """The same for days that somebody is about to plan. The partnership's own institutions take part unless others are named."""
    giving = list(senders) or (partnership.senders if partnership else [])
    taking = list(hosts) or (partnership.hosts if partnership else [])
    where = [site for site in sites if isinstance(site, Institution)]
    who, what = list(people), list(specialties)
    places = {place.pk: place for place in [*giving, *taking, *where]}
    names = Names(
        institutions={pk: str(place) for pk, place in places.items()},
        specialties={item.pk: item.name for item in what},
        people={person.pk: person.name for person in who},
    )
    zones = frozenset(place.region.zone for place in [*taking, *where] if place.region and place.region.zone)
    plan = Plan(
        starts_on, ends_on, key, frozenset(place.pk for place in giving), frozenset(place.pk for place in taking), frozenset(place.pk for place in where),
        frozenset(names.specialties), frozenset(names.people), zones, travels=not kind or REGISTRY[kind].is_mission,
    )  # fmt: skip
    covered, nearest = agreement_for(partnership, starts_on, ends_on)
    return answer(with_agreement(plan, covered, nearest), names, user)


def with_agreement(plan: Plan, is_covered: bool, nearest: tuple[date, date] | None, unconfirmed: tuple[int, ...] = ()) -> Plan:
    named = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
    return Plan(**{**named, "is_covered": is_covered, "agreement": nearest, "unconfirmed": unconfirmed})


def agreement_for(partnership: Partnership | None, starts_on: date, ends_on: date) -> tuple[bool, tuple[date, date] | None]:
    """Whether a signed agreement holds these days, and the dates of the latest one where none does. At most two queries."""
    if partnership is None or covering_agreement(partnership, starts_on, ends_on):
        return True, None
    nearest = partnership.agreements.filter(signed_on__isnull=False).order_by("-ends_on").first()
    return False, (nearest.starts_on, nearest.last_day) if nearest else None


def answer(plan: Plan, names: Names, user: Any, rules: Sequence[Rule] | None = None) -> list[Said]:
    """Look for the other activities, find the clashes, say them. Seven queries."""
    near = list(around(plan))
    visible = set(Activity.objects.visible_to(user).filter(pk__in=[other.pk for other in near]).values_list("pk", flat=True))
    others = [other for other in near if other.pk in visible or other.status != ActivityStatus.DRAFT]  # a draft of others is nobody's business
    seen, more = read(others)
    names.institutions = {**more.institutions, **names.institutions}
    names.specialties = {**more.specialties, **names.specialties}
    names.people = {**more.people, **names.people}
    names.activities = {other.pk: other for other in others if other.pk in visible}
    names.spans = {other.pk: days(other.starts_on, other.ends_on) for other in others}
    specials = occasions_between(rules_now() if rules is None else rules, plan.starts_on, plan.ends_on)
    return [say(clash, names) for clash in find_clashes(plan, seen.values(), specials, home().week_end)]


def around(plan: Plan) -> Any:
    """The activities on these days that share an institution, a site or a person with the plan. One query."""
    places = plan.senders | plan.hosts | plan.sites
    shared = Q(pk__in=ActivityParty.objects.filter(institution__in=places).values("activity"))
    shared |= Q(pk__in=Site.objects.filter(institution__in=plan.places).values("activity"))
    if plan.people:
        shared |= Q(leader__in=plan.people) | Q(pk__in=Participant.objects.filter(professional__in=plan.people).values("activity"))
    near = Activity.objects.filter(starts_on__gte=plan.starts_on - LONGEST, starts_on__lte=plan.ends_on, ends_on__gte=plan.starts_on)
    return near.filter(shared).exclude(status__in=IDLE).exclude(pk=plan.key).select_related("leader").order_by("starts_on", "pk")[:60]


def read(activities: Sequence[Activity]) -> tuple[dict[int, Plan], Names]:
    """What these activities take up, and what it is called. Four queries, whatever their number."""
    keys = [activity.pk for activity in activities]
    names = Names()
    senders: dict[int, set[int]] = {key: set() for key in keys}
    hosts: dict[int, set[int]] = {key: set() for key in keys}
    sites: dict[int, set[int]] = {key: set() for key in keys}
    zones: dict[int, set[str]] = {key: set() for key in keys}
    specialties: dict[int, set[int]] = {key: set() for key in keys}
    people: dict[int, set[int]] = {activity.pk: {activity.leader_id} if activity.leader_id else set() for activity in activities}
    place = ("institution", "institution__name_ar", "institution__name_fr", "institution__name_en", "institution__region__zone")
    for key, side, pk, ar, fr, en, zone in ActivityParty.objects.filter(activity__in=keys).order_by("pk").values_list("activity", "side", *place):
        names.institutions[pk] = in_language(ar, fr, en)
        if side in GIVING:
            senders[key].add(pk)
        elif side == Side.HOST:
            hosts[key].add(pk)
            zones[key] |= {zone} - {"", None}
    for key, pk, ar, fr, en, zone in Site.objects.filter(activity__in=keys, institution__isnull=False).order_by("pk").values_list("activity", *place):
        names.institutions[pk] = in_language(ar, fr, en)
        sites[key].add(pk)
        zones[key] |= {zone} - {"", None}
    of_specialty = ("specialty", "specialty__name_ar", "specialty__name_fr", "specialty__name_en")
    for key, pk, ar, fr, en in Activity.specialties.through.objects.filter(activity__in=keys).values_list("activity", *of_specialty):
        names.specialties[pk] = in_language(ar, fr, en)
        specialties[key].add(pk)
    booked = Participant.objects.filter(activity__in=keys, professional__isnull=False).exclude(presence__in=[Presence.ABSENT, Presence.WAITING])
    for key, pk, name in booked.order_by("pk").values_list("activity", "professional", "professional__name"):
        people[key].add(pk)
        names.people[pk] = name
    names.people |= {activity.leader_id: activity.leader.name for activity in activities if activity.leader_id}
    found = {
        activity.pk: Plan(
            activity.starts_on, activity.ends_on, activity.pk, frozenset(senders[activity.pk]), frozenset(hosts[activity.pk]),
            frozenset(sites[activity.pk]), frozenset(specialties[activity.pk]), frozenset(people[activity.pk]), frozenset(zones[activity.pk]),
            travels=activity.kind_of.is_mission,
        )
        for activity in activities
    }  # fmt: skip
    return found, names


# --- Words --------------------------------------------------------------------------------------------------------


def say(clash: Clash, names: Names) -> Said:
    """One sentence that says what and who, in the active language."""
    other = clash.facts.get("other")
    activity = names.activities.get(other) if other else None
    return Said(clash.rule, clash.severity, SENTENCES[clash.rule](clash.facts, names), activity.get_absolute_url() if activity else "")


def elsewhere(facts: dict[str, Any], names: Names) -> str:
    """The other activity by its title where the reader may see it, else by its days alone."""
    activity = names.activities.get(facts["other"])
    return activity.title if activity else names.spans.get(facts["other"], "")


def isolated(name: str) -> str:
    """A name that keeps its own direction inside a sentence."""
    return f"\u2068{name}\u2069"


def about_person(facts: dict[str, Any], names: Names) -> str:
    words = {"person": isolated(names.people.get(facts["person"], "—")), "other": elsewhere(facts, names)}
    return _("%(person)s is booked twice on these days: %(other)s.") % words


def about_department(facts: dict[str, Any], names: Names) -> str:
    words = {
        "institution": names.institutions.get(facts["institution"], "—"), "specialty": names.specialties.get(facts["specialty"], "—"),
        "other": elsewhere(facts, names),
    }  # fmt: skip
    return _("%(institution)s already sends its team of %(specialty)s on these days: %(other)s.") % words


def about_place(text: str, facts: dict[str, Any], names: Names) -> str:
    return text % {"institution": names.institutions.get(facts["institution"], "—"), "other": elsewhere(facts, names)}


def about_season(facts: dict[str, Any], names: Names) -> str:
    special: Special = facts["special"]
    words = {"name": special.name, "days": days(special.starts_on, special.ends_on)}
    if special.is_computed:
        return _("%(name)s: %(days)s. Computed by the Umm al-Qura calendar; the announced day may differ.") % words
    return _("%(name)s: %(days)s.") % words


def about_agreement(facts: dict[str, Any], names: Names) -> str:
    if facts["agreement"] is None:
        return _("This partnership has no signed agreement yet.")
    start, end = facts["agreement"]
    return _("These days lie outside the agreement, which runs from %(start)s to %(end)s.") % {"start": day(start), "end": day(end)}


def about_week_end(facts: dict[str, Any], names: Names) -> str:
    count = facts["count"]
    return ngettext("%(count)s day lies on the week-end.", "%(count)s days lie on the week-end.", count) % {"count": number(count)}


def about_unconfirmed(facts: dict[str, Any], names: Names) -> str:
    places = joined(names.institutions.get(pk, "—") for pk in facts["institutions"])
    return _("Not confirmed yet by %(institutions)s.") % {"institutions": places}


SENTENCES = {
    "person_twice": about_person,
    "department_twice": about_department,
    "host_busy": lambda facts, names: about_place(_("%(institution)s hosts something else on these days: %(other)s."), facts, names),
    "sender_busy": lambda facts, names: about_place(_("%(institution)s sends another team on these days: %(other)s."), facts, names),
    "party_busy": lambda facts, names: about_place(_("%(institution)s takes part in something else on these days: %(other)s."), facts, names),
    str(OccasionKind.HOLIDAY.value): about_season,
    str(OccasionKind.FASTING.value): about_season,
    str(OccasionKind.HEAT.value): about_season,
    "outside_agreement": about_agreement,
    "week_end": about_week_end,
    "unconfirmed": about_unconfirmed,
}
