"""Loading indicators, questionnaires and the rules. Adds what is missing; what the ministry has edited stays."""

from evaluation.indicators.tables import load_indicators
from evaluation.question_tables import load_questionnaires, load_rules
from evaluation.reminders.tables import load_reminder_rules


def load() -> dict[str, int]:
    """How many of each were new."""
    added = {"indicators": load_indicators()}
    added["questionnaires"] = load_questionnaires()
    added["reminder rules"] = load_reminder_rules()
    added["evaluation rules"] = load_rules()
    return added
