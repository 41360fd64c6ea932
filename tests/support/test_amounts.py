"""Amounts of money as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from support.forms.fields import AmountField


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


@pytest.mark.parametrize("typed", ["-5", "5 - 3", "1.2.3", "abc"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        AmountField().clean(typed)
