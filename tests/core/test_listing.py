"""How far lists are counted."""

import pytest

from accounts.models import User
from core import listing
from core.formats import MoreThan

pytestmark = pytest.mark.django_db


def test_list_is_counted_and_leafed_up_to_a_limit(cast, monkeypatch, django_assert_num_queries):
    everybody = User.objects.count()
    with django_assert_num_queries(1):
        counted = listing.CountedOncePaginator(User.objects.order_by("pk"), 5)
        assert (counted.count, type(counted.count)) == (everybody, int)

    monkeypatch.setattr(listing, "COUNTED", 5)
    capped = listing.CountedOncePaginator(User.objects.order_by("pk"), 2)

    assert (capped.count, type(capped.count), capped.num_pages) == (5, MoreThan, 3)
    assert capped.get_page(99).number == 3
