"""What an activity and its report must satisfy: one place for form, API, command and demo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from activities.choices import OFF, ActivityStatus
from activities.kinds import ActivityKind
from activities.models import OUTCOMES, Activity
from activities.models.result import figure_label
from core.folding import fold
from core.formats import day, number, today
from partnerships.choices import GIVING, Side
from partnerships.models import Agreement, Institution, Partnership, Specialty
from partnerships.querysets import reaching

LONGEST = timedelta(days=60)
HIGHEST = {  # one line, whatever the kind: beyond it somebody mistyped
    "operations_planned": 3_000, "operations_done": 3_000, "transferred": 3_000, "complications": 3_000, "operating_lists": 500,
    "lists_with_checklist": 500, "cases_discussed": 3_000,
}  # fmt: skip
HIGHEST_OF_ALL = 20_000
MOST_PEOPLE = 2_000  # in one head-count

Whose = Activity | Partnership  # both know who gives and who receives


@dataclass(frozen=True)
class ResultLine:
    """The counts of one site in one specialty. A site is an institution, or a named place near a host."""

    institution: Institution | None
    place: str
    specialty: Specialty | None
    counts: dict[str, int] = field(default_factory=dict)  # keys out of OUTCOMES

    @property
    def site_key(self) -> int | str:
        return self.institution.pk if self.institution else fold(self.place)

    @property
    def key(self) -> tuple[int | str, int | None]:
        return (self.site_key, self.specialty.pk if self.specialty else None)


@dataclass(frozen=True)
class HeadCount:
    """So many people of one cadre from one institution."""

    part: str
    institution: Institution | None
    cadre: str
    count: int


@dataclass(frozen=True)
class Volume:
    """What is planned in one specialty, and how many people wait for it."""

    specialty: Specialty
    waiting: int = 0
    consultations: int = 0
    operations: int = 0


def covering_agreement(partnership: Partnership, starts_on: date, ends_on: date) -> Agreement | None:
    """The signed agreement of the partnership that holds all of these days; the newest when there are several.

    A terminated one holds the days before the termination takes effect.
    """
    signed = partnership.agreements.filter(signed_on__isnull=False, starts_on__lte=starts_on).filter(reaching(ends_on))
    return signed.exclude(status="cancelled").order_by("-starts_on", "-pk").first()


# --- Where ----------------------------------------------------------------------------------------------------------


def own_places(whose: Whose, kind: ActivityKind | None = None) -> list[Institution]:
    """The institutions where it takes place: the hosts; the supporting ones too where the kind allows it."""
    hosts, givers = whose.of_side(Side.HOST), whose.of_side(*GIVING)
    if not hosts:  # peers among themselves, or the ministry's own
        return givers or whose.of_side(*Side.values)
    return hosts + givers if kind and kind.at_either_side else hosts


def near(whose: Whose) -> Q:
    """The institutions of the hosts' regions."""
    regions = [place.region_id for place in own_places(whose) if place.region_id]
    return Q(region__in=regions, country__in=[place.country_id for place in own_places(whose)])


def site_choices(whose: Whose, kind: ActivityKind | None = None) -> list[Institution]:
    """Where it may take place, for a menu: the own places first, then up to 60 others of the hosts' regions."""
    own = own_places(whose, kind)
    others = Institution.objects.filter(near(whose)).exclude(pk__in=[place.pk for place in own])
    return own + list(others.select_related("kind", "region").order_by("code")[:60])


def allowed_sites(whose: Whose, kind: ActivityKind | None, asked: Iterable[int]) -> set[int]:
    """Those of `asked` where it may take place. One query at most."""
    asked = set(asked)
    own = {place.pk for place in own_places(whose, kind)}
    others = asked - own
    return own | (set(Institution.objects.filter(near(whose), pk__in=others).values_list("pk", flat=True)) if others else set())


def takes_part(whose: Whose) -> set[int]:
    return {place.pk for place in whose.of_side(*Side.values)}


# --- Errors ---------------------------------------------------------------------------------------------------------


