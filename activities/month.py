"""The activities of a stretch of days, laid out for a calendar: weeks, entries of each day, clashes marked.

Two queries, whatever the number of activities: the days of all of them, then what is told of those that are shown. Everything
else is arithmetic.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import pgettext

from activities.choices import OFF, OccasionKind
from activities.kinds import REGISTRY
from activities.models import Activity
from activities.occasions import Special, hijri_day
from activities.rules import LONGEST
from core.formats import HIJRI_MONTHS, days, digits, in_language, joined, language
from core.profile import home
from partnerships.choices import GIVING, Side

SHOWN_A_DAY = 3
AGENDA_PAGE = 60  # activities of a list of days at once
COMPARED = 400  # activities of a stretch; among more, clashes are not looked for: a month of them is narrowed first


@dataclass
class Entry:
    """One activity on a calendar."""

    activity: Activity
    code: str = ""  # of the partnership
    senders: dict[int, str] = field(default_factory=dict)
    hosts: dict[int, str] = field(default_factory=dict)
    specialties: set[int] = field(default_factory=set)
    clashes: bool = False

    @property
    def subject(self) -> str:
        """What is done: the subject of a lecture, the kind of anything else."""
        return self.activity.name or str(REGISTRY[self.activity.kind].label)

    @property
    def place(self) -> str:
        return first_two(self.hosts.values()) or first_two(self.senders.values())

    @property
    def between(self) -> str:
        """The places of the two sides, as the title of a partnership has them."""
        ends = [first_two(self.senders.values()), first_two(self.hosts.values())]
        return pgettext("two sides of a partnership", "%(sender)s and %(host)s") % {"sender": ends[0], "host": ends[1]} if all(ends) else "".join(ends)

    @property
    def span(self) -> str:
        return days(self.activity.starts_on, self.activity.ends_on)


def first_two(names: Iterable[str]) -> str:
    """Up to two names, then how many more."""
    found = list(dict.fromkeys(names))
    more = f" \u2066+{digits(str(len(found) - 2))}\u2069" if len(found) > 2 else ""
    return joined(found[:2]) + more


COLUMNS = (
    "pk", "kind", "name", "status", "starts_on", "ends_on", "leader", "version", "uid", "partnership__code",
    "parties__side", "parties__institution",
    "parties__institution__region__name_ar", "parties__institution__region__name_fr", "parties__institution__region__name_en",
    "parties__institution__name_ar", "parties__institution__name_fr", "parties__institution__name_en", "specialties",
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """The days of one activity."""

    pk: int
    starts_on: date
    ends_on: date


def spans_between(activities: QuerySet[Activity], start: date, end: date) -> list[Span]:
    """The activities that touch these days, the earliest first. One query over one table."""
    near = activities.filter(starts_on__gte=start - LONGEST, starts_on__lte=end, ends_on__gte=start)
    return [Span(*row) for row in near.order_by("starts_on", "pk").values_list("pk", "starts_on", "ends_on")]


def firsts_of_days(spans: Sequence[Span], start: date, end: date) -> dict[date, tuple[list[int], int]]:
    """For each day from `start` to `end`: the keys of those that fit its cell, and how many there are besides."""
    found: dict[date, list[Span]] = {}
    for span in spans:
        on, last = max(span.starts_on, start), min(span.ends_on, end)
        while on <= last:
            found.setdefault(on, []).append(span)
            on += timedelta(days=1)
    days = {}
    for on, all_day in found.items():
        if len(all_day) > SHOWN_A_DAY:  # not all fit: what begins on this day is news
            all_day.sort(key=lambda span, on=on: span.starts_on != on)  # type: ignore[misc]
        days[on] = ([span.pk for span in all_day[:SHOWN_A_DAY]], max(0, len(all_day) - SHOWN_A_DAY))
    return days


def read_entries(keys: Collection[int]) -> list[Entry]:
    """What is told of these activities, the earliest first. One query: activities, parties and specialties side by side."""
    return entries_of(Activity.objects.filter(pk__in=keys))


def entries_of(activities: QuerySet[Activity]) -> list[Entry]:
    found: dict[int, Entry] = {}
    rows = activities.order_by("starts_on", "pk", "parties__pk").values_list(*COLUMNS)
    for pk, kind, name, status, starts_on, ends_on, leader, version, uid, code, side, place, *names, specialty in rows:
        entry = found.get(pk)
        if entry is None:
            made = Activity(pk=pk, kind=kind, name=name, status=status, starts_on=starts_on, ends_on=ends_on, leader_id=leader, version=version, uid=uid)
            entry = found[pk] = Entry(made, code or "")
        if place:
            called = in_language(*[text or "" for text in names[:3]]) or in_language(*names[3:])
            if side in GIVING:
                entry.senders[place] = called
            elif side == Side.HOST:
                entry.hosts[place] = called
        if specialty:
            entry.specialties.add(specialty)
    return list(found.values())


def mark_clashes(entries: Sequence[Entry]) -> None:
    """Mark the activities that share a leader on the same days, and the missions that share a sender's specialty or a host.

    Reads what is loaded, nothing more: the page of an activity knows its whole team.
    """
    held: dict[tuple[str, int, int], list[Entry]] = {}
    for entry in entries:
        if entry.activity.status in OFF:
            continue
        if entry.activity.leader_id:
            held.setdefault(("leader", entry.activity.leader_id, 0), []).append(entry)
        if not REGISTRY[entry.activity.kind].is_mission:
            continue
        for place in entry.senders:
            for specialty in entry.specialties:
                held.setdefault(("department", place, specialty), []).append(entry)
        for place in entry.hosts:
            held.setdefault(("host", place, 0), []).append(entry)
    for rows in held.values():
        last: Entry | None = None
        for entry in sorted(rows, key=lambda entry: (entry.activity.starts_on, entry.activity.pk)):
            if last and entry.activity.starts_on <= last.activity.ends_on:
                entry.clashes = last.clashes = True
            if last is None or entry.activity.ends_on > last.activity.ends_on:
                last = entry


@dataclass(frozen=True)
class Stretch:
    """The activities of some days: how many they are, and those of them that are told."""

    count: int
    entries: list[Entry]
    firsts: dict[date, tuple[list[int], int]]  # of a table, as `firsts_of_days` has them
    page: Page | None  # of a list: the spans of its part that is shown
    is_compared: bool  # whether clashes were looked for

    @property
    def clashing(self) -> int:
        return sum(entry.clashes for entry in self.entries)


def read_stretch(activities: QuerySet[Activity], start: date, end: date, *, page: str | None = None) -> Stretch:
    """Those that touch these days, as a table or, with the number of a `page`, as a list. Few enough are read whole, so that their clashes
    are found; else only what is shown: what fits the cells of the table, the page of the list."""
    spans = spans_between(activities, start, end)
    firsts = firsts_of_days(spans, start, end) if page is None else {}
    part = None if page is None else Paginator(spans, AGENDA_PAGE).get_page(page)
    is_compared = len(spans) <= COMPARED
    if is_compared:
        entries = read_entries([span.pk for span in spans])
        mark_clashes(entries)
    else:
        entries = read_entries({key for keys, _more in firsts.values() for key in keys} if part is None else [span.pk for span in part])
    return Stretch(len(spans), entries, firsts, part, is_compared)


@dataclass
class Day:
    """One cell. `entries` are the first of the day, `more` how many there are besides."""

    on: date
    in_month: bool
    is_today: bool
    is_rest: bool
    entries: list[Entry] = field(default_factory=list)
    more: int = 0
    holidays: list[Special] = field(default_factory=list)
    hijri: str = ""
    hijri_month: str = ""  # where `hijri` is a number alone

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.holidays


def weeks_of(
    month: date, firsts: Mapping[date, tuple[list[int], int]], entries: Mapping[int, Entry], specials: Sequence[Special], today: date
) -> list[list[Day]]:
    """The weeks of the month of `month`, from the country's first day of the week, each day with its first entries."""
    first, last = bounds(month)
    on = first - timedelta(days=(first.weekday() - home().week_starts) % 7)
    weeks: list[list[Day]] = []
    while on <= last:
        week = [on + timedelta(days=place) for place in range(7)]
        weeks.append([day_of(day, month, *firsts.get(day, ([], 0)), entries, specials, today) for day in week])
        on += timedelta(days=7)
    return weeks


