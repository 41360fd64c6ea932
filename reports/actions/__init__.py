from reports.actions.runs import ask_for_list, ask_for_report, cancel_run, forget_old_files, make_run, make_waiting_runs
from reports.actions.schedules import change_schedule, make_due_reports, make_schedule, next_day, stop_schedule

__all__ = [
    "ask_for_list",
    "ask_for_report",
    "cancel_run",
    "change_schedule",
    "forget_old_files",
    "make_due_reports",
    "make_run",
    "make_schedule",
    "make_waiting_runs",
    "next_day",
    "stop_schedule",
]
