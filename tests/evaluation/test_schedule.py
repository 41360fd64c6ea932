"""What the rules ask for: pure arithmetic of days, then the calendar that follows the agreements."""

from datetime import date, timedelta

import pytest

from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Change, Notice
from core.templatetags.portal import touched
from evaluation import actions, schedule
from evaluation.choices import Moment
from evaluation.models import Evaluation, EvaluationRule
from evaluation.question_tables import load_questionnaires, load_rules
from evaluation.schedule import Rule, There, Wanted, compare, stretches, wanted_by
from partnerships.actions.endings import renew_agreement
from partnerships.models import Agreement
from tests import factories
from tests.cast import signed_agreement
from tests.evaluation.things import opened, short

YEARLY = Rule(1, "yearly", Moment.YEAR, 15, 30, 21, 90)
FINAL = Rule(2, "final", Moment.END, 0, 45, 30, 120)
BASELINE = Rule(3, "baseline", Moment.START, 45, 45, 21, 90)
MIDDLE = Rule(4, "mid_term", Moment.MIDDLE, 15, 30, 21, 90)
AFTER = Rule(5, "afterwards", Moment.CLOSING, 365, 30, 30, 120)
THREE_YEARS = stretches([(date(2026, 3, 1), date(2029, 2, 28))])


def days(rule: Rule, course, on: date, closed_on: date | None = None) -> list[date]:
    return [wish.counted_from for wish in wanted_by(rule, 1, course, closed_on=closed_on, on=on)]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([(date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31))], [(date(2025, 1, 1), date(2026, 12, 31))]),
        ([(date(2026, 3, 1), date(2026, 12, 31)), (date(2025, 1, 1), date(2025, 12, 31))], [(date(2025, 1, 1), date(2026, 12, 31))]),
        ([(date(2022, 1, 1), date(2022, 12, 31)), (date(2026, 1, 1), date(2026, 6, 30))], [(date(2022, 1, 1), date(2022, 12, 31)), (date(2026, 1, 1), date(2026, 6, 30))]),
        ([(date(2026, 5, 1), date(2026, 4, 1))], []),
    ],
    ids=["one after the other", "a gap of two months, unsorted", "years apart", "ended before it began"],
)  # fmt: skip
def test_agreements_that_follow_each_other_are_one_stretch(terms, expected):
    assert [(stretch.start, stretch.end) for stretch in stretches(terms)] == expected


def test_three_years_have_a_baseline_two_years_a_middle_and_an_end():
    on = date(2028, 1, 15)

    assert days(YEARLY, THREE_YEARS, date(2026, 6, 1)) == [date(2027, 3, 1)]
    assert days(YEARLY, THREE_YEARS, on) == [date(2028, 3, 1)]  # that of 2027 is too old, that of 2029 is the final one
    assert days(MIDDLE, THREE_YEARS, date(2027, 9, 1)) == [date(2027, 8, 30)]
    assert days(BASELINE, THREE_YEARS, date(2026, 3, 2)) == [date(2026, 3, 1)]
    assert days(FINAL, THREE_YEARS, date(2028, 6, 1)) == [date(2029, 2, 28)]
    assert days(AFTER, THREE_YEARS, on) == []
    assert days(AFTER, THREE_YEARS, date(2029, 4, 1)) == [date(2029, 2, 28)]
    assert days(AFTER, THREE_YEARS, date(2029, 4, 1), closed_on=date(2029, 3, 20)) == [date(2029, 3, 20)]
    assert days(FINAL, THREE_YEARS, date(2029, 3, 25), closed_on=date(2029, 3, 20)) == []


def test_two_years_have_no_middle_beside_the_first_year():
    assert days(MIDDLE, stretches([(date(2026, 1, 1), date(2027, 12, 31))]), date(2026, 6, 1)) == []


def test_leap_day_has_its_year_on_the_28th():
    assert schedule.anniversaries(schedule.Stretch(date(2028, 2, 29), date(2029, 12, 31))) == [date(2029, 2, 28)]


def test_scheduler_that_slept_still_gives_time_to_answer():
    wish = wanted_by(YEARLY, 1, THREE_YEARS, closed_on=None, on=date(2027, 3, 14))[0]

    assert (wish.counted_from, wish.opens_on, wish.due_on) == (date(2027, 3, 1), date(2027, 3, 14), date(2027, 4, 4))


