"""Totals are what the live rows add up to: after every action, and in every figure that reads them."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import actions
from activities.choices import ParticipantRole
from activities.figures import OtherFigure, by_key, figures_of
from activities.kinds import REGISTRY
from activities.models import Activity, ActivityParty, Participant, PartySet, Professional, Result, Site, Total
from activities.totals import computed, rebuild, stored, units, wrong_units
from core.formats import today
from evaluation.indicators import Period, Scope, compute, measure, period_of, totals, trend
from partnerships.actions import create_partnership, merge_institutions
from partnerships.models import Institution, Profession, Specialty
from reports.dashboards.equity import received
from reports.headline import Chosen, by_kind, by_month, by_region, by_specialty, figures, institutions, regions_covered, results
from tests import factories
from tests.cast import institution, signed_agreement

pytestmark = pytest.mark.django_db

KINDS = ("surgical", "medical", "study", "awareness")


def nurse(place: Institution, name: str) -> Professional:
    profession = Profession.objects.get_or_create(code="nurse", defaults={"name_ar": "ممرض", "group": "paramedical"})[0]
    return Professional.objects.create(institution=place, name=name, profession=profession)


def test_every_action_leaves_totals_that_are_right(cast):
    """A walk over what can happen to validated days, in an order of chance."""
    chance = random.Random(11)
    people = [nurse(cast.host, f"ممرضة {number}") for number in range(3)]
    double = institution("DZ-11-EPH-77", "مستشفى الجنوب مكرر", cast.host.region)
    other = create_partnership(
        by=None, senders=[cast.partner], hosts=[double, cast.elsewhere], specialties=cast.specialties, started_on=today() - timedelta(days=170)
    )
    signed_agreement(other)
    held: list[Activity] = []

    def hold() -> None:
        kind = chance.choice(("surgical", "medical"))
        held.append(factories.validated(cast, ended=chance.randrange(1, 150), kind=kind))

    def hold_at_the_double() -> None:
        end = today() - timedelta(days=chance.randrange(1, 100))
        lines = [factories.ResultLine(double, "", chance.choice([None, *cast.specialties]), {"consultations": chance.randrange(9)})]
        days = {"starts_on": end - timedelta(days=1), "ends_on": end}
        activity = actions.log_activity(by=None, kind="medical", partnership=other, lines=lines, people=[], behalf=double, **days)
        actions.counter_confirm_activity(activity, by=None)
        actions.validate_activity(activity, by=None)

    def correct() -> None:
        activity = Activity.objects.get(pk=chance.choice(held).pk)
        row = activity.results.filter(consultations__gt=0).order_by("?").first()
        figure = by_key(figures_of(activity))[f"r{row.pk}-consultations"]
        actions.correct_activity(activity, by=cast.hoda, figures=[OtherFigure(figure, figure.value + chance.randrange(1, 9), "سجل")])

    def name_somebody() -> None:
        activity = Activity.objects.get(pk=chance.choice(held).pk)
        known = set(activity.participants.values_list("professional", flat=True))
        person = next((person for person in people if person.pk not in known), None)
        if person:
            actions.people.add_participant(activity, person, by=None, role=ParticipantRole.TRAINEE)

    def mark() -> None:
        activity = Activity.objects.get(pk=chance.choice(held).pk)
        marks = {row.pk: chance.choice(("present", "absent")) for row in activity.participants.named()}
        actions.people.mark_presence(activity, marks, by=cast.amal, reason="قائمة الحضور")

    def change_role() -> None:
        row = Participant.objects.named().order_by("pk").last()
        if row:
            roles = (ParticipantRole.TRAINEE, ParticipantRole.MEMBER)
            actions.people.edit_participant(row, by=cast.amal, role=chance.choice(roles), days=0, reason="خطأ في الدور")

    hold()
    hold_at_the_double()
    for step in chance.choices((hold, hold_at_the_double, correct, name_somebody, mark, change_role), (2, 2, 3, 3, 3, 2), k=18):
        step()
        assert list(wrong_units()) == [], step.__name__
    merge_institutions(cast.elsewhere, double, by=cast.hoda, reason="المؤسسة نفسها")
    assert list(wrong_units()) == []
    before = compute("TW05", Scope(), Period()).value
    hold()

    assert list(wrong_units()) == []
    assert compute("TW05", Scope(), Period()).value > before > 0


def test_only_validated_days_are_in_the_totals(cast):
    activity = factories.confirmed(cast)
    assert not Total.objects.exists()

    actions.validate_activity(activity, by=cast.amal)

    whole = Total.objects.get(month=0, kind="", specialty=None)
    assert (whole.activities, whole.missions, whole.lines, whole.consultations, whole.operations) == (1, 1, 3, 59, 8)
    in_urology = Total.objects.filter(month=0, specialty=cast.specialties[1]).values_list("kind", "consultations")
    assert dict(in_urology) == {"": 12, "surgical": 12}
    assert PartySet.objects.count() == 1


def test_commands_find_and_mend_totals_that_are_wrong(cast, capsys):
    factories.validated(cast)
    call_command("check_totals")
    Total.objects.filter(month=0).update(operations=999)
    with pytest.raises(CommandError, match="differ"):
        call_command("check_totals")

    call_command("rebuild_totals")

    call_command("check_totals")
    unit = units()[0]
    assert computed(unit) == stored(unit)
    Activity.objects.update(status="reported")
    rebuild()
    assert not Total.objects.exists()


def test_running_month_is_read_from_the_totals_and_a_past_one_cut_by_a_day_is_not(cast):
    day = today()
    assert totals.cut(Period(day.replace(month=1, day=1), day)).rest == ()
    assert totals.cut(Period(date(2024, 2, 10), date(2025, 3, 20))).rest == (
        Period(date(2024, 2, 10), date(2024, 2, 29)),
        Period(date(2025, 3, 1), date(2025, 3, 20)),
    )
    assert totals.cut(Period(date(2024, 2, 10), date(2024, 3, 20))) == totals.Cut(None, (Period(date(2024, 2, 10), date(2024, 3, 20)),))
    assert totals.cut(Period(date(2024, 2, 1), date(2024, 2, 29))).rest == ()


# --- Figures --------------------------------------------------------------------------------------------------------


def world(cast) -> list[Institution]:
    """Days of three years at several hosts, of several kinds, written straight to the tables."""
    chance = random.Random(5)
    places = [
        institution(f"DZ-{place.code}-EPH-5{number}", f"مستشفى {number}", place)
        for number, place in enumerate(where.region for where in (cast.host, cast.elsewhere, cast.host))
    ]
    for place, level in zip(places, ("secondary", "tertiary", "primary"), strict=True):
        Institution.objects.filter(pk=place.pk).update(level=level)
    people = [nurse(places[0], f"ممرضة {number}") for number in range(4)]
    partnerships = [
        cast.partnership, None, *(create_partnership(by=None, senders=[cast.partner], hosts=hosts, specialties=[], started_on=date(2024, 1, 1))
        for hosts in ([places[0]], [places[0], places[2]], [places[1], places[2]])),
    ]  # fmt: skip
    for _number in range(70):
        partnership = chance.choice(partnerships)
        end = today() - timedelta(days=chance.randrange(0, 1000))
        activity = Activity.objects.create(
            kind=chance.choice(KINDS),
            partnership=partnership,
            starts_on=end - timedelta(days=chance.randrange(3)),
            ends_on=end,
            status=chance.choice(["validated"] * 4 + ["reported"]),
        )
        parties = list(partnership.parties.values_list("institution", "side")) if partnership else [(chance.choice(places).pk, "host")]
        if len(parties) > 2 and chance.random() < 0.5:  # one of two hosts only
            parties.pop()
        ActivityParty.objects.bulk_create(ActivityParty(activity=activity, institution_id=place, side=side) for place, side in parties)
        named = chance.sample(cast.specialties, chance.randrange(3))
        activity.specialties.set(named)
        site = Site.objects.create(activity=activity, institution=places[0])
        for specialty in chance.sample([None, *cast.specialties], chance.randrange(3)):
            counts = {"consultations": chance.choice((0, 3, 40)), "operations_done": chance.choice((0, 0, 5))}
            Result.objects.create(activity=activity, site=site, specialty=specialty, **counts)
        Participant.objects.create(activity=activity, part=chance.choice(["trained", "team"]), cadre="doctors", count=chance.randrange(9))
        if chance.random() < 0.5:
            presence = chance.choice(["present", "present", "absent"])
            Participant.objects.create(activity=activity, part="trained", professional=chance.choice(people), cadre="paramedical", presence=presence)
    rebuild()
    return places


def months_of_rows(user, chosen: Chosen, year: int) -> list[dict[str, int]]:
    """Operations by month as `by_month` gives them, from the live rows."""
    lines = results(user, replace(chosen, start=date(year - 1, 1, 1), end=date(year, 12, 31), division_of=chosen.divided_on))
    done = Counter()
    for day, count in lines.values_list("activity__ends_on", "operations_done"):
        done[day.year, day.month] += count
    return [{"month": month, "now": done[year, month], "before": done[year - 1, month]} for month in range(1, 13)]


def said(user, chosen: Chosen, months=by_month) -> dict:
    """Everything that the pages of figures read."""
    year = chosen.end.year if chosen.end else today().year
    cell = chosen.cell(user)
    return {
        **{item["figure"].slug: item["value"] for item in figures(user, chosen)},
        "counts": [measure(code, [cell])[0].count for code in ("TW05", "TW06", "TW07")],
        "hosts": sorted(institutions(user, chosen, "host").values_list("pk", flat=True)),
        "months": months(user, chosen, year),
        "trend": [figure.value for figure in trend("TW06", cell[0], [Period(date(year, month, 1), date(year, month, 20)) for month in (5,)] + [Period(date(year, 1, 1), date(year, 12, 31))])],
        "specialties": by_specialty(user, chosen, at_most=99),
        "kinds": by_kind(user, chosen),
        "regions": by_region(user, chosen, at_most=None),
        "covered": regions_covered(user, chosen),
        "people": [figure.value for figure in trend("TW07", cell[0], [period_of("monthly", date(year, month, 1)) for month in (2, 5, 6, 7)])],
        "received": received(user, chosen),
        "flows": (set(totals.flows(cell, chosen.divided)[0]), totals.flows(cell, chosen.divided)[1]),
    }  # fmt: skip


def test_figures_from_totals_equal_those_from_the_live_rows(cast, monkeypatch):
    chance = random.Random(3)
    places = world(cast)
    regions, specialties = [cast.host.region, cast.elsewhere.region], list(Specialty.objects.all())

    def maybe(choices, empty=None, odds=0.25):
        return chance.choice(choices) if chance.random() < odds else empty

    def some_day() -> date:
        first = today() - timedelta(days=chance.randrange(1000))
        return chance.choice(
            [first, first.replace(day=1), first.replace(month=1, day=1), first.replace(day=1) - timedelta(days=1), first.replace(month=12, day=31)]
        )

    for _question in range(9):
        start, end = sorted((some_day(), some_day()))
        question = Chosen(
            maybe([start], odds=0.7), maybe([end], odds=0.7), region=maybe(regions), zone=maybe(["south", "north"], ""), specialty=maybe(specialties),
            kind=maybe(KINDS, ""), institution=maybe([*places, cast.partner]), level=maybe(["primary", "secondary"], ""),
        )  # fmt: skip
        user = chance.choice([cast.amal, cast.amal, cast.dalia, cast.ranya, cast.essam, cast.hani])
        read = said(user, question)
        with monkeypatch.context() as patch:
            patch.setattr(totals, "cut", lambda period, **how: totals.Cut(None, (period,)))
            patch.setattr(totals, "received", lambda cell: None)
            counted = said(user, question, months_of_rows)

        assert read == counted, question
    assert (
        compute("TW04", Scope(), Period()).value
        == Activity.objects.filter(status="validated", kind__in=[kind.slug for kind in REGISTRY.values() if kind.is_mission]).count()
        > 20
    )


def test_whole_years_are_counted_without_reading_activities(cast):
    world(cast)
    with CaptureQueriesContext(connection) as queries:
        figures(cast.amal, Chosen(date(2025, 1, 1), date(2025, 12, 31)))
        by_month(cast.amal, Chosen(), 2025)
        by_specialty(cast.amal, Chosen())

    live = [query["sql"] for query in queries if '"activities_result"' in query["sql"]]
    assert live == []
