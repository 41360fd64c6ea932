"""Each desk sees what waits for it, and nothing else."""

from datetime import timedelta

import pytest

from core.formats import today
from reports.waiting import waiting_for
from support import actions
from support.models import Tranche
from tests import factories

pytestmark = pytest.mark.django_db


def rows(user):
    return [row for row in waiting_for(user) if row.address.startswith("/support/")]


def test_request_moves_from_desk_to_desk(cast):
    request = factories.support(cast)
    desks = {name: cast.people[name] for name in ("ziad", "amal", "fatma", "hoda", "yasmine", "hani")}

    def who() -> set[str]:
        return {name for name, user in desks.items() if rows(user)}

    assert who() == {"ziad"}
    actions.submit_request(request, by=cast.ziad)
    assert who() == {"amal"}
    actions.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    assert who() == {"fatma"}
    actions.give_opinion(request, "financial", by=cast.fatma, stance="favourable")
    assert who() == {"hoda"}


def test_payment_justification_and_check_wait_in_turn(cast):
    (tranche,) = factories.granted(cast).tranches.all()
    assert [row.address for row in rows(cast.fatma)] == [f"/support/{tranche.request_id}/tranches/{tranche.pk}/pay/"]

    actions.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")
    Tranche.objects.update(justify_by=today() - timedelta(days=1))
    assert rows(cast.fatma) == []
    assert [row.is_late for row in rows(cast.badr)] == [True]
    assert rows(cast.hani) == rows(cast.dalia) == []

    handed = actions.justify(tranche, by=cast.badr, amount=tranche.amount, note="فواتير")
    assert [row.address for row in rows(cast.fatma)] == [f"/support/{tranche.request_id}/justifications/{handed.pk}/"]
    assert rows(cast.badr) == []
