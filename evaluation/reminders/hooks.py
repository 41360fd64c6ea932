"""What the reminders tell the rest of the portal, once, at start."""

from typing import Any

from core.digests import ask_whether_owed
from core.lifecycle import add_effect
from core.topics import add_events, explain_with
from evaluation.reminders import still_owed, tell_at_once
from evaluation.reminders.explaining import explain
from library import lifecycle  # noqa: F401 – registers the table that the effects are added to
from library.models import LegalText

EVENTS = (
    "action_point_overdue", "action_point_reminder", "activity_approaching", "activity_report_reminder", "activity_returned_reminder",
    "activity_unconfirmed", "activity_validate_reminder", "agreement_draft_reminder", "agreement_unsigned_reminder", "committee_reminder",
    "dormant_proposal", "evaluation_reminder", "follow_up_reminder", "indicators_reminder", "mission_papers_reminder", "profile_reminder",
    "programme_reminder", "returned_reminder", "review_reminder", "silence_reminder", "transfer_reminder",
)  # fmt: skip


def connect() -> None:
    add_events("reminders", *EVENTS)
    explain_with(explain)
    ask_whether_owed(still_owed)
    for step in ("repeal", "amend"):
        add_effect(f"legaltext.{step}", text_changed)


def text_changed(text: LegalText, by: Any) -> None:
    """The owners of agreements that cite a text are told at once, by the rule; a run later finds nothing new."""
    tell_at_once("legal_text_changed", lambda owed: owed.mark == f"t{text.pk}")
