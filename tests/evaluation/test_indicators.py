"""Every indicator against figures computed by hand, over one small world of the year 2025."""

import uuid
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.policy import scope_for
from activities.models import (
    Activity,
    ActivityParty,
    FollowUpCase,
    FollowUpCheck,
    Participant,
    PlannedActivity,
    Professional,
    Programme,
    Result,
    Site,
)
from activities.totals import rebuild
from core.tables import table
from evaluation.indicators import Figure, Period, Scope, add_computation, compare, compute, is_computed, measure, period_of, periods, tables, trend
from evaluation.indicators.registry import BREAKDOWNS, COMPUTATIONS
from evaluation.models import (
    ActionPoint,
    Answer,
    Criterion,
    Evaluation,
    EvaluationSide,
    Indicator,
    IndicatorValue,
    Questionnaire,
    ReferralStatistic,
    Survey,
    SurveyCount,
)
from partnerships.actions import create_partnership
from partnerships.models import Interest, Need, Profession, Project, RungReached, ServiceLine
from tests.cast import institution, signed_agreement

pytestmark = pytest.mark.django_db

LATER = {"TW31", "TW41", "TW44"}  # of money and equipment: computed further right
CODES = [row["code"] for row in table(tables.DATA / "indicators.csv") if row["code"] not in LATER]
IN_2025 = Period(date(2025, 1, 1), date(2025, 12, 31))

# --- The world ----------------------------------------------------------------------------------------------------


def held(partnership, kind, first, last, specialty, lines, *, status="validated", reported=None, **more) -> Activity:
    """An activity of 2025 as the portal keeps it; a line is (place or None, its name, counts)."""
    activity = Activity.objects.create(
        kind=kind, partnership=partnership, starts_on=first, ends_on=last, status=status,
        reported_at=timezone.make_aware(datetime(*reported, 10)) if reported else None, **more,
    )  # fmt: skip
    activity.specialties.add(specialty)
    for party in partnership.parties.all():
        ActivityParty.objects.create(activity=activity, institution=party.institution, side=party.side)
    for place, name, counts in lines:
        site = Site.objects.create(activity=activity, institution=place, place=name)
        Result.objects.create(activity=activity, site=site, specialty=specialty, **counts)
    return activity


def heads(activity, part, institution_, cadre, count, days=0):
    Participant.objects.create(activity=activity, part=part, institution=institution_, cadre=cadre, count=count, days=days)


def named(activity, professional, pre, post, presence="present"):
    Participant.objects.create(
        activity=activity, part="trained", professional=professional, institution=professional.institution, cadre="paramedical", count=1,
        presence=presence, pre_score=pre, post_score=post,
    )  # fmt: skip


def treated(activity, place, code, specialty, on, outcomes, reason="treated", closed_on=None):
    """Somebody who is followed; `outcomes` by day."""
    case = FollowUpCase.objects.create(
        uid=uuid.uuid4(), activity=activity, institution=place, code=code, reason=reason, specialty=specialty, age_band="18-59",
        treated_on=on, closed_on=closed_on,
    )  # fmt: skip
    FollowUpCheck.objects.bulk_create(FollowUpCheck(case=case, day=day, due_on=on + timedelta(days=day), outcome=outcome) for day, outcome in outcomes.items())


