"""Kill -9 in the middle of delivering: nothing is lost, nothing is sent twice. Real processes, 500 messages."""

import urllib.error
import urllib.request
from contextlib import suppress

import psutil
import pytest

from tests.machine import OwnRedis, free_port, redis_program, wait_until
from tests.services.portal import BEAT, OWED, WORKER, Portal

pytestmark = pytest.mark.services

SETTLE = 240  # seconds: stale claims (45) and a sweep (30), on a slow machine


def wait_for_mails(portal: Portal, count: int, seconds: float = 60) -> None:
    """Until at least so many messages are there, looking often enough to be in the middle."""
    wait_until(lambda: len(portal.mails()) >= count, seconds, f"{count} messages, while delivering", every=0.01)


def assert_in_the_middle(portal: Portal) -> None:
    assert 0 < len(portal.mails()) < OWED, "the process was to be killed in the middle of the delivery"


def test_killed_worker_loses_and_repeats_nothing(new_portal, redis):
    portal = new_portal(REDIS_URL=redis)
    assert int(portal.inside("owe")) == OWED
    portal.start("beat", BEAT)
    portal.start("worker", WORKER)

    for count in (40, 160, 280):
        wait_for_mails(portal, count, 120)
        portal.kill("worker")
        assert_in_the_middle(portal)
        portal.tend()

    portal.wait_for_delivery(SETTLE)
    assert portal.starts["worker"] == 4
    portal.assert_each_delivered_once()


def test_killed_redis_loses_and_repeats_nothing(new_portal, tmp_path):
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
        for count in (40, 200):
            wait_for_mails(portal, count, 120)
            redis.kill()
            assert_in_the_middle(portal)
            redis.start()
        portal.wait_for_delivery(SETTLE)
        portal.assert_each_delivered_once()
    finally:
        portal.stop()
        redis.stop()


def test_worker_killed_while_mail_server_has_a_message_sends_none_twice(new_portal, redis, sink):
    """Here nobody can know whether the message left: it is for a person to decide, and never sent again by itself."""
    portal = new_portal(REDIS_URL=redis, EMAIL_URL=sink.url)
    portal.inside("owe")
    portal.start("beat", BEAT)
    portal.start("worker", WORKER)

    for count in (40, 200):
        wait_until(lambda enough=count: len(sink.accepted) >= enough, 120, f"{count} accepted", every=0.01)
        portal.kill("worker")
        assert len(sink.accepted) < OWED
        portal.tend()

    portal.wait_for_delivery(SETTLE, states=("done", "unknown"))
    states = portal.states()
    assert set(sink.accepted.values()) == {1}
    assert states.get("unknown", 0) <= 2 * 2  # at most what two threads held at each of two kills
    assert states["done"] <= len(sink.accepted) <= OWED


def test_killed_web_server_and_worker_come_back(new_portal):
    """`manage.py up` with its own broker: the supervisor starts again what was killed."""
    port = free_port()
    portal = new_portal(PORT=str(port))
    assert int(portal.inside("owe")) == OWED
    base = f"http://127.0.0.1:{port}"
    portal.start("up", ["manage.py", "up"])
    supervisor = psutil.Process(portal.running["up"].pid)

    def is_healthy() -> bool:
        try:
            return urllib.request.urlopen(f"{base}/healthz", timeout=2).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def process(word: str) -> psutil.Process | None:
        """The oldest living process of this kind below our own supervisor: of gunicorn, the master."""
        found = []
        for child in supervisor.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # dead, or not yet buried, while we look
                found += [(child.create_time(), child.pid, child)] if word in " ".join(child.cmdline()) else []
        return min(found)[2] if found else None

    wait_for_mails(portal, 20, 120)
    wait_until(is_healthy, 60, "the portal answers", every=0.02)
    master = process("gunicorn")
    master.kill()
    assert_in_the_middle(portal)
    wait_for_mails(portal, 150, 120)
    process("celery -A twinning worker").kill()
    assert_in_the_middle(portal)

    wait_until(is_healthy, 60, "the portal answers again")
    wait_until(lambda: process("gunicorn"), 30, "a new web server runs")
    assert process("gunicorn").pid != master.pid
    portal.wait_for_delivery(SETTLE)
    portal.assert_each_delivered_once()
    assert portal.starts["up"] == 1
    ready = urllib.request.urlopen(f"{base}/readyz", timeout=10)
    assert ready.status == 200


def test_everything_is_owed_at_once_while_a_worker_delivers(new_portal):
    """The first run writes all that is due, although each commit wakes a worker that writes to the same database."""
    portal = new_portal()
    worker = portal.start("worker", WORKER)
    wait_until(lambda: " ready." in (portal.data / "worker.log").read_text(), 60, "the worker is ready")

    owed = int(portal.inside("owe"))

    assert worker.poll() is None
    assert owed == OWED, f"only {owed} of {OWED} were written in the first run"
    portal.wait_for_delivery(SETTLE)
    portal.assert_each_delivered_once()


def test_mail_server_gets_each_message_once_from_eight_senders(new_portal, sink):
    portal = new_portal(EMAIL_URL=sink.url)

    results = portal.at_once(8, "manage.py", "send_due_reminders")

    assert [code for code, _output in results] == [0] * 8, results
    assert portal.states() == {"done": OWED}
    assert sink.accepted == dict.fromkeys(portal.owed(), 1)
    assert portal.run("manage.py", "send_due_reminders").strip() == "0 reminders sent"
    assert sum(sink.accepted.values()) == OWED
