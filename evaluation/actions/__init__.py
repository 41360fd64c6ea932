"""Whatever changes evaluations, measurements, action points. Pages, API, admin, tasks and commands call these."""

from evaluation.actions.action_points import (
    carry_out_with_decision,
    edit_action_point,
    finish_action_point,
    follow_decision,
    make_action_point,
    may_own,
    transition_action_point,
)
from evaluation.actions.evaluations import (
    VISITING,
    add_evidence,
    add_visit_file,
    assign_evaluator,
    default_questionnaire,
    drop_evidence,
    record_visit,
    review_evaluation,
    save_answers,
    transition_evaluation,
    visit_checklist,
)
from evaluation.actions.practices import WRITABLE, adopt_practice, describe_practice, transition_practice
from evaluation.actions.questionnaires import new_version, put_in_use
from evaluation.actions.scheduling import (
    close_late,
    keep_schedule,
    open_due,
    open_evaluation,
    schedule_evaluation,
    schedule_follow_up,
    set_dates,
    withdraw_evaluation,
    words_about,
)
from evaluation.actions.surveys import correct_survey, record_survey
from evaluation.secrecy import SIDES, side_of

__all__ = [
    "SIDES", "VISITING", "WRITABLE", "add_evidence", "add_visit_file", "adopt_practice", "assign_evaluator", "carry_out_with_decision", "close_late", "correct_survey",
    "default_questionnaire", "describe_practice", "drop_evidence", "edit_action_point", "finish_action_point", "follow_decision", "keep_schedule",
    "make_action_point", "may_own", "new_version", "open_due", "open_evaluation", "put_in_use", "record_survey", "record_visit", "review_evaluation",
    "save_answers", "schedule_evaluation", "schedule_follow_up", "set_dates", "side_of", "transition_action_point", "transition_evaluation",
    "transition_practice", "visit_checklist", "withdraw_evaluation", "words_about",
]  # fmt: skip
