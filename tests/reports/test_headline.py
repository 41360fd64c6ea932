"""Figures by region under the division of their period, or of today."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import actions
from activities.rules import ResultLine
from core.formats import today
from partnerships.actions import create_partnership
from partnerships.models import Institution, Region
from reports.forms import FiguresForm
from reports.headline import Chosen, agreements, by_kind, by_region, figures, institutions, regions_covered
from tests.cast import institution, signed_agreement

pytestmark = pytest.mark.django_db

IN_2025 = (date(2025, 1, 1), date(2025, 12, 31))
NEW_ON = date(2026, 4, 4)


@pytest.fixture
def aflou(cast) -> Institution:
    """A hospital of a region that was made on 4 April 2026 out of Laghouat."""
    mother = Region.objects.create(country=cast.host.country, code="03", name_ar="الأغواط", zone="south")
    daughter = Region.objects.create(country=cast.host.country, code="59", name_ar="آفلو", zone="highlands", parent=mother, valid_from=NEW_ON)
    return institution("DZ-03-EPH-01", "مستشفى آفلو", daughter)


def held(cast, host: Institution, end: date, kind: str = "surgical") -> None:
    """Days at `host` alone, validated."""
    partnership = create_partnership(by=None, senders=[cast.partner], hosts=[host], specialties=cast.specialties, started_on=end - timedelta(days=90))
    signed_agreement(partnership, end - timedelta(days=60), end + timedelta(days=60))
    activity = actions.log_activity(
        by=None,
        kind=kind,
        partnership=partnership,
        starts_on=end - timedelta(days=2),
        ends_on=end,
        lines=[ResultLine(host, "", None, {"consultations": 3})],
        people=[],
        behalf=host,
    )
    actions.counter_confirm_activity(activity, by=None)
    actions.validate_activity(activity, by=None)


def codes(cast, chosen: Chosen) -> dict[str, int]:
    return {row["region"].code: row["missions"] for row in by_region(cast.amal, chosen)}


def test_year_is_counted_under_its_own_division_and_under_that_of_today(cast, aflou):
    held(cast, aflou, date(2025, 6, 1))
    held(cast, cast.elsewhere, date(2025, 7, 1))

    assert codes(cast, Chosen(*IN_2025)) == {"03": 1, "25": 1}
    assert codes(cast, Chosen(*IN_2025, division_of=today())) == {"59": 1, "25": 1}


def test_open_period_is_counted_under_the_division_of_today(cast, aflou):
    held(cast, aflou, date(2025, 6, 1))

    assert codes(cast, Chosen()) == {"59": 1}


def test_region_stands_for_its_ground_under_the_division_chosen(cast, aflou):
    held(cast, aflou, date(2025, 6, 1))
    laghouat = aflou.region.parent
    then, now = Chosen(*IN_2025, region=laghouat), Chosen(*IN_2025, region=laghouat, division_of=today())

    assert [item["value"] for item in figures(cast.amal, then) if item["figure"].slug in ("agreements", "hosts", "missions")] == [1, 1, 1]
    assert [item["value"] for item in figures(cast.amal, now)] == [0] * 7
    assert agreements(cast.amal, then).count() == 1
    assert institutions(cast.amal, then, "host").get() == aflou
    assert codes(cast, Chosen(*IN_2025, zone="south")) == {"03": 1}
    assert codes(cast, Chosen(*IN_2025, zone="highlands")) == {}
    assert codes(cast, Chosen(*IN_2025, zone="highlands", division_of=today())) == {"59": 1}


def test_regions_covered_are_those_of_the_division_chosen(cast, aflou):
    held(cast, aflou, date(2025, 6, 1))
    laghouat = institution("DZ-03-EPH-02", "مستشفى الأغواط", aflou.region.parent)
    held(cast, laghouat, date(2025, 7, 1))

    assert regions_covered(cast.amal, Chosen(*IN_2025)) == {"reached": 1, "all": 4}
    assert regions_covered(cast.amal, Chosen(*IN_2025, division_of=today())) == {"reached": 2, "all": 5}


def test_page_offers_the_division_only_where_a_country_was_divided_anew(client, cast):
    client.force_login(cast.amal)
    assert 'name="division"' not in client.get("/reports/").content.decode()
    assert "division" not in FiguresForm({}).fields

    mother = cast.host.region
    Region.objects.create(country=mother.country, code="53", name_ar="عين صالح", parent=mother, valid_from=date(2019, 12, 18))

    assert 'name="division"' in client.get("/reports/?until=31/12/2018").content.decode()
    assert FiguresForm({"until": "31/12/2018"}).chosen().divided_on == date(2018, 12, 31)
    assert FiguresForm({"until": "31/12/2018", "division": "today"}).chosen().divided_on == today()


def test_region_asked_for_costs_no_more_for_each_figure(cast, aflou):
    held(cast, aflou, date(2025, 6, 1))
    chosen = Chosen(*IN_2025, region=aflou.region.parent, zone="south")
    with CaptureQueriesContext(connection) as queries:
        figures(cast.amal, chosen)

    read = [query["sql"] for query in queries if 'FROM "partnerships_region"' in query["sql"]]
    assert len(read) == 2, read  # the division and the zone, once for all figures


def values(cast, chosen: Chosen) -> dict[str, int]:
    return {item["figure"].slug: item["value"] for item in figures(cast.amal, chosen)}


def test_kind_level_and_institution_narrow_every_figure(cast, aflou):
    Institution.objects.filter(pk=aflou.pk).update(level="secondary")
    held(cast, aflou, date(2025, 6, 1))
    held(cast, cast.elsewhere, date(2025, 7, 1), kind="medical")
    everything = values(cast, Chosen(*IN_2025))
    surgical = values(cast, Chosen(*IN_2025, kind="surgical"))

    assert (everything["missions"], everything["consultations"], everything["hosts"]) == (2, 6, 2)
    assert (surgical["missions"], surgical["consultations"], surgical["hosts"]) == (1, 3, 1)
    assert surgical["agreements"] == everything["agreements"] == 2  # an agreement has no kind
    assert [(row["kind"].slug, row["activities"]) for row in by_kind(cast.amal, Chosen(*IN_2025))] == [("medical", 1), ("surgical", 1)]
    for chosen in (Chosen(*IN_2025, level="secondary"), Chosen(*IN_2025, institution=aflou)):
        assert values(cast, chosen) == {**everything, "agreements": 1, "hosts": 1, "missions": 1, "consultations": 3}
        assert codes(cast, chosen) == {"03": 1}
    assert values(cast, Chosen(*IN_2025, zone="south", level="primary"))["missions"] == 0
    assert values(cast, Chosen(*IN_2025, institution=cast.partner)) == everything
