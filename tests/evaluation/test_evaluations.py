"""Answering, one side late, the visit, the joint review, validation, the report, what the ministry reads over all."""

import io
import zipfile
from datetime import timedelta

import pytest

from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Notice, Seal
from core.seals import look_up
from evaluation import actions, reading
from evaluation.choices import EvaluationKind
from evaluation.models import ActionPoint, Evaluation
from evaluation.papers.pdf import report_issued
from evaluation.scoring import CriterionScore, by_domain, of_hundred, to_discuss
from partnerships.lifecycle import PARTNERSHIP
from partnerships.models import Agreement, Membership
from tests.evaluation.things import answered, answers, opened, point, practice, published, reviewed, short, step, survey
from tests.test_queries import cost

pytestmark = pytest.mark.django_db


def refused(code: str, deed, *args, **given) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        deed(*args, **given)
    assert refusal.value.code == code


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


# --- Answering ----------------------------------------------------------------------------------------------------


def test_answers_are_kept_domain_by_domain(client, cast):
    evaluation = opened(cast)
    first, second, third, fourth = evaluation.questionnaire.criteria.all()
    client.force_login(cast.badr)
    address = f"{evaluation.get_absolute_url()}answer/"

    response = client.post(f"{address}d1/", {f"score_{first.pk}": "3", f"score_{second.pk}": "na", f"comment_{first.pk}": "جيد", "stage": "next"})
    assert response["Location"] == f"{address}d2/"
    assert client.post(f"{address}d2/", {f"score_{third.pk}": "0", f"comment_{fourth.pk}": "", "stage": "next"})["Location"] == address

    side = evaluation.sides.get(side="host")
    assert {answer.criterion_id: (answer.score, answer.comment) for answer in side.answers.all()} == {
        first.pk: (3, "جيد"),
        second.pk: (None, ""),
        third.pk: (0, ""),
    }
    assert 'value="3"' in page(client, address)  # of four
    assert client.get(f"{address}d9/").status_code == 404


def test_comment_without_a_mark_is_explained_and_stays_typed(client, cast):
    evaluation = opened(cast)
    first = evaluation.questionnaire.criteria.all()[0]
    client.force_login(cast.badr)

    response = client.post(f"{evaluation.get_absolute_url()}answer/d1/", {f"comment_{first.pk}": "ملاحظة طويلة"})

    assert response.status_code == 400
    assert "ملاحظة طويلة" in response.content.decode()
    assert f'href="#id_score_{first.pk}"' in response.content.decode()


def test_side_hands_in_once_and_only_when_everything_is_answered(client, cast):
    evaluation = opened(cast)
    given = answers(evaluation, 2)
    actions.save_answers(evaluation, by=cast.badr, answers=dict(list(given.items())[:3]))
    client.force_login(cast.badr)
    address = f"{evaluation.get_absolute_url()}answer/"

    assert client.post(address, {"stage": "submit", "remarks": "ملاحظة عامة"}).status_code == 400
    assert evaluation.sides.get(side="host").remarks == "ملاحظة عامة"

    actions.save_answers(evaluation, by=cast.ziad, answers=dict(list(given.items())[3:]))
    assert client.post(address, {"stage": "submit", "remarks": "ملاحظة عامة"}).status_code == 302
    assert evaluation.sides.get(side="host").submitted_by == cast.badr
    refused("handed_in", actions.save_answers, evaluation, by=cast.ziad, answers=given)
    refused("not_allowed", actions.save_answers, evaluation, by=cast.essam, answers=given)
    assert evaluation.sides.get(side="host").answers.filter(score=2).count() == 4


def test_one_late_side_does_not_hold_up_the_review_for_ever(client, cast):
    evaluation = opened(cast, due_in=-5)
    actions.save_answers(evaluation, by=cast.badr, answers=answers(evaluation, 1), submit=True)
    nobody = opened(cast, kind="mid_term", due_in=-60)

    assert actions.close_late(evaluation.closes_on) == 0  # the last day of grace
    assert actions.close_late(evaluation.closes_on + timedelta(days=1)) == 1
    assert actions.close_late(evaluation.closes_on + timedelta(days=1)) == 0

    evaluation.refresh_from_db()
    nobody.refresh_from_db()
    assert (evaluation.status, nobody.status) == ("submitted", "open")
    assert Notice.objects.filter(event="evaluation_one_sided", recipient=cast.amal).exists()
    refused("wrong_status", actions.save_answers, evaluation, by=cast.dalia, answers=answers(evaluation, 4), submit=True)
    client.force_login(cast.amal)
    assert "طرف واحد" in page(client, evaluation.get_absolute_url()) or "one side only" in page(client, evaluation.get_absolute_url())
    results = reading.results_of(evaluation)
    assert (results.silent.side, results.means["host"], results.means["sender"]) == ("sender", 1, None)


