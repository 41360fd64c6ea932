"""What `make test` runs: every test on SQLite, again on PostgreSQL, with real processes, and in a browser.

What the machine cannot offer is left out, and said at the end. The exit code is 1 when anything failed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # in the place of tests/, whose folders are named like the apps

from tests import machine  # noqa: E402 – found only from here on

FAST = "not browser and not services"
SKIPPED = re.compile(r"^SKIPPED \[(\d+)\] (\S+?)(?::\d+)?: (.*)$")


@dataclass
class Run:
    """The stages so far: (heading, passed, seconds), and what was left out with its reason."""

    stages: list[tuple[str, bool, float]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def stage(self, heading: str, marker: str, **settings: str) -> None:
        """pytest over the tests of `marker`, in a process and a data folder of its own; its output goes on as it comes."""
        print(f"\n=== {heading} ===", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="tawama-tests-", ignore_cleanup_errors=True) as folder:
            command = [sys.executable, "-m", "pytest", "-q", "-rs", "--basetemp", f"{folder}/tests", "-m", marker]
            environment = machine.environment(PORTAL_DATA=f"{folder}/data", **settings)
            with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
                for line in process.stdout:
                    print(line, end="", flush=True)
                    if skipped := SKIPPED.match(line):
                        self.leave_out(f"{skipped[1]} of {skipped[2]}, {heading}", skipped[3])
        self.stages.append((heading, process.returncode == 0, time.monotonic() - began))

    def leave_out(self, what: str, why: str) -> None:
        self.left_out.append(f"left out: {what} — {why}")

    def report(self) -> bool:
        print("\n=== summary ===")
        for heading, passed, seconds in self.stages:
            print(f"{'passed' if passed else 'FAILED'}  {heading}  {seconds:.0f} s")
        print("\n".join(self.left_out or ["left out: nothing"]))
        return all(passed for _heading, passed, _seconds in self.stages)


def main() -> int:
    run = Run()
    run.stage("SQLite", FAST)
    with ExitStack() as servers:
        address, why = servers.enter_context(machine.postgres_url())
        if address:
            run.stage("PostgreSQL", FAST, DATABASE_URL=machine.with_database(address, f"tawama_{uuid.uuid4().hex[:12]}"))
        else:
            run.leave_out("the tests on PostgreSQL", why)
        given = {"DATABASE_URL": address} if address else {}
        if os.environ.get("REDIS_URL"):
            given["REDIS_URL"] = os.environ["REDIS_URL"]
        run.stage("real processes", "services", **given)
    browser, why = machine.chromium()
    if browser:
        run.stage("browser", "browser")
    else:
        run.leave_out("the tests in a browser", why)
    return 0 if run.report() else 1


if __name__ == "__main__":
    sys.exit(main())
