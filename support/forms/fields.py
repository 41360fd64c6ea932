"""Amounts of money as people type them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import formats
from core.profile import home
from core.text import clean
from support.money import CURRENCIES


class AmountField(forms.DecimalField):
    """An amount that is never negative, typed with any digits, with or without thousands apart, with either decimal mark.

    How many decimals it may have is the currency's: the action says so.
    """

    default_error_messages = {"invalid": _("Type an amount like 150000 or 1250.500.")}

    def __init__(self, *, places: int = 3, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "is-short", "autocomplete": "off"}))
        super().__init__(min_value=Decimal(0), max_digits=14 + places, decimal_places=places, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a text box: min and step belong to number boxes


def plain_number(text: str) -> str:
    """1 250,500 · 1,250.500 · ١٢٥٠٫٥ as Python reads them. A lone comma before one to three last digits is a decimal mark."""
    text = re.sub(r"[\s\u00a0\u202f٬']", "", formats.western(clean(text))).replace("٫", ".").replace("،", ",")
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        return re.sub("[,.]", "", text[:decimal]) + "." + text[decimal + 1 :]
    if text.count(",") == 1 and (len(text) - text.index(",") - 1 != 3 or text.startswith("0,")):
        return text.replace(",", ".")
    return text.replace(",", "")


def currency_choices() -> list[tuple[str, str]]:
    """The home currency first."""
    return [(code, code) for code in dict.fromkeys([home().currency, *CURRENCIES])]