def build(cast) -> SimpleNamespace:
    general, urology, eyes = cast.specialties
    first = cast.partnership
    clinic = institution("DZ-25-EPSP-09", "عيادة", cast.elsewhere.region, "EPSP")
    clinic.level = "primary"
    clinic.save()
    second = create_partnership(by=None, senders=[cast.partner], hosts=[cast.elsewhere], specialties=[general], started_on=date(2025, 3, 1))

    convention = signed_agreement(first, date(2025, 1, 15), date(2026, 1, 14))
    barren, fertile = signed_agreement(first, date(2025, 5, 1), date(2025, 11, 30)), signed_agreement(second, date(2025, 3, 5), date(2026, 2, 28))
    for agreement, signed_on, kind in ((convention, (1, 10), "convention"), (barren, (5, 1), "memorandum"), (fertile, (3, 1), "memorandum")):
        type(agreement).objects.filter(pk=agreement.pk).update(signed_on=date(2025, *signed_on), kind=kind)
    Project.objects.create(partnership=second, agreement=fertile, title="وحدة", state="running")
    Interest.objects.create(institution=cast.host, status="matched", submitted_on=date(2024, 11, 11))  # 60 days before
    Interest.objects.create(institution=cast.elsewhere, status="matched", submitted_on=date(2025, 1, 30))  # 30 days before

    a1 = held(first, "surgical", date(2025, 2, 3), date(2025, 2, 6), general, [(cast.host, "", {
        "consultations": 40, "operations_planned": 10, "operations_done": 8, "transferred": 2, "transfers_avoided": 3, "operating_lists": 5, "lists_with_checklist": 4,
    })], reported=(2025, 2, 10), checklist="some")  # fmt: skip
    a2 = held(first, "medical", date(2025, 5, 10), date(2025, 5, 12), urology, [
        (cast.host, "", {"consultations": 60, "explorations": 15, "transferred": 1, "transfers_avoided": 4}), (None, "أباليسا", {"consultations": 10}),
    ], reported=(2025, 6, 20))  # fmt: skip
    a3 = held(first, "study", date(2025, 6, 1), date(2025, 6, 1), general, [(cast.host, "", {"audience": 30})], reported=(2025, 6, 5))
    held(second, "awareness", date(2025, 9, 5), date(2025, 9, 5), general, [(clinic, "", {"audience": 120})], reported=(2025, 9, 8))
    held(second, "tele_expertise", date(2025, 9, 10), date(2025, 9, 10), general, [(cast.elsewhere, "", {"cases_discussed": 6})], reported=(2025, 9, 11))
    a6 = held(first, "placement", date(2025, 10, 1), date(2025, 10, 10), general, [], reported=(2025, 12, 1))
    a7 = held(second, "surgical", date(2025, 11, 20), date(2025, 11, 21), general, [
        (cast.elsewhere, "", {"consultations": 5, "operations_planned": 4, "operations_done": 5}),
    ], reported=(2025, 11, 30), checklist="all")  # fmt: skip
    a8 = held(
        first, "medical", date(2025, 7, 1), date(2025, 7, 2), urology, [(cast.host, "", {"consultations": 999})], status="reported", reported=(2025, 7, 5)
    )
    held(first, "surgical", date(2024, 12, 30), date(2024, 12, 31), general, [(cast.host, "", {"consultations": 7, "operations_planned": 2, "operations_done": 2})],
         reported=(2025, 1, 10))  # fmt: skip
    held(first, "medical", date(2025, 3, 1), date(2025, 3, 1), urology, [], status="approved")
    held(first, "medical", date(2025, 3, 2), date(2025, 3, 2), urology, [], status="reported", reported=(2025, 12, 31), source="https://example.org/")

    nurse = Profession.objects.create(code="nurse", name_ar="ممرض", group="paramedical")
    n1, n2, n3 = (Professional.objects.create(institution=cast.host, name=f"ن{place}", profession=nurse) for place in range(3))
    Professional.objects.filter(pk=n2.pk).update(left_on=date(2025, 12, 1))
    heads(a1, "team", cast.partner, "", 6)
    heads(a1, "team", cast.host, "", 8)
    heads(a7, "team", cast.partner, "", 2, days=1)
    heads(a1, "trained", cast.host, "doctors", 3)
    heads(a1, "trained", cast.host, "paramedical", 5)
    heads(a3, "trained", cast.host, "technicians", 4)
    named(a1, n1, 50, 70)
    named(a1, n2, 40, 45)
    named(a1, n3, 10, 90, presence="absent")
    named(a3, n1, 60, 80)
    Site.objects.create(activity=a6, institution=cast.partner)
    named(a6, n1, None, None)
    named(a6, n2, None, None)

    programme = Programme.objects.create(agreement=convention, year=2025, status="approved")
    for month, activity in ((2, a1), (5, a2), (7, a8), (11, None)):
        line = PlannedActivity.objects.create(programme=programme, kind="surgical", month=month, specialty=general)
        if activity:
            Activity.objects.filter(pk=activity.pk).update(planned=line)
    draft = Programme.objects.create(agreement=fertile, year=2025)
    PlannedActivity.objects.create(programme=draft, kind="surgical", month=3)

    for place in range(12):  # of twelve treated, ten are known at day 30: five had a complication, one of them died
        outcome = {0: "died", 10: "", 11: "lost"}.get(place, "complication" if 5 <= place < 10 else "well")
        treated(a1, cast.host, f"TAM-{place:03}", general, date(2025, 2, 5), {7: "well", 30: outcome})
    for place in range(8):
        treated(a1, cast.host, f"TRA-{place:03}", general, date(2025, 2, 6), {}, "transferred", date(2025, 6, 1) if place < 6 else None)

    for rung_on in (date(2024, 8, 1), date(2025, 8, 1)):
        line = ServiceLine.objects.create(partnership=first, specialty=general, name=str(rung_on.year), rung="autonomous")
        RungReached.objects.create(service_line=line, rung="together", reached_on=rung_on - timedelta(days=100))
        RungReached.objects.create(service_line=line, rung="autonomous", reached_on=rung_on)

    for specialty, destination, patients in ((general, "abroad", 30), (urology, "abroad", 10), (general, "region", 12)):
        ReferralStatistic.objects.create(year=2025, specialty=specialty, destination=destination, region=cast.host.region, patients=patients)

    care = {"kind": "care", "stated_on": date(2025, 1, 1)}
    Need.objects.create(institution=cast.host, specialty=general, **care)
    Need.objects.create(institution=cast.elsewhere, specialty=urology, **care)
    Need.objects.create(institution=cast.host, specialty=eyes, kind="training", stated_on=date(2025, 1, 1))
    Need.objects.create(institution=cast.host, specialty=urology, kind="care", stated_on=date(2024, 1, 1), closed_on=date(2024, 12, 1))

    sides = Questionnaire.objects.create(slug="both", name_ar="استبيان")
    criteria = [
        Criterion.objects.create(questionnaire=sides, number=number, name_ar="م", domain="d", domain_ar="د", domain_fr="d", domain_en="d") for number in (1, 2)
    ]
    for status, due_on, scores in (
        ("validated", date(2025, 12, 15), {"sender": (4, 2), "host": (2, 2)}),
        ("open", date(2025, 11, 1), {"sender": (0, 0), "host": ()}),
    ):
        evaluation = Evaluation.objects.create(partnership=first, kind="yearly", questionnaire=sides, opens_on=due_on, due_on=due_on, status=status)
        for side, marks in scores.items():
            answering = EvaluationSide.objects.create(evaluation=evaluation, side=side)
            Answer.objects.bulk_create(Answer(side=answering, criterion=criterion, score=mark) for criterion, mark in zip(criteria, marks, strict=False))
    for purpose, marks in (("patients", [(0, 1, 2, 3, 4), (0, 0, 0, 0, 10)]), ("staff", [(1, 0, 0, 0, 1)])):
        asked = Questionnaire.objects.create(slug=purpose, name_ar="استبيان", purpose=purpose)
        survey = Survey.objects.create(uid=uuid.uuid4(), partnership=first, questionnaire=asked, held_on=date(2025, 4, 1), respondents=10)
        for number, counts in enumerate(marks):
            criterion = Criterion.objects.create(questionnaire=asked, number=number, name_ar="م", domain="d", domain_ar="د", domain_fr="d", domain_en="d")
            SurveyCount.objects.create(survey=survey, criterion=criterion, **{f"n{mark}": count for mark, count in enumerate(counts)})

    for due_on, status, done_on in (
        (date(2025, 4, 1), "verified", date(2025, 3, 30)), (date(2025, 5, 1), "done", date(2025, 5, 9)), (date(2025, 6, 1), "open", None), (date(2025, 6, 1), "cancelled", None),
    ):  # fmt: skip
        ActionPoint.objects.create(partnership=first, text="ع", owner=cast.badr, due_on=due_on, status=status, done_on=done_on)

    for code, unit in (("TW14", "%"), ("TW30", "n")):
        Indicator.objects.create(code=code, name_ar=code, unit=unit, direction="higher")
    for code, quarter, numerator, denominator, status in (
        ("TW14", 1, 30, 120, "approved"), ("TW14", 2, 10, 40, "approved"), ("TW14", 3, 999, 1000, "submitted"), ("TW30", 1, 2, None, "approved"), ("TW30", 2, 1, None, "approved"),
    ):  # fmt: skip
        period = period_of("quarterly", date(2025, 3 * quarter, 1))
        IndicatorValue.objects.create(
            uid=uuid.uuid4(), indicator=Indicator.objects.get(code=code), partnership=first, institution=cast.host, period_start=period.start,
            period_end=period.end, numerator=numerator, denominator=denominator, status=status,
        )  # fmt: skip
    rebuild()  # rows were written past the actions
    return SimpleNamespace(first=first, second=second, clinic=clinic, general=general, urology=urology)


