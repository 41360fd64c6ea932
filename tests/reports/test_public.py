"""The figures that everybody may read: switched by the ministry, small numbers out of reach."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import pytest
from django.test import Client

from core.formats import today
from core.models import Change, Switch
from reports.dashboards import public
from reports.dashboards.public import FEW, WITHHELD, protected, years
from tests import factories

ADDRESS = "/figures/"


def said(client, **asked) -> str:
    response = client.get(ADDRESS, asked)
    assert response.status_code == 200
    return response.content.decode()


# --- Small numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("highest", "zones"), [(16, 2), (14, 3), (10, 4)])
def test_number_below_five_cannot_be_worked_out_even_by_who_knows_the_rule(highest, zones):
    """Of all tables that look the same once protected, each small number must still be able to have two values."""
    names = [f"z{place}" for place in range(zones)]
    alike = defaultdict(list)
    for values in product(range(highest + 1), repeat=zones):
        total, shown = protected(sum(values), dict(zip(names, values, strict=True)))
        alike[total, tuple(shown[name] for name in names)].append(values)

    for (total, shown), tables in alike.items():
        if isinstance(total, int) and total - sum(word for word in shown if isinstance(word, int)) > highest:
            continue  # tables that look the same lie beyond those tried
        for place, word in enumerate(shown):
            if word == FEW or (word == WITHHELD and any(values[place] < 5 for values in tables)):
                assert len({values[place] for values in tables}) > 1, (shown, tables)
            if isinstance(word, int):
                assert word >= 5
    assert {WITHHELD, FEW} <= {word for _total, shown in alike for word in shown}


@pytest.mark.parametrize(
    ("total", "zones", "expected"),
    [
        (30, {"n": 10, "s": 20}, (30, {"n": 10, "s": 20})),
        (32, {"n": 2, "h": 10, "s": 20}, (32, {"n": FEW, "h": WITHHELD, "s": 20})),
        (3, {"n": 3, "s": 0}, (FEW, {"n": FEW, "s": FEW})),
        (5, {"n": 0, "s": 5}, (WITHHELD, {"n": WITHHELD, "s": WITHHELD})),
        (26, {"n": 3, "h": 3, "s": 20}, (26, {"n": FEW, "h": FEW, "s": WITHHELD})),
        (14, {"n": 4, "h": 5, "s": 5}, (WITHHELD, {"n": WITHHELD, "h": WITHHELD, "s": WITHHELD})),
        (8, {"n": 4, "s": 4}, (WITHHELD, {"n": WITHHELD, "s": WITHHELD})),
        (7, {}, (7, {})),
        (2, {}, (FEW, {})),
    ],
)
def test_small_numbers_take_the_next_smallest_with_them(total, zones, expected):
    assert protected(total, zones) == expected


# --- The page -----------------------------------------------------------------------------------------------------


def test_running_year_ends_with_its_last_whole_month():
    assert public.last_day(today().year) == today().replace(day=1) - timedelta(days=1)
    assert public.last_day(today().year - 1) == date(today().year - 1, 12, 31)
    assert today().year in years() or today().month == 1


@pytest.mark.django_db
def test_page_is_there_while_head_or_administrator_have_turned_it_on(client, cast):
    visitor = Client()
    for name in ("amal", "badr", "omar", "ranya", "fatma"):
        client.force_login(getattr(cast, name))
        assert client.post("/reports/public/", {"on": "1"}).status_code == 403
    assert visitor.get(ADDRESS).status_code == 404

    for name in ("hoda", "tarek"):
        client.force_login(getattr(cast, name))
        assert client.get("/reports/public/").status_code == 200
        for _twice in range(2):
            client.post("/reports/public/", {"on": "1", "sure": "1"})
        assert visitor.get(ADDRESS).status_code == 200
        assert b'href="/figures/"' in visitor.get("/login/").content
        client.post("/reports/public/", {"on": "0"})
        assert visitor.get(ADDRESS).status_code == 404
        assert b'href="/figures/"' not in visitor.get("/login/").content

    lines = Change.objects.filter(object_type="core.switch", object_id=Switch.objects.get().pk).order_by("pk")
    assert [(line.verb, line.by) for line in lines] == [("turn_on", cast.hoda), ("turn_off", cast.hoda), ("turn_on", cast.tarek), ("turn_off", cast.tarek)]


@pytest.mark.django_db
def test_page_shows_what_was_validated_and_names_nobody(client, cast, django_assert_max_num_queries):
    ended = (today() - today().replace(day=1)).days + 3  # in the month before this one
    activity = factories.validated(cast, ended=ended)
    year = activity.ends_on.year
    public.publish(True, by=cast.hoda)

    text = said(client, year=year)

    assert "59" in text  # consultations: 40, 12 and 7
    assert [name for name in (cast.host.name_ar, cast.partner.name_ar, cast.partnership.code, cast.badr.name, cast.host.code) if name in text] == []
    lines = {line.code: line for line in public.of_year(year)}
    assert lines["TW05"].country == 59 or set(lines["TW05"].zones.values()) == {WITHHELD}
    assert lines["TW05"].zones["north"] in (FEW, WITHHELD)
    assert lines["TW04"].country == FEW
    with django_assert_max_num_queries(2):
        response = client.get(ADDRESS)
    assert "max-age=300" in response["Cache-Control"]
    for language, direction in (("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")):
        page = said(client, lang=language)
        assert f'lang="{language}" dir="{direction}"' in page
        assert len(page.encode()) < 60_000
    for asked in ("", "1", "9999", "x", "2026'"):
        said(client, year=asked)
