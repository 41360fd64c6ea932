"""A throw-away portal made of real processes, and an SMTP server that counts."""

import email
import os
import shutil
import socketserver
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections import Counter
from contextlib import suppress
from email import policy
from pathlib import Path

import psutil

from tests.machine import ROOT, environment, wait_until

FULL = os.environ.get("RELIABILITY") == "full"  # the counts that docs/operations.md states; short ones otherwise
RULE = "R16"  # evaluations due
EVALUATIONS = 750 if FULL else 120
KILLS = 20 if FULL else 3
OWED = 2 * EVALUATIONS  # one for the coordinator of each side
SETTLE = 240  # seconds: stale claims (45) and a sweep (30), on a slow machine
WORKER = ["-m", "celery", "-A", "twinning", "worker", "--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "info"]
BEAT = ["-m", "celery", "-A", "twinning", "beat", "--loglevel", "warning", "--pidfile="]


class Portal:
    """One data folder, one environment; `settings` are environment variables."""

    def __init__(self, data: Path, **settings: str):
        self.data, self.settings = data, settings
        self.env = environment(PORTAL_DATA=str(data), PORTAL_ENV="demo", DJANGO_SETTINGS_MODULE="twinning.settings", **settings)
        self.programs: dict[str, list[str]] = {}
        self.running: dict[str, subprocess.Popen] = {}
        self.starts: Counter[str] = Counter()

    def copy(self, data: Path, **settings: str) -> "Portal":
        shutil.copytree(self.data, data)
        return Portal(data, **settings)

    def run(self, *command: str) -> str:
        """One Python command to its end; its output. A failure shows what it wrote."""
        done = subprocess.run([sys.executable, *command], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=900, check=False)
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def inside(self, *words: str) -> str:
        return self.run("-m", "tests.services.inside", *words)

    def at_once(self, count: int, *command: str) -> list[tuple[int, str]]:
        """The same command in several processes at the same time; exit code and output of each."""
        return self.all_at_once([command] * count)

    def all_at_once(self, commands: list[tuple[str, ...]]) -> list[tuple[int, str]]:
        """Several commands, each in a process of its own, at the same time; exit code and output of each."""
        processes = [
            subprocess.Popen([sys.executable, *command], cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for command in commands
        ]
        outputs = [process.communicate(timeout=900)[0] for process in processes]
        return [(process.returncode, output) for process, output in zip(processes, outputs, strict=True)]

    # --- Background processes ---

    def start(self, name: str, command: list[str]) -> subprocess.Popen:
        """Start a process of this name; it is started again by `tend` when it dies."""
        self.programs[name] = command
        self.starts[name] += 1
        with open(self.data / f"{name}.log", "a") as log:
            self.running[name] = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=self.env, stdout=log, stderr=log)
        return self.running[name]

    def tend(self) -> None:
        """What a supervisor does: whatever has ended is started again."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.start(name, self.programs[name])

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()

    def stop(self) -> None:
        """End what this portal started, and what that started; by process, never by name."""
        family = [relative for process in self.running.values() if process.poll() is None for relative in psutil.Process(process.pid).children(recursive=True)]
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for relative in psutil.wait_procs(family, timeout=10)[1]:
            relative.kill()
        self.running.clear()

    # --- What came of it ---

    def mails(self) -> list[Path]:
        return sorted((self.data / "mail").glob("*.eml"))

    def rows(self, statement: str) -> list[tuple]:
        """Read the database behind the portal's back."""
        if address := self.settings.get("DATABASE_URL"):
            import psycopg2

            connection = psycopg2.connect(address)
        else:
            connection = sqlite3.connect(f"file:{self.data / 'tawama.sqlite3'}?mode=ro", uri=True, timeout=20)
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall()
        finally:
            connection.close()

    def write(self, statement: str) -> None:
        """Change the SQLite database behind the portal's back."""
        connection = sqlite3.connect(self.data / "tawama.sqlite3", timeout=20)
        with connection:
            connection.execute(statement)
        connection.close()

    def states(self) -> dict[str, int]:
        """How many notices of the rule are in which state."""
        return dict(self.rows(f"SELECT state, count(*) FROM core_notice WHERE rule = '{RULE}' GROUP BY state"))

    def owed(self) -> dict[uuid.UUID, tuple[str, int]]:
        """Message-ID → (recipient, evaluation) of every notice of the rule."""
        found = self.rows(f"SELECT n.message_id, u.email, n.object_id FROM core_notice n JOIN accounts_user u ON u.id = n.recipient_id WHERE n.rule = '{RULE}'")
        return {uuid.UUID(str(message)): (recipient, number) for message, recipient, number in found}

    def wait_for_delivery(self, seconds: float, states: tuple[str, ...] = ("done",)) -> None:
        """Until every notice is in one of `states`, tending the processes meanwhile."""

        def settled() -> bool:
            self.tend()
            now = self.states()
            return sum(now.values()) == OWED and set(now) <= set(states)

        try:
            wait_until(settled, seconds, "every notice is delivered", every=0.5)
        except AssertionError as error:
            logs = {path.name: path.read_text()[-2000:] for path in self.data.rglob("*.log")}
            raise AssertionError(f"{error}: {self.states()}, {len(self.mails())} messages, logs: {logs}") from error

    def assert_each_delivered_once(self) -> None:
        """Exactly one whole message for each coordinator and evaluation, and every notice is done."""
        owed = self.owed()
        assert self.states() == {"done": OWED}
        assert len(set(owed.values())) == len(owed) == OWED
        assert Counter(recipient for recipient, _number in owed.values()) == {"badr@example.org": EVALUATIONS, "dalia@example.org": EVALUATIONS}
        written: Counter[tuple[str, int]] = Counter()
        for path in self.mails():
            message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            key = uuid.UUID(message["Message-ID"].strip("<>").split("@")[0])
            recipient, number = owed[key]
            assert message["To"] == recipient
            assert f"/n/{key}/" in message.get_body(("plain",)).get_content()
            written[recipient, number] += 1
        assert written == Counter(owed.values())


class Sink(socketserver.ThreadingTCPServer):
    """As much of SMTP as a client needs; counts what it has accepted by Message-ID."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.accepted: Counter[uuid.UUID] = Counter()
        self.manner = "accept"  # or "refuse", "hang" and "drop", all once the whole message is there
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with suppress(ConnectionError):
            self.talk()

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def talk(self) -> None:
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].strip().upper().decode("ascii", "replace")
            if word == "QUIT":
                return self.say("221 bye")
            if word == "DATA":
                self.take()
            else:
                self.say("250 sink" if word in {"EHLO", "HELO", "MAIL", "RCPT", "RSET", "NOOP"} else "502 what?")
        return None

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        if not line:
            return None  # the sender died before the end: nothing was accepted
        if self.server.manner == "refuse":
            return self.say("451 not now")
        message = email.message_from_bytes(b"".join(lines), policy=policy.default)
        with self.server.lock:
            self.server.accepted[uuid.UUID(message["Message-ID"].strip("<>").split("@")[0])] += 1
        if self.server.manner == "accept":
            return self.say("250 accepted")
        if self.server.manner == "hang":
            self.rfile.read()  # until the client gives up
        raise ConnectionAbortedError  # the line ends without a word


def wait_for_mails(portal: Portal, count: int, seconds: float = 60) -> None:
    """Until at least so many messages are there, looking often enough to be in the middle."""
    wait_until(lambda: len(portal.mails()) >= count, seconds, f"{count} messages, while delivering", every=0.01)


def assert_in_the_middle(portal: Portal) -> None:
    assert 0 < len(portal.mails()) < OWED, "the process was to be killed in the middle of the delivery"
