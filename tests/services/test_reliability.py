"""The table of what must hold whatever crashes, with real processes, a real Redis and an SMTP server that counts.

Short counts by default. `RELIABILITY=full .venv/bin/python -m pytest -m services tests/services/test_reliability.py` runs the
full ones, which take about half an hour on two cores; their figures are in docs/operations.md.
"""

import json
import os
import time
import uuid
from pathlib import Path

import pytest

from tests.machine import OwnRedis, redis_program, wait_until
from tests.services.portal import BEAT, KILLS, OWED, RULE, SETTLE, WORKER, Portal, Sink, assert_in_the_middle, wait_for_mails

pytestmark = pytest.mark.services

HURRIED_BEAT = ["-m", "tests.services.inside", "beat"]
MOMENTS = [OWED * place // (KILLS + 1) for place in range(1, KILLS + 1)]  # how many messages are out at each kill
FEW = 6


def note(name: str, **figures: object) -> None:
    """Keep what was measured, for the documentation, where a file for it is named."""
    if path := os.environ.get("RELIABILITY_FIGURES"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"case": name, "messages": OWED, **figures}) + "\n")


def resumed(portal: Portal, seconds: float) -> float:
    """Seconds until another message is out; what has died is started again meanwhile."""
    began, before = time.monotonic(), len(portal.mails())

    def more() -> bool:
        portal.tend()
        return len(portal.mails()) > before

    wait_until(more, seconds, "the delivery goes on", every=0.05)
    return time.monotonic() - began


def test_killed_worker_loses_and_repeats_nothing_and_goes_on_within_a_minute(new_portal, redis):
    portal = new_portal(REDIS_URL=redis)
    assert int(portal.inside("owe")) == OWED
    portal.start("beat", BEAT)
    portal.start("worker", WORKER)

    pauses = []
    for count in MOMENTS:
        wait_for_mails(portal, count, SETTLE)
        portal.kill("worker")
        assert_in_the_middle(portal)
        pauses.append(resumed(portal, SETTLE))

    portal.wait_for_delivery(SETTLE)
    assert portal.starts["worker"] == KILLS + 1
    portal.assert_each_delivered_once()
    note("worker", kills=KILLS, longest_pause_s=round(max(pauses), 1), lost=0, twice=0)
    assert max(pauses) <= 60


def test_killed_and_emptied_redis_loses_and_repeats_nothing_and_the_worker_is_back(new_portal, tmp_path):
    program, why = redis_program()
    if program is None:
        pytest.skip(why)
    redis = OwnRedis(tmp_path / "redis")
    redis.start()
    portal = new_portal(REDIS_URL=redis.url)
    try:
        assert int(portal.inside("owe")) == OWED
        portal.start("beat", BEAT)
        portal.start("worker", WORKER)
        for count in MOMENTS:
            wait_for_mails(portal, count, SETTLE)
            redis.kill()
            assert_in_the_middle(portal)
            redis.start()
        portal.tend()
        began = time.monotonic()
        wait_until(lambda: (portal.tend(), sweeps_since(portal, began))[1], 120, "the worker hears again", every=0.2)
        back = time.monotonic() - began
        empty(redis)
        portal.wait_for_delivery(SETTLE)
        portal.assert_each_delivered_once()
        portal.inside("nudge")
        note("redis", kills=KILLS, worker_back_s=round(back, 1), lost=0, twice=0)
        assert back <= 60 if KILLS < 20 else back <= 30
    finally:
        portal.stop()
        redis.stop()


def sweeps_since(portal: Portal, began: float) -> bool:
    """Whether the worker has left a sign of life since that moment of the monotonic clock."""
    seen = portal.rows("SELECT (julianday('now') - julianday(seen_at)) * 86400 FROM core_heartbeat WHERE name = 'sweep'")
    return bool(seen) and seen[0][0] < time.monotonic() - began


def empty(redis: OwnRedis) -> None:
    import redis as client  # only where there is one

    client.Redis.from_url(redis.url).flushall()


