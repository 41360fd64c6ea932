"""Special days as rules, and the calendar page: what is shown to whom, at which cost."""

import gzip
from dataclasses import replace
from datetime import date, timedelta

import pytest

from activities import actions
from activities.models import Activity, ActivityParty, Occasion
from activities.month import mark_clashes, read_entries, weeks_of
from activities.occasions import Rule, hijri_day, occasions_between, rules_now
from activities.reference import load
from activities.views.calendar import month_asked
from core.formats import today
from core.profile import home
from tests.test_queries import cost

RAMADAN = Rule("ramadan", "fasting", "hijri", 9, 1, 30)
EID = Rule("eid", "holiday", "hijri", 10, 1, 3)


def spans(rule: Rule, start: date, end: date) -> list[tuple[date, date, bool]]:
    return [(special.starts_on, special.ends_on, special.is_computed) for special in occasions_between([rule], start, end)]


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [  # published Umm al-Qura dates
        (EID, 2025, [(date(2025, 3, 30), date(2025, 4, 1))]),
        (EID, 2026, [(date(2026, 3, 20), date(2026, 3, 22))]),
        (RAMADAN, 2026, [(date(2026, 2, 18), date(2026, 3, 19))]),
        (RAMADAN, 2030, [(date(2030, 1, 5), date(2030, 2, 3)), (date(2030, 12, 26), date(2031, 1, 23))]),
        (Rule("heat", "heat", "gregorian", 6, 1, 122), 2026, [(date(2026, 6, 1), date(2026, 9, 30))]),
        (Rule("leap", "holiday", "gregorian", 2, 29, 1), 2027, []),
    ],
)  # fmt: skip
def test_rule_gives_its_days_of_a_year(rule, year, expected):
    assert [(start, end) for start, end, _computed in spans(rule, date(year, 1, 1), date(year, 12, 31))] == expected


def test_hijri_days_are_called_computed_until_they_are_announced():
    announced = Rule("eid", "holiday", "hijri", 10, 1, 3, announced=(date(2026, 3, 21),))
    year = (date(2026, 1, 1), date(2026, 12, 31))

    assert spans(EID, *year) == [(date(2026, 3, 20), date(2026, 3, 22), True)]
    assert spans(announced, *year) == [(date(2026, 3, 21), date(2026, 3, 23), False)]
    assert spans(announced, date(2027, 1, 1), date(2027, 12, 31)) == [(date(2027, 3, 9), date(2027, 3, 11), True)]
    assert spans(announced, date(2026, 3, 20), date(2026, 3, 20)) == []


def test_days_beyond_the_tables_of_the_hijri_calendar_are_left_out():
    assert spans(EID, date(2090, 1, 1), date(2090, 12, 31)) == []
    assert hijri_day(date(1900, 1, 1)) is None


@pytest.mark.django_db
def test_rules_of_the_home_country_are_loaded_once_and_what_the_ministry_switched_off_stays_off():
    first = load()["special days"]
    Occasion.objects.filter(slug="ramadan").update(is_active=False)
    Occasion.objects.get(slug="eid-al-fitr").dates.create(year=2026, starts_on=date(2026, 3, 21))

    assert (first, load()["special days"]) == (13, 0)
    rules = {rule.slug: rule for rule in rules_now()}
    assert "ramadan" not in rules
    assert rules["eid-al-fitr"].announced == (date(2026, 3, 21),)
    assert {"yennayer", "independence-day", "ashura", "heat-far-south"} <= set(rules)


def planned(cast, start: date, length: int = 3, status: str = "approved", **given) -> Activity:
    values = {"kind": "surgical", "partnership": cast.partnership, "starts_on": start, "ends_on": start + timedelta(days=length - 1), "status": status, **given}
    made = Activity.objects.create(**values)
    for party in cast.partnership.parties.all():
        ActivityParty.objects.create(activity=made, institution=party.institution, side=party.side)
    made.specialties.set(cast.specialties[:1])
    return made


