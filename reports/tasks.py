"""Thin doors for Celery: a file that is owed is a row, a task only says that it is time to look."""

import logging

from celery import shared_task

log = logging.getLogger(__name__)


@shared_task(time_limit=3600)
def make_run_task(pk: int) -> bool:
    """Make one file, unless somebody has it in hand already."""
    from reports.actions import make_run
    from reports.models import ReportRun

    run = ReportRun.objects.filter(pk=pk).first()
    return run is not None and make_run(run)


@shared_task(time_limit=3600)
def waiting_reports() -> int:
    """Twice a minute: take up what a lost message or a dead worker left behind."""
    from reports.actions import make_waiting_runs

    done = make_waiting_runs()
    if done:
        log.info("took up %s files", done)
    return done


@shared_task
def scheduled_reports() -> int:
    """Ask for what is due by schedule, and delete old files; the same as the command `make_due_reports`."""
    from reports.actions import forget_old_files, make_due_reports

    asked, forgotten = make_due_reports(), forget_old_files()
    if asked or forgotten:
        log.info("%s scheduled reports are asked for, %s old files were deleted", asked, forgotten)
    return asked
