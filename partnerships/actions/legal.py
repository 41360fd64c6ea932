"""Agreements cite the texts that they rest on. Who is told when a text changes is a rule of the reminders."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import Role
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.mail import in_each_language
from core.outbox import tell
from library.models import LegalText
from partnerships.actions.drafting import writable
from partnerships.models import Agreement, Membership

name_verbs(cite=_("Legal bases set"))


def cite_texts(agreement: Agreement, texts: Iterable[LegalText], *, by: User | None) -> Agreement:
    """Set the legal bases («بناء على») of an agreement while its text is written.

    Raises TransitionRefused for a text that is repealed or still a draft, and once the directors or the ministry read the agreement.
    """
    texts = list(texts)
    citable = set(LegalText.objects.citable().values_list("pk", flat=True))
    if wrong := [text for text in texts if text.pk not in citable]:
        raise TransitionRefused("not_citable", _("“%(text)s” is not in force: choose another text.") % {"text": wrong[0].short})
    with changing():
        writable(agreement, by, "agreement.draft")
        before = sorted(agreement.legal_bases.values_list("pk", flat=True))
        agreement.legal_bases.set(texts)
        after = sorted(text.pk for text in texts)
        if before != after:
            record(agreement, "cite", by=by, before={"legal_bases": before}, after={"legal_bases": after})
    return agreement


def invite_opinions(text: LegalText, by: User | None) -> None:
    """A draft in consultation: directors and the directorates of the regions are asked what they think."""
    people = [person for role in (Role.DIRECTOR, Role.REGION) for person in Membership.objects.people(role)]
    tell(people, "consultation_opened", text, text.get_absolute_url(), in_each_language("text", lambda: text.title))
