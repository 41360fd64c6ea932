"""Many people in one text at the same time, on PostgreSQL: nothing that was saved is lost."""

import json

import pytest

from tests.services.portal import Portal

pytestmark = pytest.mark.services


def test_fifty_people_edit_one_draft_and_no_update_is_lost(empty_database, tmp_path):
    portal = Portal(tmp_path / "postgres", DATABASE_URL=empty_database)
    portal.run("manage.py", "migrate", "--verbosity", "0")

    outcome = json.loads(portal.inside("write_at_once", "50").splitlines()[-1])

    assert outcome.pop("conflicts") > 0
    assert outcome == {"kept": [50, 50], "revision": 101, "versions": True, "lines": 100, "trail_is_whole": True}