def problems_with_dates(partnership: Partnership | None, starts_on: date | None, ends_on: date | None) -> dict[str, str]:
    """Errors by field about the days of an activity: their order, their length, the agreement that must hold them."""
    if not starts_on or not ends_on:
        return {}
    if ends_on < starts_on:
        return {"ends_on": _("The last day comes before the first.")}
    if ends_on - starts_on > LONGEST:
        return {"ends_on": _("An activity lasts at most 60 days. A longer one is recorded as several.")}
    if partnership and not covering_agreement(partnership, starts_on, ends_on):
        nearest = partnership.agreements.filter(signed_on__isnull=False).order_by("-ends_on").first()
        if nearest is None:
            return {"starts_on": _("This partnership has no signed agreement yet.")}
        dates = {"start": day(nearest.starts_on), "end": day(nearest.last_day)}
        return {"starts_on": _("These days lie outside the agreement, which runs from %(start)s to %(end)s.") % dates}
    return {}


def problems_with_plan(
    *,
    kind: ActivityKind,
    partnership: Partnership,
    starts_on: date | None,
    ends_on: date | None,
    senders: Sequence[Institution] | None = None,
    hosts: Sequence[Institution] | None = None,
    sites: Iterable[Institution | str] = (),
    volumes: Sequence[Volume] = (),
    purpose: str = "",
) -> dict[str, str]:
    """Every error of a plan at once, as {field: message}. None for senders or hosts: all of the partnership's."""
    found = problems_with_dates(partnership, starts_on, ends_on)
    for name, side, chosen in (("senders", GIVING, senders), ("hosts", (Side.HOST,), hosts)):
        there = {place.pk for place in partnership.of_side(*side)}
        if chosen is not None and there and not {place.pk for place in chosen}:
            found[name] = _("Choose at least one institution of this side.")
        elif chosen is not None and not {place.pk for place in chosen} <= there:
            found[name] = _("Choose among the institutions of this partnership.")
    sites = list(sites)
    asked = [place.pk for place in sites if isinstance(place, Institution)]
    if asked and not set(asked) <= allowed_sites(partnership, kind, asked):
        found["sites"] = _("This site is neither a host of the partnership nor in its region.")
    if same := named_twice(sites):
        found["places"] = _("This site is there twice: %(site)s.") % {"site": same}
    if len({volume.specialty.pk for volume in volumes}) < len(volumes):
        found["volumes"] = _("A specialty is there twice: put its figures on one line.")
    if purpose and not kind.asks_purpose:
        found["purpose"] = _("Only visiting missions have a purpose.")
    return found


def named_twice(sites: Iterable[Institution | str]) -> str:
    """The first site that is there twice, also when one is an institution and the other its name; "" when none is."""
    seen: set[str] = set()
    for site in sites:
        names = {fold(name) for name in ((site.name_ar, site.name_fr, site.name_en) if isinstance(site, Institution) else (site,)) if fold(name)}
        if names & seen:
            return str(site)
        seen |= names
    return ""


def problems_with_report(
    *,
    kind: ActivityKind,
    whose: Whose | None,
    starts_on: date | None,
    ends_on: date | None,
    lines: Sequence[ResultLine],
    over_plan_reason: str,
    people: Sequence[HeadCount] = (),
) -> dict[str, str]:
    """Every error of a report at once, as {field: message}.

    Fields of a line are named "results.<place>.<field>", of a head-count "people.<place>.<field>".
    """
    partnership = whose.partnership if isinstance(whose, Activity) else whose
    found = problems_with_dates(partnership, starts_on, ends_on)
    if ends_on and ends_on > today() and "ends_on" not in found:
        found["ends_on"] = _("Results are recorded once the days are over: %(day)s has not come yet.") % {"day": day(ends_on)}
    if not lines:
        found["results"] = _("Add at least one line: where, in which specialty, how many.")
    allowed = allowed_sites(whose, kind, [line.institution.pk for line in lines if line.institution]) if whose else None
    for place, (line, problems) in enumerate(zip(lines, problems_with_sites(lines, whose, kind, allowed), strict=True)):
        problems |= problems_with_counts(kind, line, over_plan_reason)
        found |= {f"results.{place}.{name}": text for name, text in problems.items()}
        if "operations_done" in problems and is_over_plan(kind, line):
            found["over_plan_reason"] = _("Say why more was done than planned.")
    return found | problems_with_people(people, whose, allowed or set())


