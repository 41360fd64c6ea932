"""Interest in twinning: from the first draft to the partner that was found."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from core.editing import edit, made_just_now
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.mail import in_each_language
from core.outbox import tell
from partnerships.actions.people import ministry
from partnerships.choices import InterestStatus
from partnerships.lifecycle import INTEREST
from partnerships.models import Institution, Interest, Membership

name_verbs(suggest_support=_("Suitable support noted"), drop_interest=_("Draft removed"))

OPEN_TO_CHANGE = frozenset({InterestStatus.DRAFT, InterestStatus.RETURNED})
TOLD = {"return": (Role.COORDINATOR,), "accept": (Role.COORDINATOR, Role.DIRECTOR), "reject": (Role.COORDINATOR, Role.DIRECTOR)}
EVENTS = {"return": "interest_returned", "accept": "interest_accepted", "reject": "interest_rejected"}


def express_interest(institution: Institution, *, by: User | None, **values: Any) -> Interest:
    """Begin an expression of interest, as a draft that only the institution reads; the same one sent again gives the one that is there."""
    refuse_unless(by, "interest.express", institution)
    specialties = values.pop("specialties", [])
    not_itself(institution, values.get("preferred_partner"))
    with changing():
        if there := made_just_now(institution.interests.all(), {**values, "specialties": specialties}, by=by):
            return there
        interest = Interest.objects.create(institution=institution, **values)
        interest.specialties.set(specialties)
        record(interest, "create", by=by, to_status=interest.status, after={"institution": institution, **values, "specialties": list(specialties)})
    return interest


def not_itself(institution: Institution, partner: Institution | None) -> None:
    if partner is not None and partner.pk == institution.pk:
        raise TransitionRefused("same_institution", _("The preferred partner is another institution."))


def edit_interest(interest: Interest, values: dict[str, Any], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Change a draft, or what was returned; what changed, by field. Raises EditConflict when somebody else was faster."""
    refuse_unless(by, "interest.express", interest)
    not_itself(interest.institution, values.get("preferred_partner"))
    with changing():
        interest.refresh_from_db(fields=["status"])
        if interest.status not in OPEN_TO_CHANGE:
            raise TransitionRefused("wrong_status", _("It is with the ministry now: it can be changed when it is returned."))
        return edit(interest, values, by=by, version=version)


def drop_interest(interest: Interest, *, by: User | None) -> None:
    """Take a draft back that was never handed in; that there was one stays in the history of the institution."""
    refuse_unless(by, "interest.express", interest)
    with changing():
        interest.refresh_from_db(fields=["status"])
        if interest.status != InterestStatus.DRAFT:
            raise TransitionRefused("was_handed_in", _("It was handed in once: it is withdrawn, not removed."))
        record(interest.institution, "drop_interest", by=by)
        interest.delete()


def transition_interest(interest: Interest, transition: Transition, *, by: User | None, reason: str = "") -> Interest:
    """Take a step of the lifecycle, and tell who must act next or has waited for it."""
    by_itself(transition, by)
    day = {"submit": "submitted_on", "accept": "accepted_on"}.get(transition.slug)
    with changing():
        apply(interest, transition, by=by, reason=reason, changes={day: today()} if day else {})
        address, words = interest.get_absolute_url(), words_about_interest(interest)
        if transition.slug == "submit":
            tell(ministry(Role.OFFICER), "interest_submitted", interest, address, words, rung=f"v{interest.version}")
        elif transition.slug in TOLD:
            people = [person for role in TOLD[transition.slug] for person in Membership.objects.people(role, institution=interest.institution)]
            tell(people, EVENTS[transition.slug], interest, address, {**words, "reason": reason}, rung=f"v{interest.version}")
    return interest


def words_about_interest(interest: Interest) -> dict[str, str]:
    """What a notice about an expression of interest needs, as JSON."""
    return {**in_each_language("institution", lambda: interest.institution.name), **in_each_language("wish", interest.get_wish_display)}


def suggest_support(interest: Interest, *, by: User | None, support: list[str], note: str = "", version: int | None = None) -> dict[str, Any]:
    """The ministry notes what support would suit this institution; values of SuitableSupport."""
    refuse_unless(by, "interest.review", interest)
    return edit(interest, {"support": list(support), "support_note": note}, by=by, version=version, verb="suggest_support")


def mark_matched(institutions: Iterable[Institution]) -> int:
    """A partnership was made: what these institutions were accepted for has found its partner; how many."""
    accepted = list(Interest.objects.filter(institution__in=list(institutions), status=InterestStatus.ACCEPTED).order_by("pk"))
    for interest in accepted:
        apply(interest, INTEREST["match"], by=None)
    return len(accepted)
