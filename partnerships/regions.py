"""Regions over time: under which region a place counts on a given day.

An institution keeps the finest region that is known for it. Figures of an older division climb from there to the mother
region. Figures follow the law (`valid_from`); who looks after a region whose directorate is not installed yet is a question of
access and is answered by `querysets.of_regions`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import BigIntegerField, Case, Expression, F, Value, When

from core.formats import today
from partnerships.models import Region


def under(regions: Iterable[Region], day: date) -> dict[int, int]:
    """The division of `day`: for the key of every region, the key of the region it counts under. No query.

    A region that does not exist on `day` counts under its mother, and so on upwards; one without a mother under itself.
    `regions` must hold the mothers too. The same answer as `Region.at`, for all regions at once.
    """
    known = {region.pk: region for region in regions}
    found = {}
    for region in known.values():
        above = region
        while not above.exists_on(day) and above.parent_id:
            above = known[above.parent_id]
        found[region.pk] = above.pk
    return found


def division(day: date | None = None) -> dict[int, int]:
    """`under` for all regions there are, on `day`; today when no day is given. One query."""
    return under(Region.objects.only("pk", "parent", "valid_from", "valid_to"), day or today())


def ground(region: int, divided: Mapping[int, int]) -> list[int]:
    """The keys of the regions that count under `region`: itself, and those that were still part of it."""
    return [key for key, above in divided.items() if above == region]


def ground_of_zone(zone: str, divided: Mapping[int, int]) -> list[int]:
    """The keys of the regions that count under a region of `zone`. One query.

    A region counts in the zone of the region it counts under: one that was promoted changes its zone on that day.
    """
    above = set(Region.objects.filter(zone=zone).values_list("pk", flat=True))
    return [key for key, mother in divided.items() if mother in above]


def counted_under(path: str, divided: Mapping[int, int]) -> Expression:
    """For grouping rows by region under a division: the key of the region that the relation `path` counts under."""
    moved: dict[int, list[int]] = {}
    for key, above in divided.items():
        if key != above:
            moved.setdefault(above, []).append(key)
    cases = [When(**{f"{path}__in": keys}, then=Value(above)) for above, keys in sorted(moved.items())]
    return Case(*cases, default=F(f"{path}_id"), output_field=BigIntegerField()) if cases else F(f"{path}_id")


@dataclass(frozen=True)
class Division:
    """A stretch of time in which the home country was divided into the same regions. Open ends are None."""

    count: int
    start: date | None
    end: date | None


def divisions() -> list[Division]:
    """How the home country was divided, oldest first; the last one has no end. One query."""
    regions = list(Region.objects.filter(country__code=settings.PORTAL_COUNTRY).only("valid_from", "valid_to"))
    days = sorted({day for region in regions for day in (region.valid_from, region.valid_to) if day and day <= today()})
    ends: list[date | None] = [*(day - timedelta(days=1) for day in days), None]
    starts: list[date | None] = [None, *days]
    return [Division(sum(region.exists_on(end or today()) for region in regions), start, end) for start, end in zip(starts, ends, strict=True)]
