"""Work that one worker claims, and that another takes up when the first is not heard of any more."""

from datetime import datetime, timedelta

from django.db.models import Q


def unheard_of(now: datetime, after: timedelta) -> Q:
    """Rows whose claimant has not been heard of for `after`: it died. Also those claimed in the future, before the clock was set back."""
    return Q(claimed_at__lt=now - after) | Q(claimed_at__gt=now + after)
