"""The figures of the country that everybody may read: by year and zone, without a name, small numbers withheld.

A number below five is said to be fewer than five. So that it cannot be worked out from the total of its year, the next smallest zone
is withheld with it; where that is not enough, the whole line. What is shown of the running year ends with its last whole month, so
that one activity cannot be read from the figures of two days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache

from core.formats import today
from core.privacy import FEWEST
from core.profile import home
from core.switches import is_on, turn
from evaluation.indicators import Period, Scope, measure
from partnerships.choices import Zone
from reports.dashboards.periods import YEARS_BACK
from reports.headline import HEADLINES

SWITCH = "public_figures"
KEPT = 6 * 3600  # seconds; corrections of figures show after that
FEW, WITHHELD = "few", "withheld"
Said = int | str  # a number, FEW or WITHHELD


@dataclass(frozen=True)
class Line:
    """One figure of one year: of the country, and of each of its zones."""

    code: str
    country: Said
    zones: dict[str, Said]


def is_public() -> bool:
    return is_on(SWITCH)


def publish(on: bool, *, by: Any) -> bool:
    """Let everybody read the figures, or nobody; whether that changed anything."""
    return turn(SWITCH, on, by=by)


def protected(total: int, zones: Mapping[str, int]) -> tuple[Said, dict[str, Said]]:
    """The total and its parts as they may be shown, see the head of this module. Pure.

    Whoever knows this rule and adds up what is shown learns the sum of what is missing, and that the larger number that is missing lies
    between five and the smallest that is shown. Where that leaves a small number only one value, nothing of the line is shown.
    """
    small = {zone for zone, value in zones.items() if value < FEWEST}
    if total < FEWEST:
        return FEW, dict.fromkeys(zones, FEW)
    if not small:
        return total, dict(zones)
    larger = sorted((value, zone) for zone, value in zones.items() if zone not in small)
    hidden, shown = larger[:1], larger[1:]
    missing = total - sum(value for value, _zone in shown)
    at_most = missing - FEWEST if hidden else missing  # of the small ones together
    at_least = missing - min(value - (zone < hidden[0][1]) for value, zone in shown) if shown else 0 if hidden else missing
    lowest, highest = max(0, at_least - (FEWEST - 1) * (len(small) - 1)), min(FEWEST - 1, at_most)
    if missing < FEWEST or highest <= lowest:
        return WITHHELD, dict.fromkeys(zones, WITHHELD)
    withheld = {zone for _value, zone in hidden}
    return total, {zone: FEW if zone in small else WITHHELD if zone in withheld else value for zone, value in zones.items()}


def last_day(year: int) -> date:
    """The last day that counts in a year: of the running one that of its last whole month."""
    return min(date(year, 12, 31), today().replace(day=1) - timedelta(days=1))


def years() -> list[int]:
    """The years that are shown, the newest first; the running one once a month of it is over."""
    newest = today().year
    return [year for year in range(newest, newest - YEARS_BACK, -1) if last_day(year).year == year]


def of_year(year: int) -> list[Line]:
    """The seven figures of one year, kept for some hours. Two queries a figure."""
    end = last_day(year)
    key = f"public-figures:{year}:{end:%Y%m%d}"
    kept: list[Line] | None = cache.get(key)
    if kept is None:
        kept = counted(Period(date(year, 1, 1), end))
        cache.set(key, kept, KEPT)
    return kept


def counted(period: Period) -> list[Line]:
    country = Scope(division_of=period.end)
    zones = [zone.value for zone in Zone] if home().has_zones else []
    scopes = [country, *(country.narrowed(zone=zone) for zone in zones)]
    found = []
    for figure in HEADLINES:
        values = [int(said.value or 0) for said in measure(figure.code, [(scope, period) for scope in scopes])]
        total, parts = protected(values[0], dict(zip(zones, values[1:], strict=True)))
        found.append(Line(figure.code, total, parts))
    return found
