"""Questionnaires as they ship, and their versions."""

from datetime import timedelta

import pytest

from core.formats import today
from core.lifecycle import TransitionRefused
from evaluation import actions
from evaluation.models import Criterion, Evaluation, EvaluationRule, Questionnaire
from evaluation.question_tables import load_questionnaires, load_rules
from tests.evaluation.things import opened, short

pytestmark = pytest.mark.django_db

NUMBERS = {"partnership-28": 28, "activity-8": 8, "patients-8": 8, "staff-8": 8, "visit-15": 15}


def test_questionnaires_ship_whole_in_three_languages():
    assert (load_questionnaires(), load_questionnaires()) == (5, 0)

    criteria = list(Criterion.objects.select_related("questionnaire"))
    assert {slug: sum(item.questionnaire.slug == slug for item in criteria) for slug in NUMBERS} == NUMBERS
    wrong = [
        (item.questionnaire.slug, item.number, language)
        for item in criteria
        for language in ("ar", "fr", "en")
        if not getattr(item, f"name_{language}") or not getattr(item, f"domain_{language}") or [text for text in item.marks[language] if not text.strip()]
        or len(set(item.marks[language])) != 5
    ]  # fmt: skip
    assert wrong == []
    assert all(item.hint for item in criteria if item.questionnaire.slug in ("partnership-28", "activity-8", "visit-15"))


def test_visit_speaks_of_domains_of_the_partnership():
    """So that the evaluator's means stand beside those of the sides."""
    load_questionnaires()
    of = {slug: set(Criterion.objects.filter(questionnaire__slug=slug).values_list("domain", flat=True)) for slug in NUMBERS}

    assert of["visit-15"] < of["partnership-28"]


def test_words_that_the_ministry_wrote_stay_and_missing_marks_are_filled():
    load_questionnaires()
    own = {"ar": ["أ", "ب", "ج", "د", "ه"], "fr": [], "en": []}
    Criterion.objects.filter(questionnaire__slug="partnership-28", number=1).update(marks=own, name_ar="صياغة الوزارة")
    Criterion.objects.filter(questionnaire__slug="partnership-28", number=2).update(marks={})

    load_questionnaires()

    first, second = Criterion.objects.filter(questionnaire__slug="partnership-28", number__lte=2).order_by("number")
    assert (first.marks, first.name_ar) == (own, "صياغة الوزارة")
    assert len(second.marks["fr"]) == 5
    assert [mark for mark, _words in first.mark_words] == [0, 1, 2, 3, 4]


def test_rules_ship_once_and_changes_of_the_ministry_stay():
    load_questionnaires()
    assert load_rules() == 6
    EvaluationRule.objects.filter(slug="yearly").update(due_after_days=99, is_active=False)

    assert load_rules() == 0
    assert EvaluationRule.objects.get(slug="yearly").due_after_days == 99
    assert EvaluationRule.objects.get(slug="follow-up-of-activities").questionnaire.slug == "activity-8"


def test_new_version_is_a_copy_that_takes_over_when_it_is_put_in_use(cast):
    first = short("partnership-28", "sides", 4)
    Criterion.objects.filter(questionnaire=first, number=1).update(marks={"ar": list("أبجده")})
    rule = EvaluationRule.objects.create(slug="yearly", questionnaire=first)
    running, ahead = opened(cast), opened(cast, kind="final", due_in=90, opens_on=today() + timedelta(days=80))

    second = actions.new_version(first, by=cast.tarek)
    assert (second.edition, second.is_current, second.criteria.get(number=1).marks) == (2, False, {"ar": list("أبجده")})
    with pytest.raises(TransitionRefused) as refusal:
        actions.new_version(first, by=cast.tarek)
    assert refusal.value.code == "already_there"

    actions.put_in_use(second, by=cast.tarek)
    rule.refresh_from_db()
    assert list(Questionnaire.objects.filter(slug="partnership-28", is_current=True)) == [second]
    assert rule.questionnaire == second
    assert [Evaluation.objects.get(pk=item.pk).questionnaire for item in (running, ahead)] == [first, second]


def test_only_an_administrator_makes_versions(cast):
    with pytest.raises(TransitionRefused) as refusal:
        actions.new_version(short("partnership-28", "sides"), by=cast.amal)
    assert refusal.value.code == "not_allowed"


def test_administration_edits_what_nobody_has_answered_and_only_that(client, cast):
    questionnaire = short("partnership-28", "sides", 1)
    address = f"/admin/evaluation/questionnaire/{questionnaire.pk}/change/"
    client.force_login(cast.tarek)
    (criterion,) = questionnaire.criteria.all()
    form = {
        "name_ar": "اسم جديد", "name_fr": "", "name_en": "", "criteria-TOTAL_FORMS": "1", "criteria-INITIAL_FORMS": "1", "criteria-0-id": criterion.pk,
        "criteria-0-questionnaire": questionnaire.pk, "criteria-0-number": "1", "criteria-0-domain": "d1", "criteria-0-domain_ar": "مجال",
        "criteria-0-domain_fr": "Domaine", "criteria-0-domain_en": "Domain", "criteria-0-name_ar": "سؤال", "criteria-0-marks_ar": "أ\nب\nج\nد",
    }  # fmt: skip
    assert "criteria-0-marks_ar" in client.get(address).content.decode()
    assert client.post(address, form).status_code == 200  # four lines are not five
    assert client.post(address, {**form, "criteria-0-marks_ar": "أ\nب\nج\nد\nه"}).status_code == 302
    criterion.refresh_from_db()
    assert criterion.marks["ar"] == list("أبجده")

    opened(cast)
    assert client.post(address, form).status_code == 403
    assert "criteria-0-marks_ar" not in client.get(address).content.decode()

    client.post("/admin/evaluation/questionnaire/", {"action": "make_new_version", "_selected_action": [questionnaire.pk]})
    copy = Questionnaire.objects.get(edition=2)
    client.post("/admin/evaluation/questionnaire/", {"action": "use_this_version", "_selected_action": [copy.pk]})
    assert list(Questionnaire.objects.filter(is_current=True)) == [copy]
