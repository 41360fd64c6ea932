"""How days and numbers are written and read: one place for templates, forms, scripts and exports.

Django's own formats are not used for input: its Arabic ones read 05/11/2026 as 11 May.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext
from hijridate import Gregorian

from core.folding import fold
from core.profile import home

LATIN_DIGITS = "0123456789"
HIJRI_MONTHS = {
    "ar": ["محرم", "صفر", "ربيع الأول", "ربيع الثاني", "جمادى الأولى", "جمادى الآخرة", "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة"],
    "fr": ["mouharram", "safar", "rabie el aouel", "rabie ethani", "djoumada el oula", "djoumada ethania", "radjab", "chaâbane", "ramadhan", "chaoual", "dhou el kaâda", "dhou el hidja"],
    "en": ["Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Ula", "Jumada al-Akhirah", "Rajab", "Shaban", "Ramadan", "Shawwal", "Dhu al-Qadah", "Dhu al-Hijjah"],
}  # fmt: skip


def joined(parts: Iterable[Any]) -> str:
    """What is there of `parts`, one after the other, as the active language divides names."""
    return pgettext("between two names", ", ").join(str(part) for part in parts if part)


def language() -> str:
    """The first two letters of the active language; Arabic outside a request."""
    return (get_language() or "ar")[:2]


def in_language(ar: str, fr: str, en: str) -> str:
    """The words in the active language; the nearest ones where they are not known, "" when there are none."""
    preferred = {"ar": (ar, fr, en), "fr": (fr, en, ar)}
    return next((words for words in preferred.get(language(), (en, fr, ar)) if words), "")


def digits(text: str) -> str:
    """`text` with its digits as this country writes them on a page in the active language."""
    if language() != "ar" or home().arabic_digits == LATIN_DIGITS:
        return text
    return text.translate(str.maketrans(LATIN_DIGITS, home().arabic_digits))


def western(text: str) -> str:
    """`text` with every kind of decimal digit turned into 0-9."""
    return "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in text)


def whole_number(text: str) -> int | None:
    """The number that an address or a hidden field carries, where it is one that a database can hold; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class MoreThan(int):
    """A count that was not counted to its end."""


def number(value: int | float | Decimal | None, places: int = 0) -> str:
    """A number as people of this country read it: thousands apart, their decimal mark, their digits."""
    if value is None:
        return "—"
    if language() == "ar":
        thousands, decimal = home().thousands, home().decimal
    else:
        thousands, decimal = (",", ".") if language() == "en" else ("\u202f", ",")
    text = digits(f"{value:,.{places}f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands))
    return gettext("more than %(number)s") % {"number": text} if isinstance(value, MoreThan) else text


def as_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def month_name(month: int) -> str:
    return home().months[language()][month - 1]


def day(value: date | datetime | None, year: bool = True) -> str:
    """A day in words: 22 نوفمبر 2026, 22 novembre 2026."""
    if value is None:
        return "—"
    value = as_day(value)
    ordinal = "1er" if language() == "fr" and value.day == 1 else str(value.day)
    return digits(f"{ordinal} {month_name(value.month)}" + (f" {value.year}" if year else ""))


def long_day(value: date | datetime) -> str:
    return f"{home().weekdays[language()][as_day(value).weekday()]} {day(value)}"


def hijri(value: date) -> str:
    """The day in the Umm al-Qura calendar, in words; "" outside the years that the calendar's tables cover (1924–2077).

    Shown beside a Gregorian date, never stored: other methods of reckoning differ by a day.
    """
    try:
        day_ = Gregorian.fromdate(value).to_hijri()
    except OverflowError:
        return ""
    month = HIJRI_MONTHS[language() if language() in HIJRI_MONTHS else "en"][day_.month - 1]
    return digits(f"{day_.day} {month} {day_.year}")


def moment(value: datetime) -> str:
    """A day and the time of day, in the home zone."""
    return digits(f"{day(value)} {timezone.localtime(value):%H:%M}")


def days(start: date | None, end: date | None) -> str:
    """A stretch of days in words: من 1 إلى 5 نوفمبر 2026."""
    if not start or not end or start == end:
        return day(start or end)
    if (start.year, start.month) == (end.year, end.month):
        first = digits(str(start.day))
    else:
        first = day(start, year=start.year != end.year)
    return gettext("%(first)s to %(last)s") % {"first": first, "last": day(end)}


def short_day(value: date | None) -> str:
    """dd/mm/yyyy, as typed into a form; always 0-9 so that it can be typed back on any keyboard."""
    return f"{value:%d/%m/%Y}" if value else ""


def due_words(due: date, today: date) -> str:
    """How far a due day is, in words: 8 days left, 2 days late, due today."""
    left = (due - today).days
    if left == 0:
        return gettext("due today")
    if left > 0:
        return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": number(left)}
    return ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": number(-left)}


# Every month name that people type, folded: Algerian, Levantine, Gulf, French, English, full or cut to three letters.
EXTRA_MONTHS = {
    "يناير": 1, "كانون الثاني": 1, "فبراير": 2, "شباط": 2, "اذار": 3, "ابريل": 4, "نيسان": 4, "مايو": 5, "ايار": 5,
    "يونيو": 6, "حزيران": 6, "يوليو": 7, "تموز": 7, "اغسطس": 8, "اب": 8, "ايلول": 9, "تشرين الاول": 10, "تشرين الثاني": 11,
    "كانون الاول": 12, "جانفي": 1, "فيفري": 2, "افريل": 4, "ماي": 5, "جوان": 6, "جويليه": 7, "اوت": 8,
    "sept": 9, "juil": 7, "avr": 4, "fev": 2,
}  # fmt: skip


def month_of(word: str) -> int | None:
    word = fold(word)
    if word in EXTRA_MONTHS:
        return EXTRA_MONTHS[word]
    for names in home().months.values():
        for place, name in enumerate(names, 1):
            if fold(name) == word or (len(word) == 3 and word.isascii() and fold(name).startswith(word) and word not in {"jui", "mar", "jun"}):
                return place
    return {"mar": 3, "jun": 6}.get(word)


def parse_day(text: str) -> date:
    """A day typed in any usual way: 5/11/2026, 05-11-26, ٥/١١/٢٠٢٦, 5 نوفمبر 2026, 2026-11-05.

    The day always comes before the month, except in ISO order. Raises ValueError when it is no day at all.
    """
    text = re.sub(r"[\u200e\u200f\u061c\u066c،,]", " ", western(text)).strip()
    if iso := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text):
        year, month, day_ = (int(part) for part in iso.groups())
    elif plain := re.fullmatch(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", text):
        day_, month, year = (int(part) for part in plain.groups())
    elif words := re.fullmatch(r"(\d{1,2})(?:er)?\s+([^\d]+?)\s+(\d{4}|\d{2})", text):
        day_, year = int(words[1]), int(words[3])
        month = month_of(words[2]) or 0
    else:
        raise ValueError(text)
    if year < 100:
        year += 2000 if year < 70 else 1900
    return date(year, month, day_)


def parse_count(text: str) -> int:
    """A whole number typed with any digits, with or without thousands apart. Raises ValueError otherwise."""
    text = re.sub(r"[\s\u00a0\u202f٬]", "", western(text))
    if not re.fullmatch(r"\d{1,7}", text):
        raise ValueError(text)
    return int(text)


def today() -> date:
    """The day it is in the home country."""
    return timezone.localdate()
