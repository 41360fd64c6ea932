"""Seats of an activity of the ministry: who finds one, who waits, who moves up."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import Role
from activities.choices import ActivityStatus, InvitationStatus, Part, Presence
from activities.models import Activity, Invitation, Participant
from core.formats import today
from core.history import name_verbs, record
from core.mail import in_each_language
from core.outbox import tell
from partnerships.models import Membership

name_verbs(move_up=_("Moved up from the waiting list"))

SEATED = (Presence.REGISTERED, Presence.PRESENT)


def has_seat(activity: Activity, invitation: Invitation | None = None) -> bool:
    """Whether one more person finds a seat: in the room, and for an invited institution among those kept for it. One or two queries."""
    if activity.partnership_id:
        return True
    taken = activity.participants.named().filter(presence__in=SEATED, part=Part.TRAINED)
    if invitation is not None and taken.filter(institution=invitation.institution_id).count() >= invitation.seats:
        return False
    return activity.seats is None or taken.count() < activity.seats


def move_up(activity: Activity, *, by: User | None) -> list[Participant]:
    """Give free seats to those who wait, in the order in which they were registered, until the days are over; who moved up.

    Must run inside `changing()`. Nobody waits in an activity of a partnership.
    """
    if activity.partnership_id or activity.ends_on < today() or activity.status == ActivityStatus.CANCELLED:
        return []
    accepted = Invitation.objects.filter(activity=activity, status=InvitationStatus.ACCEPTED).select_related("institution")
    invitations = {invitation.institution_id: invitation for invitation in accepted}
    moved = []
    for person in activity.participants.named().filter(presence=Presence.WAITING).select_related("professional").order_by("pk"):
        invitation = invitations.get(person.institution_id or 0)
        takes_part = invitation is not None or person.institution_id in activity.keeper_ids
        if not takes_part or not has_seat(activity, invitation):
            continue
        Participant.objects.filter(pk=person.pk).update(presence=Presence.REGISTERED)
        person.presence = Presence.REGISTERED
        record(activity, "move_up", by=by, after={"professional": person.professional_id})
        tell_moved_up(activity, person, by)
        moved.append(person)
    return moved


def tell_moved_up(activity: Activity, person: Participant, by: User | None) -> None:
    """Tell the coordinators of the institution, and the person who has a login. The notice carries no name."""
    people = {one.pk: one for one in Membership.objects.people(Role.COORDINATOR, institution=person.institution_id) if not by or one.pk != by.pk}
    if person.professional and person.professional.user:
        people[person.professional.user.pk] = person.professional.user
    words = {**in_each_language("activity", lambda: activity.title), "starts_on": activity.starts_on.isoformat()}
    tell(people.values(), "registration_moved_up", activity, f"{activity.get_absolute_url()}invitations/", words, rung=f"p{person.pk}")
