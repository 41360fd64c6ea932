"""Amounts of money: how many decimals, which rate, how they are shown. Arithmetic on decimals, never on floats."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.formats import language, number
from core.lifecycle import TransitionRefused
from core.profile import home

DECIMALS = {"KWD": 3, "BHD": 3, "IQD": 3, "JOD": 3, "LYD": 3, "OMR": 3, "TND": 3, "JPY": 0, "KRW": 0}  # ISO 4217; two for all others
CURRENCY_WORDS = {
    "DZD": pgettext_lazy("currency", "DZD"),
    "KWD": pgettext_lazy("currency", "KWD"),
    "EUR": pgettext_lazy("currency", "EUR"),
    "USD": pgettext_lazy("currency", "USD"),
    "GBP": pgettext_lazy("currency", "GBP"),
    "SAR": pgettext_lazy("currency", "SAR"),
    "AED": pgettext_lazy("currency", "AED"),
    "TND": pgettext_lazy("currency", "TND"),
}
CURRENCIES = {  # those that people choose from
    "DZD": gettext_lazy("Algerian dinar"), "KWD": gettext_lazy("Kuwaiti dinar"), "EUR": gettext_lazy("Euro"), "USD": gettext_lazy("United States dollar"),
    "GBP": gettext_lazy("Pound sterling"), "SAR": gettext_lazy("Saudi riyal"), "AED": gettext_lazy("Emirati dirham"), "TND": gettext_lazy("Tunisian dinar"),
}  # fmt: skip


def decimals(currency: str) -> int:
    """How many decimals a currency has: three for the Kuwaiti dinar, two for the Algerian."""
    return DECIMALS.get(currency, 2)


def how_fine(currency: str) -> str:
    """What is said to an amount with more decimals than its currency has."""
    places = decimals(currency)
    return ngettext("This currency has at most %(places)s decimal.", "This currency has at most %(places)s decimals.", places) % {"places": number(places)}


def refuse_finer(currency: str, *amounts: Decimal | None) -> None:
    """Raise TransitionRefused for an amount with more decimals than its currency has."""
    if any(amount is not None and amount != rounded(amount, currency) for amount in amounts):
        raise TransitionRefused("too_fine", how_fine(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the smallest unit of the currency, halves up."""
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), ROUND_HALF_UP)


def in_home_currency(amount: Decimal, currency: str, rate: Decimal | None) -> Decimal | None:
    """`rate` is how many units of the home currency one unit of `currency` costs; None where it is needed and not known."""
    if currency == home().currency:
        return rounded(amount, currency)
    return rounded(amount * rate, home().currency) if rate is not None else None


def money(amount: Decimal | None, currency: str) -> str:
    """An amount as it is read in the active language: its digits, its separators, its decimals, then the currency's code.

    In Arabic the code stands left of the digits, whichever letters it has: amounts below each other line up.
    """
    if amount is None:
        return "—"
    text = f"{number(amount, decimals(currency))}\u00a0{CURRENCY_WORDS.get(currency, currency)}"
    return f"\u2067{text}\u2069" if language() == "ar" else text