def said(scope: Scope, period: Period = IN_2025, codes=CODES) -> dict[str, object]:
    """What each indicator says: its value to two decimals, "few" where people are protected."""
    found = {}
    for code in codes:
        figure = compute(code, scope, period)
        found[code] = "few" if figure.is_protected else figure.value if figure.value is None else round(float(figure.value), 2)
    return found


# --- By hand --------------------------------------------------------------------------------------------------------

NATION = {
    "TW01": 3,  # 10 January, 1 March, 1 May
    "TW02": 1, "TW03": 2,
    "TW04": 3,  # two of the first partnership, one of the second
    "TW05": 115,  # 40 + 60 + 10 + 5; the report that waits for validation does not count
    "TW06": 13,  # 8 + 5
    "TW07": 14,  # heads 3 + 5 + 4, and two named people, who came several times
    "TW08": 50,  # two of four lines
    "TW09": 14.29,  # 2 of 14
    "TW10": 15,
    "TW11": 58,  # (6 + 8) × 4 days + 2 × 1 day
    "TW12": 10,  # 4 + 3 + 1 + 2 calendar days
    "TW13": 2,  # a named place, a clinic of primary care
    "TW14": 25,  # (30 + 10) of (120 + 40)
    "TW15": 65,  # (3 + 5 + 1 + 1) × 4 + (4 + 1) × 1 + 2 × 10
    "TW16": 82.35,  # 14 of 17
    "TW17": 15,  # (20 + 5 + 20) / 3
    "TW18": None,  # nobody's training ended in 2024
    "TW19": 1, "TW20": 3,
    "TW21": 75,  # 6 of 8
    "TW22": 7, "TW23": 40,
    "TW24": 83.33,  # 10 of 12
    "TW25": 50,  # 5 of 10
    "TW26": "few",  # 1 of 10
    "TW27": 83.33,  # (4 + 1) of (5 + 1)
    "TW28": 87.5,  # (30 + 40) of 80
    "TW29": 50, "TW30": 3, "TW32": 1, "TW33": 120,
    "TW34": 50,  # one of two needs
    "TW35": 43.48,  # 20 days of trainees; teams went for 6 × 4 + 2 × 1 days
    "TW36": 62.5,  # (3 + 2) of 8
    "TW37": 1,  # (2 + 0) / 2
    "TW38": 70,  # 7 of 10
    "TW39": 33.33,  # one of three
    "TW40": 45,  # between 30 and 60
    "TW42": 50, "TW43": 2,
}  # fmt: skip


