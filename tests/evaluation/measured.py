"""Indicators that people type, and their figures."""

from datetime import date
from decimal import Decimal
from typing import Any

from core.formats import today
from evaluation.actions import measurements as actions
from evaluation.actions.referrals import record_referral
from evaluation.actions.targets import set_target
from evaluation.indicators import Period, period_of
from evaluation.measuring import past_periods
from evaluation.models import Indicator, IndicatorValue, ReferralStatistic
from tests.cast import Cast


def waiting_list() -> Indicator:
    """TW14: how far the waiting list fell, in percent, every quarter."""
    return Indicator.objects.get_or_create(
        code="TW14", defaults={"name_ar": "تقليص قائمة الانتظار", "unit": "%", "direction": "higher", "frequency": "quarterly"}
    )[0]


def protocols() -> Indicator:
    """TW30: protocols adopted, a number, every year."""
    return Indicator.objects.get_or_create(
        code="TW30", defaults={"name_ar": "البروتوكولات المعتمدة", "unit": "n", "direction": "higher", "frequency": "yearly"}
    )[0]


def coverage() -> Indicator:
    """A share of people that an institution counts itself, every quarter."""
    return Indicator.objects.get_or_create(code="TX01", defaults={"name_ar": "نسبة", "unit": "%", "direction": "higher", "frequency": "quarterly"})[0]


def measurement(cast: Cast, *steps: str, by=None, indicator: Indicator | None = None, period: Period | None = None, **given) -> IndicatorValue:
    """A figure of the host, typed by Badr for the last quarter; `steps` are taken by whoever may."""
    indicator = indicator or coverage()
    values = {"numerator": Decimal(30), "denominator": Decimal(40) if indicator.unit == "%" else None, **given}
    value = actions.record_measurement(
        by=by or cast.badr, indicator=indicator, partnership=cast.partnership, institution=cast.host,
        period=period or past_periods(indicator.frequency)[0], **values,
    )  # fmt: skip
    for step in steps:
        if step == "submit":
            actions.submit_measurement(value, by=cast.badr)
        elif step == "approve":
            actions.approve_measurement(value, by=cast.ziad)
    return value


def quarter(year: int, number: int) -> Period:
    return period_of("quarterly", date(year, 3 * number, 1))


def referral(cast: Cast, **given) -> ReferralStatistic:
    """Patients of the host that were sent abroad last year."""
    values = {
        "year": today().year - 1,
        "specialty": cast.specialties[0],
        "destination": "abroad",
        "region": None,
        "institution": cast.host,
        "country": None,
        "patients": 12,
    }
    return record_referral(by=None, **{**values, **given})


def everything(cast: Cast) -> dict[str, dict[str, Any]]:
    """One of each, by the name under which the table of addresses speaks of it."""
    draft = measurement(cast)
    handed_in = measurement(cast, "submit", indicator=protocols())
    target = set_target(cast.partnership, coverage(), by=cast.badr, target=Decimal(80))
    return {
        "measurement": {"pk": draft.pk}, "indicatorvalue": {"pk": handed_in.pk}, "target": {"pk": target.pk}, "referral": {"pk": referral(cast).pk},
        "followed": {"pk": cast.partnership.pk, "code": draft.indicator.code},
    }  # fmt: skip