@pytest.mark.parametrize("last", [90, 91])
def test_what_was_due_too_long_ago_is_not_asked_for(last):
    on = date(2027, 3, 16) + timedelta(days=last)  # due on the 16th

    assert (date(2027, 3, 1) in days(YEARLY, THREE_YEARS, on)) is (last == 90)


def test_what_opened_or_was_put_there_by_people_answers_the_rule_and_the_rest_moves_or_goes():
    wish = Wanted(1, 1, "yearly", date(2027, 3, 1), date(2027, 2, 14), date(2027, 3, 16))
    kept = There(7, "yearly", wish.counted_from, wish.opens_on, wish.due_on, 1, may_move=True)
    opened_before = There(8, "yearly", date(2027, 1, 1), date(2026, 12, 1), date(2027, 1, 15), 1, may_move=False)
    by_hand = There(9, "yearly", None, date(2027, 3, 1), date(2027, 4, 1), None, may_move=False)
    elsewhere = There(10, "yearly", date(2027, 5, 1), date(2027, 4, 15), date(2027, 5, 15), 1, may_move=True)
    other_kind = There(11, "final", date(2027, 3, 1), wish.opens_on, wish.due_on, 2, may_move=False)

    def done(*there):
        changes = compare([YEARLY], [wish], there)
        return (len(changes.new), [key for key, _wish in changes.moved], changes.gone)

    assert done() == (1, [], [])
    assert done(kept) == (0, [], [])
    assert done(opened_before) == (0, [], [])
    assert done(by_hand) == (0, [], [])
    assert done(elsewhere) == (0, [10], [])
    assert done(kept, elsewhere) == (0, [], [10])
    assert done(other_kind) == (1, [], [])
    assert compare([YEARLY], [], [kept]).gone == [7]


# --- The calendar -------------------------------------------------------------------------------------------------


def calendar() -> list[tuple[str, str, date]]:
    return list(Evaluation.objects.order_by("due_on").values_list("kind", "status", "due_on"))


@pytest.fixture
def rules(cast):
    """The cast's agreement began 180 days ago and lasts 700; the rules as they ship."""
    load_questionnaires()
    load_rules()
    return EvaluationRule.objects.all()


@pytest.mark.django_db
def test_calendar_is_kept_once_and_a_second_run_changes_nothing(cast, rules):
    year = schedule.years_after(cast.agreement.starts_on, 1)

    first = actions.keep_schedule()
    second = actions.keep_schedule()

    assert calendar() == [("yearly", "scheduled", year + timedelta(days=15))]
    assert (len(first.new), len(second.new), second.moved, second.gone) == (1, 0, [], [])
    assert not Notice.objects.filter(event__startswith="evaluation").exists()


@pytest.mark.django_db
def test_calendar_opens_by_itself_and_the_last_day_brings_the_final_one(cast, rules):
    actions.open_due()
    year = schedule.years_after(cast.agreement.starts_on, 1)

    assert actions.open_due(year - timedelta(days=15)) == 1
    assert actions.open_due(year) == 0
    assert ("yearly", "open", year + timedelta(days=15)) in calendar()
    assert ("final", "scheduled", cast.agreement.ends_on) in calendar()
    assert Notice.objects.filter(event="evaluation_opened").count() == 2


@pytest.mark.django_db
def test_new_end_moves_what_has_not_opened_and_leaves_what_has(cast, rules):
    late = cast.agreement.ends_on - timedelta(days=300)
    actions.keep_schedule(late)
    final = Evaluation.objects.get(kind="final")
    Agreement.objects.update(ends_on=cast.agreement.ends_on + timedelta(days=60))

    actions.keep_schedule(late)
    assert Evaluation.objects.get(kind="final").pk == final.pk
    assert Evaluation.objects.get(kind="final").due_on == cast.agreement.ends_on + timedelta(days=60)
    assert Change.objects.filter(object_type="evaluation.evaluation", object_id=final.pk, verb="move").count() == 1

    actions.open_evaluation(Evaluation.objects.get(pk=final.pk))
    Agreement.objects.update(ends_on=cast.agreement.ends_on)
    actions.keep_schedule(late)
    assert Evaluation.objects.get(kind="final").due_on == cast.agreement.ends_on + timedelta(days=60)


