"""Whatever changes the library. Pages, admin and the demonstration call these."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from core.editing import edit
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from library.choices import LinkKind, TextStatus
from library.lifecycle import LEGAL_TEXT
from library.models import LegalLink, LegalText, Opinion

name_verbs(link=_("Linked to another text"), opinion=_("Opinion given"))


def add_text(*, by: User | None, **fields: Any) -> LegalText:
    """Begin a legal text as a draft; `fields` are those of the model."""
    refuse_unless(by, "library.manage")
    with changing():
        text = LegalText.objects.create(**fields)
        record(text, "create", by=by, to_status=text.status, after={"kind": text.kind, "number": text.number})
    return text


def edit_text(text: LegalText, *, by: User | None, version: int | None = None, **fields: Any) -> LegalText:
    """Change what is recorded about a text. Raises EditConflict when somebody was faster."""
    refuse_unless(by, "library.manage")
    edit(text, fields, by=by, version=version)
    return text


def link_texts(source: LegalText, kind: str, target: LegalText, *, by: User | None) -> LegalLink:
    """Say what `source` does to `target`; when `source` is in force, the target's status follows at once.

    The same link twice changes nothing. Raises TransitionRefused for a text linked to itself.
    """
    refuse_unless(by, "library.manage")
    if source.pk == target.pk:
        raise TransitionRefused("same_text", _("Choose another text: a text cannot act on itself."))
    with changing():
        for text in (source, target):
            text.refresh_from_db(fields=["status", "version"])
        link, is_new = LegalLink.objects.get_or_create(source=source, kind=kind, target=target)
        if is_new:
            record(source, "link", by=by, after={"kind": kind, "target": target.short})
            if source.status in {TextStatus.IN_FORCE, TextStatus.AMENDED}:
                follow(link)
    return link


def follow(link: LegalLink) -> None:
    """What a text in force does to another: amended or repealed, by the portal itself."""
    target = link.target
    if target.status not in {TextStatus.IN_FORCE, TextStatus.AMENDED}:
        return
    if link.kind == LinkKind.AMENDS and target.status == TextStatus.IN_FORCE:
        apply(target, LEGAL_TEXT["amend"], by=None, reason=link.source.short)
    elif link.kind == LinkKind.REPEALS:
        apply(target, LEGAL_TEXT["repeal"], by=None, reason=link.source.short)


def open_consultation(text: LegalText, *, by: User | None, until: date | None) -> LegalText:
    """Show a draft to everybody with a role and take opinions until that day."""
    apply(text, LEGAL_TEXT["consult"], by=by, changes={"consultation_ends_on": until})
    return text


def transition_text(text: LegalText, transition: Transition, *, by: User | None, reason: str = "") -> LegalText:
    """Take a step that carries nothing but a reason; a text that enters into force does what its links say."""
    by_itself(transition, by)
    with changing():
        apply(text, transition, by=by, reason=reason)
        if transition.slug == "publish":
            for link in text.does.select_related("source", "target"):
                follow(link)
    return text


def give_opinion(text: LegalText, *, by: User, stance: str, remarks: str = "") -> Opinion:
    """Say what one thinks of a draft; a second opinion of the same person replaces the first.

    Raises TransitionRefused when the consultation is not open today.
    """
    refuse_unless(by, "library.give_opinion")
    with changing():
        text.refresh_from_db(fields=["status", "consultation_ends_on"])
        if not text.is_open:
            raise TransitionRefused("closed", _("The consultation is over; opinions are no longer taken."))
        standing = "، ".join(str(membership) for membership in by.standing)[:250]
        opinion, _is_new = Opinion.objects.update_or_create(text=text, by=by, defaults={"stance": stance, "remarks": remarks, "on_behalf": standing})
        record(text, "opinion", by=by, after={"stance": stance})
    return opinion
