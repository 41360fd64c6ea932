"""Typed figures: what is refused, who approves, what is locked, what is owed."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.editing import EditConflict
from core.formats import today
from core.lifecycle import TransitionRefused, available
from core.models import Attachment, Change, Notice
from evaluation.actions import measurements as actions
from evaluation.actions.targets import drop_target, set_target
from evaluation.indicators import Period, compute, period_of
from evaluation.indicators.scope import Scope
from evaluation.lifecycle import MEASUREMENT
from evaluation.measuring import Share, owed, past_periods, value_of
from evaluation.models import Indicator, IndicatorTarget, IndicatorValue
from partnerships.models import Partnership
from tests.evaluation.measured import coverage, measurement, protocols, waiting_list
from tests.factories import paper

pytestmark = pytest.mark.django_db


def refused(deed) -> str:
    """The code of the refusal, or the fields that are refused."""
    with pytest.raises((TransitionRefused, ValidationError)) as error:
        deed()
    return error.value.code if isinstance(error.value, TransitionRefused) else ",".join(sorted(error.value.by_field))


@pytest.mark.parametrize(
    ("numerator", "denominator", "field"),
    [
        (41, 40, "numerator"), (-1, 40, "numerator"), (30, 0, "denominator"), (30, None, "denominator"), (30, -5, "denominator"), (10**10, 10**11, "numerator"),
    ],
)  # fmt: skip
def test_share_is_refused_when_it_cannot_be(cast, numerator, denominator, field):
    given = {"numerator": Decimal(numerator), "denominator": None if denominator is None else Decimal(denominator)}

    assert refused(lambda: measurement(cast, **given)) == field
    assert not IndicatorValue.objects.exists()


def test_count_takes_no_denominator_and_a_change_may_go_below_nothing(cast):
    assert refused(lambda: measurement(cast, indicator=protocols(), denominator=Decimal(3))) == "denominator"
    assert refused(lambda: measurement(cast, indicator=protocols(), numerator=Decimal(-1))) == "numerator"

    grown = measurement(cast, indicator=waiting_list(), numerator=Decimal(-10), denominator=Decimal(40))
    assert value_of(grown.indicator, grown.numerator, grown.denominator) == -25
    assert refused(lambda: measurement(cast, indicator=waiting_list(), numerator=Decimal(50), denominator=Decimal(40))) == "numerator"


def test_period_is_one_of_the_calendar_and_over(cast):
    running = period_of("quarterly", today())

    assert refused(lambda: measurement(cast, period=running)) == "period"
    assert refused(lambda: measurement(cast, period=Period(date(2025, 1, 1), date(2025, 2, 28)))) == "period"
    assert refused(lambda: measurement(cast, period=period_of("yearly", date(2025, 1, 1)))) == "period"
    assert past_periods("quarterly")[0].end < today() <= period_of("quarterly", today()).end


def test_computed_indicator_is_not_typed(cast):
    operations = Indicator.objects.create(code="TW06", name_ar="عمليات", unit="n", direction="higher")

    assert "indicator" in refused(lambda: measurement(cast, indicator=operations))


def test_parts_of_a_figure_add_up_to_it(cast):
    def by_sex(women: int, men: int, of_women: int = 20, of_men: int = 20) -> list[Share]:
        return [Share("sex", "f", Decimal(women), Decimal(of_women)), Share("sex", "m", Decimal(men), Decimal(of_men))]

    assert refused(lambda: measurement(cast, shares=by_sex(10, 19))) == "sex"
    assert refused(lambda: measurement(cast, shares=by_sex(10, 20, 20, 21))) == "sex"
    assert refused(lambda: measurement(cast, shares=[Share("sex", "x", Decimal(30), Decimal(40))])) == "shares"
    assert refused(lambda: measurement(cast, shares=[*by_sex(10, 20), Share("cadre", "doctors", Decimal(29), Decimal(40))])) == "cadre"

    value = measurement(cast, shares=by_sex(10, 20))
    assert sorted(value.parts.values_list("key", "numerator", "denominator")) == [("f", 10, 20), ("m", 20, 20)]


def test_period_has_one_figure_and_the_same_uid_makes_one(cast):
    uid = uuid.uuid4()
    first, is_new = actions.once(uid, lambda: measurement(cast, uid=uid))
    again, is_new_again = actions.once(uid, lambda: measurement(cast, uid=uid))

    assert (is_new, is_new_again, again.pk) == (True, False, first.pk)
    assert refused(lambda: measurement(cast, uid=uuid.uuid4())) == "period_taken"
    assert refused(lambda: measurement(cast, by=cast.dalia, uid=uuid.uuid4())) == "not_allowed"  # the other side's coordinator
    assert refused(lambda: measurement(cast, by=cast.hani)) == "not_allowed"


def test_nobody_approves_what_they_typed_and_the_other_side_does_not_approve(cast):
    cast.badr.memberships.create(role="director", institution=cast.host, valid_from=today() - timedelta(days=5))
    badr = type(cast.badr).objects.get(pk=cast.badr.pk)
    value = measurement(cast, "submit", by=badr)

    assert refused(lambda: actions.approve_measurement(value, by=badr)) == "author"
    assert refused(lambda: actions.approve_measurement(value, by=cast.yasmine)) == "not_allowed"
    actions.approve_measurement(value, by=cast.ziad)
    assert (value.status, value.approved_by) == ("approved", cast.ziad)


def test_approved_figure_is_locked_until_the_ministry_opens_it_with_a_reason(cast):
    value = measurement(cast, "submit", "approve")

    assert refused(lambda: actions.edit_measurement(value, by=cast.badr, numerator=Decimal(31), denominator=Decimal(40))) == "locked"
    assert refused(lambda: actions.add_value_evidence(value, by=cast.badr, upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4"))) == "locked"
    assert refused(lambda: actions.transition_measurement(value, MEASUREMENT["reopen"], by=cast.ziad, reason="خطأ")) == "not_allowed"
    assert refused(lambda: actions.transition_measurement(value, MEASUREMENT["reopen"], by=cast.amal)) == "reason_missing"
    assert compute(value.indicator.code, Scope(), Period()).value == 75

    actions.transition_measurement(value, MEASUREMENT["reopen"], by=cast.amal, reason="خطأ في العد")
    assert compute(value.indicator.code, Scope(), Period()).value is None
    assert (value.status, value.approved_by) == ("returned", None)
    actions.edit_measurement(value, by=cast.badr, numerator=Decimal(31), denominator=Decimal(40))
    line = Change.objects.filter(object_type="evaluation.indicatorvalue", verb="correct_figures").get()
    assert (line.before["numerator"], line.after["numerator"]) == ("30.00", "31")
    assert {notice.event for notice in Notice.objects.filter(recipient=cast.badr)} >= {"measurement_returned"}


def test_two_people_who_correct_a_figure_at_once_do_not_overwrite_each_other(cast):
    value = measurement(cast)
    actions.edit_measurement(value, by=cast.badr, numerator=Decimal(31), denominator=Decimal(40), version=1)

    with pytest.raises(EditConflict) as conflict:
        actions.edit_measurement(value, by=cast.badr, numerator=Decimal(32), denominator=Decimal(40), version=1)
    assert conflict.value.current.numerator == 31


def test_handing_in_tells_the_director_and_leaves_nothing_to_write(cast):
    value = measurement(cast)
    actions.submit_measurement(value, by=cast.badr)

    assert [notice.recipient for notice in Notice.objects.filter(event="measurement_submitted")] == [cast.ziad]
    assert refused(lambda: actions.edit_measurement(value, by=cast.badr, numerator=Decimal(1), denominator=Decimal(40))) == "handed_in"
    assert [step.slug for step in available(value, cast.ziad)] == ["approve", "return"]
    assert available(value, cast.badr) == []


def test_draft_is_taken_back_and_what_was_handed_in_is_not(cast, django_capture_on_commit_callbacks):
    value = measurement(cast)
    evidence = actions.add_value_evidence(value, by=cast.badr, upload=SimpleUploadedFile("a.pdf", paper()))
    with django_capture_on_commit_callbacks(execute=True):
        actions.drop_measurement(value, by=cast.badr)
    assert not IndicatorValue.objects.exists()
    assert not Attachment.objects.exists()
    assert not evidence.file.storage.exists(evidence.file.name)

    value = measurement(cast, "submit")
    actions.transition_measurement(value, MEASUREMENT["return"], by=cast.ziad, reason="راجع")
    assert refused(lambda: actions.drop_measurement(value, by=cast.badr)) == "was_handed_in"


def test_owed_are_the_typed_figures_that_a_partnership_set_itself_and_did_not_hand_in(cast):
    Partnership.objects.filter(pk=cast.partnership.pk).update(started_on=past_periods("quarterly")[1].start)
    set_target(cast.partnership, coverage(), by=cast.badr, target=Decimal(90))
    set_target(cast.partnership, Indicator.objects.create(code="TW06", name_ar="عمليات", unit="n", direction="higher"), by=cast.amal)
    last, before = past_periods("quarterly")[:2]

    assert [(item.indicator.code, item.period) for item in owed(Partnership.objects.all())] == [("TX01", before), ("TX01", last)]
    value = measurement(cast)
    assert [item.measurement for item in owed(Partnership.objects.all())] == [None, value]
    actions.submit_measurement(value, by=cast.badr)
    found = owed(Partnership.objects.all())
    assert [item.period for item in found] == [before]
    assert found[0].is_late
    assert owed(Partnership.objects.visible_to(cast.hani)) == []


def test_target_is_set_changed_and_taken_off_by_those_who_may(cast):
    indicator = coverage()
    chosen = set_target(
        cast.partnership, indicator, by=cast.dalia, baseline=Decimal(40), target=Decimal(80), baseline_on=date(2025, 1, 1), target_on=date(2027, 1, 1)
    )
    set_target(cast.partnership, indicator, by=cast.amal, baseline=Decimal(40), target=Decimal(85), version=1)

    chosen.refresh_from_db()
    assert (chosen.target, chosen.version) == (85, 2)
    assert refused(lambda: set_target(cast.partnership, indicator, by=cast.ziad)) == "not_allowed"
    assert (
        refused(lambda: set_target(cast.partnership, indicator, by=cast.amal, baseline_on=date(2026, 1, 1), target_on=date(2025, 1, 1)))
        == "aim_before_beginning"
    )
    drop_target(chosen, by=cast.badr)
    assert not IndicatorTarget.objects.exists()


def test_draft_is_removed_once_somebody_is_sure(client, cast):
    value = measurement(cast)
    client.force_login(cast.badr)
    address = f"{value.get_absolute_url()}drop/"

    page = client.post(address, {"version": value.version}).content.decode()
    assert IndicatorValue.objects.filter(pk=value.pk).exists()
    assert f'name="version" value="{value.version}"' in page
    client.post(address, {"sure": "1", "version": value.version - 1})
    assert IndicatorValue.objects.filter(pk=value.pk).exists()
    client.post(address, {"sure": "1", "version": value.version})
    assert not IndicatorValue.objects.filter(pk=value.pk).exists()