# --- Beside each other --------------------------------------------------------------------------------------------


def test_wide_differences_come_first_then_low_marks():
    scores = [
        CriterionScore(1, 1, "", 3, 3), CriterionScore(2, 2, "", 1, 1), CriterionScore(3, 3, "", 4, 2), CriterionScore(4, 4, "", 0, 4),
        CriterionScore(5, 5, "", None, 1), CriterionScore(6, 6, "", 3, 2), CriterionScore(7, 7, "", None, None),
    ]  # fmt: skip

    assert [score.number for score in to_discuss(scores)] == [4, 3, 2, 5]


def test_last_time_and_the_visit_stand_beside_the_means():
    (first, second) = by_domain([(1, "a", "A"), (2, "b", "B")], {1: 3, 2: 4}, {1: 1, 2: 4}, {"a": 2.5}, {"b": 3.0})

    assert (first.domain, first.both, first.visitor, first.before, first.change) == ("a", 2, 2.5, None, None)
    assert (second.both, second.change) == (4, 1)


def test_satisfaction_is_of_a_hundred():
    assert of_hundred([0, 0, 0, 0, 7]) == 100
    assert of_hundred([1, 0, 0, 0, 1]) == 50
    assert of_hundred([0, 1, 2, 1, 0]) == 50
    assert of_hundred([0, 0, 0, 0, 0]) is None


def test_evaluation_is_compared_with_the_published_one_before_across_versions(cast):
    before = published(cast, host=(1,), sender=(3,), due_in=-300)
    Evaluation.objects.filter(pk=before.pk).update(due_on=today() - timedelta(days=300))
    newer = actions.put_in_use(actions.new_version(before.questionnaire, by=None), by=None)
    unpublished = reviewed(cast, host=(0,), sender=(0,), due_in=3, questionnaire=newer)
    now = answered(cast, host=(4, 1, 2, 2), sender=(4, 4, 2, 2), questionnaire=newer)

    results = reading.results_of(now)

    assert unpublished.status == "reviewed"
    assert results.previous == before
    assert [(score.number, score.before, score.change) for score in results.criteria] == [(1, 2, 2), (2, 2, 0.5), (3, 2, 0), (4, 2, 0)]
    assert [score.number for score in results.first] == [2]
    assert (results.before, results.both) == (2, 2.625)


# --- The visit ----------------------------------------------------------------------------------------------------


def test_evaluator_is_somebody_from_outside_whom_the_ministry_names(cast):
    evaluation = opened(cast)
    visitor = type(cast.hani).objects.create_user("visitor@example.org", "secret", name="Visitor")
    refused("not_an_evaluator", actions.assign_evaluator, evaluation, visitor, by=cast.amal)
    Membership.objects.create(user=cast.badr, role="evaluator", valid_from=today())
    refused("of_a_side", actions.assign_evaluator, evaluation, type(cast.badr).objects.get(pk=cast.badr.pk), by=cast.amal)
    refused("not_allowed", actions.assign_evaluator, evaluation, cast.essam, by=cast.badr)
    Membership.objects.create(user=visitor, role="evaluator", valid_from=today())

    actions.assign_evaluator(evaluation, visitor, by=cast.amal)

    assert Membership.objects.filter(user=visitor, partnership=cast.partnership, role="evaluator").count() == 1
    assert Notice.objects.filter(event="evaluator_assigned", recipient=visitor).count() == 1
    refused("not_allowed", actions.record_visit, evaluation, by=cast.essam, answers={}, findings="")


