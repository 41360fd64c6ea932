"""Every figure of the dashboards, reckoned a second time by hand; what they are compared with; where they lead."""

import os
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from activities.actions import create_activity as make_activity
from activities.kinds import missions
from activities.missions import flows_of
from core.charts import RowChart
from core.formats import number, today
from evaluation.indicators import Period
from reports.dashboards import autonomy, charts, equity, needs, reciprocity
from reports.dashboards.comparison import compared, period_before
from reports.dashboards.links import links_of
from reports.dashboards.periods import named_periods, stretch_before
from reports.forms import FiguresForm
from reports.headline import activities, by_region, figures, regions_covered
from tests import factories
from tests.reports.world import LEVELS, ByHand, Rows, populate

COMBINATIONS = int(os.environ.get("FIGURE_QUESTIONS", "36"))


def total_of(chart: RowChart) -> int:
    return sum(int(re.sub(r"\D", "", row.figure)) for row in chart.rows)


def questions(count: int, seed: int = 20) -> list[dict[str, str]]:
    """So many questions of chance, as an address would ask them."""
    chance = random.Random(seed)
    asked = []
    for _number in range(count):
        given = {"period": chance.choice(["", "this_year", "last_year", "twelve_months", "2024", ""])}
        if not given["period"] and chance.random() < 0.7:
            start = date(2024, 3, 1) + timedelta(days=chance.randrange(800))
            given |= {"since": f"{start:%d/%m/%Y}", "until": f"{start + timedelta(days=chance.randrange(20, 700)):%d/%m/%Y}"}
        for name, values in (
            ("region", ["03", "59", "11", "16"]), ("zone", ["north", "south", "highlands"]), ("specialty", ["general-surgery", "urology"]),
            ("kind", ["surgical", "medical", "study"]), ("level", LEVELS), ("institution", ["DZ-11-EPH-09", "DZ-16-EPH-51"]), ("division", ["today"]),
        ):  # fmt: skip
            if chance.random() < 0.22:
                given[name] = chance.choice(values)
        asked.append(given)
    return asked


@pytest.mark.django_db
@pytest.mark.once
def test_every_figure_is_what_the_rows_add_up_to(cast):
    populate(cast)
    users = [cast.amal, cast.omar, cast.ranya, cast.badr, cast.dalia, cast.essam]
    rows_of = {user: Rows(user) for user in users}
    said_something = 0
    for place, given in enumerate(questions(COMBINATIONS)):
        user = users[place % len(users)]
        query = QueryDict(urlencode(given))
        form = FiguresForm(query, user=cast.amal)
        chosen = form.chosen()
        assert form.is_valid(), form.errors
        hand, links, why = ByHand(rows_of[user], chosen), links_of(query, True), (user.name, given)

        values = {item["figure"].slug: item["value"] for item in figures(user, chosen)}
        assert values == hand.figures(), why
        if place % 4 == 0:
            before, found = period_before(chosen), compared(user, chosen)
            assert {item.figure.slug: item.value for item in found} == values, why
            if before:
                earlier = ByHand(rows_of[user], replace(chosen, start=before.start, end=before.end, division_of=chosen.divided_on))
                assert {item.figure.slug: item.before for item in found} == earlier.figures(), why
            else:
                assert {item.before for item in found} == {None}, why

        year = chosen.end.year if chosen.end else today().year
        drawn = charts.months(user, chosen, year)
        months = hand.months(year)
        assert [cells for _label, cells in drawn.rows] == ([[number(now), number(earlier)] for now, earlier in months]), why
        assert total_of(charts.specialties(user, chosen, values["operations"], links)) == values["operations"] == sum(hand.by_specialty().values()), why
        assert total_of(charts.kinds(user, chosen, links)) == activities(user, chosen).count() == len(hand.held), why
        hosted = hand.host_regions(hand.held)
        assert {row["region"].pk: row["missions"] for row in by_region(user, chosen, None)} == {key: len(rows) for key, rows in hosted.items()}, why
        assert regions_covered(user, chosen)["reached"] == sum(hand.regions[key].exists_on(chosen.divided_on) for key in hosted), why

        said_something += any(values.values())
        if place % 4 != 1:
            continue
        assert {row.specialty.pk: (row.needs, row.covered, row.waiting, row.missions) for row in needs.coverage(user, chosen)} == hand.coverage(), why
        ways = reciprocity.ways(user, chosen)[0]
        assert (ways.there, ways.back) == hand.ways(), why
        flows = flows_of(activities(user, chosen).filter(kind__in=missions()), chosen.divided)[0]
        assert {(flow.start, flow.end): (flow.missions, flow.operations) for flow in flows} == hand.flows(), why
        assert all(count == hand.ladder(day) for day, count in autonomy.ladder(user, chosen)), why

        balances = {
            row.region.code: (row.needs, row.waiting, row.weight, row.covered, row.missions, row.consultations, row.operations, row.trained, row.partnerships)
            for row in equity.balances(user, chosen)
        }  # fmt: skip
        expected = hand.balances()
        assert balances == {code: row for code, row in expected.items() if code in balances}, why
        assert not any(any(row) for code, row in expected.items() if code not in balances), why
    assert said_something > COMBINATIONS / 2


