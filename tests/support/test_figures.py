"""What support adds to the indicators and the reminders, with figures computed by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Notice
from evaluation.indicators.registry import compute
from evaluation.indicators.scope import Period, Scope, period_of
from evaluation.models import ReminderRule
from evaluation.reminders import send_due
from support import actions
from support.actions.budgets import execution, save_budget
from support.models import Budget, SupportRequest, TechnologyIntroduced, Tranche
from tests import factories

pytestmark = pytest.mark.django_db


def test_funding_execution_is_what_was_paid_of_what_was_granted(cast):
    """300,000 granted, of which 300,000 paid and 120,000 justified; 100,000 granted of which nothing is paid."""
    justification = factories.justified(cast)
    request = justification.tranche.request
    actions.check_justification(justification, by=cast.fatma, accepts=False, remark="ناقصة")
    part = actions.justify(justification.tranche, by=cast.badr, amount=Decimal(120_000), note="فواتير")
    actions.check_justification(part, by=cast.fatma, accepts=True)
    factories.granted(cast, 100_000)
    period = period_of("yearly", today())

    figure = compute("TW41", Scope(), period)

    assert (figure.numerator, figure.denominator, figure.value) == (300_000, 400_000, 75)
    assert [round(value, 6) for _label, value in figure.parts] == [40]
    assert compute("TW41", Scope(institution=cast.host), period).value == 75
    assert compute("TW41", Scope(institution=cast.elsewhere), period).value is None
    assert compute("TW41", Scope(), Period(today() - timedelta(days=800), today() - timedelta(days=400))).value is None
    assert execution([request.budget]) == [{"granted": 400_000, "paid": 300_000, "justified": 120_000}]


def test_amounts_in_another_currency_count_at_their_rate(cast):
    budget = Budget.objects.create(year=today().year, source="state", name="التوأمة", amount=Decimal(1_000_000))
    request = factories.support(cast, currency="EUR", rate=Decimal(150), rate_on=today(), rate_source="بنك", lines=[actions.Line("تذكرة", 4, Decimal(250))])
    actions.submit_request(request, by=cast.ziad)
    actions.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    actions.give_opinion(request, "financial", by=cast.fatma, stance="favourable")
    actions.grant_request(request, by=cast.hoda, amount=Decimal(1000), budget=budget)

    figure = compute("TW41", Scope(), period_of("yearly", today()))

    assert (figure.numerator, figure.denominator) == (0, 150_000)
    assert actions.committed(budget) == 150_000


def test_cost_per_patient_needs_both_sides(cast):
    """300,000 paid for 40 + 12 + 7 consultations and 8 operations: 300,000 / 67."""
    factories.justified(cast)
    period = Period(today() - timedelta(days=100), today())
    assert compute("TW44", Scope(), period).value is None
    SupportRequest.objects.update(partnership=cast.partnership)
    assert compute("TW44", Scope(), period).value is None

    factories.validated(cast)

    assert compute("TW44", Scope(partnership=cast.partnership), period).value == pytest.approx(300_000 / 67)
    assert compute("TW44", Scope(institution=cast.elsewhere), period).value is None


def test_technologies_count_once_they_are_seen_in_use(cast):
    since = today() - timedelta(days=200)
    made = actions.record_technology(cast.host, by=cast.badr, kind="device", name="جهاز", commissioned_on=since)
    period = Period(since, today())
    assert compute("TW31", Scope(), period).value == 0

    actions.edit_technology(made, {"in_use": True, "checked_on": today()}, by=cast.badr, version=made.version)

    assert compute("TW31", Scope(), period).value == 1
    assert compute("TW31", Scope(institution=cast.partner), period).value == 0
    assert TechnologyIntroduced.objects.get().checked_on == today()


def test_amounts_finer_than_their_currency_are_refused(cast):
    for deed in (
        lambda: save_budget(None, by=cast.fatma, year=today().year, source="state", name="ميزانية", amount=Decimal("1000.005")),
        lambda: actions.record_technology(
            cast.host, by=cast.badr, kind="device", name="جهاز", commissioned_on=today(), value=Decimal("1000.005"), currency="DZD"
        ),
    ):
        with pytest.raises(TransitionRefused) as error:
            deed()
        assert error.value.code == "too_fine"


def test_reminder_of_a_tranche_stops_when_it_is_justified(cast):
    ReminderRule.objects.create(
        code="R20", trigger="tranche_justification", name_ar="تبرير", offsets="-15|0|15", audience="coordinators|directors", escalation="30:finance"
    )
    (tranche,) = factories.granted(cast).tranches.all()
    actions.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")

    def told() -> set[str]:
        return set(Notice.objects.filter(rule="R20").values_list("recipient__name", flat=True))

    Tranche.objects.update(justify_by=today() + timedelta(days=40))
    send_due(today())
    assert told() == set()
    Tranche.objects.update(justify_by=today())
    send_due(today())
    send_due(today())
    assert told() == {"Badr", "Ziad"}
    assert Notice.objects.filter(rule="R20").count() == 2
    actions.justify(tranche, by=cast.badr, amount=tranche.amount, note="فواتير")
    send_due(today() + timedelta(days=31))
    assert told() == {"Badr", "Ziad"}


def test_finance_is_told_when_it_is_a_month_late(cast):
    ReminderRule.objects.create(code="R20", trigger="tranche_justification", name_ar="تبرير", offsets="0", audience="directors", escalation="30:finance")
    (tranche,) = factories.granted(cast).tranches.all()
    actions.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")
    Tranche.objects.update(justify_by=today() - timedelta(days=30))

    send_due(today())

    assert "Fatma" in set(Notice.objects.filter(rule="R20").values_list("recipient__name", flat=True))