def shown(response) -> set[int]:
    """The activities in the cells of a month, or in the list."""
    if response.context["is_agenda"]:
        return {entry.activity.pk for group in response.context["days"] for entry in group["entries"]}
    return {entry.activity.pk for week in response.context["weeks"] for day in week for entry in day.entries}


@pytest.mark.django_db
def test_month_begins_on_sunday_shades_the_week_end_and_shows_only_what_the_reader_may_see(client, cast):
    mine = planned(cast, date(2026, 11, 9))
    off = planned(cast, date(2026, 11, 16), status="cancelled")
    client.force_login(cast.badr)
    page = client.get("/activities/calendar/?month=2026-11")
    client.force_login(cast.hani)
    other = client.get("/activities/calendar/?month=2026-11")

    week = page.context["weeks"][0]
    assert [day.on for day in week][:2] == [date(2026, 11, 1), date(2026, 11, 2)]
    assert [day.is_rest for day in week] == [False] * 5 + [True] * 2
    assert shown(page) == {mine.pk}
    assert shown(other) == set()
    client.force_login(cast.badr)
    assert shown(client.get("/activities/calendar/?month=2026-11&status=cancelled")) == {off.pk}
    assert shown(client.get("/activities/calendar/?month=2026-11&view=agenda")) == {mine.pk}
    assert shown(client.get("/activities/calendar/?day=2026-11-11")) == {mine.pk}
    assert shown(client.get("/activities/calendar/?day=2026-11-12")) == set()
    for query, found in (
        (f"institution={cast.host.code}", {mine.pk}),
        (f"institution={cast.elsewhere.code}", set()),
        ("kind=study", set()),
        ("specialty=general-surgery", {mine.pk}),
    ):
        assert shown(client.get(f"/activities/calendar/?month=2026-11&{query}")) == found, query


@pytest.mark.parametrize("text", ["", "2026-13", "x-y", "0-0", "99999999-01", "2026-1111111", "٢٠٢٦-١١"])
def test_month_that_cannot_be_read_is_this_month(text):
    assert month_asked(text) == (date(2026, 11, 1) if text.startswith("٢") else today().replace(day=1))


@pytest.mark.django_db
def test_activities_that_need_the_same_team_at_once_are_marked(cast):
    first, second = planned(cast, date(2026, 11, 9)), planned(cast, date(2026, 11, 11))
    third = planned(cast, date(2026, 11, 15))
    entries = read_entries([first.pk, second.pk, third.pk])

    mark_clashes(entries)

    assert {entry.activity.pk: entry.clashes for entry in entries} == {first.pk: True, second.pk: True, third.pk: False}


@pytest.mark.django_db
@pytest.mark.parametrize("show_hijri", [False, True])
def test_holidays_are_named_on_their_day_and_hijri_days_where_the_country_wants_them(monkeypatch, show_hijri):
    load()
    monkeypatch.setattr("activities.month.home", lambda: replace(home(), show_hijri=show_hijri))
    month = date(2026, 3, 1)
    specials = occasions_between(rules_now(), month, date(2026, 3, 31))
    days = {day.on: day for week in weeks_of(month, {}, {}, specials, today()) for day in week if day.in_month}

    assert [special.slug for special in days[date(2026, 3, 21)].holidays] == ["eid-al-fitr"]
    assert days[date(2026, 3, 10)].holidays == []  # Ramadan is a season, named above the table
    shown = [(days[day].hijri, days[day].hijri_month) for day in (date(2026, 3, 1), date(2026, 3, 20), date(2026, 3, 21))]
    assert shown == ([("12 رمضان", ""), ("1 شوال", ""), ("2", "شوال")] if show_hijri else [("", "")] * 3)


