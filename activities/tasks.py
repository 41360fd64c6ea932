"""Thin doors for Celery: what is asked for stands in the database, a task only says that it is time to look."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

log = logging.getLogger(__name__)


@shared_task
def issue_certificates_task(pk: int) -> int:
    """Make the certificates that one request asked for, named by its line in the history, and that are still missing."""
    from activities.actions.certificates import issue_asked
    from core.models import Change

    asked = Change.objects.select_related("by").filter(pk=pk).first()
    made = issue_asked(asked) if asked else 0
    log.info("issued %s certificates", made)
    return made


@shared_task
def missing_certificates() -> int:
    """Once a minute: make what was asked for within a day and a lost message or a dead worker left behind."""
    from activities.actions.certificates import issue_waiting

    made = issue_waiting(timezone.now() - timedelta(days=1))
    if made:
        log.info("issued %s certificates that were left behind", made)
    return made
