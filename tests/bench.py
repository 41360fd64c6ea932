"""What `make bench` measures: starts, pages, queries. Figures are printed and kept in bench/figures.json.

Each page is compared with a bare page of the same stack (the same middleware, a logged-in user) that runs one query. Both
are timed in the same process, one after the other, so that the machine's mood cancels out.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "60,60000").split(",")]
PAGES = {
    "home": "/", "activities": "/activities/", "activities, filtered": "/activities/?zone=south&kind=surgical", "activities, page 50": "/activities/?page=50",
    "activities, search": "/activities/?q=تمنراست", "partnerships": "/partnerships/", "agreements": "/agreements/", "figures": "/reports/",
    "figures of a region": "/reports/?region=11", "list behind a figure": "/reports/operations/", "API activities": "/api/v1/activities/",
}  # fmt: skip


def manage(*arguments: str, env: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=HERE, env=env, check=True, stdout=subprocess.DEVNULL)


def measure_start(env: dict[str, str], port: int) -> float:
    """Seconds from `prepare` to the first page."""
    import urllib.request

    began = time.perf_counter()
    manage("prepare", env=env)
    child = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=HERE, env=env, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        return time.perf_counter() - began
    finally:
        child.terminate()
        child.wait()


def measure_pages() -> dict[str, dict[str, float]]:
    """Queries and milliseconds (median of 15) of every page, for the ministry's officer and for a coordinator."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from accounts.models import User
    from partnerships.models import Specialty
    from twinning import urls

    settings.ALLOWED_HOSTS.append("testserver")
    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse(str(Specialty.objects.count()))))
    found = {}
    for login in ("ministry", "coordinator.south"):
        client = Client()
        client.force_login(User.objects.get(email=f"{login}@demo.example"))
        bare = timed(client, "/bare/")
        for name, address in PAGES.items():
            if client.get(address).status_code != 200:
                continue
            ran: list[str] = []
            with connection.execute_wrapper(lambda execute, sql, *rest, ran=ran: (ran.append(sql), execute(sql, *rest))[1]):
                client.get(address)
            took = timed(client, address)
            found[f"{login}: {name}"] = {"queries": len(ran), "ms": round(took, 1), "times a bare page": round(took / bare, 1)}
        found[f"{login}: bare page"] = {"queries": 1, "ms": round(bare, 1), "times a bare page": 1.0}
    return found


def timed(client, address: str, rounds: int = 15) -> float:
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        client.get(address)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def main() -> None:
    if len(sys.argv) > 1:  # a child, in the environment of one portal
        sys.path.insert(0, str(HERE))
        os.environ["DJANGO_SETTINGS_MODULE"] = "twinning.settings"
        print(json.dumps(measure_pages()))
        return
    figures: dict[str, object] = {}
    for base in ("sqlite", os.environ.get("BENCH_DATABASE_URL", "")):
        if not base:
            continue
        with tempfile.TemporaryDirectory(prefix="tawama-bench-") as folder:
            port = 8377
            env = {**os.environ, "PORTAL_DATA": folder, "PORT": str(port), "PORTAL_ENV": "demo", **({"DATABASE_URL": base} if base != "sqlite" else {})}
            name = base.split(":")[0]
            figures[f"{name}: first start, s"] = round(measure_start(env, port), 1)
            figures[f"{name}: second start, s"] = round(measure_start(env, port), 1)
            made = 60
            for size in SIZES:
                if size > made:
                    manage("generate_activities", "--count", str(size - made), env=env)
                    made = size
                out = subprocess.run([sys.executable, __file__, "pages"], cwd=HERE, env=env, check=True, capture_output=True, text=True).stdout
                figures[f"{name}: {size} activities"] = json.loads(out.splitlines()[-1])
    (HERE / "bench").mkdir(exist_ok=True)
    (HERE / "bench" / "figures.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    show(figures)


def show(figures: dict[str, object]) -> None:
    for name, value in figures.items():
        if not isinstance(value, dict):
            print(f"{name}: {value}")
            continue
        print(f"\n{name}")
        for page, row in value.items():
            print(f"  {page:45} {row['queries']:>4} queries {row['ms']:>8} ms {row['times a bare page']:>6} ×")


if __name__ == "__main__":
    main()
