"""The table of rules: for each, every rung on its day to its people, and silence the moment the thing is done."""

import csv
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from activities import actions as activities
from activities.lifecycle import ACTIVITY
from activities.models import FollowUpCase, FollowUpCheck, Professional, Programme, VisitorFile
from core.formats import today
from core.models import Notice
from core.topics import TOPICS
from evaluation.choices import Audience, EvaluationKind
from evaluation.models import ActionPoint, Evaluation, EvaluationSide, Indicator, IndicatorTarget, IndicatorValue, ReminderRule
from evaluation.reminders import TRIGGERS, send_due
from evaluation.reminders.tables import FILE
from library import actions as library
from library.lifecycle import LEGAL_TEXT
from library.models import LegalText
from partnerships import actions as register
from partnerships.actions import room
from partnerships.actions.endings import give_notice
from partnerships.lifecycle import AGREEMENT, INTEREST
from partnerships.models import Agreement, Institution, Partnership, Profession
from tests import factories
from tests.cast import Cast, signed_agreement

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)

BOTH, DIRECTORS = "badr dalia", "yasmine ziad"


@dataclass
class Case:
    """`ladder`: days from `due` → who is told on that day. After `done` nobody is told any more, asked on its last day again."""

    due: date
    ladder: dict[int, str]
    done: Callable[[], Any]


CASES: dict[str, Callable[[Cast], Case]] = {}


def case(code: str) -> Callable[[Callable[[Cast], Case]], Callable[[Cast], Case]]:
    def register_case(make: Callable[[Cast], Case]) -> Callable[[Cast], Case]:
        CASES[code] = make
        return make

    return register_case


def fresh(cast: Cast) -> Agreement:
    return Agreement.objects.get(pk=cast.agreement.pk)


@case("R01")
def agreement_end(cast):
    agreement = fresh(cast)
    renew = lambda: Agreement.objects.filter(pk=signed_agreement(cast.partnership, agreement.ends_on + DAY).pk).update(renews=agreement)  # noqa: E731
    ladder = {-181: "", -180: f"amal {BOTH}", -90: f"amal {BOTH}", -60: f"amal {BOTH}", -30: f"amal {BOTH} {DIRECTORS}", -15: f"amal {BOTH} hoda"}
    return Case(agreement.ends_on, ladder, renew)


@case("R02")
def tacit_renewal(cast):
    Agreement.objects.filter(pk=cast.agreement.pk).update(renewal="tacit", notice_days=60)
    agreement = fresh(cast)
    notice = lambda: give_notice(agreement, by=cast.ziad, given_on=today(), reason="سبب")  # noqa: E731
    return Case(agreement.ends_on - 60 * DAY, {-31: "", -30: f"amal {DIRECTORS}", -7: f"amal hoda {DIRECTORS}"}, notice)


@case("R03")
def draft_unchanged(cast):
    agreement = factories.drafted(cast)
    cancel = lambda: register.transition_agreement(agreement, AGREEMENT["cancel"], by=cast.badr, reason="سبب")  # noqa: E731
    return Case(today(), {20: "", 21: BOTH, 45: BOTH, 60: "amal"}, cancel)


def in_visa(cast: Cast) -> Agreement:
    agreement = factories.completed(cast)
    register.transition_agreement(agreement, AGREEMENT["negotiate"], by=cast.badr)
    register.transition_agreement(agreement, AGREEMENT["request_visa"], by=cast.dalia)
    return agreement


@case("R04")
def review_waiting(cast):
    agreement = in_visa(cast)
    cancel = lambda: register.transition_agreement(agreement, AGREEMENT["cancel"], by=cast.badr, reason="سبب")  # noqa: E731
    return Case(today(), {2: "", 3: DIRECTORS, 7: DIRECTORS, 14: "ranya"}, cancel)


@case("R05")
def approved_unsigned(cast):
    agreement = in_visa(cast)
    for director in (cast.ziad, cast.yasmine):
        register.give_visa(agreement, by=director)
    agreement.refresh_from_db()
    register.transition_agreement(agreement, AGREEMENT["approve"], by=cast.hoda)
    cancel = lambda: register.transition_agreement(agreement, AGREEMENT["cancel"], by=cast.badr, reason="سبب")  # noqa: E731
    return Case(today(), {14: "", 15: DIRECTORS, 30: DIRECTORS, 45: "hoda"}, cancel)


@case("R06")
def interest_unanswered(cast):
    interest = factories.interest(cast, "submit")

    def reject() -> None:
        register.transition_interest(interest, INTEREST["take_up"], by=cast.amal)
        register.transition_interest(interest, INTEREST["reject"], by=cast.amal, reason="سبب")

    return Case(today(), {9: "", 10: "amal", 20: "amal", 30: "hoda"}, reject)


@case("R07")
def match_answer(cast):
    proposal = factories.proposal(cast)

    def answer() -> None:
        for side, who in (("sender", cast.yasmine), ("host", cast.ziad)):
            register.answer_proposal(proposal, by=who, side=side, answer="accepted")

    return Case(proposal.answer_due_on, {-9: "", -8: DIRECTORS, -2: DIRECTORS, 0: "amal"}, answer)