@pytest.mark.django_db
def test_renewal_and_termination_are_followed(cast, rules):
    late = cast.agreement.ends_on - timedelta(days=200)
    actions.keep_schedule(late)
    renewal = renew_agreement(cast.agreement, by=None, starts_on=cast.agreement.ends_on, ends_on=cast.agreement.ends_on + timedelta(days=1000))
    assert [kind for kind, _status, _due in calendar() if kind == "final"] == ["final"]  # a draft changes nothing

    Agreement.objects.filter(pk=renewal.pk).update(status="signed", signed_on=today())
    actions.keep_schedule(late)
    assert not Evaluation.objects.filter(kind="final").exists()  # the end is too far away now
    assert Change.objects.filter(verb="withdraw", object_type="partnerships.partnership").exists()

    Agreement.objects.filter(pk=renewal.pk).update(status="terminated", terminated_on=late + timedelta(days=100))
    actions.keep_schedule(late)
    assert Evaluation.objects.get(kind="final").counted_from == cast.agreement.ends_on


@pytest.mark.django_db
def test_rule_that_is_switched_off_takes_its_evaluations_off(cast, rules):
    actions.keep_schedule()
    rules.update(is_active=False)

    actions.keep_schedule()

    assert calendar() == []


@pytest.mark.django_db
def test_activity_validated_before_its_rule_was_switched_on_is_caught_up(cast, rules):
    rules.filter(slug="follow-up-of-activities").update(is_active=False)
    activity = factories.validated(cast)
    rules.filter(slug="follow-up-of-activities").update(is_active=True)

    actions.open_due()
    actions.open_due()

    assert Evaluation.objects.get(activity=activity).status == "open"


@pytest.mark.django_db
def test_old_agreements_bring_no_flood_of_evaluations(cast, rules):
    signed_agreement(cast.partnership, today() - timedelta(days=3000), today() - timedelta(days=2700))

    actions.keep_schedule()

    assert {kind for kind, _status, _due in calendar()} == {"yearly"}


@pytest.mark.django_db
def test_ministry_schedules_by_hand_within_the_rules(cast):
    made = opened(cast, due_in=40, opens_on=today() + timedelta(days=10))
    assert made.status == "scheduled"

    refused = {}
    questionnaire = short("partnership-28", "sides", 4)
    for name, values in {
        "not_allowed": {"by": cast.badr}, "in_past": {"due_on": today() - timedelta(days=2), "opens_on": today() - timedelta(days=9)},
        "due_before_opening": {"opens_on": today() + timedelta(days=50)}, "already_there": {},
    }.items():  # fmt: skip
        given = {"by": cast.amal, "kind": "yearly", "questionnaire": questionnaire, "due_on": made.due_on, **values}
        with pytest.raises(TransitionRefused) as refusal:
            actions.schedule_evaluation(cast.partnership, **given)
        refused[name] = refusal.value.code

    assert refused == {name: name for name in refused}
    with pytest.raises(TransitionRefused) as refusal:
        actions.withdraw_evaluation(made, by=cast.amal, reason=" ")
    assert refusal.value.code == "reason_missing"
    actions.withdraw_evaluation(made, by=cast.amal, reason="سبب")
    assert Evaluation.objects.count() == 0
    named = touched(Change.objects.get(verb="withdraw"))
    assert not {"kind", "due_on", "evaluation"} & set(named)
    assert len(named) == 3


@pytest.mark.django_db
def test_moved_by_people_it_is_no_longer_moved_by_the_rule(cast, rules):
    actions.keep_schedule()
    made = Evaluation.objects.get()
    actions.set_dates(made, by=cast.amal, opens_on=made.opens_on + timedelta(days=5), due_on=made.due_on + timedelta(days=5), reason="رمضان")

    actions.keep_schedule()

    assert Evaluation.objects.get().due_on == made.due_on


@pytest.mark.django_db
def test_more_time_is_told_to_both_sides_and_never_less(cast):
    made = opened(cast)
    before = made.due_on
    for due_on, reason, code in ((before, "", "reason_missing"), (before - timedelta(days=1), "سبب", "too_early")):
        with pytest.raises(TransitionRefused) as refusal:
            actions.set_dates(made, by=cast.amal, due_on=due_on, reason=reason)
        assert refusal.value.code == code

    actions.set_dates(made, by=cast.amal, due_on=before + timedelta(days=15), reason="عطلة")

    assert Evaluation.objects.get().due_on == before + timedelta(days=15)
    assert {notice.recipient for notice in Notice.objects.filter(event="evaluation_extended")} == {cast.badr, cast.dalia}
    assert Change.objects.get(verb="extend").reason == "عطلة"