def test_every_indicator_of_the_nation_in_2025_as_computed_by_hand(cast):
    build(cast)

    assert said(Scope()) == NATION


def test_scopes_narrow_every_indicator_as_computed_by_hand(cast):
    world = build(cast)
    second = {  # what happened in the second partnership alone
        "TW01": 1, "TW02": 1, "TW03": 1, "TW04": 1, "TW05": 5, "TW06": 5, "TW07": 0, "TW08": None, "TW09": 0, "TW11": 2, "TW12": 2, "TW13": 1, "TW19": 0,
        "TW20": 0, "TW25": None, "TW27": 100, "TW32": 1, "TW33": 120, "TW34": 0, "TW35": 0, "TW36": None, "TW38": 100, "TW39": None, "TW40": 30, "TW42": 100, "TW43": 1,
    }  # fmt: skip
    south = {
        **{code: NATION[code] for code in ("TW07", "TW08", "TW10", "TW15", "TW17", "TW19", "TW20", "TW22", "TW23", "TW24", "TW30", "TW36")},
        "TW01": 2,
        "TW06": 8,
        "TW43": 1,
    }
    urology = {"TW05": 70, "TW06": 0, "TW10": 15, "TW20": 1, "TW22": 4, "TW23": 10, "TW34": 0, "TW04": 1, "TW12": 3}

    assert said(Scope(partnership=world.second), codes=second) == second
    assert said(Scope(institution=cast.elsewhere), codes=second) == second
    assert said(Scope(region=cast.host.region), codes=south) == south
    assert said(Scope(zone="south"), codes=south) == south
    assert said(Scope(specialty=world.urology), codes=urology) == urology
    assert said(Scope(institution=cast.partner), codes=["TW05", "TW11"]) == {"TW05": 115, "TW11": 58}


