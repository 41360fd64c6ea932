"""Many at once, on SQLite and on PostgreSQL: whoever comes second changes nothing."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.services

FEW = 40  # evaluations, two sides each


@pytest.mark.parametrize("bare_portal", ["postgres"], indirect=True)
def test_eight_senders_at_once_send_each_reminder_once(bare_portal):
    """On SQLite, with a mail server: `test_kill.py`."""
    bare_portal.inside("make", str(FEW))
    day = datetime.now(ZoneInfo("Africa/Algiers")).date().isoformat()

    results = bare_portal.at_once(8, "manage.py", "send_due_reminders", "--on", day)

    assert [code for code, _output in results] == [0] * 8, results
    assert bare_portal.states() == {"done": 2 * FEW}
    owed = bare_portal.owed()
    assert len(set(owed.values())) == len(owed) == len(bare_portal.mails()) == 2 * FEW
    assert {path.stem for path in bare_portal.mails()} == {str(key) for key in owed}
    assert bare_portal.rows("SELECT max(attempts), min(attempts) FROM core_notice WHERE rule = 'R16'") == [(1, 1)]
    assert bare_portal.run("manage.py", "send_due_reminders", "--on", day).strip() == "0 reminders sent"


def test_two_people_validate_at_once_and_one_wins(bare_portal):
    outcome = json.loads(bare_portal.inside("race").splitlines()[-1])

    assert outcome == {"outcomes": ["refused: overtaken", "validated"], "lines": 1, "evaluations": 1, "trail_is_whole": True}


def test_random_steps_of_random_people_at_once_break_no_rule(bare_portal):
    """Six processes, eighty steps each: every step is one of the table, numbers have no gaps, the trail is whole."""
    bare_portal.inside("settle")
    commands = [("-m", "tests.services.inside", "walk", str(seed)) for seed in range(6)]

    results = bare_portal.all_at_once(commands)
    found = json.loads(bare_portal.inside("look").splitlines()[-1])

    assert [code for code, _output in results] == [0] * 6, results
    assert found["wrong"] == []
    assert found["gaps"] == []
    assert found["trail_is_whole"]
    assert found["steps"] > 20
    assert found["agreements"] > 4