@pytest.mark.django_db
def test_crowded_month_costs_seven_queries_and_stays_small(client, cast, monkeypatch):
    client.force_login(cast.amal)
    planned(cast, date(2026, 11, 2))
    one = cost(client, "/activities/calendar/?month=2026-11")
    made = Activity.objects.bulk_create(
        Activity(kind="surgical", partnership=cast.partnership, starts_on=day, ends_on=day + timedelta(days=3), status="confirmed")
        for day in (date(2026, 11, 1) + timedelta(days=place % 28) for place in range(300))
    )
    ActivityParty.objects.bulk_create(
        ActivityParty(activity=activity, institution=place, side=side) for activity in made for place, side in ((cast.partner, "sender"), (cast.host, "host"))
    )

    assert cost(client, "/activities/calendar/?month=2026-11") == one <= 7
    for view, limit in (("month", 14), ("agenda", 12)):
        page = client.get(f"/activities/calendar/?month=2026-11&view={view}")
        assert len(gzip.compress(page.content)) < limit * 1024
        assert page.context["stretch"].count == 301
    day = client.get("/activities/calendar/?month=2026-11").context["weeks"][2][1]
    assert (len(day.entries), day.more) == (3, 41)
    assert {entry.activity.starts_on for entry in day.entries} == {day.on}

    def cells() -> list[tuple]:
        weeks = client.get("/activities/calendar/?month=2026-11").context["weeks"]
        return [(cell.on, [entry.activity.pk for entry in cell.entries], cell.more) for week in weeks for cell in week]

    before = cells()
    monkeypatch.setattr("activities.month.COMPARED", 100)
    assert cells() == before
    assert cost(client, "/activities/calendar/?month=2026-11") == one
    stretch = client.get("/activities/calendar/?month=2026-11").context["stretch"]
    assert (stretch.clashing, stretch.count, stretch.is_compared) == (0, 301, False)
    pages = [client.get(f"/activities/calendar/?month=2026-11&view=agenda&page={number}") for number in range(1, 7)]
    assert [len(shown(page)) for page in pages] == [60, 60, 60, 60, 60, 1]
    assert len(set.union(*map(shown, pages))) == 301


@pytest.mark.django_db
def test_page_of_an_activity_says_what_speaks_against_its_days_and_no_more_once_they_are_over(client, cast):
    load()
    start = today() + timedelta(days=40)
    activity = actions.create_activity(by=cast.badr, kind="surgical", partnership=cast.partnership, starts_on=start, ends_on=start + timedelta(days=7))
    client.force_login(cast.badr)

    before = client.get(activity.get_absolute_url()).content.decode()
    Activity.objects.filter(pk=activity.pk).update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=2))
    after = client.get(activity.get_absolute_url()).content.decode()

    assert 'id="h-clashes"' in before
    assert 'id="h-clashes"' not in after


@pytest.mark.django_db
def test_days_are_checked_before_the_plan_is_saved_and_saved_all_the_same(client, cast):
    start = today() + timedelta(days=40)
    planned(cast, start)
    client.force_login(cast.badr)
    form = {"starts_on": f"{start:%d/%m/%Y}", "ends_on": f"{start + timedelta(days=6):%d/%m/%Y}", "origin": "programme", "lines": "1", "version": "0"}
    address = f"/activities/new/?mode=plan&partnership={cast.partnership.pk}&kind=surgical"

    checked = client.post(address, {**form, "stage": "check"})

    assert checked.status_code == 200
    assert {clash.rule for clash in checked.context["clashes"]} >= {"host_busy", "week_end"}
    assert f"{start:%d/%m/%Y}" in checked.content.decode()
    assert Activity.objects.count() == 1
    client.post(address, {**form, "stage": "save"})
    assert Activity.objects.count() == 2


@pytest.mark.django_db
def test_announced_day_is_typed_in_the_administration_without_its_year(client, cast):
    load()
    eid = Occasion.objects.get(slug="eid-al-fitr")
    client.force_login(cast.tarek)
    address = f"/admin/activities/occasion/{eid.pk}/change/"
    form = {field.name: getattr(eid, field.name) for field in eid._meta.fields if field.name not in {"id", "is_active"}} | {"is_active": "on"}

    answer = client.post(address, {**form, "dates-TOTAL_FORMS": "1", "dates-INITIAL_FORMS": "0", "dates-0-starts_on": "2026-03-21", "dates-0-occasion": eid.pk})

    assert (client.get(address).status_code, answer.status_code) == (200, 302)
    assert list(eid.dates.values_list("year", "starts_on")) == [(2026, date(2026, 3, 21))]
