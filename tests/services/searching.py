"""Run in a process of a portal: load the public register and print what every labelled query finds, and how long a search takes among many."""

import json
import statistics
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402

import partnerships.reference  # noqa: E402
from partnerships.models import Institution, InstitutionName  # noqa: E402
from partnerships.search import find  # noqa: E402
from tests.partnerships.many import load_many  # noqa: E402
from tests.partnerships.real import FILE, load_register  # noqa: E402
from tests.partnerships.test_search import queries  # noqa: E402

PAGE = 20


def codes(text: str, at_most: int) -> list[str]:
    return list(find(Institution.objects.listed(), text).values_list("code", flat=True)[:at_most])


def took(text: str, rounds: int = 3) -> float:
    """Milliseconds for one page of results, median."""
    found = []
    for _round in range(rounds):
        began = time.perf_counter()
        codes(text, PAGE)
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


def main(names: int) -> None:
    partnerships.reference.load()
    if FILE.exists():
        load_register()
    load_many(names)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    asked = [row["query"] for row in queries()] if FILE.exists() else [name.text for name in InstitutionName.objects.order_by("pk")[:: names // 200]]
    times = sorted(took(text) for text in asked[:: max(1, len(asked) // 100)])
    print(
        json.dumps(
            {
                "found": {text: codes(text, 10) for text in asked},
                "names": InstitutionName.objects.count(),
                "median": round(statistics.median(times), 1),
                "p95": round(times[int(len(times) * 0.95)], 1),
                "slowest": round(times[-1], 1),
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
