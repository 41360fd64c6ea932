"""Whatever changes action points: given, done, verified by somebody else. A point from a meeting and its decision are one."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from core.editing import edit, made_just_now
from core.formats import today
from core.history import changing, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.outbox import tell
from evaluation.choices import ActionStatus, Priority
from evaluation.lifecycle import ACTION_POINT
from evaluation.models import ActionPoint, Evaluation
from partnerships.actions import ministry, names, room
from partnerships.models import Decision, Partnership


def words_about_point(point: ActionPoint, **more: Any) -> dict[str, Any]:
    """What a notice about an action point needs, as JSON."""
    return {**names(point.partnership), "text": point.text, "due_on": point.due_on.isoformat(), **more}


def may_own(partnership: Partnership) -> list[User]:
    """Who can be given something to do: the people of the partnership, and the ministry's."""
    found = {person.pk: person for person in [*room.members(partnership), *ministry(Role.OFFICER, Role.HEAD)]}
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


def make_action_point(
    partnership: Partnership,
    *,
    by: User | None,
    text: str,
    owner: User,
    due_on: date,
    priority: str = Priority.NORMAL,
    evaluation: Evaluation | None = None,
    decision: Decision | None = None,
) -> ActionPoint:
    """Give somebody something to do until a day; they are told.

    Raises TransitionRefused for somebody who may not, for an owner from outside, and for a day gone by.
    """
    refuse_unless(by, "action_point.keep", partnership)
    if owner not in may_own(partnership):
        raise TransitionRefused("not_a_member", _("Choose somebody of this partnership."))
    if by is not None and decision is None and due_on < today():
        raise TransitionRefused("in_past", _("The due day has already passed."))
    values = {"evaluation": evaluation, "decision": decision, "text": text, "owner": owner, "due_on": due_on, "priority": priority}
    with changing():
        if there := made_just_now(partnership.action_points.all(), values, by=by):
            return there
        point = ActionPoint.objects.create(partnership=partnership, created_by=by, **values)
        record(point, "create", by=by, to_status=point.status, after={"text": text, "owner": owner, "due_on": due_on, "priority": priority})
        if decision is None:  # whoever a meeting gave something to do has been told already
            tell_owner(point, by)
    return point


def tell_owner(point: ActionPoint, by: User | None) -> None:
    if point.owner != by:
        tell([point.owner], "action_assigned", point, point.get_absolute_url(), words_about_point(point), rung=f"v{point.version}")


def edit_action_point(point: ActionPoint, *, by: User | None, version: int | None = None, **values: Any) -> ActionPoint:
    """Change what is to be done, by whom, until when. A new owner is told.

    Raises TransitionRefused for somebody who may not, once it is done, for an owner from outside, and for an owner who gives
    themselves more time; EditConflict when stale.
    """
    refuse_unless(by, "action_point.keep", point)
    if "owner" in values and values["owner"] not in may_own(point.partnership):
        raise TransitionRefused("not_a_member", _("Choose somebody of this partnership."))
    if by is not None and by.pk == point.owner_id != point.created_by_id and values.get("due_on", point.due_on) > point.due_on:
        raise TransitionRefused("own_delay", _("Somebody else can give you more time: ask whoever gave it to you."))
    with changing():
        if ActionPoint.objects.only("status").get(pk=point.pk).status != ActionStatus.OPEN:
            raise TransitionRefused("wrong_status", _("It is done already: open it again first."))
        changed = edit(point, values, by=by, version=version)
        if point.decision_id and changed.keys() & {"text", "owner", "due_on"}:
            room.adjust_decision(point.decision, by=by, **{name: changed[name] for name in ("text", "owner", "due_on") if name in changed})
        if "owner" in changed:
            tell_owner(point, by)
    return point


def finish_action_point(point: ActionPoint, *, by: User | None, note: str = "", done_on: date | None = None) -> ActionPoint:
    """Its owner says that it is done, and what was done. Whoever gave it is asked to look.

    Raises TransitionRefused for anybody else, and for a day ahead.
    """
    done_on = done_on or today()
    if done_on > today():
        raise TransitionRefused("in_future", _("The day cannot be in the future."))
    with changing():
        apply(point, ACTION_POINT["finish"], by=by, changes={"done_on": done_on, "done_note": note})
        if point.decision:
            room.mark_decision(point.decision, by=by, done_on=done_on)
        if point.created_by and point.created_by not in (by, point.owner):
            words = words_about_point(point, by=by.name if by else "")
            tell([point.created_by], "action_done", point, point.get_absolute_url(), words, rung=f"v{point.version}")
    return point


def transition_action_point(point: ActionPoint, transition: Transition, *, by: User | None, reason: str = "") -> ActionPoint:
    """Verify, open again, or cancel. Opened again, its owner is told why."""
    by_itself(transition, by)
    changes: dict[str, Any] = {"verified_by": by} if transition.slug == "verify" else {"done_on": None} if transition.slug == "reopen" else {}
    with changing():
        apply(point, transition, by=by, reason=reason, changes=changes)
        if transition.slug == "reopen":
            if point.decision:
                room.mark_decision(point.decision, by=by, done_on=None)
            words = words_about_point(point, reason=reason)
            tell([point.owner], "action_reopened", point, point.get_absolute_url(), words, rung=f"v{point.version}")
    return point


# --- Decisions of meetings ----------------------------------------------------------------------------------------


def follow_decision(decision: Decision, by: User | None) -> None:
    """A decision with an owner and a day is an action point as well."""
    if decision.owner is not None and decision.due_on is not None:
        make_action_point(decision.meeting.partnership, by=by, text=decision.text, owner=decision.owner, due_on=decision.due_on, decision=decision)


def carry_out_with_decision(decision: Decision, by: User | None) -> bool:
    """Whether the decision's action point took over: saying that the one is carried out says that the other is done."""
    point = ActionPoint.objects.filter(decision=decision).select_related("owner", "created_by", "partnership", "decision__meeting").first()
    if point is None or point.status == ActionStatus.CANCELLED:
        return False
    if point.status == ActionStatus.OPEN:
        finish_action_point(point, by=by)
    return True
