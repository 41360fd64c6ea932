"""Three years of figures for the demonstration's pair: a mission each quarter, what it aims at, what people typed, patients who were sent.

All invented, and saying so. Built through the portal's own actions; only the days on which reports came in are set back.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from activities.actions import counter_confirm_activity, log_activity, validate_activity
from activities.choices import Cadre, Part
from activities.models import Activity
from activities.rules import HeadCount, ResultLine, covering_agreement
from core.formats import today
from core.outbox import quietly
from evaluation.actions.measurements import approve_measurement, record_measurement, submit_measurement, transition_measurement
from evaluation.actions.referrals import import_referrals
from evaluation.actions.targets import set_target
from evaluation.indicators import Period, periods
from evaluation.lifecycle import MEASUREMENT
from evaluation.measuring import Share, past_periods
from evaluation.models import Indicator
from evaluation.referral_sheet import Line
from partnerships.models import Institution, Partnership, Region, Specialty

INVENTED = "رقم تجريبي من وضع البوابة لأغراض العرض."
OPERATIONS = (8, 9, 7, 10, 9, 8, 10, 13, 14, 15, 17)  # done in a quarter, the oldest first
POSTPONED = (3, 2, 3, 3, 2, 2, 2, 1, 1, 1, 1)
WAITING = (
    (124, 128),
    (128, 119),
    (119, 121),
    (121, 110),
    (110, 104),
    (104, 99),
    (99, 90),
    (90, 81),
    (81, 70),
    (70, 61),
)  # at the beginning and the end of a quarter
SENT = {  # specialty: patients of the host's region sent abroad and to another region, the oldest year first
    "DZ": {
        "general-surgery": ((6, 5, 5, 3, 2, 2), (64, 61, 58, 43, 33, 26)), "urology": ((5, 5, 4, 4, 3, 2), (38, 40, 36, 30, 24, 21)),
        "paediatric-surgery": ((9, 8, 9, 7, 6, 6), (41, 44, 43, 39, 37, 35)), "cardiac-surgery": ((22, 24, 25, 23, 24, 25), (57, 55, 60, 62, 61, 64)),
        "oncology": ((14, 15, 15, 16, 14, 15), (88, 92, 95, 97, 101, 99)), "ophthalmology": ((3, 2, 2, 1, 1, 0), (49, 47, 44, 40, 34, 31)),
    },
    "KW": {
        "surgical-oncology": ((96, 101, 97, 84, 66, 51), (8, 9, 8, 8, 6, 5)), "oncology": ((142, 150, 147, 131, 118, 104), (12, 11, 12, 10, 9, 9)),
        "radiotherapy": ((71, 74, 72, 70, 61, 55), (6, 6, 5, 5, 4, 4)), "cardiac-surgery": ((88, 85, 90, 87, 86, 88), (10, 11, 10, 11, 10, 11)),
        "neurosurgery": ((64, 66, 61, 63, 62, 60), (7, 7, 8, 7, 7, 7)), "transplantation": ((39, 41, 38, 40, 41, 42), (2, 2, 2, 2, 2, 2)),
    },
}  # fmt: skip


def seed_measurements(
    pair: Partnership,
    *,
    north: Institution,
    south: Institution,
    specialties: list[Specialty],
    people: dict[str, User],
    agree: Callable[..., Any],
    other: Partnership,
) -> None:
    """Missions, aims, typed figures and referral statistics; `agree` makes a signed agreement for days that none holds."""
    with quietly():
        pair = Partnership.objects.with_people().get(pk=pair.pk)
        seed_missions(pair, north, south, specialties, agree)
        seed_targets(pair, other, people)
        seed_values(pair, south, people)
        seed_referrals(south)


def seed_missions(pair: Partnership, north: Institution, south: Institution, specialties: list[Specialty], agree: Callable[..., Any]) -> None:
    """One mission in each of the last eleven quarters that are over."""
    quarters = periods("quarterly", today(), len(OPERATIONS) + 1)[:-1]
    for place, (quarter, done, missed) in enumerate(zip(quarters, OPERATIONS, POSTPONED, strict=True)):
        assert quarter.start is not None
        start = quarter.start + timedelta(days=40 + 3 * (place % 5))
        end = start + timedelta(days=3 + place % 2)
        if covering_agreement(pair, start, end) is None:
            agree(pair, date(start.year, 1, 1), date(start.year, 12, 31))
        if covering_agreement(pair, start, end) is None:
            continue
        main, second = specialties[0], specialties[1]
        lines = [
            ResultLine(south, "", main, {
                "consultations": 42 + 4 * place, "operations_planned": done + missed, "operations_done": done, "transferred": 2 if place < 5 else 1,
                "transfers_avoided": done // 3 + place // 3, "operating_lists": 4, "lists_with_checklist": min(4, 2 + place // 4),
            }),
            ResultLine(south, "", second, {"consultations": 18 + 2 * place}),
        ]  # fmt: skip
        trained = [HeadCount(Part.TRAINED, south, Cadre.DOCTORS, 2 + place % 3), HeadCount(Part.TRAINED, south, Cadre.PARAMEDICAL, 4 + place // 2)]
        team = [HeadCount(Part.TEAM, north, "", 5 + place % 3), HeadCount(Part.TEAM, south, "", 8)]
        activity = log_activity(
            by=None, kind="surgical", partnership=pair, starts_on=start, ends_on=end, lines=lines, people=[*trained, *team], checklist="some" if place < 6 else "all",
            behalf=south, note=INVENTED,
        )  # fmt: skip
        counter_confirm_activity(activity, by=None)
        validate_activity(activity, by=None)
        reported = end + timedelta(days=9 + 3 * (place % 4))
        Activity.objects.filter(pk=activity.pk).update(reported_at=timezone.make_aware(datetime.combine(reported, time(10, 30))))


def seed_targets(pair: Partnership, other: Partnership, people: dict[str, User]) -> None:
    """Six indicators of the pair with beginning and aim, and two of another partnership, which types nothing."""
    begin, end = date(today().year - 3, 12, 31), date(today().year + 1, 12, 31)
    for code, baseline, target in (("TW06", 8, 20), ("TW09", 25, 5), ("TW14", 0, 12), ("TW15", 24, 40), ("TW23", None, None), ("TW30", 0, 4)):
        values = {"baseline": baseline, "target": target} if target is not None else sent_abroad()
        set_target(
            pair, Indicator.objects.get(code=code), by=people["coordinator.south"], baseline_on=begin, target_on=end,
            **{name: None if value is None else Decimal(value) for name, value in values.items()},
        )  # fmt: skip
    for code in ("TW14", "TW30"):
        set_target(other, Indicator.objects.get(code=code), by=people["ministry"], baseline=Decimal(0), target=Decimal(10))


def sent_abroad() -> dict[str, int]:
    """How many of the host's region went abroad when the figures begin, and a third fewer."""
    first = sum(abroad[2] for abroad, _elsewhere in SENT[settings.PORTAL_COUNTRY].values())
    return {"baseline": first, "target": first * 2 // 3}


def seed_values(pair: Partnership, south: Institution, people: dict[str, User]) -> None:
    """The waiting list of ten quarters, and the protocols of two years: approved, but for one sent back and one that waits."""
    writer, director = people["coordinator.south"], people["director.south"]
    waiting, protocols = Indicator.objects.get(code="TW14"), Indicator.objects.get(code="TW30")

    def typed(indicator: Indicator, period: Period, **figures: Any) -> Any:
        value = record_measurement(by=writer, indicator=indicator, partnership=pair, institution=south, period=period, note=INVENTED, **figures)
        return submit_measurement(value, by=writer)

    quarters = past_periods("quarterly", len(WAITING))[::-1]
    for place, (quarter, (before, after)) in enumerate(zip(quarters, WAITING, strict=True)):
        value = typed(waiting, quarter, numerator=Decimal(before - after), denominator=Decimal(before))
        if place < len(WAITING) - 2:
            approve_measurement(value, by=director)
        elif place == len(WAITING) - 2:
            transition_measurement(value, MEASUREMENT["return"], by=director, reason="يرجى إرفاق كشف قائمة الانتظار في آخر الفصل.")
    codes = [specialty.code for specialty in pair.specialties.order_by("pk")[:2]]
    for period, count in zip(past_periods("yearly", 2)[::-1], (2, 3), strict=True):
        shares = [Share("specialty", codes[0], Decimal(count - 1)), Share("specialty", codes[-1], Decimal(1))] if len(codes) == 2 else []
        approve_measurement(typed(protocols, period, numerator=Decimal(count), shares=shares), by=director)


def seed_referrals(south: Institution) -> None:
    """Six years of patients sent, of the host's region and of others in its zone: the latter stay as they are. Brought in as a sheet."""
    home = south.region
    assert home is not None
    near = Region.objects.on(today()).filter(country=home.country, zone=home.zone).exclude(pk=home.pk).order_by("code")[:4]
    last = today().year - 1
    lines = []
    for place, region in enumerate([home, *near]):
        for code, courses in SENT[settings.PORTAL_COUNTRY].items():
            for destination, course in zip(("abroad", "region"), courses, strict=True):
                for back, patients in enumerate(reversed(course)):
                    own = patients if region == home else max(0, round(course[0] * (0.5 + 0.17 * place)) + (back * len(code) + place) % 3 - 1)
                    cells = {"year": str(last - back), "specialty": code, "destination": destination, "patients": str(own)}
                    cells |= {"institution": south.code} if region == home else {"region": region.code}
                    lines.append(Line("", len(lines) + 2, cells))
    import_referrals(lines, by=None, defaults={"source": INVENTED}, title="referrals-demo.xlsx")
