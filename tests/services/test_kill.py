"""Kill -9 of web server and worker, eight senders at once: nothing is lost, nothing is sent twice. See also test_reliability.py."""

import urllib.error
import urllib.request
from contextlib import suppress

import psutil
import pytest

from tests.machine import free_port, wait_until
from tests.services.portal import BEAT, OWED, SETTLE, WORKER, assert_in_the_middle, wait_for_mails

pytestmark = pytest.mark.services


def test_worker_killed_while_mail_server_has_a_message_sends_none_twice(new_portal, redis, sink):
    """Here nobody can know whether the message left: it is for a person to decide, and never sent again by itself."""
    portal = new_portal(REDIS_URL=redis, EMAIL_URL=sink.url)
    portal.inside("owe")
    portal.start("beat", BEAT)
    portal.start("worker", WORKER)

    for count in (OWED // 8, OWED // 2):
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
    wait_for_mails(portal, OWED // 2, 120)
    process("celery -A twinning worker").kill()
    for message in (portal.data / "broker").glob("*"):  # and everything that was queued is gone
        if message.is_file():
            message.unlink()
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
