"""Thin doors for Celery."""

import logging

from celery import shared_task

log = logging.getLogger(__name__)


@shared_task
def send_due_reminders() -> int:
    """Owe what is due; the same as the command of this name. The delivery is nudged by each commit."""
    from core.outbox import beat
    from evaluation.reminders import send_due

    sent = send_due()
    beat("reminders")
    if sent:
        log.info("%s reminders are due", sent)
    return sent