def day_of(on: date, month: date, keys: list[int], more: int, entries: Mapping[int, Entry], specials: Sequence[Special], today: date) -> Day:
    in_month = (on.year, on.month) == (month.year, month.month)
    day = Day(on, in_month, on == today, on.weekday() in home().week_end)
    if not in_month:
        return day
    day.entries, day.more = [entries[key] for key in keys], more
    day.holidays = [special for special in specials if special.kind == OccasionKind.HOLIDAY and special.touches(on, on)]
    if home().show_hijri:
        day.hijri, day.hijri_month = hijri_words(on, is_named=on.day == 1)
    return day


def bounds(month: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first, after - timedelta(days=1)


def hijri_words(on: date, is_named: bool = False) -> tuple[str, str]:
    """The day of the Hijri month, and the month: in one where it is named for all to see, as on its first day, else apart."""
    found = hijri_day(on)
    if found is None:
        return "", ""
    _year, month, day = found
    name = HIJRI_MONTHS[language() if language() in HIJRI_MONTHS else "en"][month - 1]
    return (digits(f"{day} {name}"), "") if is_named or day == 1 else (digits(str(day)), name)


def hijri_months(start: date, end: date) -> str:
    """The Hijri months of a stretch of days: رجب – شعبان 1448."""
    ends = [hijri_day(start), hijri_day(end)]
    if ends[0] is None or ends[1] is None:
        return ""
    names = HIJRI_MONTHS[language() if language() in HIJRI_MONTHS else "en"]
    (year, month, _day), (last_year, last_month, _last) = ends
    if (year, month) == (last_year, last_month):
        return digits(f"{names[month - 1]} {year}")
    return digits(f"{names[month - 1]}{f' {year}' if year != last_year else ''} – {names[last_month - 1]} {last_year}")


def by_day(entries: Sequence[Entry], start: date) -> list[dict[str, Any]]:
    """The entries as {"on", "entries"} by first day, those that began before `start` under it."""
    found: dict[date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(max(entry.activity.starts_on, start), []).append(entry)
    return [{"on": on, "entries": rows} for on, rows in sorted(found.items())]
