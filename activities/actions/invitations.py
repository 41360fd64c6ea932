"""The ministry's own workshops and seminars: made, announced, institutions invited, people registered by them."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from activities.actions.people import create_professional, drop, enter
from activities.actions.seats import has_seat, move_up
from activities.choices import PLANNED, ActivityOrigin, InvitationStatus, ParticipantRole, Presence
from activities.lifecycle import ACTIVITY, INVITATION
from activities.models import Activity, ActivityParty, Invitation, Participant, Professional, Series, Site
from activities.rules import problems_with_dates, refuse
from core.formats import today
from core.history import changing, name_verbs, record, trail
from core.lifecycle import TransitionRefused, apply, not_allowed
from core.mail import in_each_language
from core.outbox import tell
from partnerships.choices import Side
from partnerships.models import Institution, Membership, Specialty

name_verbs(
    invite=_("Institutions invited"),
    seats=_("Seats changed"),
)  # fmt: skip

MOST_DATES = 24  # of one series at once


# --- Making them --------------------------------------------------------------------------------------------------


def create_ministry_activities(
    *,
    by: User | None,
    kind: str,
    name: str,
    hosts: Sequence[Institution],
    starts_on: date,
    ends_on: date,
    further: Sequence[date] = (),
    series: Series | str | None = None,
    specialties: Iterable[Specialty] = (),
    seats: int | None = None,
    note: str = "",
) -> list[Activity]:
    """Make a workshop or seminar of the ministry at its host institutions, and the same again on `further` first days.

    Several dates make a series of their own unless one is named; a text begins one under that name. They are announced at once:
    the ministry approves nothing of its own. Raises ValidationError with `by_field` for the dates, TransitionRefused when the role does not allow it.
    """
    refuse_unless(by, "ministry_activity.create")
    refuse(problems_with_dates(None, starts_on, ends_on))
    if not hosts:
        refuse({"hosts": str(_("Choose at least one institution that hosts it."))})
    days = sorted({starts_on, *further})
    if len(days) > MOST_DATES:
        refuse({"further": str(_("At most %(count)s dates at once.") % {"count": MOST_DATES})})
    length = ends_on - starts_on
    with changing():
        if isinstance(series, str) or (series is None and len(days) > 1):
            series = make_series(by=by, kind=kind, name=series or name)
        return [
            make_one(by=by, kind=kind, name=name, hosts=hosts, starts_on=day, length=length, series=series, specialties=specialties, seats=seats, note=note)
            for day in days
        ]


def make_series(*, by: User | None, kind: str, name: str) -> Series:
    series = Series.objects.create(name=name, kind=kind, created_by=by)
    record(series, "create", by=by, after={"kind": kind, "name": name})
    return series


def make_one(
    *, by: User | None, kind: str, name: str, hosts: Sequence[Institution], starts_on: date, length: timedelta, series: Series | None,
    specialties: Iterable[Specialty], seats: int | None, note: str,
) -> Activity:  # fmt: skip
    activity = Activity.objects.create(
        uid=uuid.uuid4(), kind=kind, name=name, origin=ActivityOrigin.INSTRUCTION, series=series, starts_on=starts_on, ends_on=starts_on + length,
        seats=seats, note=note, created_by=by,
    )  # fmt: skip
    activity.specialties.set(specialties)
    ActivityParty.objects.bulk_create(ActivityParty(activity=activity, institution=place, side=Side.HOST) for place in hosts)
    Site.objects.bulk_create(Site(activity=activity, institution=place) for place in hosts)
    activity.refresh_search_text()
    record(activity, "create", by=by, to_status=activity.status, after={"kind": kind, "starts_on": activity.starts_on, "ends_on": activity.ends_on})
    if activity.ends_on >= today():
        apply(activity, ACTIVITY["announce"], by=by)
        for place in hosts:
            people = [person for person in answering(place) if by is None or person.pk != by.pk]
            tell(people, "ministry_activity_hosted", activity, activity.get_absolute_url(), words_of(activity), rung=f"h{place.pk}")
    return activity


# --- Inviting -----------------------------------------------------------------------------------------------------


def words_of(activity: Activity) -> dict[str, Any]:
    return {**in_each_language("activity", lambda: activity.title), "starts_on": activity.starts_on.isoformat()}


def answering(institution: Institution | int) -> list[User]:
    """Who answers an invitation at an institution: its coordinators and directors."""
    pk = institution if isinstance(institution, int) else institution.pk
    found = {person.pk: person for role in (Role.COORDINATOR, Role.DIRECTOR) for person in Membership.objects.people(role, institution=pk)}
    return list(found.values())


def refuse_unless_open(activity: Activity) -> None:
    if activity.partnership_id:
        raise TransitionRefused("of_partnership", _("An activity of a partnership has no invitations: its parties take part."))
    if activity.status not in PLANNED:
        raise TransitionRefused("not_taking_place", _("This activity does not take place as planned: nobody is added to it."))
    if activity.ends_on < today():
        raise TransitionRefused("already_over", _("These days are already over."))


def invite(activity: Activity, institutions: Iterable[Institution], *, by: User | None, seats: int = 2) -> list[Invitation]:
    """Invite institutions, each with so many seats; the new invitations. Who is invited already, or hosts, is left alone.

    Their coordinators and directors are told. Raises TransitionRefused for an activity of a partnership, one that is over or off.
    """
    refuse_unless(by, "ministry_activity.create", activity)
    refuse_unless_open(activity)
    with changing():
        there = set(activity.invitations.values_list("institution_id", flat=True)) | activity.keeper_ids
        wanted = {place.pk: place for place in institutions if place.pk not in there}
        Invitation.objects.bulk_create(Invitation(activity=activity, institution=place, seats=seats) for place in wanted.values())
        if wanted:
            record(activity, "invite", by=by, after={"institutions": sorted(wanted), "seats": seats})
        for place in wanted.values():
            tell(answering(place), "activity_invited", activity, f"{activity.get_absolute_url()}invitations/", words_of(activity), rung=f"i{place.pk}")
    return list(activity.invitations.filter(institution__in=wanted).select_related("institution"))


def set_seats(invitation: Invitation, seats: int, *, by: User | None) -> Invitation:
    """Keep more or fewer seats for one institution; who waits moves up. Fewer seats put nobody out who has one."""
    refuse_unless(by, "ministry_activity.create", invitation)
    refuse_unless_open(invitation.activity)
    with changing():
        if invitation.seats != seats:
            record(invitation.activity, "seats", by=by, after={"institution": invitation.institution_id, "seats": seats, "was": invitation.seats})
            Invitation.objects.filter(pk=invitation.pk).update(seats=seats)
            invitation.seats = seats
            move_up(invitation.activity, by=by)
    return invitation


ANSWERS = {InvitationStatus.ACCEPTED: "accept", InvitationStatus.DECLINED: "decline"}


def answer_invitation(invitation: Invitation, answer: str, *, by: User) -> Invitation:
    """Accept or decline for the invited institution; the last word counts until the first day. Declining withdraws its people.

    The same answer again changes nothing. Raises TransitionRefused for somebody of another institution, and once the activity has
    begun or is off.
    """
    if answer not in ANSWERS:
        raise TransitionRefused("unknown_answer", _("Accept or decline."))
    activity = invitation.activity
    with changing():
        invitation.refresh_from_db(fields=["status"])
        if invitation.status == answer:
            return invitation
        apply(invitation, INVITATION[ANSWERS[InvitationStatus(answer)]], by=by, changes={"answered_by": by, "answered_at": timezone.now()})
        if answer == InvitationStatus.DECLINED:
            for person in activity.participants.named().filter(institution=invitation.institution_id):
                withdraw_one(person, by=by)
        move_up(activity, by=by)
    return invitation


def tell_about_calling_off(activity: Activity, by: User | None, event: str) -> None:
    """Whoever hosts or is invited and has not declined hears that an activity of the ministry is postponed or cancelled."""
    if activity.partnership_id:
        return
    invited = activity.invitations.exclude(status=InvitationStatus.DECLINED).values_list("institution_id", flat=True)
    people = {person.pk: person for place in activity.keeper_ids | set(invited) for person in answering(place) if by is None or person.pk != by.pk}
    last = trail(activity).first()
    words = {**words_of(activity), **in_each_language("partnership", lambda: gettext("the ministry")), "reason": last.reason if last else ""}
    tell(people.values(), event, activity, activity.get_absolute_url(), words, rung=f"v{activity.version}")


def invited_hear_of_cancelling(activity: Activity, by: User | None) -> None:
    """For the effects of the step."""
    tell_about_calling_off(activity, by, "activity_cancelled")


def invited_hear_of_postponing(activity: Activity, by: User | None) -> None:
    """For the effects of the step."""
    tell_about_calling_off(activity, by, "activity_postponed")


# --- Registering --------------------------------------------------------------------------------------------------


def register_person(invitation: Invitation, professional: Professional, *, by: User | None) -> Participant:
    """Register somebody of the invited institution: on a seat, or on the waiting list when none is free.

    Raises TransitionRefused before the institution has accepted, for somebody of another institution, for somebody who is on the
    list already, and once the days are over.
    """
    refuse_unless(by, "participant.keep", invitation)
    activity = invitation.activity
    refuse_unless_open(activity)
    if invitation.status != InvitationStatus.ACCEPTED:
        raise TransitionRefused("not_accepted", _("Accept the invitation first, then register people."))
    if professional.institution_id != invitation.institution_id:
        raise TransitionRefused("outsider", _("%(person)s works elsewhere: each institution registers its own people.") % {"person": professional})
    with changing():
        presence = Presence.REGISTERED if has_seat(activity, invitation) else Presence.WAITING
        return enter(activity, professional, by=by, role=ParticipantRole.TRAINEE, days=0, presence=presence)


def enter_and_register(invitation: Invitation, *, by: User | None, **values: Any) -> Participant:
    """Enter somebody new into the roster and register them: both or neither. The caller has looked for doubles."""
    with changing():
        return register_person(invitation, create_professional(by=by, **values), by=by)


def withdraw_registration(invitation: Invitation, person: Participant, *, by: User | None) -> None:
    """Take somebody of the invited institution off the list before the days are over; who waits moves up."""
    refuse_unless(by, "participant.keep", invitation)
    refuse_unless_open(invitation.activity)
    if person.activity_id != invitation.activity_id or person.institution_id != invitation.institution_id:
        raise not_allowed()
    if person.presence not in {Presence.REGISTERED, Presence.WAITING}:
        raise TransitionRefused("presence_recorded", _("The presence of this person is recorded already."))
    with changing():
        withdraw_one(person, by=by)
        move_up(invitation.activity, by=by)


def withdraw_one(person: Participant, *, by: User | None) -> None:
    if person.presence in {Presence.REGISTERED, Presence.WAITING}:
        drop(person, by=by)
