"""Web server, worker and scheduler under one supervisor, on this machine, until Ctrl-C."""

import getpass
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from twinning.demo.seed import PASSWORD, PEOPLE

STOPPED = (0, -signal.SIGTERM)  # how the supervisor ends when it is asked to
CONFIG = """[supervisord]
nodaemon=true
logfile={data}/logs/supervisor.log
pidfile={data}/supervisor.pid
loglevel=warn
silent=true
{user}
"""
PROGRAM = """
[program:{name}]
command={command}
directory={base}
autorestart=true
startretries=1000000
startsecs=2
stopasgroup=true
killasgroup=true
stopwaitsecs=15
redirect_stderr=true
stdout_logfile={data}/logs/{name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=3
"""


def programs(host: str, port: int) -> dict[str, str]:
    """The three processes. Threads rather than children in web and worker: one kill takes a whole process, nothing lingers."""
    python = sys.executable.replace("%", "%%")
    return {
        "web": f"{python} -m gunicorn twinning.wsgi --bind {host}:{port} --workers 2 --threads 4 --timeout 60 --graceful-timeout 10 --no-control-socket",
        "worker": f"{python} -m celery -A twinning worker --pool threads --concurrency 2 --without-gossip --without-mingle --loglevel info",
        "beat": f"{python} -m celery -A twinning beat --loglevel warning --pidfile=",
    }


class Command(BaseCommand):
    help = "Serve the portal: web server, worker and scheduler, each restarted when it dies. Ctrl-C stops them all."

    def handle(self, *args, **options):
        host, port = os.environ.get("HOST", "127.0.0.1"), settings.PORT
        data = str(settings.PORTAL_DATA)
        (Path(data) / "logs").mkdir(exist_ok=True)
        user = f"user={getpass.getuser()}" if os.geteuid() == 0 else ""
        config = CONFIG.format(data=data, user=user) + "".join(
            PROGRAM.format(name=name, command=command, base=settings.BASE_DIR, data=data) for name, command in programs(host, port).items()
        )
        path = Path(data) / "supervisor.conf"
        path.write_text(config)
        child = subprocess.Popen(  # noqa: S603 – our own interpreter and file
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(path)], start_new_session=True
        )
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: child.terminate())
        try:
            self.wait_until_ready(child, host, port)
        finally:
            code = child.wait()
        self.stdout.write("stopped")
        sys.exit(0 if code in STOPPED else code)

    def wait_until_ready(self, child: subprocess.Popen, host: str, port: int) -> None:
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 – only compared
        host_header = {"Host": next((name for name in settings.ALLOWED_HOSTS if "*" not in name and not name.startswith(".")), "localhost")}
        for _attempt in range(240):
            if (code := child.poll()) is not None:
                if code in STOPPED:  # while it was still starting
                    return
                raise CommandError(f"The portal did not start: see {settings.PORTAL_DATA}/logs")
            try:
                urllib.request.urlopen(urllib.request.Request(f"{address}/healthz", headers=host_header), timeout=2)  # noqa: S310
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
        else:
            child.terminate()
            raise CommandError(f"The portal does not answer: see {settings.PORTAL_DATA}/logs")
        self.stdout.write(f"\nTawama is ready at {address}/  (Ctrl-C stops it)\n")
        if settings.PORTAL_ENV == "demo":
            self.stdout.write(f"Demo logins, all with the password {PASSWORD}:\n")
            for login in ("admin", *(name for name in PEOPLE[settings.PORTAL_COUNTRY] if name != "admin")):
                self.stdout.write(f"  {login}@demo.example\n")
        self.stdout.flush()
