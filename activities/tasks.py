"""Thin doors for Celery: what is asked for stands in the database, a task only says that it is time to look."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

log = logging.getLogger(__name__)


@shared_task
def issue_certificates_task(pk: int, language: str, by: int | None = None) -> int:
    """Make the certificates of one activity that are still missing."""
    from accounts.models import User
    from activities.actions.certificates import issue_all, owed
    from activities.models import Activity

    activity = Activity.objects.filter(pk=pk).first()
    if activity is None:
        return 0
    made = issue_all(owed(activity, language), language, by=User.objects.filter(pk=by).first())
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
