"""The lifecycle of an activity: table and guards."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import institutions_of
from activities.choices import ActivityStatus as S
from core.formats import today
from core.lifecycle import Transition, TransitionRefused, lifecycle


def has_ended(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if activity.ends_on > today():
        raise TransitionRefused("not_over", _("The last day has not come yet: results are recorded once the days are over."))


def not_over_yet(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and activity.ends_on < today():  # the portal itself may take over days that were planned elsewhere
        raise TransitionRefused("already_over", _("These days are already over."))


def for_the_other_side(activity: Any, by: Any, given: dict[str, Any]) -> None:
    """The side that wrote the report cannot confirm it, nor can the person who wrote it from any other seat."""
    if by is None:
        return
    mine = institutions_of(by) & activity.party_ids
    if by.pk == activity.reported_by_id or activity.reported_for_id in mine or not mine - own_side(activity):
        raise TransitionRefused("own_report", _("The figures are confirmed by the other side, not by the one that wrote them."))


def own_side(activity: Any) -> set[int]:
    """The institutions on the side that reported; a report of the ministry belongs to no side."""
    parties = list(activity.parties.all())
    sides = {party.side for party in parties if party.institution_id == activity.reported_for_id}
    return {party.institution_id for party in parties if party.side in sides}


def not_the_author(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if by is not None and by.pk in {activity.reported_by_id, activity.created_by_id}:
        raise TransitionRefused("author", _("Nobody validates what they wrote: someone else of the ministry must do it."))


def all_have_confirmed(activity: Any, by: Any, given: dict[str, Any]) -> None:
    if activity.parties.filter(confirmed_at=None).exists():
        raise TransitionRefused("confirmation_missing", _("A party has not confirmed yet."))


BEFORE_REPORT = frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED, S.CONFIRMED, S.POSTPONED})

ACTIVITY = lifecycle(
    "activity",
    Transition("submit", frozenset({S.DRAFT, S.RETURNED, S.POSTPONED}), S.SUBMITTED, "activity.submit", _("Submit to the ministry"), (not_over_yet,)),
    Transition("approve", frozenset({S.SUBMITTED}), S.APPROVED, "activity.approve", pgettext_lazy("step", "Approve"), (not_the_author,)),
    Transition("return", frozenset({S.SUBMITTED}), S.RETURNED, "activity.approve", pgettext_lazy("step", "Return"), needs_reason=True),
    Transition("confirm", frozenset({S.APPROVED}), S.CONFIRMED, None, _("Confirmed by both sides"), (all_have_confirmed,), by_hand=False),
    Transition(
        "report", frozenset({S.DRAFT, S.APPROVED, S.CONFIRMED, S.DISPUTED}), S.REPORTED, "activity.report",
        _("Report the results"), (has_ended,), by_hand=False,
    ),
    Transition(
        "counter_confirm", frozenset({S.REPORTED}), S.COUNTER_CONFIRMED, "activity.counter_confirm", _("Confirm the figures"),
        (for_the_other_side,), explanation=_("The figures go to the ministry, which validates them."),
    ),
    Transition(
        "dispute", frozenset({S.REPORTED}), S.DISPUTED, "activity.counter_confirm", _("Dispute a figure"),
        (for_the_other_side,), needs_reason=True, by_hand=False,
    ),
    Transition(
        "validate", frozenset({S.COUNTER_CONFIRMED}), S.VALIDATED, "activity.validate", _("Validate"), (not_the_author,),
        is_final=True,
        explanation=_("The figures enter the national results, and a follow-up evaluation is scheduled for both sides."),
    ),
    Transition("postpone", frozenset({S.SUBMITTED, S.APPROVED, S.CONFIRMED}), S.POSTPONED, "activity.cancel", _("Postpone"), needs_reason=True),
    Transition(
        "cancel", BEFORE_REPORT, S.CANCELLED, "activity.cancel", _("Cancel the activity"), needs_reason=True, is_final=True,
        explanation=_("Both sides are told. A cancelled activity cannot be taken up again: a new one is planned instead."),
    ),
)  # fmt: skip