def test_visit_is_a_draft_until_it_is_handed_in_and_then_a_third_column(client, cast):
    checklist = short("visit-15", "visit")
    evaluation = answered(cast)
    actions.assign_evaluator(evaluation, cast.essam, by=cast.amal)
    client.force_login(cast.essam)
    address = f"{evaluation.get_absolute_url()}visit/"
    first, second = checklist.criteria.all()

    assert client.post(address, {f"score_{first.pk}": "1", "findings": "وجدت القاعة مغلقة", "stage": "save"})["Location"] == address
    assert client.post(address, {"findings": "وجدت القاعة مغلقة", "stage": "submit"}).status_code == 400  # no day
    assert client.post(address, {"findings": "وجدت", "visited_on": f"{today() + timedelta(days=3):%d/%m/%Y}", "stage": "submit"}).status_code == 400
    client.force_login(cast.amal)
    assert "وجدت القاعة مغلقة" not in page(client, evaluation.get_absolute_url())

    client.force_login(cast.essam)
    client.post(address, {f"score_{second.pk}": "2", "findings": "وجدت القاعة مغلقة", "visited_on": f"{today():%d/%m/%Y}", "stage": "submit"})
    client.force_login(cast.dalia)
    assert "وجدت القاعة مغلقة" in page(client, evaluation.get_absolute_url())
    assert reading.results_of(Evaluation.objects.get(pk=evaluation.pk), with_visit=True).domains[0].visitor == 1.5


# --- Joint review, validation, publication ------------------------------------------------------------------------


def test_joint_review_names_difficulties_and_gives_out_what_is_to_be_done(client, cast):
    evaluation = answered(cast)
    client.force_login(cast.essam)
    form = {
        "achievements": "إنجاز", "difficulties": "صعوبة", "decisions": "قرار", "rows": "3", "stage": "save", "difficulty-0-area": "travel",
        "difficulty-0-text": "إلغاء الرحلات", "point-0-text": "حجز مبكر", "point-0-owner": cast.dalia.pk, "point-0-due_on": f"{today() + timedelta(days=9):%d/%m/%Y}",
        "point-0-priority": "high",
    }  # fmt: skip
    address = f"{evaluation.get_absolute_url()}review/"

    half = client.post(address, {**form, "difficulty-1-area": "staff", "point-1-text": "بلا صاحب"})
    assert half.status_code == 400
    assert 'href="#id_point-1-owner"' in half.content.decode()
    assert Evaluation.objects.get().status == "submitted"
    more = client.post(address, {**form, "stage": "more"})
    assert (more.status_code, more.content.decode().count('name="point-5-text"')) == (200, 1)
    assert "إلغاء الرحلات" in more.content.decode()

    assert client.post(address, form).status_code == 302
    evaluation = Evaluation.objects.get()
    assert (evaluation.status, evaluation.reviewed_by) == ("reviewed", cast.essam)
    assert [(row.area, row.text) for row in evaluation.difficulty_list.all()] == [("travel", "إلغاء الرحلات")]
    point = ActionPoint.objects.get()
    assert (point.owner, point.priority, point.evaluation) == (cast.dalia, "high", evaluation)
    assert Notice.objects.filter(event="action_assigned", recipient=cast.dalia).count() == 1


def test_returned_review_is_written_again_with_what_was_there(client, cast):
    evaluation = reviewed(cast)
    step(evaluation, "return", cast.amal, "ينقص التفصيل")

    assert Evaluation.objects.get().status == "submitted"
    assert Notice.objects.get(event="evaluation_returned").recipient == cast.essam
    client.force_login(cast.essam)
    text = page(client, f"{evaluation.get_absolute_url()}review/")
    assert "تأخر المستهلكات" in text
    assert "إنجاز" in text
    actions.review_evaluation(evaluation, by=cast.essam, achievements="أ", difficulties="ب", decisions="ج", difficulty_list=[("funding", "المال")])
    assert [row.area for row in evaluation.difficulty_list.all()] == ["funding"]


def test_nobody_validates_what_they_wrote_and_a_visit_is_waited_for(cast):
    evaluation = answered(cast)
    actions.review_evaluation(evaluation, by=cast.amal, achievements="أ", difficulties="ب", decisions="ج")
    refused("author", step, evaluation, "validate", cast.amal)
    short("visit-15", "visit")
    actions.assign_evaluator(evaluation, cast.essam, by=cast.amal)
    refused("visit_missing", step, evaluation, "validate", cast.hoda)
    actions.record_visit(evaluation, by=cast.essam, answers={}, findings="لا شيء", visited_on=today(), hand_in=True)

    step(evaluation, "validate", cast.hoda)

    assert evaluation.status == "validated"
    refused("wrong_status", actions.record_visit, evaluation, by=cast.essam, answers={}, findings="تغيير")