def problems_with_sites(lines: Sequence[ResultLine], whose: Whose | None, kind: ActivityKind, allowed: set[int] | None) -> list[dict[str, str]]:
    """For every line what is wrong with its site: missing, out of reach, there already, or a name of one that is in the menu."""
    found: list[dict[str, str]] = []
    seen: set[tuple[int | str, int | None]] = set()
    called = {fold(name): place for place in (own_places(whose, kind) if whose else []) for name in (place.name_ar, place.name_fr, place.name_en) if name}
    for line in lines:
        problems: dict[str, str] = {}
        if line.key in seen:
            problems["specialty"] = _("This site and specialty are already on another line.")
        seen.add(line.key)
        if not line.institution and not fold(line.place):
            problems["site"] = _("Choose the site, or name another place.")
        if line.institution and allowed is not None and line.institution.pk not in allowed:
            problems["site"] = _("This site is neither a host of the partnership nor in its region.")
        if not line.institution and fold(line.place) in called:
            problems["site"] = _("Choose this institution from the list instead of writing its name: %(institution)s.") % {
                "institution": called[fold(line.place)]
            }
        found.append(problems)
    return found


def is_over_plan(kind: ActivityKind, line: ResultLine) -> bool:
    return "operations_planned" in kind.all_fields and line.counts.get("operations_done", 0) > line.counts.get("operations_planned", 0)


def problems_with_counts(kind: ActivityKind, line: ResultLine, over_plan_reason: str = "-") -> dict[str, str]:
    """What cannot be, by count of one line: negative, absurd, of another kind, a part larger than its whole."""
    found: dict[str, str] = {}
    for name, value in line.counts.items():
        if name not in OUTCOMES or (value and name not in kind.all_fields):
            found[name] = _("This kind of activity does not count that.")
        elif value < 0:
            found[name] = _("A count cannot be below zero.")
        elif value > HIGHEST.get(name, HIGHEST_OF_ALL):
            found[name] = _("This cannot be right: at most %(highest)s.") % {"highest": number(HIGHEST.get(name, HIGHEST_OF_ALL))}
    planned, done = line.counts.get("operations_planned", 0), line.counts.get("operations_done", 0)
    if is_over_plan(kind, line) and not over_plan_reason.strip() and "operations_done" not in found:
        figures = {"done": number(done), "planned": number(planned)}
        found["operations_done"] = _("More operations done (%(done)s) than planned (%(planned)s): correct it, or say why below.") % figures
    if line.counts.get("lists_with_checklist", 0) > line.counts.get("operating_lists", 0):
        found.setdefault("lists_with_checklist", _("More lists with the checklist than operating lists: correct one of the two."))
    return found


def problems_with_people(people: Sequence[HeadCount], whose: Whose | None, sites: set[int]) -> dict[str, str]:
    """Whoever took part belongs to a party of the activity, or to an institution where it took place."""
    found = {}
    parties = takes_part(whose) | sites if whose else None
    for place, head in enumerate(people):
        if not head.count:
            continue
        if head.institution and parties is not None and head.institution.pk not in parties:
            found[f"people.{place}.institution"] = _("%(institution)s takes no part in this activity: choose one of its institutions.") % {
                "institution": head.institution
            }
        if not 0 <= head.count <= MOST_PEOPLE:
            found[f"people.{place}.count"] = _("This cannot be right: at most %(highest)s.") % {"highest": number(MOST_PEOPLE)}
    return found


def refuse(problems: dict[str, Any]) -> None:
    """Raise one ValidationError that carries all `problems` by field."""
    if problems:
        error = ValidationError(_("Some fields need another look."))
        error.by_field = problems  # type: ignore[attr-defined]  # names with dots are no form fields
        raise error


# --- Warnings: worth a second look, never refused ---------------------------------------------------------------------


def odd_figures(kind: ActivityKind, line: ResultLine) -> list[str]:
    """What is possible and unlikely in one line of results, in words."""
    counts = line.counts
    seen, done = counts.get("consultations", 0), counts.get("operations_done", 0)
    by_sex = sum(counts.get(name, 0) for name in ("men", "women", "children"))
    found = []
    if "consultations" in kind.all_fields and by_sex > seen:
        found.append(
            _("Men, women and children together (%(sum)s) are more than the consultations (%(seen)s).") % {"sum": number(by_sex), "seen": number(seen)}
        )
    if counts.get("complications", 0) > done and "operations_done" in kind.all_fields:
        found.append(_("More complications (%(some)s) than operations (%(done)s).") % {"some": number(counts["complications"]), "done": number(done)})
    people = seen + done + counts.get("cases_discussed", 0)
    if counts.get("transferred", 0) > people:
        found.append(_("More patients transferred (%(some)s) than seen (%(people)s).") % {"some": number(counts["transferred"]), "people": number(people)})
    if counts.get("operating_lists", 0) > done > 0:
        found.append(_("More operating lists (%(lists)s) than operations (%(done)s).") % {"lists": number(counts["operating_lists"]), "done": number(done)})
    if not any(counts.get(name, 0) for name in kind.all_fields):
        found.append(_("Nothing is counted on this line."))
    return found


