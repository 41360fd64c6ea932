"""The questionnaires and the rules of the schedule as they ship: loaded once, then they belong to the ministry."""

from itertools import groupby
from pathlib import Path

from core.tables import table
from evaluation.choices import EvaluationKind, Moment, QuestionnairePurpose
from evaluation.models import Criterion, EvaluationRule, Questionnaire

DATA = Path(__file__).parent / "data"
PARTNERSHIP = "partnership-28"
QUESTIONNAIRES = {
    PARTNERSHIP: (
        QuestionnairePurpose.SIDES,
        "استبيان تقييم شراكة التوأمة (28 معياراً)",
        "Questionnaire d’évaluation du partenariat de jumelage (28 critères)",
        "Twinning partnership questionnaire (28 criteria)",
    ),
    "activity-8": (
        QuestionnairePurpose.ACTIVITY,
        "استبيان تقييم نشاط (8 معايير)",
        "Questionnaire d’évaluation d’une activité (8 critères)",
        "Questionnaire about an activity (8 criteria)",
    ),
    "patients-8": (QuestionnairePurpose.PATIENTS, "رضا المرضى (8 أسئلة)", "Satisfaction des malades (8 questions)", "Patient satisfaction (8 questions)"),
    "staff-8": (QuestionnairePurpose.STAFF, "رضا المستخدمين (8 أسئلة)", "Satisfaction du personnel (8 questions)", "Staff satisfaction (8 questions)"),
    "visit-15": (
        QuestionnairePurpose.VISIT,
        "قائمة التحقق لزيارة المقيِّم (15 نقطة)",
        "Liste de contrôle de la visite de l’évaluateur (15 points)",
        "Checklist of the evaluator’s visit (15 points)",
    ),
}
# slug: evaluation, counted from, due after so many days, opens so many days before, at least so many days to answer, not older than
RULES = {
    "follow-up-of-activities": (EvaluationKind.FOLLOW_UP, Moment.ACTIVITY, 30, 30, 7, 180),
    "baseline": (EvaluationKind.BASELINE, Moment.START, 45, 45, 21, 90),
    "mid-term": (EvaluationKind.MID_TERM, Moment.MIDDLE, 15, 30, 21, 90),
    "yearly": (EvaluationKind.YEARLY, Moment.YEAR, 15, 30, 21, 90),
    "final": (EvaluationKind.FINAL, Moment.END, 0, 45, 30, 120),
    "one-year-after": (EvaluationKind.AFTERWARDS, Moment.CLOSING, 365, 30, 30, 120),
}


def load_questionnaires() -> int:
    """How many questionnaires were new. Where one is there already, only marks without any words are filled."""
    words = marks()
    rows = [{"questionnaire": PARTNERSHIP, **row} for row in table(DATA / "questionnaire.csv")] + list(table(DATA / "questionnaire_more.csv"))
    new = 0
    for slug, criteria in groupby(rows, key=lambda row: row["questionnaire"]):
        purpose, name_ar, name_fr, name_en = QUESTIONNAIRES[slug]
        if Questionnaire.objects.filter(slug=slug).exists():
            fill_marks(slug, words)
            continue
        questionnaire = Questionnaire.objects.create(slug=slug, purpose=purpose, name_ar=name_ar, name_fr=name_fr, name_en=name_en)
        Criterion.objects.bulk_create(
            Criterion(
                questionnaire=questionnaire,
                number=int(row["number"]),
                name_ar=row["criterion_ar"],
                name_fr=row["criterion_fr"],
                name_en=row["criterion_en"],
                marks=marks_of(words, slug, row["number"]),
                **{name: row[name] for name in row if name.startswith(("domain", "hint"))},
            )
            for row in criteria
        )
        new += 1
    return new


def marks() -> dict[tuple[str, str], dict[str, list[str]]]:
    """What the marks 0 to 4 mean, by (questionnaire, number of the criterion or "*" for all): {"ar": [five texts], …}."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in table(DATA / "questionnaire_marks.csv"):
        words = found.setdefault((row["questionnaire"], row["number"]), {"ar": [], "fr": [], "en": []})
        for language, texts in words.items():
            texts.append(row[language])
    return found


def marks_of(words: dict[tuple[str, str], dict[str, list[str]]], slug: str, number: str) -> dict[str, list[str]]:
    return words.get((slug, number)) or words.get((slug, "*"), {})


def fill_marks(slug: str, words: dict[tuple[str, str], dict[str, list[str]]]) -> None:
    """For portals that were set up before the marks had words."""
    for criterion in Criterion.objects.filter(questionnaire__slug=slug, questionnaire__edition=1, marks={}):
        if texts := marks_of(words, slug, str(criterion.number)):
            Criterion.objects.filter(pk=criterion.pk).update(marks=texts)


def load_rules() -> int:
    """How many rules of the schedule were new."""
    current = {questionnaire.slug: questionnaire for questionnaire in Questionnaire.objects.filter(is_current=True)}
    new = 0
    for slug, (kind, moment, due, opens, answering, oldest) in RULES.items():
        questionnaire = current["activity-8" if moment == Moment.ACTIVITY else PARTNERSHIP]
        _rule, is_new = EvaluationRule.objects.get_or_create(
            slug=slug,
            defaults={
                "kind": kind, "moment": moment, "questionnaire": questionnaire, "due_after_days": due, "opens_before_days": opens,
                "time_to_answer_days": answering, "not_older_than_days": oldest,
            },
        )  # fmt: skip
        new += is_new
    return new
