"""Whatever changes good practices: described, handed in, validated by the ministry, taken up by others."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless_acting_for
from accounts.models import User
from accounts.policy import Role, can
from core.editing import edit, made_just_now
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.outbox import tell
from evaluation.choices import PracticeStatus
from evaluation.models import Adoption, Evaluation, GoodPractice
from partnerships.actions import ministry
from partnerships.models import Institution, Partnership

name_verbs(adopt=_("Taken up by an institution"))

WRITABLE = (PracticeStatus.DRAFT, PracticeStatus.RETURNED)


def describe_practice(
    practice: GoodPractice | None,
    *,
    by: User | None,
    partnership: Partnership | None = None,
    evaluation: Evaluation | None = None,
    version: int | None = None,
    **values: Any,
) -> GoodPractice:
    """Begin a good practice, or go on with it while it is a draft or has been returned.

    Raises TransitionRefused for somebody who may not, outside those states, and for an evaluation of another partnership;
    EditConflict when somebody was faster. Only the ministry describes one without a partnership.
    """
    home = practice or partnership
    if by is not None and not (can(by, "practice.describe", home) if home is not None else can(by, "practice.validate")):
        raise TransitionRefused("not_allowed", _("Choose the partnership that it comes from."))
    if practice is not None:
        if practice.status not in WRITABLE:
            raise TransitionRefused("wrong_status", _("It has been handed in: it can be changed once the ministry returns it."))
        edit(practice, values, by=by, version=version)
        return practice
    if evaluation is not None and (partnership is None or evaluation.partnership_id != partnership.pk):
        raise TransitionRefused("other_partnership", _("This evaluation belongs to another partnership."))
    with changing():
        if there := made_just_now(GoodPractice.objects.filter(partnership=partnership, evaluation=evaluation), values, by=by):
            return there
        made = GoodPractice.objects.create(partnership=partnership, evaluation=evaluation, created_by=by, **values)
        record(made, "create", by=by, to_status=made.status, after={"title": made.title})
    return made


def transition_practice(practice: GoodPractice, transition: Transition, *, by: User | None, reason: str = "") -> GoodPractice:
    """Take a step, and tell who goes on with it. A practice without a partnership is its author's and the ministry's."""
    by_itself(transition, by)
    with changing():
        apply(practice, transition, by=by, reason=reason)
        people = ministry(Role.OFFICER) if transition.slug == "submit" else [practice.created_by] if practice.created_by else []
        event = {"submit": "practice_submitted", "validate": "practice_validated", "return": "practice_returned", "take_down": "practice_returned"}
        words = {"title": practice.title, "reason": reason}
        tell([person for person in people if person != by], event[transition.slug], practice, practice.get_absolute_url(), words, rung=f"v{practice.version}")
    return practice


def adopt_practice(practice: GoodPractice, institution: Institution, *, by: User | None, state: str, note: str = "") -> Adoption:
    """An institution takes up a validated practice, or says how far it has come. The same again changes nothing.

    Raises TransitionRefused for somebody of another institution, and for a practice that is not validated.
    """
    refuse_unless_acting_for(by, "practice.adopt", institution.pk)
    with changing():
        practice.refresh_from_db(fields=["status"])
        if practice.status != PracticeStatus.VALIDATED:
            raise TransitionRefused("wrong_status", _("Only a validated practice can be taken up."))
        there = Adoption.objects.filter(practice=practice, institution=institution).first()
        before = {"state": there.state, "note": there.note} if there else {}
        after = {"state": state, "note": note}
        if before == after and there is not None:
            return there
        adoption, _is_new = Adoption.objects.update_or_create(practice=practice, institution=institution, defaults={**after, "by": by})
        record(practice, "adopt", by=by, before=before, after={**after, "institution": institution.pk})
    return adoption