def look_again(kind: ActivityKind, lines: Sequence[ResultLine], last: Activity | None = None) -> list[str]:
    """What the page that asks to check the figures points at. `last` is the earlier report that these may be copied from."""
    found = []
    for place, line in enumerate(lines, 1):
        texts = odd_figures(kind, line)
        for name in kind.all_fields:
            usual = kind.usual.get(name)
            if usual is not None and line.counts.get(name, 0) > usual:
                words = {"count": figure_label(kind, name), "value": number(line.counts[name]), "usual": number(usual)}
                texts.append(_("%(count)s: %(value)s is more than usual (up to %(usual)s).") % words)
        found += [_("Line %(number)s. %(text)s") % {"number": number(place), "text": text} for text in texts]
    if last is not None and last.results.exists() and {(line.key, *values(kind, line.counts)) for line in lines} == kept_values(last):
        found.append(_("All figures are those of the last time (%(activity)s). Are these really the new ones?") % {"activity": last.title})
    return found


def values(kind: ActivityKind, counts: dict[str, int]) -> tuple[int, ...]:
    return tuple(counts.get(name, 0) for name in kind.all_fields)


def kept_values(activity: Activity) -> set[tuple[Any, ...]]:
    """The results of an activity, comparable with (line.key, *values(…))."""
    rows = activity.results.select_related("site")
    kind = activity.kind_of
    return {((row.site.key, row.specialty_id), *(getattr(row, name) for name in kind.all_fields)) for row in rows}


# --- The same form, or the same request, sent again ---------------------------------------------------------------------


def says_the_same(activity: Activity, given: Mapping[str, Any]) -> bool:
    """Is what was given about the days still what is kept? Senders and hosts count where some are named."""
    names = ("kind", "name", "purpose", "origin", "partnership", "starts_on", "ends_on", "note")
    if any(getattr(activity, name) != given[name] for name in names if name in given):
        return False
    kept = {party.institution_id: party.side for party in activity.parties.all()}
    return all(
        {place.pk for place in given[name]} == {pk for pk, side in kept.items() if side in sides}
        for name, sides in (("senders", GIVING), ("hosts", (Side.HOST,)))
        if name in given
    )


def has_report(
    activity: Activity, *, lines: Sequence[ResultLine], people: Sequence[HeadCount], checklist: str, over_plan_reason: str, note: str
) -> bool:  # fmt: skip
    """Is exactly this report kept, and does it wait for the other side or is it further on?"""
    if activity.reported_at is None or activity.status == ActivityStatus.DISPUTED:
        return False
    kind = activity.kind_of
    said = {(line.key, *values(kind, line.counts)) for line in lines}
    people_kept = sorted((head.part, head.institution_id or 0, head.cadre, head.count) for head in activity.participants.all() if not head.is_named)
    people_said = sorted((head.part, head.institution.pk if head.institution else 0, head.cadre, head.count) for head in people if head.count)
    words = (activity.checklist, activity.over_plan_reason, activity.note) == (checklist, over_plan_reason, note)
    return words and kept_values(activity) == said and people_kept == people_said


# --- The same mission, recorded by both sides ---------------------------------------------------------------------------


def recorded_already(
    *,
    partnership: Partnership,
    kind: str,
    starts_on: date,
    ends_on: date,
    sites: Iterable[int | str],
    uid: Any = None,
) -> Activity | None:
    """An activity of the same partnership and kind on overlapping days with a site in common; None when there is none.

    `sites` are keys of institutions, or names of places. Cancelled and postponed ones do not count. Three queries.
    """
    rows = partnership.activities.filter(kind=kind, starts_on__lte=ends_on, ends_on__gte=starts_on).exclude(uid=uid)
    rows = rows.exclude(status__in=OFF)
    wanted = {fold(site) if isinstance(site, str) else site for site in sites}
    for activity in rows.prefetch_related("sites").order_by("-reported_at", "pk")[:20]:
        if wanted & {site.key for site in activity.sites.all()}:
            return activity
    return None
