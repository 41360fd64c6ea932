"""The reports that may be asked for as files. A new one is one module in `reports/definitions/`.

A register is a table: columns and rows. A narrative is a short sequence of titled parts. Both start from what the asker may see;
page, PDF, Word, XLSX, CSV and schedule come from here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.policy import can, scope_for
from core.exporters import Column
from core.formats import days, today
from evaluation.choices import Frequency
from evaluation.indicators import Period, Scope, period_of
from partnerships.models import Institution, Partnership, Region, Specialty
from reports.dashboards.periods import stretch_before
from reports.headline import Chosen


class Missing(LookupError):
    """What a report was asked about is not there, or no longer for this person."""


@dataclass(frozen=True)
class Part:
    """One titled part: sentences, then a table. `rows` may be read once only; values are plain, words are made by the paper.

    `bars` names columns that are drawn beside their figures, `months` says that the rows are months in a row; `signed` are differences.
    `more` counts the rows that were left out. A part without rows says `empty`.
    """

    key: str
    title: str
    columns: Sequence[Column] = ()
    rows: Iterable[Sequence[Any]] = ()
    words: Sequence[str] = ()
    bars: Sequence[str] = ()
    signed: Sequence[str] = ()
    months: bool = False
    more: int = 0
    empty: str = ""


EVER = Period()


@dataclass(frozen=True)
class Asked:
    """Who asks, of when, about what. Every part but the person may be open."""

    user: Any
    period: Period = EVER
    region: Region | None = None
    specialty: Specialty | None = None
    institution: Institution | None = None
    partnership: Partnership | None = None

    @cached_property
    def chosen(self) -> Chosen:
        """For the headline figures."""
        return Chosen(self.period.start, self.period.end, self.region, specialty=self.specialty, institution=self.institution, partnership=self.partnership)

    @property
    def scope(self) -> Scope:
        return self.chosen.cell(self.user)[0]

    @cached_property
    def before(self) -> Period | None:
        """The stretch that figures are compared with; None for an open period."""
        return stretch_before(self.period.start, self.period.end, today())

    def may(self, action: str) -> bool:
        return can(self.user, action)

    @property
    def about(self) -> list[str]:
        """What it is about beside the period, in the active language."""
        things = (self.partnership, self.institution, self.region, self.specialty)
        return [thing.code if thing is self.partnership else str(getattr(thing, "name", thing)) for thing in things if thing is not None]

    @property
    def period_words(self) -> str:
        if self.period.start is None and self.period.end is None:
            return _("Since the beginning")
        if self.period.start is None:
            return pgettext("a period", "until %(day)s") % {"day": days(None, self.period.end)}
        if self.period.end is None:
            return pgettext("a period", "since %(day)s") % {"day": days(self.period.start, None)}
        return self.period.label


Section = Callable[[Asked], Part | None]


@dataclass(frozen=True)
class Report:
    """One report. `permission` is who may ask for it at all; `parameters` are what the form asks, `needs` those it cannot do without.

    A register has `columns` and `rows`; a narrative has `sections`, of which those answer None that have nothing to say to this person.
    """

    slug: str
    title: str | Promise
    about: str | Promise
    permission: str
    parameters: tuple[str, ...] = ("period",)
    needs: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: Callable[[Asked], Iterable[Sequence[Any]]] | None = None
    sections: tuple[Section, ...] = ()
    rhythm: str = ""  # the usual stretch: "quarterly" asks for a quarter first

    @property
    def is_register(self) -> bool:
        return self.rows is not None

    def parts(self, asked: Asked, note: Callable[[float], None] = lambda share: None) -> Iterator[Part]:
        """The parts in order; `note` hears after each how much of the work is done, from 0 to 1."""
        if self.rows is not None:
            yield Part(self.slug, str(self.title), self.columns, self.rows(asked), empty=_("There is nothing to list for this choice."))
        for place, section in enumerate(self.sections, 1):
            part = section(asked)
            note(place / len(self.sections))
            if part is not None:
                yield part


REGISTRY: dict[str, Report] = {}


def register(report: Report) -> Report:
    if report.slug in REGISTRY:
        raise ValueError(f"{report.slug} is registered twice")
    REGISTRY[report.slug] = report
    return report


def reports_for(user: Any) -> list[Report]:
    """The reports that this person may ask for."""
    return [report for report in REGISTRY.values() if scope_for(user, report.permission)]


# --- Parameters as they are kept ----------------------------------------------------------------------------------

FINDERS: Mapping[str, Callable[[Any], Any]] = {
    "region": lambda user: Region.objects.all(),
    "specialty": lambda user: Specialty.objects.all(),
    "institution": lambda user: Institution.objects.listed(),
    "partnership": lambda user: Partnership.objects.visible_to(user).with_people(),
}


def kept(values: Mapping[str, Any]) -> dict[str, str]:
    """What a form gave, as it is written down: days in ISO order, things by their keys; what is empty is left out."""
    plain = {name: value.isoformat() if isinstance(value, date) else str(value.pk) for name, value in values.items() if value}
    return dict(sorted(plain.items()))


def asked_of(parameters: Mapping[str, str], user: Any) -> Asked:
    """What was written down, looked up for `user`. Raises Missing when a thing is gone or out of their sight."""
    found: dict[str, Any] = {}
    for name, rows in FINDERS.items():
        if key := parameters.get(name):
            found[name] = rows(user).filter(pk=int(key)).first()
            if found[name] is None:
                raise Missing(name)
    start, end = (date.fromisoformat(parameters[name]) if parameters.get(name) else None for name in ("since", "until"))
    return Asked(user, Period(start, end), **found)


def over(asked: Asked, frequency: str, day: date) -> Asked:
    """The same of the month, quarter or year that holds `day`."""
    return replace(asked, period=period_of(Frequency(frequency), day))
