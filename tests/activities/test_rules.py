"""What a report must satisfy, what is worth a second look, and when two reports are of the same mission. No pages."""

from datetime import timedelta

import pytest

from activities.kinds import REGISTRY
from activities.models import Activity
from activities.rules import (
    HeadCount,
    ResultLine,
    Volume,
    look_again,
    odd_figures,
    problems_with_counts,
    problems_with_plan,
    problems_with_report,
    recorded_already,
)
from core.formats import today
from tests import factories

SURGICAL = REGISTRY["surgical"]
END = today() - timedelta(days=3)


def line(**counts) -> ResultLine:
    return ResultLine(None, "قاعة", None, counts)


@pytest.mark.parametrize(
    ("counts", "refused"),
    [
        ({"consultations": 500, "operations_planned": 90, "operations_done": 90}, set()),  # much, but possible
        ({"consultations": -1}, {"consultations"}),
        ({"consultations": 20_001}, {"consultations"}),
        ({"operations_planned": 3_001}, {"operations_planned"}),
        ({"operations_done": 3, "operations_planned": 2}, {"operations_done"}),
        ({"operating_lists": 2, "lists_with_checklist": 3}, {"lists_with_checklist"}),
        ({"audience": 1}, {"audience"}),
        ({"audience": 0}, set()),
        ({"unheard_of": 0}, {"unheard_of"}),
        ({"complications": 9, "men": 90}, set()),  # odd, not impossible
    ],
)
def test_counts_that_cannot_be_are_refused(counts, refused):
    assert set(problems_with_counts(SURGICAL, line(**counts), over_plan_reason="")) == refused
    assert "operations_done" not in problems_with_counts(SURGICAL, line(operations_done=3, operations_planned=2), over_plan_reason="حالة مستعجلة")


@pytest.mark.parametrize(
    ("counts", "warnings"),
    [
        ({"consultations": 40, "operations_done": 9, "transferred": 2, "men": 20, "women": 15, "children": 5, "complications": 1, "operating_lists": 3}, 0),
        ({"consultations": 40, "men": 41}, 1),
        ({"consultations": 40, "operations_done": 1, "complications": 2}, 1),
        ({"consultations": 1, "transferred": 2}, 1),
        ({"operations_done": 2, "operating_lists": 3}, 1),
        ({}, 1),
    ],
)
def test_odd_figures_are_pointed_at(counts, warnings):
    assert len(odd_figures(SURGICAL, line(**counts))) == warnings


@pytest.mark.django_db
def test_figures_of_the_last_time_are_pointed_at(cast):
    last = factories.reported(cast)
    same, other = (look_again(SURGICAL, factories.lines(cast, seen=seen), last) for seen in (40, 41))

    assert same[:-1] == other == look_again(SURGICAL, factories.lines(cast))
    assert last.title in same[-1]


@pytest.mark.django_db
def test_report_is_of_the_sites_and_people_of_the_partnership(cast):
    def found(lines, people=(), **given):
        days = {"starts_on": END, "ends_on": END, **given}
        return set(problems_with_report(kind=SURGICAL, whose=cast.partnership, lines=lines, over_plan_reason="", people=people, **days))

    host, counts = cast.host, {"consultations": 4}
    near = type(host).objects.create(code="DZ-11-EPH-77", name_ar="جار", kind=host.kind, country=host.country, region=host.region)
    team = [HeadCount("team", cast.partner, "", 4)]
    assert found([ResultLine(host, "", None, counts), ResultLine(near, "", None, counts), ResultLine(None, "قاعة", None, counts)], team) == set()
    assert found([ResultLine(near, "", None, counts)], [HeadCount("trained", near, "doctors", 2)]) == set()  # people of a site
    assert found([]) == {"results"}
    assert found([ResultLine(cast.elsewhere, "", None, counts)]) == {"results.0.site"}
    assert found([ResultLine(cast.partner, "", None, counts)]) == {"results.0.site"}  # surgical days are at the hosts
    assert found([ResultLine(None, "  ", None, counts)]) == {"results.0.site"}
    assert found([ResultLine(None, f"{host.name_ar}  ", None, counts)]) == {"results.0.site"}
    assert found([ResultLine(None, "القاعة أ", None, counts), ResultLine(None, "القاعه ا", None, counts)]) == {"results.1.specialty"}
    assert found([line(consultations=1)], [HeadCount("team", cast.elsewhere, "", 4)]) == {"people.0.institution"}
    assert found([line(consultations=1)], [HeadCount("team", cast.elsewhere, "", 0)]) == set()
    assert found([line(consultations=1)], [HeadCount("team", cast.host, "", 2_001)]) == {"people.0.count"}
    assert found([line(consultations=1)], ends_on=END - timedelta(days=1)) == {"ends_on"}
    assert found([line(consultations=1)], ends_on=today() + timedelta(days=1)) == {"ends_on"}
    assert found([line(operations_done=3)]) == {"results.0.operations_done", "over_plan_reason"}


@pytest.mark.django_db
def test_plan_is_of_the_institutions_of_the_partnership(cast):
    def found(**given):
        days = {"starts_on": today(), "ends_on": today()}
        return set(problems_with_plan(kind=SURGICAL, partnership=cast.partnership, **{**days, **given}))

    urology = Volume(cast.specialties[1], 10)
    assert found(senders=[cast.partner], hosts=[cast.host], sites=[cast.host, "قاعة"], volumes=[urology]) == set()
    assert found(senders=[]) == {"senders"}
    assert found(hosts=[cast.partner]) == {"hosts"}
    assert found(sites=[cast.elsewhere]) == {"sites"}
    assert found(sites=[cast.host, cast.host.name_ar]) == {"places"}
    assert found(volumes=[urology, urology]) == {"volumes"}
    assert found(purpose="training") == {"purpose"}
    assert found(ends_on=today() + timedelta(days=900)) == {"ends_on"}


@pytest.mark.django_db
def test_same_mission_is_found_by_partnership_kind_days_and_site(cast):
    there = factories.reported(cast, ended=5)
    base = {
        "partnership": cast.partnership,
        "kind": "surgical",
        "starts_on": there.ends_on,
        "ends_on": there.ends_on + timedelta(days=2),
        "sites": [cast.host.pk],
    }
    different = [
        {"kind": "medical"}, {"starts_on": there.ends_on + timedelta(days=1)}, {"sites": [cast.partner.pk, "مكان آخر"]}, {"uid": there.uid},
    ]  # fmt: skip

    assert recorded_already(**base) == there
    assert recorded_already(**{**base, "sites": ["قاعه العِلاج"]}) == there
    assert [recorded_already(**{**base, **other}) for other in different] == [None] * len(different)
    Activity.objects.update(status="cancelled")
    assert recorded_already(**base) is None
