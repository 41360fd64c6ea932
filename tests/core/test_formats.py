"""Days and numbers, typed and shown."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from core import formats, profile
from core.forms import CountField, DayField
from core.money import decimals, money

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ALGERIAN = ["جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
KUWAITI = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
FRENCH = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]


@pytest.mark.parametrize("day", [date(2026, 1, 1) + timedelta(days=number) for number in range(365)])
def test_every_day_typed_in_any_usual_way_is_understood_and_never_swapped(day):
    plain = f"{day.day}/{day.month}/{day.year}"
    ways = [
        plain, f"{day.day:02}-{day.month:02}-{day.year % 100:02}", plain.translate(ARABIC_INDIC), plain.translate(PERSIAN), day.isoformat(),
        f"{day.day} {ALGERIAN[day.month - 1]} {day.year}", f"{day.day} {KUWAITI[day.month - 1]} {day.year}".translate(ARABIC_INDIC),
        f"{day.day} {FRENCH[day.month - 1]} {day.year}", f"{day.day}.{day.month}.{day.year}", f"  {plain} ",
    ]  # fmt: skip

    assert [formats.parse_day(way) for way in ways] == [day] * len(ways)


@pytest.mark.parametrize("text", ["31/02/2026", "2026", "غداً", "13/13/2026", "1/1/1", "5 شيء 2026", "00/01/2026", "5/11/20266"])
def test_what_is_no_day_is_refused_with_an_example(text):
    with pytest.raises(ValidationError) as refused:
        DayField().clean(text)

    assert "05/11/2026" in refused.value.messages[0]


def test_days_are_written_as_the_country_writes_them():
    assert formats.day(date(2026, 1, 5)) == "5 جانفي 2026"
    assert formats.days(date(2026, 11, 1), date(2026, 11, 5)) == "من 1 إلى 5 نوفمبر 2026"
    with translation.override("fr"):
        assert formats.day(date(2026, 8, 1)) == "1er août 2026"
        assert formats.days(date(2026, 12, 30), date(2027, 1, 3)) == "du 30 décembre 2026 au 3 janvier 2027"


def test_word_of_a_currency_stands_behind_the_digits_whichever_letters_it_has():
    assert [money(Decimal("1234.5"), currency).strip("\u2067\u2069").split("\u00a0")[-1] for currency in ("DZD", "CHF")] == ["دج", "CHF"]
    assert all(money(Decimal(5), currency).startswith("\u2067") and money(Decimal(5), currency).endswith("\u2069") for currency in ("DZD", "CHF"))
    with translation.override("fr"):
        assert money(Decimal(5), "CHF") == "5,00\u00a0CHF"


def test_kuwait_writes_its_own_digits_months_and_marks(settings):
    settings.PROFILE_DIR = settings.PROFILE_DIR.parent / "KW"

    assert decimals(profile.home().currency) == 3
    assert formats.day(date(2026, 1, 5)) == "٥ يناير ٢٠٢٦"
    assert formats.number(1234.5, 1) == "١٬٢٣٤٫٥"
    with translation.override("en"):
        assert formats.number(1234.5, 1) == "1,234.5"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "الأجل اليوم"), (1, "بقي يوم واحد"), (2, "بقي يومان"), (8, "بقيت 8 أيام"), (14, "بقي 14 يوماً"), (100, "بقي 100 يوم"), (-2, "متأخر بيومين")],
)
def test_due_days_obey_the_arabic_plural(days, words):
    today = date(2026, 11, 22)

    assert formats.due_words(today + timedelta(days=days), today) == words


@pytest.mark.parametrize(("typed", "count"), [("12", 12), ("١٢", 12), ("۱۲", 12), ("1 200", 1200), ("", 0)])
def test_counts_take_every_kind_of_digit(typed, count):
    assert CountField().clean(typed) == count


@pytest.mark.parametrize("typed", ["-1", "1.5", "كثير", "²", "99999999", "=1+1"])
def test_what_is_no_count_is_refused(typed):
    with pytest.raises(ValidationError):
        CountField().clean(typed)


def test_count_that_was_not_counted_to_its_end_says_so():
    with translation.override("en"):
        assert formats.number(formats.MoreThan(10_000)) == "more than 10,000"
