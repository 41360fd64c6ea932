"""The 24 rules that the portal starts with."""

from pathlib import Path

from core.models import Change
from core.tables import table
from evaluation.models import ReminderRule
from evaluation.reminders.engine import TRIGGERS

FILE = Path(__file__).resolve().parent.parent / "data" / "reminder_rules.csv"


def load_reminder_rules() -> int:
    """Add the rules that are missing; how many. What the ministry has edited stays.

    A rule whose moment the portal does not watch is loaded switched off, and switched on once it does, unless somebody
    has edited it meanwhile.
    """
    have = set(ReminderRule.objects.values_list("code", flat=True))
    new = [
        ReminderRule(
            code=row["code"], trigger=row["trigger"], name_ar=row["name_ar"], name_fr=row["name_fr"], name_en=row["name_en"], offsets=row["offsets"],
            audience=row["audience"], escalation=row["escalation"], topic=row["topic"], is_active=row["trigger"] in TRIGGERS,
        )
        for row in table(FILE) if row["code"] not in have
    ]  # fmt: skip
    ReminderRule.objects.bulk_create(new)
    edited = Change.objects.filter(object_type="evaluation.reminderrule").values("object_id")
    ReminderRule.objects.filter(is_active=False, trigger__in=TRIGGERS).exclude(pk__in=edited).update(is_active=True)
    return len(new)
