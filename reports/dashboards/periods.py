"""Stretches of days that have a name, and the stretch that each is compared with. Pure."""

from datetime import date, timedelta

from evaluation.indicators import Period

THIS_YEAR = "this_year"
YEARS_BACK = 6


def named_periods(on: date) -> dict[str, tuple[date, date]]:
    """What a period with a name stands for on a day: its first and its last day. Years before the last one go by their number."""
    found = {
        THIS_YEAR: (date(on.year, 1, 1), on),
        "last_year": (date(on.year - 1, 1, 1), date(on.year - 1, 12, 31)),
        "twelve_months": (years_before(on) + timedelta(days=1), on),
    }
    return found | {str(year): (date(year, 1, 1), date(year, 12, 31)) for year in range(on.year - 2, on.year - YEARS_BACK, -1)}


def years_before(day: date, count: int = 1) -> date:
    """The same day so many years before; 28 February for a 29th that is missing there."""
    try:
        return day.replace(year=day.year - count)
    except ValueError:
        return day.replace(year=day.year - count, day=28)


def ends_february(day: date) -> bool:
    return day.month == 2 and (day + timedelta(days=1)).month == 3


def stretch_before(start: date | None, end: date | None, on: date) -> Period | None:
    """The same days as many whole years earlier as it takes not to overlap: a quarter is compared with that quarter of the year before.

    Of a period that still runs only the days up to `on` are compared. None where an end is open or the period has not begun.
    """
    if start is None or end is None or start > on:
        return None
    last = min(end, on)
    count = last.year - start.year + (1 if (last.month, last.day) >= (start.month, start.day) else 0)
    before = years_before(last, count)
    if ends_february(last) and not ends_february(before):
        before += timedelta(days=1)
    return Period(years_before(start, count), before)
