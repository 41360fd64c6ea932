"""What speaks against certain days: the rules on plain values, then read from the database for different readers."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import actions
from activities.clashes import Plan, clashes_for, clashes_of, find_clashes
from activities.lifecycle import ACTIVITY
from activities.models import Activity, Participant, Professional
from activities.occasions import Rule, occasions_between
from core.formats import today
from partnerships.actions import create_partnership
from partnerships.models import Partnership, Profession
from tests.cast import signed_agreement

MONDAY = date(2027, 4, 5)
NORTH, SOUTH, ELSEWHERE, SURGERY, UROLOGY, SAMIRA = 1, 2, 3, 10, 11, 20


def plan(**given) -> Plan:
    values = {
        "starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=3), "key": 1, "senders": {NORTH}, "hosts": {SOUTH}, "specialties": {SURGERY}, "people": {SAMIRA},
        **given,
    }  # fmt: skip
    return Plan(**{name: frozenset(value) if isinstance(value, set) else value for name, value in values.items()})


def found(one: Plan, *others: Plan, specials=()) -> list[tuple[str, str]]:
    return [(clash.rule, clash.severity) for clash in find_clashes(one, others, specials, [4, 5])]


def test_days_that_nothing_speaks_against_have_no_clash():
    assert found(plan()) == []
    assert found(plan(), plan()) == []  # itself
    assert found(plan(), plan(key=2, starts_on=MONDAY + timedelta(days=4), ends_on=MONDAY + timedelta(days=9))) == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"senders": {ELSEWHERE}, "hosts": {ELSEWHERE}, "specialties": set()}, [("person_twice", "serious")]),
        ({"senders": {ELSEWHERE}, "hosts": {SOUTH}, "specialties": set()}, [("person_twice", "warning"), ("host_busy", "warning")]),
        ({"hosts": {ELSEWHERE}, "people": set()}, [("department_twice", "serious")]),
        ({"hosts": {ELSEWHERE}, "people": set(), "specialties": {UROLOGY}}, [("sender_busy", "warning")]),
        ({"senders": {ELSEWHERE}, "people": set()}, [("host_busy", "warning")]),
        ({"senders": {SOUTH}, "hosts": {ELSEWHERE}, "people": set()}, [("party_busy", "warning")]),
        ({"senders": {ELSEWHERE}, "hosts": {ELSEWHERE}, "people": set()}, []),
    ],
)
def test_other_activity_on_the_same_days_is_named_by_what_weighs_most(other, expected):
    assert found(plan(), plan(key=2, **other)) == expected


def test_only_people_clash_where_no_team_travels():
    """A placement or a lecture takes up neither the department nor the theatre."""
    assert found(plan(), plan(key=2, travels=False, people=set())) == []
    assert found(plan(travels=False), plan(key=2, hosts={ELSEWHERE})) == [("person_twice", "serious")]


def test_calendar_agreement_and_missing_word_speak_against_days():
    rules = [
        Rule("ramadan", "fasting", "hijri", 9, 1, 30), Rule("fixed", "holiday", "gregorian", 2, 10, 1), Rule("heat", "heat", "gregorian", 1, 1, 90, "far_south"),
    ]  # fmt: skip
    start = date(2027, 2, 8)  # a Monday, the first of Ramadan 1448
    specials = occasions_between(rules, start, start + timedelta(days=6))
    days = {"starts_on": start, "ends_on": start + timedelta(days=6)}

    assert found(plan(**days), specials=specials) == [("fasting", "warning"), ("holiday", "warning"), ("week_end", "warning")]
    assert ("heat", "warning") in found(plan(**days, zones={"far_south"}), specials=specials)
    assert found(plan(is_covered=False, unconfirmed=(SOUTH,))) == [("outside_agreement", "serious"), ("unconfirmed", "warning")]


def sunday() -> date:
    """A Sunday well ahead, so that four days touch no week-end."""
    ahead = today() + timedelta(days=60)
    return ahead + timedelta(days=(6 - ahead.weekday()) % 7)


def planned(cast, partnership=None, by=None, **given) -> Activity:
    start = sunday()
    values = {"kind": "surgical", "starts_on": start, "ends_on": start + timedelta(days=3), "specialties": cast.specialties[:1], **given}
    made = actions.create_activity(by=by, partnership=partnership or cast.partnership, **values)
    return Activity.objects.with_people().get(pk=made.pk)


def samira(cast) -> Professional:
    surgeon = Profession.objects.get_or_create(code="surgeon", defaults={"name_ar": "جراح", "name_fr": "chirurgien", "name_en": "surgeon", "group": "medical"})[
        0
    ]
    return Professional.objects.create(institution=cast.partner, name="سميرة", profession=surgeon)


@pytest.fixture
def second(cast) -> Partnership:
    """Dalia's hospital supports Hani's as well."""
    made = create_partnership(by=None, senders=[cast.partner], hosts=[cast.elsewhere], specialties=cast.specialties, started_on=today() - timedelta(days=100))
    signed_agreement(made)
    return Partnership.objects.with_people().get(pk=made.pk)


@pytest.mark.django_db
def test_surgeon_in_two_places_is_named_to_both_sides_but_the_other_place_only_to_its_own(cast, second):
    person = samira(cast)
    here, there = planned(cast), planned(cast, second)
    for activity in (here, there):
        Participant.objects.create(activity=activity, part="team", institution=cast.partner, name=person.name, professional=person, role="member")
    actions.transition_activity(there, ACTIVITY["submit"], by=None)

    seen = {who: {clash.rule: clash for clash in clashes_of(here, cast.people[who])} for who in ("dalia", "badr")}

    assert set(seen["dalia"]) == set(seen["badr"]) == {"person_twice", "department_twice"}
    assert seen["dalia"]["person_twice"].address == there.get_absolute_url()
    assert seen["badr"]["person_twice"].address == ""
    assert "سميرة" in seen["badr"]["person_twice"].text
    assert "آخر" not in "".join(clash.text for clash in seen["badr"].values())
    assert seen["dalia"]["person_twice"].severity == "serious"


@pytest.mark.django_db
def test_draft_of_others_is_nobodys_business_and_a_cancelled_activity_holds_nobody(cast, second):
    draft = planned(cast, second)
    here = planned(cast)

    assert clashes_of(here, cast.badr) == []
    assert [clash.rule for clash in clashes_of(here, cast.dalia)] == ["department_twice"]
    actions.transition_activity(draft, ACTIVITY["cancel"], by=None, reason="سبب")
    assert clashes_of(here, cast.dalia) == []


@pytest.mark.django_db
def test_days_outside_the_agreement_are_said_before_anything_is_saved(cast):
    start = cast.agreement.ends_on + timedelta(days=20)

    said = clashes_for(cast.partnership, start, start, user=cast.badr, sites=[cast.host, "قاعة العلاج"])

    assert [clash.rule for clash in said if clash.rule != "week_end"] == ["outside_agreement"]
    assert not Activity.objects.exists()


@pytest.mark.django_db
def test_clashes_cost_the_same_with_one_activity_beside_and_with_five(cast, second):
    person, here = samira(cast), planned(cast)

    def cost() -> int:
        Participant.objects.create(activity=planned(cast, second), part="team", institution=cast.partner, professional=person)
        activity = Activity.objects.with_people().get(pk=here.pk)
        with CaptureQueriesContext(connection) as queries:
            assert clashes_of(activity, type(cast.amal).objects.get(pk=cast.amal.pk))
        return len(queries)

    one = cost()
    for _more in range(3):
        planned(cast, second)

    assert cost() == one <= 16


def test_activity_that_is_over_has_no_clashes():
    yesterday = today() - timedelta(days=1)
    over = [
        Activity(kind="surgical", starts_on=yesterday, ends_on=yesterday),
        Activity(kind="surgical", starts_on=sunday(), ends_on=sunday(), status="cancelled"),
    ]

    assert [clashes_of(activity, None) for activity in over] == [[], []]