@case("R08")
def programme_missing(cast):
    turn = date(today().year, 12, 31)
    submit = lambda: Programme.objects.create(agreement=cast.agreement, year=turn.year + 1, status="submitted")  # noqa: E731
    return Case(turn, {-61: "", -60: BOTH, -30: BOTH, 15: f"amal {DIRECTORS}"}, submit)


def approved(cast: Cast, starts_in: int) -> Any:
    activity = factories.planned(cast, starts_in=starts_in)
    activities.transition_activity(activity, ACTIVITY["submit"], by=cast.badr)
    activities.transition_activity(activity, ACTIVITY["approve"], by=cast.amal)
    return activity


@case("R09")
def activity_approaching(cast):
    activity = approved(cast, 60)
    cancel = lambda: activities.transition_activity(activity, ACTIVITY["cancel"], by=cast.badr, reason="سبب")  # noqa: E731
    return Case(activity.starts_on, {-31: "", -30: BOTH, -10: "amal", -7: BOTH, -1: BOTH}, cancel)


@case("R10")
def activity_report(cast):
    activity = approved(cast, 1)
    cancel = lambda: activities.transition_activity(activity, ACTIVITY["cancel"], by=cast.badr, reason="سبب")  # noqa: E731
    return Case(activity.ends_on, {2: "", 3: "badr", 10: "badr", 15: "badr", 20: DIRECTORS, 30: "amal"}, cancel)


@case("R11")
def report_to_validate(cast):
    activity = factories.confirmed(cast)
    return Case(today(), {2: "", 3: "amal", 7: "amal", 14: "hoda"}, lambda: activities.validate_activity(activity, by=cast.amal))


@case("R12")
def returned(cast):
    activity = factories.planned(cast, starts_in=40)
    activities.transition_activity(activity, ACTIVITY["submit"], by=cast.badr)
    activities.transition_activity(activity, ACTIVITY["return"], by=cast.amal, reason="سبب")
    again = lambda: activities.transition_activity(activity, ACTIVITY["submit"], by=cast.badr)  # noqa: E731
    return Case(today(), {0: "", 1: "badr", 5: "badr", 10: DIRECTORS}, again)


def followed(cast: Cast, activity: Any, **given: Any) -> FollowUpCase:
    values = {"uid": uuid.uuid4(), "code": f"A-{FollowUpCase.objects.count()}", "specialty": cast.specialties[0], "age_band": "18-59", **given}
    return FollowUpCase.objects.create(activity=activity, institution=cast.host, treated_on=activity.ends_on, **values)


@case("R13")
def treated_follow_up(cast):
    activity = factories.reported(cast)
    due = activity.ends_on + 30 * DAY
    for _person in range(3):
        FollowUpCheck.objects.create(case=followed(cast, activity), day=30, due_on=due)
    return Case(due, {-1: "", 0: "badr", 7: "ziad", 21: "dalia"}, lambda: FollowUpCheck.objects.update(outcome="well"))


@case("R14")
def transfer_open(cast):
    activity = factories.reported(cast)
    followed(cast, activity, reason="transferred")
    return Case(activity.ends_on, {29: "", 30: BOTH, 60: BOTH, 90: "amal"}, lambda: FollowUpCase.objects.update(closed_on=today()))


@case("R15")
def indicator_period(cast):
    indicator = Indicator.objects.create(code="ZZ99", name_ar="مؤشر", unit="%", direction="higher", frequency="yearly")
    IndicatorTarget.objects.create(partnership=cast.partnership, indicator=indicator, target=50)
    end = date(today().year, 12, 31)

    def hand_in() -> None:
        IndicatorValue.objects.create(
            uid=uuid.uuid4(), indicator=indicator, partnership=cast.partnership, institution=cast.host, period_start=date(end.year, 1, 1), period_end=end,
            numerator=1, status="submitted",
        )  # fmt: skip

    return Case(end + 15 * DAY, {-8: "", -7: BOTH, 0: BOTH, 7: BOTH, 15: f"{DIRECTORS} ranya"}, hand_in)


def opened(cast: Cast, kind: str, due: date) -> Evaluation:
    evaluation = Evaluation.objects.create(
        partnership=cast.partnership, kind=kind, questionnaire=factories.questionnaire(2), opens_on=today(), due_on=due, status="open"
    )
    EvaluationSide.objects.bulk_create(EvaluationSide(evaluation=evaluation, side=side) for side in ("sender", "host"))
    return evaluation


def answered() -> None:
    Evaluation.objects.update(version=2, status="submitted")


@case("R16")
def evaluation_due(cast):
    due = today() + 60 * DAY
    opened(cast, EvaluationKind.YEARLY, due)
    return Case(due, {-31: "", -30: BOTH, -7: BOTH, 0: BOTH, 15: DIRECTORS, 30: "hoda"}, answered)


@case("R17")
def evaluation_afterwards(cast):
    due = today() + 60 * DAY
    opened(cast, EvaluationKind.AFTERWARDS, due)
    return Case(due, {-1: "", 0: f"{BOTH} essam", 30: "amal"}, answered)


