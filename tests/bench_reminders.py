"""What `make bench` measures of the reminders: how fast messages go out, and what owing costs as more falls due.

For each size so many action points are due on one day, of 500 people. Measured: the run that owes them all, a second run that
finds nothing new, the most memory that either took, and the messages a minute of two processes that deliver to an SMTP
server on the same machine.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SIZES = [int(size) for size in os.environ.get("BENCH_REMINDERS", "1000,10000,100000").split(",")]
PEOPLE = 500
SENT = 2_000  # messages of which the rate is taken


def child(env: dict[str, str], *words: str) -> dict:
    """The last line of a process of its own, as JSON."""
    done = subprocess.run([sys.executable, "-m", "tests.bench_reminders", *words], cwd=HERE, env=env, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure_reminders(env: dict[str, str]) -> dict[str, dict[str, float]]:
    """{"1000 due": {…}, …} on the database of `env`, which is empty."""
    from tests.services.portal import Sink

    sink = Sink()
    env = {**env, "EMAIL_URL": sink.url, "DJANGO_SETTINGS_MODULE": "twinning.settings"}
    subprocess.run([sys.executable, "-m", "tests.services.inside", "tables"], cwd=HERE, env=env, check=True)
    found = {}
    for size in SIZES:
        child(env, "make", str(size))
        first, second = child(env, "owe"), child(env, "owe")
        began, before = time.perf_counter(), sum(sink.accepted.values())
        senders = [subprocess.Popen([sys.executable, "-m", "tests.bench_reminders", "send", str(min(SENT, size) // 2)], cwd=HERE, env=env, stdout=subprocess.DEVNULL) for _core in range(2)]  # fmt: skip
        for sender in senders:
            sender.wait()
        took, sent = time.perf_counter() - began, sum(sink.accepted.values()) - before
        assert first["owed"] == size, first
        assert second["owed"] == 0, second
        assert set(sink.accepted.values()) == {1}
        print(f"{size} reminders measured", file=sys.stderr)
        found[f"{size} due"] = {
            "owing, s": first["seconds"], "again, s": second["seconds"], "most memory, MB": first["rss_mb"], "again, MB": second["rss_mb"],
            "sent": sent, "messages a minute": round(sent / took * 60),
        }  # fmt: skip
    sink.shutdown()
    return found


def make(size: int) -> dict:
    """So many action points due today; those of a smaller size are gone."""
    from django.core.management import call_command

    from accounts.models import User
    from accounts.policy import Role
    from core.formats import today
    from core.models import Notice
    from evaluation.models import ActionPoint, EvaluationRule, ReminderRule
    from partnerships.models import Membership, Partnership
    from tests import cast

    if not Partnership.objects.exists():
        company = cast.company()
        call_command("load_reference", verbosity=0)
        EvaluationRule.objects.update(is_active=False)
        ReminderRule.objects.exclude(code="R19").update(is_active=False)
        ReminderRule.objects.update(is_urgent=True, escalation="", offsets="0")
        people = User.objects.bulk_create(User(email=f"p{place}@example.org", name=f"شخص {place}") for place in range(PEOPLE))
        Membership.objects.bulk_create(Membership(user=person, role=Role.COORDINATOR, institution=company.host, valid_from=today()) for person in people)
    Notice.objects.all().delete()
    ActionPoint.objects.all().delete()
    partnership, people = Partnership.objects.get(), list(User.objects.filter(email__startswith="p").order_by("pk"))
    ActionPoint.objects.bulk_create(
        (ActionPoint(partnership=partnership, text=f"إجراء {place}", owner=people[place % len(people)], due_on=today()) for place in range(size)),
        batch_size=2_000,
    )
    return {}


def owe() -> dict:
    """One run of the rules: how many, how long, how much memory at most. Nothing is delivered."""
    from core import outbox
    from evaluation.reminders import send_due

    outbox.nudge = lambda: None
    began = time.perf_counter()
    owed = send_due()
    return {"owed": owed, "seconds": round(time.perf_counter() - began, 2), "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def send(count: int) -> dict:
    """Deliver so many messages and stop."""
    from core import outbox

    sent = 0
    claim = outbox.claim

    def a_few(worker):
        return claim(worker) if sent_so_far() < count else []

    def sent_so_far() -> int:
        return sent

    deliver_one = outbox.send_one

    def counted(*given):
        nonlocal sent
        went = deliver_one(*given)
        sent += went
        return went

    outbox.claim, outbox.send_one = a_few, counted
    outbox.deliver_due()
    return {"sent": sent}


def main() -> None:
    sys.path.insert(0, str(HERE))
    if len(sys.argv) > 1:
        import django

        django.setup()
        deeds = {"make": make, "owe": owe, "send": send}
        print(json.dumps(deeds[sys.argv[1]](*map(int, sys.argv[2:]))))
        return
    with tempfile.TemporaryDirectory(prefix="tawama-bench-") as folder:
        print(json.dumps(measure_reminders({**os.environ, "PORTAL_DATA": folder, "PORTAL_ENV": "demo"}), indent=1))


if __name__ == "__main__":
    main()
