"""The whole way of an evaluation on its pages: scheduled by rule, opened, answered by both sides, reviewed with action points,
visited, returned, validated, published; an action done and verified by somebody else."""

from datetime import timedelta

import pytest

from core.formats import today
from core.history import first_broken
from core.models import Change, Notice
from core.outbox import deliver_due
from evaluation import actions
from evaluation.models import ActionPoint, Evaluation, EvaluationRule, GoodPractice
from evaluation.question_tables import load_questionnaires, load_rules
from evaluation.reminders import send_due
from partnerships.models import Agreement

pytestmark = pytest.mark.django_db


def test_evaluation_from_the_rule_to_a_verified_action(client, cast, mailoutbox):
    load_questionnaires()
    load_rules()
    Agreement.objects.update(ends_on=today() + timedelta(days=40))  # the last day comes near: the final evaluation is owed
    send_due()
    send_due()
    evaluation = Evaluation.objects.get(kind="final")
    address = evaluation.get_absolute_url()
    assert (evaluation.status, evaluation.rule, evaluation.counted_from) == ("open", EvaluationRule.objects.get(slug="final"), today() + timedelta(days=40))
    deliver_due()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["badr@example.org", "dalia@example.org"]

    def go(who, path: str, form: dict | None = None, status: int = 302):
        client.force_login(who)
        response = client.get(f"{address}{path}") if form is None else client.post(f"{address}{path}", form)
        assert response.status_code == status, (path, response.status_code)
        return response

    # Each side alone, a domain at a time.
    for who, mark in ((cast.badr, "1"), (cast.dalia, "4")):
        page, domains = f"{address}answer/governance/", 0
        while page != f"{address}answer/":
            client.force_login(who)
            domain = page.removesuffix("/").rsplit("/", 1)[1]
            keys = evaluation.questionnaire.criteria.filter(domain=domain).values_list("pk", flat=True)
            page = client.post(page, {**{f"score_{key}": mark for key in keys}, "stage": "next"})["Location"]
            domains += 1
        assert domains == 10
        go(who, "answer/", {"stage": "submit", "remarks": f"ملاحظة {mark}"})
    evaluation.refresh_from_db()
    assert evaluation.status == "submitted"

    # The joint review, with what has to be done; the visit; returned once.
    go(cast.amal, "evaluator/", {"person": cast.essam.pk})
    review = {"achievements": "إنجاز كبير", "difficulties": "صعوبة", "decisions": "قرار", "rows": "3", "stage": "save"}
    lines = {"difficulty-0-area": "supplies", "difficulty-0-text": "تأخر المستهلكات", "point-0-text": "إعداد القائمة", "point-0-owner": cast.badr.pk}
    assert "ملاحظة 1" in go(cast.essam, "review/", status=200).content.decode()
    go(cast.essam, "review/", {**review, **lines, "point-0-due_on": f"{today() + timedelta(days=15):%d/%m/%Y}", "point-0-priority": "high"})
    checklist = {f"score_{key}": "2" for key in actions.visit_checklist().criteria.values_list("pk", flat=True)}
    go(cast.essam, "visit/", {**checklist, "findings": "المخزون غير كاف", "visited_on": f"{today():%d/%m/%Y}", "stage": "submit"})
    go(cast.amal, "steps/return/", {"reason": "ينقص ذكر المخزون"})
    go(cast.essam, "review/", {**review, **lines, "point-0-text": "", "point-0-owner": "", "decisions": "توسيع المخزون"})
    go(cast.amal, "steps/validate/", {})
    go(cast.ranya, "report.pdf", status=404)
    go(cast.hoda, "steps/publish/", {})

    # Published: the region reads it, the paper is issued, a practice comes of it.
    assert "توسيع المخزون" in go(cast.ranya, "", status=200).content.decode()
    assert b"".join(go(cast.ranya, "report.pdf?language=ar", status=200).streaming_content).startswith(b"%PDF")
    client.force_login(cast.badr)
    practice = {"partnership": cast.partnership.pk, "title": "قائمة موحدة", "problem": "أ", "solution": "ب", "outcome": "ج", "language": "ar"}
    client.post(f"/practices/new/?evaluation={evaluation.pk}", practice)
    assert GoodPractice.objects.get().evaluation == evaluation

    # What was promised is done, and somebody else looks at it.
    point = ActionPoint.objects.get()
    client.post(f"{point.get_absolute_url()}done/", {"done_on": f"{today():%d/%m/%Y}", "note": "أُعدت القائمة"})
    assert client.post(f"{point.get_absolute_url()}steps/verify/").status_code == 302
    point.refresh_from_db()
    assert point.status == "done"  # not by its owner
    client.force_login(cast.dalia)
    client.post(f"{point.get_absolute_url()}steps/verify/")
    point.refresh_from_db()
    assert (point.status, point.verified_by) == ("verified", cast.dalia)

    verbs = Change.objects.filter(object_type="evaluation.evaluation", object_id=evaluation.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "schedule", "open", "hand_in", "hand_in", "complete", "assign", "review", "edit", "visit", "return", "review", "validate", "publish", "issue",
    ]  # fmt: skip
    assert first_broken() is None
    assert Notice.objects.filter(event="evaluation_published").count() == 6
