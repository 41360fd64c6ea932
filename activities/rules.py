"""What a report of results must satisfy: one place for form, API, command and demo."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.kinds import ActivityKind
from activities.models import OUTCOMES
from core.formats import day, number, today
from partnerships.models import Agreement, Institution, Partnership, Specialty

LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class ResultLine:
    """The counts of one site in one specialty. A site is an institution, or a named place near a host."""

    institution: Institution | None
    place: str
    specialty: Specialty | None
    counts: dict[str, int] = field(default_factory=dict)  # keys out of OUTCOMES

    @property
    def key(self) -> tuple[int | str, int | None]:
        return (self.institution.pk if self.institution else self.place.casefold(), self.specialty.pk if self.specialty else None)


@dataclass(frozen=True)
class HeadCount:
    """So many people of one cadre from one institution."""

    part: str
    institution: Institution | None
    cadre: str
    count: int


def covering_agreement(partnership: Partnership, starts_on: date, ends_on: date) -> Agreement | None:
    """The signed agreement of the partnership whose dates hold all of these days; the newest when there are several."""
    signed = partnership.agreements.filter(signed_on__isnull=False, starts_on__lte=starts_on, ends_on__gte=ends_on)
    return signed.exclude(status="cancelled").order_by("-starts_on", "-pk").first()


def site_choices(partnership: Partnership) -> list[Institution]:
    """Where an activity may take place: the hosts first, then the other institutions of their regions."""
    hosts = partnership.hosts
    near = Institution.objects.filter(region__in=[place.region_id for place in hosts if place.region_id])
    return hosts + list(near.exclude(pk__in=[place.pk for place in hosts]).select_related("kind").order_by("code")[:60])


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
        dates = {"start": day(nearest.starts_on), "end": day(nearest.ends_on)}
        return {"starts_on": _("These days lie outside the agreement, which runs from %(start)s to %(end)s.") % dates}
    return {}


def problems_with_report(
    *,
    kind: ActivityKind,
    partnership: Partnership | None,
    starts_on: date | None,
    ends_on: date | None,
    lines: Sequence[ResultLine],
    over_plan_reason: str,
) -> dict[str, str]:
    """Every error of a report at once, as {field: message}; fields of a line are named "results.<place>.<field>"."""
    found = problems_with_dates(partnership, starts_on, ends_on)
    if ends_on and ends_on > today() and "ends_on" not in found:
        found["ends_on"] = _("Results are recorded once the days are over: %(day)s has not come yet.") % {"day": day(ends_on)}
    if not lines:
        found["results"] = _("Add at least one line: where, in which specialty, how many.")
    allowed = {place.pk for place in site_choices(partnership)} if partnership else None
    seen: set[tuple[int | str, int | None]] = set()
    for place, line in enumerate(lines):
        if line.key in seen:
            found[f"results.{place}.specialty"] = _("This site and specialty are already on another line.")
        seen.add(line.key)
        if not line.institution and not line.place:
            found[f"results.{place}.site"] = _("Choose the site, or name another place.")
        if line.institution and allowed is not None and line.institution.pk not in allowed:
            found[f"results.{place}.site"] = _("This site is neither a host of the partnership nor in its region.")
        planned, done = line.counts.get("operations_planned", 0), line.counts.get("operations_done", 0)
        if done > planned and not over_plan_reason.strip() and "operations_done" in kind.outcome_fields:
            figures = {"done": number(done), "planned": number(planned)}
            found[f"results.{place}.operations_done"] = _("More operations done (%(done)s) than planned (%(planned)s): correct it, or say why below.") % figures
            found["over_plan_reason"] = _("Say why more was done than planned.")
        for name in line.counts:
            if name not in OUTCOMES:
                found[f"results.{place}.{name}"] = _("This kind of activity does not count that.")
    return found


def refuse(problems: dict[str, Any]) -> None:
    """Raise one ValidationError that carries all `problems` by field."""
    if problems:
        error = ValidationError(_("Some fields need another look."))
        error.by_field = problems  # type: ignore[attr-defined]  # names with dots are no form fields
        raise error
