"""The ledger of exchanges: pure, and on its page."""

import pytest

from activities.actions import people
from activities.models import Activity
from activities.reciprocity import Flow, Stay, ledger
from tests.activities import roster

SIDES = {1: "sender", 2: "sender", 7: "host", 8: "host", 9: "funder"}


def stay(institution: int, places: set[int], people: int, days: int) -> Stay:
    return Stay(institution, frozenset(places), people, days)


@pytest.mark.once
def test_people_who_stay_at_home_or_belong_to_no_side_are_not_counted():
    made = ledger([stay(7, {7}, 5, 20), stay(9, {7}, 2, 8), stay(33, {7}, 1, 4), stay(1, {2}, 1, 1)], SIDES)

    assert made.is_empty
    assert made.share_back is None


@pytest.mark.once
def test_both_ways_and_by_institution():
    made = ledger([stay(1, {7, 8}, 4, 12), stay(2, {7}, 1, 4), stay(8, {1}, 2, 4)], SIDES)

    assert (made.to_hosts, made.to_senders) == (Flow(5, 16), Flow(2, 4))
    assert made.share_back == 20.0
    assert made.sent == {1: Flow(4, 12), 2: Flow(1, 4), 8: Flow(2, 4)}
    assert made.received == {7: Flow(5, 16), 8: Flow(4, 12), 1: Flow(2, 4)}  # a team that visits two is received by both


@pytest.mark.django_db
def test_ledger_counts_those_present_in_reported_activities(client, cast):
    activity = roster.held(cast)
    roster.listed(cast, activity, "زائر", institution=cast.partner, role="trainer", days=2)
    (absent,) = roster.listed(cast, activity, "غائب", institution=cast.partner, role="trainer")
    roster.listed(cast, activity, "محلي")
    people.mark_presence(activity, {absent.pk: "absent"}, by=cast.badr)
    client.force_login(cast.badr)
    address = f"{cast.partnership.get_absolute_url()}reciprocity/"
    before = client.get(address).context["ledger"]
    Activity.objects.filter(pk=activity.pk).update(status="reported")

    after = client.get(address).context["ledger"]

    assert before.is_empty
    assert (after.to_hosts, after.to_senders) == (Flow(1, 2), Flow(0, 0))
    client.force_login(cast.hani)
    assert client.get(address).status_code == 404
