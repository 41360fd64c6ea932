"""Whatever a person decides about their own notices: how often e-mail comes, who stands in while they are away."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Absence, User
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.models import NoticePreference, Rhythm
from core.outbox import rhythms_of
from core.topics import TOPICS

name_verbs(
    choose_rhythms=_("Rhythm of e-mail chosen"), unsubscribe=_("E-mail switched off"), set_absence=_("Absence entered"), end_absence=_("Absence ended"),
    settle_bounces=_("Address settled"),
)  # fmt: skip

LONGEST_ABSENCE = timedelta(days=400)
ALL_TOPICS = "*"  # of an unsubscribe token: everything that may be switched off


def choose_rhythms(person: User, chosen: Mapping[str, str], *, by: User | None, verb: str = "choose_rhythms") -> dict[str, str]:
    """Set how often e-mail about each topic comes; what changed. Topics that are fixed, and unknown ones, are left out."""
    with changing():
        have = {topic: rhythm for (_person, topic), rhythm in rhythms_of([person.pk]).items()}
        wanted = {slug: rhythm for slug, rhythm in chosen.items() if slug in TOPICS and not TOPICS[slug].is_fixed and rhythm in Rhythm.values}
        changed = {slug: rhythm for slug, rhythm in wanted.items() if have.get(slug, Rhythm.AT_ONCE) != rhythm}
        for slug, rhythm in changed.items():
            NoticePreference.objects.update_or_create(user=person, topic=slug, defaults={"rhythm": rhythm})
        if changed:
            record(person, verb, by=by, before={slug: have.get(slug, Rhythm.AT_ONCE) for slug in changed}, after=changed)
    return changed


def unsubscribe(person: User, topic: str) -> dict[str, str]:
    """Tell a person about a topic in the portal only, as the link in a message asks for; what changed."""
    slugs = [slug for slug, entry in TOPICS.items() if not entry.is_fixed] if topic == ALL_TOPICS else [topic]
    return choose_rhythms(person, dict.fromkeys(slugs, Rhythm.NEVER), by=person, verb="unsubscribe")


def colleagues(person: User) -> Any:
    """Who may stand in for `person`: the active people of the same institutions, of the same regions, of the ministry."""
    places = [membership.institution_id for membership in person.standing if membership.institution_id]
    regions = [membership.region_id for membership in person.standing if membership.region_id]
    national = [membership.role for membership in person.standing if not (membership.institution_id or membership.region_id or membership.partnership_id)]
    near = User.objects.filter(memberships__institution__in=places) | User.objects.filter(memberships__region__in=regions)
    if national:
        near = near | User.objects.filter(memberships__role__in=["head", "officer", "finance"])
    return near.filter(is_active=True).exclude(pk=person.pk).distinct().order_by("name", "pk")


def set_absence(person: User, *, by: User | None, deputy: User, starts_on: date, ends_on: date) -> Absence:
    """Note that a person is away and who is told in their place; both days included.

    Raises TransitionRefused for days in the wrong order, too long or over, for a deputy who is no colleague, and when
    another absence covers one of the days.
    """
    if ends_on < starts_on:
        raise TransitionRefused("ends_first", _("The last day comes before the first."))
    if ends_on < today() or ends_on - starts_on > LONGEST_ABSENCE:
        raise TransitionRefused("wrong_days", _("Choose days from today on, at most 400 of them."))
    if not colleagues(person).filter(pk=deputy.pk).exists():
        raise TransitionRefused("no_colleague", _("Choose somebody of your own institution or office."))
    with changing():
        if person.absences.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
            raise TransitionRefused("overlaps", _("Another absence covers some of these days: end it first."))
        absence = Absence.objects.create(user=person, deputy=deputy, starts_on=starts_on, ends_on=ends_on)
        record(person, "set_absence", by=by, after={"deputy": deputy.pk, "starts_on": starts_on, "ends_on": ends_on})
    return absence


def end_absence(absence: Absence, *, by: User | None) -> None:
    """The person is back: from now on nobody is told in their place. One that has not begun is dropped."""
    with changing():
        before = {"starts_on": absence.starts_on, "ends_on": absence.ends_on}
        record(absence.user, "end_absence", by=by, before=before)
        if absence.starts_on >= today():
            absence.delete()
        elif absence.ends_on >= today():
            absence.ends_on = today() - timedelta(days=1)
            absence.save(update_fields=["ends_on"])
