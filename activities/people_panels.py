"""What the part about people shows on the page of an activity, and in the room of a partnership."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.policy import can
from activities.actions.feedback import results_of
from activities.choices import InvitationStatus, Presence
from activities.models import Activity, FeedbackLink, Participant, Professional
from activities.panels import Panel, Tab
from activities.papers.certificate import is_ready
from core.formats import number, today
from partnerships.models import Partnership
from partnerships.room import Next

MOST_NAMES = 6  # on the page of the activity; the rest stands on the page of participants


def people_tab(activity: Activity, user: Any) -> Tab:
    return Tab("people", f"{activity.get_absolute_url()}participants/", _("Participants"))


def invitations_tab(activity: Activity, user: Any) -> Tab | None:
    return Tab("invitations", f"{activity.get_absolute_url()}invitations/", _("Invitations")) if activity.partnership_id is None else None


def certificates_tab(activity: Activity, user: Any) -> Tab | None:
    return Tab("certificates", f"{activity.get_absolute_url()}certificates/", _("Certificates")) if is_ready(activity) else None


def feedback_tab(activity: Activity, user: Any) -> Tab | None:
    """For those who keep the activity from the first day; for others once there is something to read. One query."""
    if can(user, "participant.keep", activity) or FeedbackLink.objects.filter(activity=activity).exists():
        return Tab("feedback", f"{activity.get_absolute_url()}feedback/", _("Feedback"))
    return None


def named_panel(activity: Activity, user: Any) -> Panel | None:
    """The people on the list, the leader first; names as far as the reader may know them. Two queries at most."""
    rows = list(activity.participants.named().select_related("professional", "institution").order_by("pk"))
    if not rows:
        return None
    if not can(user, "participant.keep", activity):
        seen = set(Professional.objects.visible_to(user).filter(pk__in=[row.professional_id for row in rows]).values_list("pk", flat=True))
    else:
        seen = {row.professional_id for row in rows}
    shown = sorted((row for row in rows if row.professional_id in seen), key=lambda row: (row.role != "leader", row.part != "team", row.pk))
    context = {
        "people": shown[:MOST_NAMES],
        "count": len(rows),
        "expected": activity.ends_on < today() and any(row.presence == Presence.REGISTERED for row in rows),
    }
    address = f"{activity.get_absolute_url()}participants/"
    return Panel("named", _("By name"), "activities/_panel_people.html", context, place=31, is_beside=True, address=address, button=_("All participants"))


def feedback_panel(activity: Activity, user: Any) -> Panel | None:
    """What participants thought, once there are enough answers. One query."""
    results = results_of(list(activity.feedback.all()))
    if not results.is_shown:
        return None
    address = f"{activity.get_absolute_url()}feedback/"
    return Panel(
        "feedback",
        _("Feedback of the participants"),
        "activities/_panel_feedback.html",
        {"results": results},
        place=60,
        address=address,
        button=pgettext("button", "Open"),
    )


def series_panel(activity: Activity, user: Any) -> Panel | None:
    if activity.series_id is None:
        return None
    return Panel("series", _("Part of the series"), "activities/_panel_series.html", {"series": activity.series}, place=20, is_beside=True)


def invitations_panel(activity: Activity, user: Any) -> Panel | None:
    """How many are invited and come; for those who keep the activity. One query."""
    if activity.partnership_id is not None or not can(user, "participant.keep", activity):
        return None
    invitations = list(activity.invitations.all())
    seated = activity.participants.named().filter(presence__in=[Presence.REGISTERED, Presence.PRESENT]).count()
    context = {
        "invited": len(invitations),
        "accepted": sum(invitation.status == InvitationStatus.ACCEPTED for invitation in invitations),
        "seated": seated,
        "seats": activity.seats,
    }
    address = f"{activity.get_absolute_url()}invitations/"
    return Panel(
        "invitations",
        _("Invitations"),
        "activities/_panel_invitations.html",
        context,
        place=25,
        is_beside=True,
        address=address,
        button=pgettext("button", "Open"),
    )


def presence_owed(rows: Any) -> Any:
    """Of these activities, those whose last day has come while somebody on the list is still only registered."""
    expected = Participant.objects.expected().values("activity")
    return rows.filter(pk__in=expected, ends_on__lte=today()).exclude(status__in=["cancelled", "postponed", "draft"])


def next_people(partnership: Partnership) -> Iterable[Next]:
    """Presence that nobody has recorded yet. One query."""
    for activity in presence_owed(partnership.activities.select_related("partnership")).order_by("ends_on", "pk")[:10]:
        title = _("Who was present: %(activity)s") % {"activity": activity.title}
        yield Next(title, _("both sides"), None, f"{activity.get_absolute_url()}presence/", _("Record presence"))


def warnings_about_people(activity: Activity, user: Any) -> Iterable[str]:
    """Before the report: people who are named are not counted again. One query, only while the report is owed."""
    if activity.reported_at is not None or activity.ends_on >= today() or not can(user, "participant.keep", activity):
        return
    count = activity.participants.expected().count()
    if count:
        text = ngettext(
            "The presence of %(count)s person is not recorded yet: only those present count.",
            "The presence of %(count)s people is not recorded yet: only those present count.",
            count,
        )
        yield text % {"count": number(count)}
