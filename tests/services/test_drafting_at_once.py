"""Many people in one text at the same time, on PostgreSQL: nothing that was saved is lost."""

import json

import pytest

from tests.services.portal import FULL, Portal

pytestmark = pytest.mark.services


PEOPLE = 50 if FULL else 12


def test_many_people_edit_one_draft_and_no_update_is_lost(empty_database, tmp_path):
    portal = Portal(tmp_path / "postgres", DATABASE_URL=empty_database)
    portal.inside("tables")

    outcome = json.loads(portal.inside("write_at_once", str(PEOPLE)).splitlines()[-1])

    assert outcome.pop("conflicts") > 0
    assert outcome == {"kept": [PEOPLE, PEOPLE], "revision": 2 * PEOPLE + 1, "versions": True, "lines": 2 * PEOPLE, "trail_is_whole": True}