# --- Periods ------------------------------------------------------------------------------------------------------

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (date(2026, 1, 1), ON, (date(2025, 1, 1), date(2025, 11, 22))),
        (date(2026, 1, 1), date(2026, 12, 31), (date(2025, 1, 1), date(2025, 11, 22))),  # it still runs
        (date(2025, 1, 1), date(2025, 12, 31), (date(2024, 1, 1), date(2024, 12, 31))),
        (date(2025, 11, 23), ON, (date(2024, 11, 23), date(2025, 11, 22))),
        (date(2026, 4, 1), date(2026, 6, 30), (date(2025, 4, 1), date(2025, 6, 30))),
        (date(2023, 1, 1), date(2025, 12, 31), (date(2020, 1, 1), date(2022, 12, 31))),
        (date(2025, 2, 1), date(2025, 2, 28), (date(2024, 2, 1), date(2024, 2, 29))),
        (date(2024, 2, 29), date(2024, 2, 29), (date(2023, 2, 28), date(2023, 2, 28))),
        (None, ON, None),
        (date(2026, 1, 1), None, None),
        (date(2027, 1, 1), date(2027, 3, 1), None),
    ],
)
def test_stretch_before_is_the_same_days_of_years_before(start, end, before):
    assert stretch_before(start, end, ON) == (Period(*before) if before else None)


def test_periods_with_a_name_end_today_or_with_their_year():
    named = named_periods(ON)

    assert named["this_year"] == (date(2026, 1, 1), ON)
    assert named["last_year"] == (date(2025, 1, 1), date(2025, 12, 31))
    assert named["twelve_months"] == (date(2025, 11, 23), ON)
    assert [name for name in named if name.isdecimal()] == ["2024", "2023", "2022", "2021"]


# --- Pages --------------------------------------------------------------------------------------------------------


def hrefs(text: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', text)]


@pytest.mark.django_db
def test_every_page_keeps_the_question_on_the_links_that_it_shows(client, cast):
    factories.need(cast)
    factories.validated(cast)
    client.force_login(cast.amal)
    for path in ("/reports/", "/reports/progress/", "/reports/equity/", "/reports/map/"):
        links = hrefs(client.get(f"{path}?period=this_year&zone=south&kind=surgical").content.decode())
        onward = [
            link
            for link in links
            if link.startswith(("/reports/?", *(f"/reports/{part}/" for part in ("progress", "equity", "map", "missions", "operations", "activities"))))
        ]

        onward = [link for link in onward if link != path]  # the one that takes the whole question back
        assert len(onward) >= 5
        assert [link for link in onward if not all(part in link for part in ("period=", "zone=south", "kind="))] == []


@pytest.mark.django_db
def test_first_page_asks_for_this_year_and_says_what_it_is_compared_with(client, cast):
    factories.validated(cast, ended=3)
    client.force_login(cast.amal)

    text = client.get("/reports/").content.decode()
    everything = client.get("/reports/?period=").content.decode()

    assert "/reports/missions/?period=this_year" in hrefs(text)
    assert text.count("▲") + text.count("▼") + text.count(">=<") == 7
    assert everything.count("▲") + everything.count("▼") == 0
    assert "/reports/missions/?period=" in hrefs(everything)


@pytest.mark.django_db
def test_reader_of_figures_sees_them_all_and_no_way_to_the_rows(client, cast):
    factories.need(cast)
    factories.validated(cast, ended=3)
    client.force_login(cast.omar)
    for path in ("/reports/", "/reports/progress/", "/reports/equity/", "/reports/map/"):
        response = client.get(f"{path}?period=")
        text = response.content.decode()
        assert response.status_code == 200
        assert [
            link for link in hrefs(text) if link.startswith(("/reports/missions", "/reports/operations", "/reports/activities", "/activities/?", "/needs"))
        ] == []
        assert 'name="institution"' not in text
        assert cast.host.name_ar not in text
    assert "59" in client.get("/reports/?period=").content.decode()


@pytest.mark.django_db
def test_institution_that_one_may_not_see_is_not_known(client, cast):
    assert FiguresForm(QueryDict("institution=DZ-11-EPH-09"), user=cast.omar).chosen().institution is None
    form = FiguresForm(QueryDict("institution=dz-11-eph-09 "), user=cast.badr)
    assert form.chosen().institution == cast.host
    assert not FiguresForm(QueryDict("institution=XX"), user=cast.badr).is_valid()


@pytest.mark.django_db
def test_what_is_late_is_counted_as_its_list_counts_it(client, cast):
    end = today() - timedelta(days=40)
    factories.planned(cast)
    made = make_activity(by=cast.badr, kind="surgical", partnership=cast.partnership, starts_on=end, ends_on=end)
    type(made).objects.filter(pk=made.pk).update(status="confirmed")
    client.force_login(cast.amal)

    rows = client.get("/reports/progress/").context
    counts = {item["address"]: item["count"] for item in [*rows["late"], *rows["soon"]]}

    assert counts["/activities/?status=report_overdue"] == 1
    assert len(counts) == 5
    for address, count in counts.items():
        assert client.get(address).context["page"].paginator.count == count, address
    nearby = client.get("/reports/progress/?region=16").context["late"][0]
    assert nearby == {**nearby, "count": 0, "address": "/activities/?status=report_overdue&region=16"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/reports/", "/reports/progress/", "/reports/equity/", "/reports/map/"])
def test_page_costs_the_same_with_one_row_and_with_four(client, cast, path):
    client.force_login(cast.amal)

    def cost() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    factories.need(cast)
    factories.validated(cast)
    one = cost()
    for ended in (8, 12, 16):
        factories.validated(cast, ended=ended)
    factories.need(cast, specialty=cast.specialties[1])

    assert cost() == one <= 32
