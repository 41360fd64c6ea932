"""What `make bench` measures of the search box: so many things of each kind, asked by the ministry and by a coordinator.

Names are made of the kinds and regions of the reference tables and a number, so that a word of a question is carried by one
thing, by every seventieth or by every twentieth, as in a real register. Meant for PostgreSQL with `pg_trgm`.
"""

import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

SIZE = int(os.environ.get("BENCH_SEARCH", "100000"))  # of each kind
AT_ONCE = 5_000
QUESTIONS = (
    "تمنراست", "ورقلة", "تمنراست 4711", "Tizi Ouzou", "ouargla cardiologie", "الجراحة العامة", "جراحة القلب", "CHU Oran", "benali", "47110",
    "مستشفى 99 بشار", "بن علي خديجة",
)  # fmt: skip
ROUNDS = 5


def make(size: int) -> None:
    """So many institutions, partnerships, agreements, activities, evaluations, people and requests for support more."""
    from django.db import connection

    from activities.models import Activity, ActivityParty, Professional
    from core.folding import fold
    from core.formats import today
    from evaluation.models import Evaluation, Questionnaire
    from partnerships.models import Agreement, Country, Institution, InstitutionKind, Partnership, PartnershipParty, Profession, Region, Specialty
    from support.models import SupportRequest

    kinds, regions = list(InstitutionKind.objects.order_by("pk")), list(Region.objects.order_by("pk"))
    specialties, professions = list(Specialty.objects.order_by("pk")), list(Profession.objects.order_by("pk"))
    country, questionnaire, this_day = Country.objects.get(code="DZ"), Questionnaire.objects.order_by("pk")[0], today()

    def day(number: int) -> date:
        return this_day - timedelta(days=number % 3650)

    def saved(model: Any, rows: Iterator[Any]) -> list[int]:
        return [row.pk for row in model.objects.bulk_create(rows, batch_size=AT_ONCE)]

    def institution(number: int) -> Institution:
        kind, region = kinds[number % len(kinds)], regions[number % len(regions)]
        names = (f"{kind.name_ar} {region.name_ar} {number}", f"{kind.name_fr} {region.name_fr} {number}")
        place = Institution(code=f"BENCH-{number}", name_ar=names[0], name_fr=names[1], kind=kind, region=region, country=country)
        place.refresh_search()
        return place

    places = saved(Institution, (institution(number) for number in range(size)))
    told = dict(Institution.objects.filter(pk__in=places).values_list("pk", "search_text"))

    def sides(number: int) -> tuple[int, int]:
        return places[number], places[(number * 7 + 1) % size]

    def words(number: int) -> str:
        return " ".join(told[place] for place in sides(number))

    partnerships = saved(
        Partnership,
        (
            Partnership(code=f"BENCH-{number}", status="active", started_on=day(number), last_activity_on=day(number), search_text=words(number)[:1200])
            for number in range(size)
        ),
    )
    PartnershipParty.objects.bulk_create(
        (PartnershipParty(partnership_id=partnerships[number], institution_id=place, side=side) for number in range(size) for side, place in zip(("sender", "host"), sides(number), strict=True)),
        batch_size=AT_ONCE,
    )  # fmt: skip
    saved(
        Agreement,
        (
            Agreement(
                partnership_id=partnerships[number], year=2000, number=number + 1, status="signed", starts_on=day(number),
                ends_on=day(number) + timedelta(days=1000), signed_on=day(number),
            )
            for number in range(size)
        ),
    )  # fmt: skip
    activities = saved(
        Activity,
        (
            Activity(
                kind="surgical", partnership_id=partnerships[number], starts_on=day(number), ends_on=day(number) + timedelta(days=4), status="validated",
                search_text=f"{words(number)} {fold(specialties[number % len(specialties)].name_ar)} {fold(specialties[number % len(specialties)].name_fr)}"[:900],
            )
            for number in range(size)
        ),
    )  # fmt: skip
    ActivityParty.objects.bulk_create(
        (ActivityParty(activity_id=activities[number], institution_id=place, side=side) for number in range(size) for side, place in zip(("sender", "host"), sides(number), strict=True)),
        batch_size=AT_ONCE,
    )  # fmt: skip
    saved(
        Evaluation,
        (
            Evaluation(
                partnership_id=partnerships[number], kind="yearly", questionnaire=questionnaire, opens_on=day(number), due_on=day(number) + timedelta(days=30)
            )
            for number in range(size)
        ),
    )
    first, last = (
        ("خديجة", "محمد", "أمينة", "كريم", "سعاد", "ياسين", "نادية"),
        ("بن علي", "حداد", "بوزيد", "مزيان", "قاسي", "شريف", "زروقي", "بلقاسم", "عمراني"),
    )
    latin = (
        ("Khadidja", "Mohamed", "Amina", "Karim", "Souad", "Yacine", "Nadia"),
        ("Benali", "Haddad", "Bouzid", "Meziane", "Kaci", "Cherif", "Zerrouki", "Belkacem", "Amrani"),
    )

    def person(number: int) -> Professional:
        one, other = number % len(first), (number // 7) % len(last)
        name, also = f"{first[one]} {last[other]} {number}", f"{latin[0][one]} {latin[1][other]}"
        return Professional(
            institution_id=places[number], name=name, latin_name=also, profession=professions[number % len(professions)], specialty=specialties[number % len(specialties)],
            search_text=f"{fold(name)} {fold(also)} {told[places[number]]}"[:400],
        )  # fmt: skip

    saved(Professional, (person(number) for number in range(size)))
    saved(
        SupportRequest,
        (
            SupportRequest(
                uid=uuid.uuid4(), code=f"BENCH-{number}", institution_id=places[number], kind="equipment", title=f"تجهيز {number}", reasons="-", currency="DZD", status="granted",
                search_text=f"تجهيز {number} {told[places[number]]}"[:700],
            )
            for number in range(size)
        ),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure_search() -> dict[str, dict[str, float]]:
    """Milliseconds of the search page for each person over the questions, at SIZE things of each kind; {"officer": {…}, "coordinator": {…}}."""
    from django.test import Client

    from accounts.models import User

    found = {}
    for who, login in (("officer", "ministry"), ("coordinator", "coordinator.south")):
        client = Client()
        client.force_login(User.objects.get(email=f"{login}@demo.example"))
        took = {}
        for question in QUESTIONS:
            times = []
            for _round in range(ROUNDS):
                began = time.perf_counter()
                response = client.get("/search/", {"q": question})
                times.append((time.perf_counter() - began) * 1000)
                assert response.status_code == 200, question
            took[question] = statistics.median(times)
            print(f"{who}: {question}: {took[question]:.0f} ms", file=sys.stderr)
        found[who] = {"median, ms": round(statistics.median(took.values())), "slowest, ms": round(max(took.values()))}
    return found


def main() -> None:
    """A child, in the environment of one portal."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    began = time.perf_counter()
    if "make" in sys.argv:
        make(SIZE)
    print(json.dumps({"made in, s": round(time.perf_counter() - began), **measure_search()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
