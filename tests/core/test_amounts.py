"""Amounts of money as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from core.amounts import AmountField
from evaluation.models import ReferralStatistic
from evaluation.referral_sheet import COST
from partnerships.forms.room import ProjectForm
from partnerships.models import Project
from support.forms.requests import LineForm, RequestForm
from support.models import SupportLine, SupportRequest


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("150000", "150000"), ("1 250 000,50", "1250000.50"), ("1.250.000", "1250000"), ("1,250,000", "1250000"), ("1.250.000,5", "1250000.5"),
        ("1,250.5", "1250.5"), ("2,50", "2.50"), ("2.5", "2.5"), ("١٢٥٠٫٥", "1250.5"), ("1250,500", "1250.500"), ("0.125", "0.125"), ("12.5000", "12.500"),
    ],
)  # fmt: skip
def test_amount_is_read_as_it_is_typed(typed, read):
    assert AmountField().clean(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["2.500", "12,500", "٢٫٥٠٠", "999,999"])
def test_amount_with_two_readings_is_asked_back(typed):
    with pytest.raises(ValidationError) as refusal:
        AmountField().clean(typed)

    assert set(refusal.value.error_list[0].params) == {"whole", "part"}


def test_rate_has_one_reading_and_a_kept_amount_can_be_typed_again():
    assert AmountField(places=6).clean("145.250") == Decimal("145.25")
    assert AmountField().clean(AmountField().prepare_value(Decimal("12.125"))) == Decimal("12.125")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("1900000.5", "1\u202f900\u202f000,50"), ("1900000", "1\u202f900\u202f000"), ("1900", "1\u202f900"), ("12.125", "12.1250"), ("0.5", "0,50")],
)
def test_kept_amount_is_shown_as_elsewhere_and_read_back(kept, shown):
    text = AmountField().prepare_value(Decimal(kept))

    assert (text, AmountField().clean(text)) == (shown, Decimal(kept))


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("kept", ["0", "7", "2.5", "2.125", "999", "1900", "12500.5", "999999", "1250000", "1250000.125", "123456789.01"])
def test_kept_amount_is_read_back_in_every_language(kept, language):
    with override(language):
        assert AmountField().clean(AmountField().prepare_value(Decimal(kept))) == Decimal(kept)


@pytest.mark.parametrize("typed", ["-5", "5 - 3", "1.2.3", "abc"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        AmountField().clean(typed)


@pytest.mark.parametrize(
    ("typed_in", "kept_in", "name"),
    [
        (RequestForm.base_fields["rate"], SupportRequest, "rate"), (LineForm.base_fields["unit_price"], SupportLine, "unit_price"),
        (ProjectForm.base_fields["budget"], Project, "budget"), (COST, ReferralStatistic, "cost"),
    ],
)  # fmt: skip
def test_no_more_digits_are_taken_than_there_is_room_for(typed_in, kept_in, name):
    column = kept_in._meta.get_field(name)

    with pytest.raises(ValidationError):
        typed_in.clean("9" * (column.max_digits - column.decimal_places + 1))
    assert typed_in.clean("9" * (column.max_digits - column.decimal_places))
