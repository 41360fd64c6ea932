"""People of the roster, lists of participants and a seminar of the ministry, valid and dull."""

from datetime import timedelta
from typing import Any

from activities import actions
from activities.actions import invitations
from activities.actions import people as people_actions
from activities.actions.certificates import LABEL, ask_for_certificates
from activities.lifecycle import ACTIVITY
from activities.models import Activity, Invitation, Participant, Professional
from core.formats import today
from core.models import Seal
from partnerships.models import Institution, Profession
from tests.cast import Cast


def profession(code: str = "SPEC", group: str = "medical") -> Profession:
    return Profession.objects.get_or_create(code=code, defaults={"name_ar": code, "group": group})[0]


def person(cast: Cast, name: str = "فاطمة الزهراء بن علي", institution: Institution | None = None, **given: Any) -> Professional:
    """Somebody of the host's roster unless another institution is named; entered by the ministry."""
    values = {"profession": profession(), "specialty": cast.specialties[0], **given}
    return people_actions.create_professional(by=cast.amal, institution=institution or cast.host, name=name, **values)


def ahead(cast: Cast, starts_in: int = 20) -> Activity:
    """A study day of the partnership, approved and still to come."""
    start = today() + timedelta(days=starts_in)
    activity = actions.create_activity(by=cast.badr, kind="study", partnership=cast.partnership, starts_on=start, ends_on=start + timedelta(days=2))
    return approve(activity)


def held(cast: Cast, ended: int = 2) -> Activity:
    """Three days of study of the partnership that are over; nobody has reported yet."""
    end = today() - timedelta(days=ended)
    activity = actions.create_activity(by=cast.badr, kind="study", partnership=cast.partnership, starts_on=end - timedelta(days=2), ends_on=end)
    return approve(activity)


def approve(activity: Activity) -> Activity:
    for step in ("submit", "approve"):
        actions.transition_activity(activity, ACTIVITY[step], by=None)
    return activity


def listed(cast: Cast, activity: Activity, *names: str, institution: Institution | None = None, **given: Any) -> list[Participant]:
    """These people, entered into the roster of the host and put on the list."""
    return [people_actions.add_participant(activity, person(cast, name, institution), by=cast.amal, **given) for name in names]


def certificate(person: Participant, language: str, *, by: Any) -> Seal:
    """Certificates for everybody on the list who was present; that of this person."""
    ask_for_certificates(person.activity, language, by=by)
    return Seal.objects.filter(object_type=LABEL, object_id=person.pk, language=language).latest("pk")


def seminar(cast: Cast, *, starts_in: int = 15, seats: int | None = None, **given: Any) -> Activity:
    """A seminar of the ministry at Badr's hospital, announced by Amal."""
    start = today() + timedelta(days=starts_in)
    values = {"kind": "seminar", "name": "ندوة السلامة", "hosts": [cast.host], "starts_on": start, "ends_on": start, "seats": seats, **given}
    return invitations.create_ministry_activities(by=cast.amal, **values)[0]


def invited(cast: Cast, activity: Activity, *, seats: int = 2, is_accepted: bool = True, who: Any = None, place: Institution | None = None) -> Invitation:
    """Hani's hospital is invited, and has accepted, unless somebody else is named."""
    place = place or cast.elsewhere
    invitations.invite(activity, [place], by=cast.amal, seats=seats)
    invitation = Invitation.objects.select_related("activity", "institution").get(activity=activity, institution=place)
    return invitations.answer_invitation(invitation, "accepted", by=who or cast.hani) if is_accepted else invitation