def test_reach_of_the_asker_bounds_what_is_counted(cast):
    build(cast)
    mine = {"TW01": 1, "TW03": 1, "TW06": 5, "TW12": 2, "TW33": 120, "TW34": 0, "TW38": 100, "TW40": 30, "TW42": 100}

    assert said(Scope(reach=scope_for(cast.hani, "report.view")), codes=mine) == mine
    assert set(said(Scope(reach=scope_for(cast.fatma, "activity.view"))).values()) <= {0, None}


def test_small_numbers_about_people_show_only_to_those_who_look_after_them(cast):
    world = build(cast)

    assert compute("TW26", Scope(partnership=world.first, sees_people=True), IN_2025).value == 10
    assert compute("TW26", Scope(partnership=world.first), IN_2025) == Figure(is_protected=True)
    Survey.objects.update(respondents=4)
    assert said(Scope(), codes=["TW28", "TW29"]) == {"TW28": "few", "TW29": "few"}
    FollowUpCase.objects.filter(code__gt="TAM-003", reason="treated").delete()
    assert said(Scope(sees_people=True), codes=["TW24", "TW25", "TW26"]) == dict.fromkeys(["TW24", "TW25", "TW26"], "few")


def test_figures_say_what_they_are_made_of(cast):
    build(cast)

    assert [(str(label), value) for label, value in compute("TW01", Scope(), IN_2025).parts] == [("سارية في نهاية الفترة", 2)] or compute(
        "TW01", Scope(), IN_2025
    ).parts[0][1] == 2
    assert [value for _label, value in compute("TW12", Scope(), IN_2025).parts] == [6, 3, 1]
    assert [value for _label, value in compute("TW07", Scope(), IN_2025).parts] == [3, 7, 4]
    assert compute("TW06", Scope(), IN_2025).parts == ((str(cast.specialties[0]), 13),)
    assert compute("TW09", Scope(), IN_2025).numerator == 2
    assert compute("TW09", Scope(), IN_2025).denominator == 14


def test_years_after_training_are_counted_when_they_are_over(cast):
    build(cast)

    assert said(Scope(), Period(date(2026, 1, 1), date(2026, 6, 30)), ["TW18"]) == {"TW18": 50}


def test_trend_over_quarters_adds_up_to_the_year_and_costs_no_more(cast):
    world = build(cast)
    quarters = periods("quarterly", date(2025, 12, 1), 4)

    assert [figure.value for figure in trend("TW06", Scope(), quarters)] == [8, 0, 0, 5]
    assert [figure.value for figure in trend("TW14", Scope(), quarters)] == [25, 25, None, None]
    assert [figure.value for figure in compare("TW05", [Scope(partnership=world.first), Scope(partnership=world.second)], IN_2025)] == [110, 5]
    dear = {}
    for code in CODES:
        costs = []
        for count in (1, 12):
            cells = [(Scope(), period) for period in periods("quarterly", date(2025, 12, 1), count)]
            with CaptureQueriesContext(connection) as queries:
                measure(code, cells)
            costs.append(len(queries))
        if len(set(costs)) > 1 or costs[0] > 3:
            dear[code] = costs
    assert dear == {}


def test_indicators_that_another_part_computes_are_added_by_their_code():
    assert not is_computed("TX99")
    add_computation("TX99", lambda cells: [Figure(42, 21, 50, 1)] * len(cells), parts=lambda cell: [("x", 1)])
    try:
        assert compute("TX99", Scope(), IN_2025) == Figure(42, 21, 50, 1, (("x", 1),))
    finally:
        del COMPUTATIONS["TX99"], BREAKDOWNS["TX99"]
    assert sorted(set(CODES) - set(COMPUTATIONS)) == ["TW14", "TW30"]


@pytest.mark.parametrize(
    ("frequency", "day", "start", "end", "label"),
    [
        ("monthly", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("quarterly", date(2025, 12, 31), date(2025, 10, 1), date(2025, 12, 31), "Q4 2025"),
        ("yearly", date(2025, 1, 1), date(2025, 1, 1), date(2025, 12, 31), "2025"),
    ],
)
def test_periods_are_those_of_the_calendar(frequency, day, start, end, label, settings):
    from django.utils import translation

    period = period_of(frequency, day)

    assert (period.start, period.end, period.frequency) == (start, end, frequency)
    with translation.override("en"):
        assert period.label == label
    assert [item.start.month for item in periods("quarterly", date(2026, 2, 1), 3)] == [7, 10, 1]
