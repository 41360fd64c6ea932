"""What `make bench` measures: starts, pages, queries. Figures are printed and kept in bench/figures.json.

Each page is compared with two that run one query in the same stack (the same middleware, a logged-in user): a bare one of a
single line, and an empty one in the frame that every page has (its menus, icons and notices). All three are timed in the same
process, in turns, so that the machine's mood cancels out.
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
sys.path[0] = str(HERE)  # in the place of tests/, whose folders are named like the apps

from tests.bench_reminders import measure_reminders  # noqa: E402 – found only from here on
from tests.bench_search import SIZE as SEARCHED  # noqa: E402

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "60,60000").split(",")]  # activities, on SQLite
RESULTS = [int(size) for size in os.environ.get("BENCH_RESULTS", "100000,1000000").split(",")]  # lines of results, on the other database
LINES = 4  # of results, of each activity there
DEMONSTRATION = 91  # activities
ROUNDS, PATIENCE = 15, 6.0  # at most, for each page, and seconds
PAGES = {
    "home": "/", "activities": "/activities/", "activities, filtered": "/activities/?zone=south&kind=surgical", "activities, page 50": "/activities/?page=50",
    "activities, by status": "/activities/?sort=status", "activities, search": "/activities/?q=تمنراست", "calendar": "/activities/calendar/",
    "agenda": "/activities/calendar/?view=agenda", "map of missions": "/activities/map/", "programmes": "/programmes/", "institutions": "/institutions/",
    "map of twinning": "/institutions/map/", "partnerships": "/partnerships/", "agreements": "/agreements/", "needs": "/needs/",
    "professionals": "/professionals/", "evaluations": "/evaluations/", "indicators": "/indicators/", "figures": "/reports/",
    "figures of this year": "/reports/?since=01/01/{year}", "figures of a region": "/reports/?region=11", "figures of a kind": "/reports/?kind=surgical",
    "need and help": "/reports/equity/", "flows": "/reports/map/", "list behind a figure": "/reports/operations/", "API activities": "/api/v1/activities/",
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
    """Queries and milliseconds of every page, for the ministry's officer and for a coordinator, and how many bare and empty pages that is."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.http import HttpResponse
    from django.shortcuts import render
    from django.test import Client
    from django.urls import path

    from accounts.models import User
    from core.formats import today
    from partnerships.models import Specialty
    from twinning import urls

    settings.ALLOWED_HOSTS.append("testserver")
    urls.urlpatterns[:0] = [
        path(BARE.strip("/"), lambda request: HttpResponse(str(Specialty.objects.count()))),
        path(EMPTY.strip("/"), lambda request: render(request, "layouts/portal.html", {"count": Specialty.objects.count()})),
    ]
    found = {}
    for login in ("ministry", "coordinator.south"):
        client = Client()
        client.force_login(User.objects.get(email=f"{login}@demo.example"))
        for reference in (BARE, EMPTY):
            client.get(reference)
        for name, address in PAGES.items():
            address = address.format(year=today().year)
            if client.get(address).status_code != 200:
                continue
            ran: list[str] = []
            with connection.execute_wrapper(lambda execute, sql, *rest, ran=ran: (ran.append(sql), execute(sql, *rest))[1]):
                client.get(address)
            took, bare, empty = timed(client, address)
            times = {"times a bare page": round(took / bare, 1), "times an empty page": round(took / empty, 1)}
            found[f"{login}: {name}"] = {"queries": len(ran), "ms": round(took, 1), **times}
        found[f"{login}: bare page"] = {"queries": 1, "ms": round(bare, 1), "times a bare page": 1.0, "times an empty page": round(bare / empty, 2)}
    return found


BARE, EMPTY = "/bare", "/empty"


def timed(client, address: str) -> tuple[float, float, float]:
    """Milliseconds (median) of a page, of the bare and of the empty one, asked in turns."""
    took: dict[str, list[float]] = {address: [], BARE: [], EMPTY: []}
    until = time.perf_counter() + PATIENCE
    while len(took[BARE]) < ROUNDS and (len(took[BARE]) < 3 or time.perf_counter() < until):
        for asked, times in took.items():
            began = time.perf_counter()
            client.get(asked)
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[address]), statistics.median(took[BARE]), statistics.median(took[EMPTY])


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
            sizes = [(size, size, 1, "activities") for size in SIZES]
            if base != "sqlite":
                sizes = [(size, size // LINES, LINES, "results of activities") for size in RESULTS]
            made, measured = DEMONSTRATION, []
            for size, activities, lines, what in sizes:
                if activities > made:
                    began = time.perf_counter()
                    manage("generate_activities", "--count", str(activities - made), "--lines", str(lines), env=env)
                    figures[f"{name}: making {size} {what}, s"] = round(time.perf_counter() - began)
                    made = activities
                out = subprocess.run([sys.executable, __file__, "pages"], cwd=HERE, env=env, check=True, capture_output=True, text=True).stdout
                measured.append(json.loads(out.splitlines()[-1]))
                figures[f"{name}: {size} {what}"] = measured[-1]
            if base != "sqlite":  # last: what it makes would be in the way of the others
                out = subprocess.run([sys.executable, "-m", "tests.bench_search", "make"], cwd=HERE, env={**env, "DJANGO_SETTINGS_MODULE": "twinning.settings"}, check=True, capture_output=True, text=True).stdout  # fmt: skip
                figures[f"{name}: search box, {SEARCHED} of each kind"] = json.loads(out.splitlines()[-1])
            if len(measured) > 1:
                figures[f"{name}: growth from {sizes[0][0]} to {sizes[-1][0]} {sizes[0][3]}"] = growth(measured[0], measured[-1])
        if base == "sqlite":
            with tempfile.TemporaryDirectory(prefix="tawama-bench-") as folder:  # nothing else is in the way
                figures["sqlite: reminders"] = measure_reminders({**os.environ, "PORTAL_DATA": folder, "PORTAL_ENV": "demo"})
    (HERE / "bench").mkdir(exist_ok=True)
    (HERE / "bench" / "figures.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    show(figures)


def growth(small: dict[str, dict[str, float]], large: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """How many times longer each page takes, in bare pages, and how many more queries it runs."""
    return {
        page: {"times": round(large[page]["times a bare page"] / row["times a bare page"], 2), "more queries": large[page]["queries"] - row["queries"]}
        for page, row in small.items()
        if page in large
    }


def show(figures: dict[str, object]) -> None:
    for name, value in figures.items():
        if not isinstance(value, dict):
            print(f"{name}: {value}")
            continue
        print(f"\n{name}")
        for page, row in value.items():
            if not isinstance(row, dict):
                print(f"  {page:20} {row}")
                continue
            if "queries" not in row:
                print(f"  {page:20} " + ", ".join(f"{label}: {figure}" for label, figure in row.items()))
                continue
            print(f"  {page:45} {row['queries']:>4} queries {row['ms']:>8} ms {row['times a bare page']:>6} × {row['times an empty page']:>6} ×")


if __name__ == "__main__":
    main()
