"""Secret addresses under which a telephone reads its owner's calendar; both sides hear that their days are certain."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from activities.actions.activities import words_about
from activities.models import Activity, CalendarFeed
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused, not_allowed
from core.outbox import tell
from partnerships.actions import people_of

name_verbs(revoke_feed=_("Address revoked"))

MOST_FEEDS = 10  # live ones of one person
SECRET_BYTES = 32
NOTED_EVERY = timedelta(minutes=30)  # how exactly the last reading is kept


def tell_confirmed(activity: Activity, by: User | None) -> None:
    """The last party has said that it takes part: both coordinators get the days, with a file for their calendars."""
    if activity.partnership is not None:
        people = people_of(activity.partnership, Role.COORDINATOR)
        tell(people, "activity_confirmed", activity, activity.get_absolute_url(), words_about(activity), rung=f"v{activity.version}")


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make_feed(owner: User, *, name: str, query: str = "") -> tuple[CalendarFeed, str]:
    """A new address and its secret, which nobody can read again. `query` are filters of the calendar, as in its address.

    Raises TransitionRefused for somebody who sees no activities, or who has ten addresses already.
    """
    refuse_unless(owner, "activity.view")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with changing():
        if owner.calendar_feeds.filter(revoked_at=None).count() >= MOST_FEEDS:
            raise TransitionRefused("too_many", _("You have ten addresses already: revoke one that you no longer use."))
        feed = CalendarFeed.objects.create(owner=owner, name=name, query=query[:300], digest=digest_of(secret))
        record(feed, "create", by=owner, after={"name": name, "query": feed.query})
    return feed, secret


def revoke_feed(feed: CalendarFeed, *, by: User) -> CalendarFeed:
    """Whoever holds the address reads nothing from now on. Revoking twice changes nothing."""
    if feed.owner_id != by.pk:
        raise not_allowed()
    with changing():
        if CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record(feed, "revoke_feed", by=by)
    return feed


def feed_of(secret: str) -> CalendarFeed | None:
    """The live feed behind a secret, its owner active; None for anything else. One query."""
    return CalendarFeed.objects.select_related("owner").filter(digest=digest_of(secret), revoked_at=None, owner__is_active=True).first()


def note_reading(feed: CalendarFeed) -> None:
    """Keep when the address was last read; telephones ask often, so not every time."""
    now = timezone.now()
    due: Any = Q(last_read_at=None) | Q(last_read_at__lt=now - NOTED_EVERY)
    if feed.last_read_at is None or feed.last_read_at < now - NOTED_EVERY:
        CalendarFeed.objects.filter(due, pk=feed.pk).update(last_read_at=now)
