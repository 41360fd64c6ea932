"""What `make test` runs: every test on SQLite, again on PostgreSQL, with real processes, and in a browser.

What the machine cannot offer is left out, and said at the end. The exit code is 1 when anything failed.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
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
        """pytest over the tests of `marker`, in a process and a data folder of its own; its output is shown when it ends."""
        said = [f"\n=== {heading} ===\n"]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="tawama-tests-", ignore_cleanup_errors=True) as folder:
            command = [sys.executable, "-m", "pytest", "-q", "-rs", "--basetemp", f"{folder}/tests", "-m", marker]
            environment = machine.environment(PORTAL_DATA=f"{folder}/data", **settings)
            with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
                for line in process.stdout:
                    said.append(line)
                    if skipped := SKIPPED.match(line):
                        self.leave_out(f"{skipped[1]} of {skipped[2]}, {heading}", skipped[3])
        print("".join(said), end="", flush=True)
        self.stages.append((heading, process.returncode == 0, time.monotonic() - began))

    def side_by_side(self, *stages: tuple[str, str, dict[str, str]]) -> None:
        """Stages at once: more than a small machine has cores, since processes, databases and browsers are waited for."""
        print(f"at once: {', '.join(heading for heading, _marker, _settings in stages)}", flush=True)
        threads = [threading.Thread(target=self.stage, args=(heading, marker), kwargs=settings) for heading, marker, settings in stages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

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
    with ExitStack() as servers:
        address, why = servers.enter_context(machine.postgres_url())
        browser, why_not = machine.chromium()
        sqlite, lanes, given = FAST, [], {}
        if address:
            given["DATABASE_URL"] = address
            sqlite = f"{FAST} and not once_postgres"
            lanes.append(("PostgreSQL", f"{FAST} and not once", {"DATABASE_URL": machine.with_database(address, f"tawama_{uuid.uuid4().hex[:12]}")}))
        else:
            run.leave_out("the tests on PostgreSQL", why)
        if os.environ.get("REDIS_URL"):
            given["REDIS_URL"] = os.environ["REDIS_URL"]
        if browser:
            lanes.append(("browser", "browser", {}))
        else:
            run.leave_out("the tests in a browser", why_not)
        run.side_by_side(("SQLite", sqlite, {}), *lanes, ("real processes", "services", given))
    return 0 if run.report() else 1


if __name__ == "__main__":
    sys.exit(main())
