"""The home country: what changes from one country to the next, read from `core/profiles/<code>/profile.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class CountryProfile:
    """Week days count from Monday = 0; `arabic_digits` are the ten digits shown on Arabic pages; `second_language` is the one beside Arabic in
    an agreement between two institutions of the country."""

    country: str
    time_zone: str
    currency: str
    week_end: list[int]
    week_starts: int
    arabic_digits: str
    thousands: str
    decimal: str
    has_zones: bool
    show_hijri: bool
    leading_modules: list[str]
    second_language: str
    months: dict[str, list[str]]
    weekdays: dict[str, list[str]]
    letterhead: dict[str, list[str]]


@cache
def load(folder: Path) -> CountryProfile:
    return CountryProfile(**tomllib.loads((folder / "profile.toml").read_text(encoding="utf-8")))


def home() -> CountryProfile:
    """The profile of the country that this portal serves."""
    return load(settings.PROFILE_DIR)
