"""Certificates: issued for everybody who was present, read again by a link, void once the presence is corrected."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import can
from activities.models import Activity, Participant
from activities.papers.certificate import KIND, LANGUAGES, issued_certificate, refuse_unless_held, revision_of, said, whole
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.models import Change, Seal

name_verbs(ask_certificates=_("Certificates asked for"))

AT_ONCE = 12  # certificates that a page makes while somebody waits: under a second; more are made in the background
LABEL = "activities.participant"
signer = Signer(salt="activities.certificate", sep=".")


def present(activity: Activity) -> Any:
    """The named people who were there and whose data were not erased, with all that a paper reads."""
    return whole(activity.participants.named().counted().filter(professional__erased_at=None).order_by("pk"))


def refuse_unless_ready(activity: Activity) -> None:
    """Raise TransitionRefused unless the activity was held and the presence of everybody expected is recorded."""
    refuse_unless_held(activity)
    if activity.participants.expected().exists():
        raise TransitionRefused("presence_missing", _("Record first who was present: somebody on the list is still only registered."))


def owed(activity: Activity, language: str) -> list[Participant]:
    """The people present who have no certificate in this language that says what it would say today. Three queries."""
    people = list(present(activity))
    made = Seal.objects.filter(object_type=LABEL, object_id__in=[person.pk for person in people], kind=KIND, language=language)
    there = set(made.values_list("object_id", "revision"))
    return [person for person in people if (person.pk, revision_of(said(person, language))) not in there]


def ask_for_certificates(activity: Activity, language: str, *, by: User | None) -> tuple[int, int]:
    """Issue a certificate to everybody who was present: (made now, still being made in the background).

    What is asked for stands in the history, so a lost message or a dead worker loses nothing. Asking again makes what is missing.
    """
    refuse_unless(by, "certificate.issue", activity)
    if language not in LANGUAGES:
        raise TransitionRefused("unknown_language", _("Choose one of the languages."))
    refuse_unless_ready(activity)
    waiting = owed(activity, language)
    if not waiting:
        return 0, 0
    with changing():
        asked = record(activity, "ask_certificates", by=by, after={"language": language, "people": [person.pk for person in waiting]})
    if len(waiting) <= AT_ONCE:
        return issue_all(waiting, language, by=by), 0
    from activities.tasks import issue_certificates_task  # a task imports this module inside its function
    from partnerships.tasks import ask

    ask(issue_certificates_task, asked.pk)
    return 0, len(waiting)


def issue_all(people: Iterable[Participant], language: str, *, by: Any) -> int:
    made = 0
    for person in people:
        try:
            issued_certificate(person, language, by=by)
        except TransitionRefused:  # the presence was corrected meanwhile
            continue
        made += 1
    return made


def issue_asked(asked: Change) -> int:
    """Make what one request named and is still missing; how many. What both jobs run.

    None when whoever asked may not issue them any more, and while the presence of somebody is open again. Whoever is
    recorded as present later was not asked for.
    """
    activity, by = Activity.objects.filter(pk=asked.object_id).first(), asked.by
    named, language = asked.after["people"], asked.after["language"]
    if activity is None or not isinstance(named, list) or (by is not None and not can(by, "certificate.issue", activity)):
        return 0  # lines of earlier versions hold a count
    try:
        refuse_unless_ready(activity)
    except TransitionRefused:
        return 0
    return issue_all([person for person in owed(activity, language) if person.pk in named], language, by=by)


def issue_waiting(since: Any) -> int:
    """Make the certificates that were asked for after `since` and are still missing; how many. What the sweep runs."""
    asked = Change.objects.filter(at__gte=since, object_type="activities.activity", verb="ask_certificates")
    return sum(issue_asked(row) for row in asked.select_related("by").order_by("pk"))


# --- The trainee's own link ---------------------------------------------------------------------------------------


def link_of(seal: Seal) -> str:
    """The address under which the person themselves fetches the file: signed, so that it cannot be guessed from the code on the paper."""
    return f"{settings.PORTAL_BASE_URL}/certificates/{signer.sign(seal.pk)}/"


def behind_link(token: str) -> Seal | None:
    """The certificate behind such a link; None when it is wrong, when the person was not present after all, and after an erasure."""
    try:
        pk = int(signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    seal = Seal.objects.filter(pk=pk, object_type=LABEL, kind=KIND).first()
    person = Participant.objects.select_related("professional").filter(pk=seal.object_id).first() if seal else None
    if seal is None or person is None or not person.is_counted or person.professional is None or person.professional.erased_at:
        return None
    return seal