def test_published_report_is_told_to_both_sides_and_their_region_and_opens_to_it(client, cast):
    evaluation = step(reviewed(cast), "validate", cast.amal)
    client.force_login(cast.ranya)
    assert "إنجاز" not in page(client, evaluation.get_absolute_url())
    assert client.get(f"{evaluation.get_absolute_url()}report.pdf").status_code == 404

    step(evaluation, "publish", cast.hoda)

    assert "إنجاز" in page(client, evaluation.get_absolute_url())
    told = set(Notice.objects.filter(event="evaluation_published").values_list("recipient__name", flat=True))
    assert told == {"Badr", "Dalia", "Ziad", "Yasmine", "Ranya"}


def test_report_is_a_draft_then_issued_once_with_a_code_that_anybody_can_check(client, cast):
    evaluation = reviewed(cast)
    client.force_login(cast.dalia)
    assert b"".join(client.get(f"{evaluation.get_absolute_url()}report.pdf?language=fr").streaming_content).startswith(b"%PDF")
    assert Seal.objects.count() == 0
    refused("not_final", report_issued, evaluation, "ar")

    step(step(evaluation, "validate", cast.amal), "publish", cast.hoda)
    files = [b"".join(client.get(f"{evaluation.get_absolute_url()}report.pdf").streaming_content) for _time in range(2)]
    seal = Seal.objects.get()
    found, facts = look_up(seal.code)
    assert files[0] == files[1]
    assert found == seal
    assert not any("إنجاز" in str(value) for _label, value in facts.lines)

    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"{evaluation.get_absolute_url()}report.docx").streaming_content))) as book:
        text = book.read("word/document.xml").decode()
    assert "إنجاز" in text
    assert "w:bidiVisual" in text


def test_partnership_closes_after_its_final_evaluation_only(cast):
    Agreement.objects.update(status="terminated")
    close = PARTNERSHIP["close"]
    from core.lifecycle import check  # the guard is what is looked at

    refused("final_evaluation_missing", check, cast.partnership, close, by=cast.hoda, reason="انتهت")
    final = reviewed(cast, kind=EvaluationKind.FINAL)
    refused("final_evaluation_missing", check, cast.partnership, close, by=cast.hoda, reason="انتهت")
    step(final, "validate", cast.amal)

    check(cast.partnership, close, by=cast.hoda, reason="انتهت")


# --- Over all partnerships ----------------------------------------------------------------------------------------


def test_ministry_reads_which_difficulties_recur_and_the_national_means(client, cast):
    first, second = published(cast, host=(1,), sender=(3,)), step(reviewed(cast, kind="mid_term"), "validate", cast.amal)
    reviewed(cast, kind="baseline")  # not validated: its difficulties are nobody's business yet

    (group,) = reading.difficulties(Evaluation.objects.filter(pk__in=[first.pk, second.pk]), "zone")
    assert (group.area, group.count, len(group.texts), [count for _name, count in group.spread]) == ("supplies", 1, 2, [1])
    means = reading.means_by_domain(Evaluation.objects.filter(pk=first.pk), "partnership-28")
    assert [(item["domain"], item["host"], item["sender"], item["both"], item["evaluations"]) for item in means] == [("d1", 1, 3, 2, 1), ("d2", 1, 3, 2, 1)]

    client.force_login(cast.amal)
    text = page(client, "/evaluations/difficulties/?by=specialty")
    assert text.count("تأخر المستهلكات") == 2
    for export in ("/evaluations/difficulties/?export=csv", "/evaluations/means/?export=csv"):
        lines = b"".join(client.get(export).streaming_content).decode().strip().splitlines()
        assert len(lines) == 3, export


def test_room_of_a_partnership_shows_what_was_evaluated(client, cast):
    evaluation = published(cast)
    client.force_login(cast.badr)

    assert evaluation.get_absolute_url() in page(client, f"{cast.partnership.get_absolute_url()}evaluations/")
    assert f"{cast.partnership.get_absolute_url()}evaluations/" in page(client, cast.partnership.get_absolute_url())


def test_lists_cost_the_same_with_one_row_and_with_three(client, cast):
    def world(number: int) -> None:
        published(cast, kind=("yearly", "mid_term", "baseline")[number])
        point(cast, owner=cast.dalia)
        practice(cast, "submit", "validate")
        survey(cast)

    addresses = (
        "/evaluations/", "/actions/?whose=all", "/practices/", "/surveys/", "/evaluations/difficulties/", "/evaluations/means/",
        f"{cast.partnership.get_absolute_url()}evaluations/",
    )  # fmt: skip
    world(0)
    client.force_login(cast.amal)
    one = {address: cost(client, address) for address in addresses}
    world(1)
    world(2)

    assert {address: cost(client, address) for address in addresses} == one
