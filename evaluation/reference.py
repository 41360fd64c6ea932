"""Loading indicators, the questionnaire and the rules. Adds what is missing; what the ministry has edited stays."""

from pathlib import Path

from evaluation.models import Criterion, EvaluationRule, Indicator, Questionnaire, ReminderRule
from evaluation.reminders import TRIGGERS
from partnerships.reference import add_missing, named, table

DATA = Path(__file__).parent / "data"
QUESTIONNAIRE = {
    "slug": "partnership-28",
    "name_ar": "استبيان تقييم شراكة التوأمة (28 معياراً)",
    "name_fr": "Questionnaire d’évaluation du partenariat de jumelage (28 critères)",
    "name_en": "Twinning partnership questionnaire (28 criteria)",
}


def load() -> dict[str, int]:
    """How many of each were new. A reminder rule whose moment the portal does not watch yet is loaded switched off."""
    directions = {"higher", "lower"}
    added = {
        "indicators": add_missing(
            Indicator,
            [
                Indicator(
                    **named(row),
                    unit=row["unit"],
                    direction=row["direction"] if row["direction"] in directions else "neutral",
                    is_headline=row["headline"] == "yes",
                    computed_from=row["source"],
                    how_computed=row["how_computed"],
                )
                for row in table(DATA / "indicators.csv")
            ],
        )
    }
    questionnaire, is_new = Questionnaire.objects.get_or_create(slug=QUESTIONNAIRE["slug"], defaults=QUESTIONNAIRE)
    if is_new:
        Criterion.objects.bulk_create(
            Criterion(
                questionnaire=questionnaire,
                number=int(row["number"]),
                name_ar=row["criterion_ar"],
                name_fr=row["criterion_fr"],
                name_en=row["criterion_en"],
                **{name: row[name] for name in row if name.startswith(("domain", "hint"))},
            )
            for row in table(DATA / "questionnaire.csv")
        )
    added["criteria"] = questionnaire.criteria.count() if is_new else 0
    added["reminder rules"] = add_missing(
        ReminderRule,
        [
            ReminderRule(
                **named(row), trigger=row["trigger"], offsets=row["offsets"], audience=row["audience"],
                escalation=row["escalation"], is_active=row["trigger"] in TRIGGERS,
            )
            for row in table(DATA / "reminder_rules.csv")
        ],
    )  # fmt: skip
    _rule, is_new = EvaluationRule.objects.get_or_create(
        slug="follow-up-of-activities", defaults={"questionnaire": questionnaire, "due_after_days": 30, "time_to_answer_days": 7}
    )
    added["evaluation rules"] = int(is_new)
    return added
