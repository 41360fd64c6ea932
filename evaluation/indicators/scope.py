"""Whose figures, and of when: what every computation of an indicator takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext

from accounts.policy import Reach
from core.formats import days, digits, month_name, number, today
from evaluation.choices import Frequency
from partnerships.models import Institution, Partnership, Region, Specialty
from partnerships.regions import division, ground, ground_of_zone

EVERYTHING = Reach(everything=True)
MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.YEARLY: 12}


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included; an open end is None."""

    start: date | None = None
    end: date | None = None

    @property
    def last(self) -> date:
        """The day on which what holds at the end of the period is looked at: its last day, or today while it runs."""
        return min(self.end, today()) if self.end else today()

    def within(self, field: str) -> Q:
        """Rows whose day `field` lies in the period."""
        wanted = Q()
        if self.start:
            wanted &= Q(**{f"{field}__gte": self.start})
        if self.end:
            wanted &= Q(**{f"{field}__lte": self.end})
        return wanted

    def moved(self, by: timedelta) -> "Period":
        """The same stretch earlier or later."""
        return Period(self.start and self.start + by, self.end and self.end + by)

    @property
    def frequency(self) -> str:
        """Whether this is a whole month, quarter or year of the Gregorian calendar; "" for any other stretch."""
        if self.start is None or self.end is None:
            return ""
        return next((frequency for frequency in MONTHS if period_of(frequency, self.start) == self), "")

    @property
    def label(self) -> str:
        """2026, the third quarter of 2026, March 2026; the days in words for any other stretch."""
        if self.start is None or self.end is None:
            return days(self.start, self.end) if self.start or self.end else ""
        year = digits(str(self.start.year))
        if self.frequency == Frequency.YEARLY:
            return year
        if self.frequency == Frequency.QUARTERLY:
            return pgettext("a quarter", "Q%(number)s %(year)s") % {"number": number((self.start.month + 2) // 3), "year": year}
        if self.frequency == Frequency.MONTHLY:
            return f"{month_name(self.start.month)} {year}"
        return days(self.start, self.end)


def period_of(frequency: str, day: date) -> Period:
    """The month, quarter or year that holds `day`."""
    length = MONTHS[Frequency(frequency)]
    first = (day.month - 1) // length * length + 1
    start = day.replace(month=first, day=1)
    return Period(start, months_later(start, length) - timedelta(days=1))


def months_later(start: date, count: int) -> date:
    """The first day of the month so many months after the month of `start`; `count` may be negative."""
    month = start.year * 12 + start.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)


def periods(frequency: str, until: date, count: int) -> list[Period]:
    """The last `count` months, quarters or years, the oldest first; the last one holds `until`."""
    last, length = period_of(frequency, until), MONTHS[Frequency(frequency)]
    assert last.start is not None
    return [period_of(frequency, months_later(last.start, -length * back)) for back in range(count - 1, -1, -1)]


@dataclass(frozen=True)
class Scope:
    """What a figure is about: the whole country, or narrowed by place, partnership and specialty. Every part may be open.

    `reach` bounds it by what the asker may count. A region, a zone and a level of care count as host, under the division of the day
    `division_of` (today's when open); with several of them one host must answer to all. An institution counts on either side. A kind
    narrows what activities are counted from; agreements, needs and support have no kind and are counted whatever it is.
    `sees_people`: the asker looks after the treated people and reads small numbers about them.
    """

    reach: Reach = EVERYTHING
    region: Region | None = None
    zone: str = ""
    institution: Institution | None = None
    partnership: Partnership | None = None
    specialty: Specialty | None = None
    division_of: date | None = None
    sees_people: bool = False
    kind: str = ""
    level: str = ""

    @cached_property
    def divided(self) -> Mapping[int, int]:
        """For every region the one that it counts under. One query, asked once."""
        return division(self.division_of or today())

    @cached_property
    def grounds(self) -> list[int] | None:
        """The regions that the chosen region and zone stand for; None: everywhere."""
        of_region = ground(self.region.pk, self.divided) if self.region else None
        of_zone = ground_of_zone(self.zone, self.divided) if self.zone else None
        if of_region is None or of_zone is None:
            return of_zone if of_region is None else of_region
        return [key for key in of_region if key in of_zone]

    @property
    def host_place(self) -> dict[str, Any]:
        """What an institution must be to count as host, as a lookup; empty: any."""
        wanted: dict[str, Any] = {} if self.grounds is None else {"region__in": self.grounds}
        return {**wanted, "level": self.level} if self.level else wanted

    def narrowed(self, **parts: Any) -> "Scope":
        """The same with some parts set; the division into regions is not asked again."""
        made = replace(self, **parts)
        if made.division_of == self.division_of:
            known = {"divided"} if (made.region, made.zone) != (self.region, self.zone) else {"divided", "grounds"}
            made.__dict__.update({name: value for name, value in self.__dict__.items() if name in known})
        return made


Cell = tuple[Scope, Period]  # one figure is asked for each
