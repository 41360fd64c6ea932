"""Which reminder is owed to whom. `trigger` registers a moment, `send_due` owes what is due, `preview` only looks."""

from evaluation.reminders import activities, agreements, evaluations, partnerships, reviews  # noqa: F401 – they register their triggers
from evaluation.reminders.audiences import Directory
from evaluation.reminders.engine import TRIGGERS, Owed, each, each_day, in_batches, rungs, send_due, still_owed, tell_at_once, trigger

__all__ = ["TRIGGERS", "Directory", "Owed", "each", "each_day", "in_batches", "rungs", "send_due", "still_owed", "tell_at_once", "trigger"]
