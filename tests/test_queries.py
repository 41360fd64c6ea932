"""A page costs the same number of queries whatever the size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once_postgres]


def cost(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "address",
    ["/activities/", "/partnerships/", "/agreements/", "/institutions/", "/reports/", "/reports/missions/", "/reports/operations/", "/api/v1/activities/"],
)
def test_list_costs_the_same_with_one_row_and_with_four(client, cast, address):
    client.force_login(cast.amal)
    factories.validated(cast)
    one = cost(client, address)
    for ended in (10, 20, 30):
        factories.validated(cast, ended=ended)

    assert cost(client, address) == one


@pytest.mark.parametrize("address", ["/", "/activities/", "/notifications/"])
def test_home_of_a_coordinator_costs_the_same(client, cast, address):
    client.force_login(cast.dalia)
    factories.reported(cast)
    one = cost(client, address)
    for ended in (10, 20, 30):
        factories.reported(cast, ended=ended)

    assert cost(client, address) == one
