"""Need beside help, region by region."""

import csv
import io

import pytest

from core.formats import today
from partnerships.models import Region
from reports.dashboards.equity import Balance, balances, judge
from reports.dashboards.periods import named_periods
from reports.headline import Chosen
from tests import factories


def row(code: str, **figures) -> Balance:
    return Balance(Region(code=code), **figures)


def test_regions_with_much_need_and_no_help_come_first():
    helped, little = row("01", needs=1, weight=10, missions=9), row("02", needs=2, weight=20, missions=1)
    alone, worse = row("03", needs=1, weight=4), row("04", needs=3, weight=12, covered=3)
    quiet, unasked = row("05"), row("06", missions=2)

    found = judge([helped, quiet, alone, little, worse, unasked])

    assert [item.region.code for item in found] == ["04", "03", "02", "01", "05", "06"]
    assert [item.state for item in found] == ["alone", "alone", "little", "helped", "quiet", "quiet"]
    assert (worse.deficit, worse.tone) == (9, "late")


def test_help_is_little_below_half_of_what_a_point_of_need_receives_on_average():
    exactly, below = row("01", weight=10, missions=10), row("02", weight=10, missions=3)
    judge([exactly, below])
    assert below.state == "little"  # 0.3 of a mission for a point where 0.65 is the mean

    other = row("03", weight=10, missions=4)
    judge([row("04", weight=10, missions=12), other])
    assert other.state == "helped"  # exactly half of the mean


def test_anything_at_all_is_help():
    for name in ("missions", "consultations", "operations", "trained"):
        assert judge([row("01", weight=1, **{name: 1})])[0].state == "helped"
    assert judge([row("01", weight=1, partnerships=3)])[0].state == "alone"  # a paper is no help yet


@pytest.mark.django_db
def test_page_says_in_words_who_is_left_alone_and_where_rows_are(client, cast):
    factories.need(cast)
    factories.need(cast, institution=cast.elsewhere, by=cast.hani, severity=5)
    factories.validated(cast, ended=3)
    client.force_login(cast.amal)

    response = client.get("/reports/equity/?period=")
    text = response.content.decode()

    assert [item.region.name for item in response.context["alone"]] == [cast.elsewhere.region.name]
    assert "/reports/missions/?period=&amp;region=11" in text
    assert "/needs/?region=25" in text
    export = client.get("/reports/equity/?period=&export=csv")
    lines = list(csv.reader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == [cast.elsewhere.region.name, cast.host.region.name, cast.partner.region.name]
    assert lines[2][3:] == ["1", "35", "4", "0", "1", "1", "59", "8", "8"]
    assert b"".join(client.get("/reports/equity/?export=xlsx").streaming_content)[:2] == b"PK"


@pytest.mark.django_db
def test_region_sees_its_own_and_a_coordinator_what_is_theirs(cast):
    factories.need(cast)
    factories.need(cast, institution=cast.elsewhere, by=cast.hani)
    factories.validated(cast, ended=3)
    chosen = Chosen(*named_periods(today())["twelve_months"])

    def codes(user) -> dict[str, int]:
        return {item.region.code: item.needs for item in balances(user, chosen)}

    assert codes(cast.amal) == codes(cast.omar) == {"11": 1, "25": 1, "16": 0}
    assert codes(cast.ranya) == {"11": 1}
    assert codes(cast.hani) == {"25": 1}
    assert codes(cast.dalia) == {"11": 0}