def test_two_schedulers_and_two_workers_owe_and_deliver_each_once(new_portal, redis):
    portal = new_portal(REDIS_URL=redis)
    for name in ("first", "second"):
        portal.start(f"{name} beat", HURRIED_BEAT)
        portal.start(f"{name} worker", WORKER)

    portal.wait_for_delivery(SETTLE)
    time.sleep(5)  # a few more rounds of both

    portal.assert_each_delivered_once()
    note("two schedulers", lost=0, twice=0)


def test_clock_that_was_set_back_repeats_nothing(new_portal):
    portal = new_portal()
    days = portal.rows("SELECT date('now', '+1 day'), date('now', '-8 days')")[0]

    said = [portal.run("manage.py", "send_due_reminders", "--on", day).split()[0] for day in days]

    assert said == [str(OWED), "0"]
    portal.assert_each_delivered_once()


def test_scheduler_that_slept_a_week_sends_one_digest_each_though_eight_wake_at_once(new_portal):
    portal = new_portal()
    portal.inside("calm")
    portal.write("INSERT INTO core_heartbeat (name, seen_at) VALUES ('reminders-day', datetime('now', '-8 days'))")

    results = portal.at_once(8, "manage.py", "send_due_reminders")

    assert [code for code, _output in results] == [0] * 8, results
    assert len(portal.mails()) == 2, "one for each of two coordinators"
    told = portal.rows("SELECT told_in_id, count(*) FROM core_notice WHERE rule = 'R16' GROUP BY told_in_id")
    assert sorted(count for _digest, count in told) == [OWED // 2] * 2
    assert None not in {digest for digest, _count in told}
    assert portal.run("manage.py", "send_due_reminders").strip() == "0 reminders sent"


# --- A mail server that fails -------------------------------------------------------------------------------------


@pytest.fixture
def owing(new_portal, sink):
    """A portal with a few messages to send to the sink; `owing.make_due(place)` makes the next few due."""
    portal = new_portal(EMAIL_URL=sink.url)
    assert int(portal.inside("owe")) == OWED
    portal.write(f"UPDATE core_notice SET state = 'inbox' WHERE rule = '{RULE}'")
    keys = [key for (key,) in portal.rows(f"SELECT id FROM core_notice WHERE rule = '{RULE}' ORDER BY id")]

    def make_due(place: int) -> set[uuid.UUID]:
        mine = ", ".join(map(str, keys[place * FEW : (place + 1) * FEW]))
        portal.write(f"UPDATE core_notice SET state = 'due', attempts = 0, claimed_by = NULL WHERE id IN ({mine})")
        return {uuid.UUID(str(message)) for (message,) in portal.rows(f"SELECT message_id FROM core_notice WHERE id IN ({mine})")}

    def states(place: int) -> list[tuple[str, int]]:
        mine = ", ".join(map(str, keys[place * FEW : (place + 1) * FEW]))
        return portal.rows(f"SELECT state, count(*) FROM core_notice WHERE id IN ({mine}) GROUP BY state")

    portal.make_due, portal.states_of = make_due, states
    return portal


def test_mail_server_that_refuses_hangs_drops_or_is_away_gets_no_message_twice(owing, sink):
    sink.manner = "refuse"
    owing.make_due(0)
    owing.inside("deliver", "4")
    assert owing.states_of(0) == [("needs_person", FEW)]
    assert not sink.accepted

    for place, manner in ((1, "hang"), (2, "drop")):
        sink.manner = manner
        mine = owing.make_due(place)
        owing.inside("deliver", "2")
        sink.manner = "accept"
        owing.inside("deliver", "2")
        assert owing.states_of(place) == [("unknown", FEW)], manner
        assert {key: sink.accepted[key] for key in mine} == dict.fromkeys(mine, 1), manner

    port = sink.server_address[1]
    sink.shutdown()
    sink.server_close()
    mine = owing.make_due(3)
    owing.inside("deliver", "4")
    assert owing.states_of(3) == [("needs_person", FEW)]
    back = Sink(port)
    try:
        owing.inside("deliver", "2")
        assert owing.states_of(3) == [("done", FEW)], "what waited only for the server goes out by itself"
        assert back.accepted == dict.fromkeys(mine, 1)
    finally:
        back.shutdown()
        back.server_close()
    assert owing.states_of(0) == [("needs_person", FEW)], "what was refused waits for a person"
    note("mail server", refused=FEW, hung=FEW, dropped=FEW, away=FEW, twice=0)
