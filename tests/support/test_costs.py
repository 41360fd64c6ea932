"""What a patient cost, by hand: 300,000 justified, 40 + 12 + 7 consultations and 8 operations."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.formats import today
from core.money import money
from support import actions
from support.costs import Cost, cost_of
from support.models import Justification, SupportRequest, Tranche
from tests import factories


def known(**given) -> Cost:
    return Cost(**{"currency": "DZD", "justified": Decimal(100), "has_partnership": True, "patients": 3, "start": None, "end": None, **given})


def test_cost_has_the_decimals_of_its_currency():
    assert known().per_patient == Decimal("33.33")
    assert str(known(currency="KWD").per_patient) == "33.333"
    assert str(known(currency="JPY").per_patient) == "33"
    assert known().missing == ""


def test_cost_is_unknown_when_a_side_is_missing_and_says_which():
    unknown = [known(justified=Decimal(0)), known(has_partnership=False, patients=0), known(patients=0)]

    assert [cost.per_patient for cost in unknown] == [None, None, None]
    assert len({cost.missing for cost in unknown}) == 3


@pytest.mark.django_db
def test_patients_are_those_of_the_partnership_between_payment_and_justification(client, cast):
    def cost() -> Cost:
        return cost_of(SupportRequest.objects.with_cost().get())

    factories.validated(cast)  # ended five days ago
    justification = factories.justified(cast)
    Justification.objects.update(at=timezone.now() - timedelta(days=4))
    assert (cost().justified, cost().per_patient) == (0, None)
    actions.check_justification(justification, by=cast.fatma, accepts=True)
    Tranche.objects.update(paid_on=today() - timedelta(days=4))
    assert (cost().has_partnership, cost().per_patient) == (False, None)
    SupportRequest.objects.update(partnership=cast.partnership)
    assert (cost().patients, cost().per_patient) == (0, None)  # the activity ended before the payment

    Tranche.objects.update(paid_on=today() - timedelta(days=5))

    assert (cost().patients, cost().per_patient) == (67, Decimal("4477.61"))
    client.force_login(cast.fatma)
    assert money(Decimal("4477.61"), "DZD") in client.get(SupportRequest.objects.get().get_absolute_url()).content.decode()
    sheet = client.get("/support/", {"export": "csv"})
    assert "4477.61" in b"".join(sheet.streaming_content).decode()


@pytest.mark.django_db
def test_register_costs_the_same_with_one_request_and_with_three(client, cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/support/").status_code == 200
        return len(asked)

    client.force_login(cast.amal)
    factories.justified(cast)
    client.get("/support/")
    one = queries()
    factories.justified(cast)
    factories.granted(cast)

    assert queries() == one
