"""Amounts of money as people type them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.money import CURRENCIES, CURRENCY_WORDS, decimals
from core.profile import home
from core.text import clean

LONGEST = 3  # decimals of any currency
LONE_MARK = re.compile(r"([1-9]\d{0,2})[,.](\d{3})")
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3}){2,}|-?\d{1,3}(\.\d{3}){2,}")


class AmountField(forms.DecimalField):
    """An amount that is never negative, typed with any digits, with or without thousands apart, with either decimal mark.

    How many decimals it may have is the currency's: the action says so. `whole` digits stand before the decimals at most.
    """

    default_error_messages = {
        "min_value": gettext_lazy("An amount is never negative."),
        "max_digits": gettext_lazy("This amount is too large."),
        "max_whole_digits": gettext_lazy("This amount is too large."),
        "max_decimal_places": gettext_lazy("This amount has too many decimals."),
    }

    def __init__(self, *, whole: int = 14, places: int = 3, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "is-short", "autocomplete": "off"}))
        super().__init__(min_value=Decimal(0), max_digits=whole + places, decimal_places=places, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if not isinstance(value, str):
            return super().to_python(value)
        if self.decimal_places <= LONGEST and (both := two_readings(value)):
            said = {"whole": formats.number(both[0]), "part": formats.number(both[1], decimals(home().currency))}
            raise ValidationError(_("Is it %(whole)s or %(part)s? Type it without a mark between the thousands."), code="invalid", params=said)
        try:
            return super().to_python(plain_number(value))
        except ValidationError as error:
            said = {"whole": formats.number(1_250_000), "part": formats.number(Decimal("1250000.5"), decimals(home().currency))}
            raise ValidationError(_("Type an amount like %(whole)s or %(part)s."), code="invalid", params=said) from error

    def prepare_value(self, value: Any) -> Any:
        """As it can be typed again: as it is read elsewhere where that has one reading, else plain.

        A third decimal where two are usual gets a zero behind it, so that it has one reading.
        """
        if not isinstance(value, Decimal):
            return value
        text = f"{value.normalize():f}"
        if self.decimal_places <= LONGEST and (usual := as_read(value, text.partition(".")[2])) is not None:
            return usual
        return f"{text}0" if self.decimal_places <= LONGEST and two_readings(text) else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a text box: min and step belong to number boxes


def as_read(value: Decimal, part: str) -> str | None:
    """The amount with its thousands apart and the decimals `part` that it has; None where it would be read back as another, or as two."""
    usual = decimals(home().currency)
    text = formats.number(value, max(len(part), usual) if part else 0)
    return text if not two_readings(text) and Decimal(plain_number(text)) == value else None


def in_currency(form: forms.Form, currency: str) -> None:
    """Say in the label of every amount of a form in which currency it is."""
    for field in form.fields.values():
        if isinstance(field, AmountField):
            field.label = f"{field.label} ({CURRENCY_WORDS.get(currency, currency)})"


def marks_only(text: str) -> str:
    """The digits 0-9 with nothing between them but the marks . and , as they were typed."""
    return re.sub(r"[\s\u00a0\u202f٬']", "", formats.western(clean(text))).replace("٫", ".").replace("،", ",")


def two_readings(text: str) -> tuple[Decimal, Decimal] | None:
    """2.500 and 2,500 where money has two decimals: two and a half to some, two thousand five hundred to others. Both of them, or None."""
    found = LONE_MARK.fullmatch(marks_only(text)) if decimals(home().currency) < LONGEST else None
    return (Decimal("".join(found.groups())), Decimal(".".join(found.groups()))) if found else None


def plain_number(text: str) -> str:
    """1 250,50 · 1,250.50 · 1.250.000 · ١٢٥٠٫٥ as Python reads them.

    The last of two different marks is the decimal one; one that comes twice stands between thousands. Where money has three decimals
    a lone comma before three last digits stands between thousands too, a lone point never.
    """
    text = marks_only(text)
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        text = re.sub("[,.]", "", text[:decimal]) + "." + text[decimal + 1 :]
    elif THOUSANDS.fullmatch(text):
        text = re.sub("[,.]", "", text)
    elif text.count(",") == 1:
        is_apart = decimals(home().currency) == LONGEST and LONE_MARK.fullmatch(text)
        text = text.replace(",", "" if is_apart else ".")
    return re.sub(r"(\.\d{3}\d*?)0+$", r"\1", text)


def currency_choices(kept: str = "") -> list[tuple[str, str]]:
    """Each currency by its name and code, the home one first; one that was kept before, or came in a sheet, stays."""
    known = [(code, f"{CURRENCIES[code]} ({code})") for code in dict.fromkeys([home().currency, *CURRENCIES])]
    return [(kept, kept), *known] if kept and kept not in CURRENCIES else known
