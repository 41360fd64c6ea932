"""Codes of a series go on after its last number of so many digits."""

import pytest

from core.formats import today
from partnerships.actions import create_partnership
from partnerships.models import Partnership
from support.models import SupportRequest
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_series_of_partnerships_goes_on_after_999(cast):
    year = today().year
    Partnership.objects.create(code=f"PT-{year}-999")

    made = [create_partnership(by=None, senders=[cast.partner], hosts=[cast.host]).code for _time in range(2)]

    assert made == [f"PT-{year}-1000", f"PT-{year}-1001"]


def test_a_series_of_requests_goes_on_after_9999(cast):
    year = today().year
    SupportRequest.objects.filter(pk=factories.support(cast).pk).update(code=f"SUP-{year}-9999")

    assert [factories.support(cast).code for _time in range(2)] == [f"SUP-{year}-10000", f"SUP-{year}-10001"]