@case("R18")
def committee_overdue(cast):
    due = cast.agreement.starts_on + 182 * DAY
    partnership = Partnership.objects.with_people().get(pk=cast.partnership.pk)
    meet = lambda: room.save_meeting(partnership, None, by=cast.badr, title="لجنة", held_on=due + 30 * DAY)  # noqa: E731
    return Case(due, {14: "", 15: BOTH, 30: "amal"}, meet)


@case("R19")
def action_point(cast):
    due = today() + 20 * DAY
    point = ActionPoint.objects.create(partnership=cast.partnership, text="إجراء", owner=cast.dalia, due_on=due)
    finish = lambda: ActionPoint.objects.filter(pk=point.pk).update(status="done")  # noqa: E731
    return Case(due, {-8: "", -7: "dalia", 0: "dalia", 7: "dalia", 14: f"amal {BOTH}"}, finish)


@case("R21")
def mission_papers(cast):
    activity = approved(cast, 80)
    nurse = Profession.objects.create(code="surgeon", name_ar="جراح", group="medical")
    person = Professional.objects.create(institution=cast.partner, name="زائر", profession=nurse)
    file = VisitorFile.objects.create(activity=activity, professional=person)
    licensed = lambda: VisitorFile.objects.filter(pk=file.pk).update(status="licensed")  # noqa: E731
    return Case(activity.starts_on, {-46: "", -45: "badr", -21: "badr", -10: "badr", -7: "amal"}, licensed)


@case("R22")
def silence(cast):
    write = lambda: room.write_message(cast.partnership, by=cast.badr, text="خبر")  # noqa: E731
    return Case(today() - 200 * DAY, {89: "", 90: BOTH, 150: BOTH, 180: "amal"}, write)


@case("R23")
def legal_text(cast):
    law = LegalText.objects.create(country="DZ", kind="law", number="26-1", title_ar="قانون", subject="twinning", status="in_force", dated_on=today())
    cast.agreement.legal_bases.add(law)
    library.transition_text(law, LEGAL_TEXT["repeal"], by=cast.amal, reason="عوّضه نص")
    told = set(Notice.objects.filter(rule="R23").values_list("recipient__name", flat=True))
    assert told == {"Amal", "Badr", "Dalia"}  # at once, so that a run has nothing left to tell
    return Case(today(), {0: "", 20: ""}, lambda: Agreement.objects.filter(pk=cast.agreement.pk).update(status="cancelled"))


@case("R24")
def profile_old(cast):
    Institution.objects.exclude(pk=cast.host.pk).update(profile_checked_on=today() + 700 * DAY)
    Institution.objects.filter(pk=cast.host.pk).update(profile_checked_on=today())
    look = lambda: Institution.objects.update(profile_checked_on=today() + 700 * DAY)  # noqa: E731
    return Case(today() + 365 * DAY, {-1: "", 0: "badr", 60: "ranya"}, look)


@pytest.fixture
def alone(rules):
    """`alone(code)`: no other rule is on, and no day of rest moves a reminder."""

    def switch(code: str) -> None:
        ReminderRule.objects.exclude(code=code).update(is_active=False)
        ReminderRule.objects.update(rests_on_week_end=False)

    return switch


def told_since(keys: set[int], due: date) -> str:
    new = Notice.objects.exclude(pk__in=keys).exclude(rule__in=["event", "digest"]).filter(due_on=due)
    return " ".join(sorted(name.lower() for name in new.values_list("recipient__name", flat=True)))


@pytest.mark.parametrize("code", sorted(CASES))
@pytest.mark.once_postgres
def test_each_rung_goes_to_its_people_on_its_day_and_stops_when_the_thing_is_done(cast, alone, code):
    alone(code)
    made = CASES[code](cast)

    found = {}
    for offset in made.ladder:
        before = set(Notice.objects.values_list("pk", flat=True))
        send_due(made.due + offset * DAY)
        found[offset] = told_since(before, made.due)
        assert send_due(made.due + offset * DAY) == 0, "a second run is silent"
    assert found == {offset: " ".join(sorted(who.split())) for offset, who in made.ladder.items()}

    Notice.objects.all().delete()  # as if nobody had been told: whatever is still owed is told again
    made.done()
    send_due(made.due + max(made.ladder) * DAY)
    assert told_since(set(), made.due) == ""


def test_every_rule_is_in_the_table_and_watches_something():
    with open(FILE, encoding="utf-8", newline="") as file:
        rows = {row["code"]: row["trigger"] for row in csv.DictReader(file)}

    assert len(rows) == 24
    assert set(rows) - set(CASES) == {"R20"}  # of the support of partnerships: tested there
    assert {code for code, slug in rows.items() if slug not in TRIGGERS} <= {"R20"}


def test_rows_of_the_table_of_rules_name_known_people_and_topics(rules):
    for rule in ReminderRule.objects.all():
        rule.full_clean(exclude=["name_ar"])
        assert {slug for _offset, slug in rule.steps} <= set(Audience.values), rule.code
        assert rule.topic in TOPICS
