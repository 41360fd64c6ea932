"""Activities as iCalendar: feeds for telephones, the file of an e-mail. No names of people, no free text.

`icalendar` folds at 75 octets and escapes; what is written here is words of the portal, places and codes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from activities.choices import OFF, ActivityStatus
from activities.kinds import REGISTRY
from activities.models import Activity
from activities.month import Entry, entries_of
from core.formats import language, today
from core.models import Change, Notice
from core.text import clean

PRODUCT = "-//Tawama//Calendar//AR"
PAST, AHEAD = timedelta(days=90), timedelta(days=550)
CANCELLED_STAY = timedelta(days=90)
AT_MOST = 1_000
EVENTS = (
    "activity_approved",
    "activity_confirmed",
    "activity_announced",
    "activity_postponed",
    "activity_cancelled",
    "activity_approaching",
    "activity_unconfirmed",
    "activity_invited",
    "ministry_activity_hosted",
    "registration_moved_up",
)
HIDDEN = (ActivityStatus.DRAFT, ActivityStatus.RETURNED)  # not yet agreed with anybody
TENTATIVE = (ActivityStatus.DRAFT, ActivityStatus.SUBMITTED, ActivityStatus.RETURNED, ActivityStatus.APPROVED)
NEVER_CHANGED = datetime(2020, 1, 1, tzinfo=timezone.get_fixed_timezone(0))


def status_of(activity: Activity) -> str:
    """CONFIRMED, TENTATIVE or CANCELLED. Postponed days are off: the new ones come with a higher SEQUENCE."""
    if activity.status in OFF:
        return "CANCELLED"
    return "TENTATIVE" if activity.status in TENTATIVE else "CONFIRMED"


def uid_of(activity: Activity) -> str:
    """Stable over all changes, the same in every feed and e-mail."""
    return f"{activity.uid}@{urlsplit(settings.PORTAL_BASE_URL).hostname}"


def event_of(entry: Entry, changed_at: datetime) -> Event:
    """One activity, all day, in the active language."""
    activity = entry.activity
    kind = str(REGISTRY[activity.kind].label)
    event = Event()
    event.add("uid", uid_of(activity))
    event.add("sequence", activity.version)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", activity.starts_on)
    event.add("dtend", activity.ends_on + timedelta(days=1))  # exclusive
    event.add("status", status_of(activity))
    event.add("transp", "TRANSPARENT" if status_of(activity) == "CANCELLED" else "OPAQUE")
    title = pgettext("an activity and its places", "%(kind)s: %(places)s") % {"kind": kind, "places": entry.between} if entry.between else kind
    event.add("summary", line(title), parameters={"LANGUAGE": language()})
    if entry.place:
        event.add("location", line(entry.place))
    address = f"{settings.PORTAL_BASE_URL}{activity.get_absolute_url()}"
    event.add("description", "\n".join(filter(None, [line(activity.status_label), line(entry.code), address])))
    event.add("url", address)
    event.add("categories", [line(kind)])
    return event


def line(text: str) -> str:
    """One line without control characters: what others named must not look like another property."""
    return " ".join(clean(str(text)).split())


def calendar(entries: Iterable[tuple[Entry, datetime]], *, name: str = "") -> bytes:
    """A whole calendar, METHOD:PUBLISH."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    if name:
        made.add("x-wr-calname", line(name))
        made.add("x-wr-timezone", settings.TIME_ZONE)
        made.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
    for entry, changed_at in entries:
        made.add_component(event_of(entry, changed_at))
    return made.to_ical()


def changes_of(keys: list[int]) -> dict[int, datetime]:
    """When each activity last changed, by the history. One query."""
    lines = Change.objects.filter(object_type="activities.activity", object_id__in=keys)
    return dict(lines.order_by().values_list("object_id").annotate(at=Max("at")))


def feed_activities(user: Any) -> Any:
    """What a feed holds: three months back, a year and a half ahead; what was called off, for 90 days."""
    on = today()
    rows = Activity.objects.visible_to(user).filter(ends_on__gte=on - PAST, starts_on__lte=on + AHEAD).exclude(status__in=HIDDEN)
    late = timezone.now() - CANCELLED_STAY
    fresh = Change.objects.filter(object_type="activities.activity", to_status__in=OFF, at__gte=late).values("object_id")
    return rows.filter(~Q(status__in=OFF) | Q(pk__in=fresh))


def feed(activities: Any) -> bytes:
    """The calendar of a person in the language that is active; two queries. `activities` come from `feed_activities`."""
    kept = Activity.objects.filter(pk__in=activities.order_by("-starts_on", "-pk").values("pk")[:AT_MOST])
    entries = entries_of(kept)
    changed = changes_of([entry.activity.pk for entry in entries])
    return calendar(((entry, changed.get(entry.activity.pk, NEVER_CHANGED)) for entry in entries), name=_("Twinning activities"))


def attached_to(notice: Notice) -> list[MIMEBase]:
    """The days of the activity that a notice is about, as a file that calendars open."""
    entries = entries_of(Activity.objects.filter(pk=notice.object_id)) if notice.object_type == "activities.activity" else []
    if not entries:
        return []
    changed = changes_of([notice.object_id])
    part = MIMEText(calendar((entry, changed.get(entry.activity.pk, NEVER_CHANGED)) for entry in entries).decode(), "calendar", "utf-8")
    part.set_param("method", "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename="activity.ics")
    return [part]
