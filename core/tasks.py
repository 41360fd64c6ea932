"""Thin doors for Celery: each fetches nothing but what it is told, calls one function, and logs."""

import logging

from celery import shared_task

log = logging.getLogger(__name__)


@shared_task
def deliver() -> int:
    """Send what is due. Nudged after every commit that owes somebody a notice."""
    from core.outbox import deliver_due

    sent = deliver_due()
    if sent:
        log.info("delivered %s notices", sent)
    return sent


@shared_task
def sweep() -> int:
    """Twice a minute: deliver what a lost nudge left behind, and leave a sign of life."""
    from core.outbox import beat, deliver_due

    beat("sweep")
    return deliver_due()
