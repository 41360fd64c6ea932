"""Status moves are data: a table of transitions, and one function that applies them.

`apply()` asks the policy, then the guards, then updates the row only if it still has the status that the caller saw.
`select_for_update` is not used: SQLite ignores it, and both databases must behave alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.history import changing, record


class TransitionRefused(Exception):
    """A step that cannot be taken now. `code` is stable and English; `message` is for people, in their language."""

    def __init__(self, code: str, message: str | Promise):
        super().__init__(code)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def not_allowed() -> TransitionRefused:
    """The refusal of a step that the policy does not open to this person."""
    return TransitionRefused("not_allowed", _("This step is not open to your role."))


Guard = Callable[[Any, Any, dict[str, Any]], None]


@dataclass(frozen=True)
class Transition:
    """One row of a lifecycle. `permission` is an action of the policy; None means that only the portal itself does it.

    A guard takes (object, user or None, {"reason": …, **changes}) and returns None or raises TransitionRefused.
    """

    slug: str
    sources: frozenset[str]
    target: str
    permission: str | None
    label: str | Promise
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False
    is_final: bool = False
    explanation: str | Promise = ""
    by_hand: bool = True  # False: reached through an action of its own, never a bare button


@dataclass
class Lifecycle:
    """The transitions of one kind of object, and the guards that later apps add to them."""

    name: str
    transitions: tuple[Transition, ...]
    added_guards: dict[str, list[Guard]] = field(default_factory=dict)
    added_effects: dict[str, list[Callable[[Any, Any], None]]] = field(default_factory=dict)

    def __getitem__(self, slug: str) -> Transition:
        return next(transition for transition in self.transitions if transition.slug == slug)

    def guards(self, transition: Transition) -> tuple[Guard, ...]:
        return transition.guards + tuple(self.added_guards.get(transition.slug, ()))


LIFECYCLES: dict[str, Lifecycle] = {}


def lifecycle(name: str, *transitions: Transition) -> Lifecycle:
    """Register the transitions of `name`, for example "activity"."""
    LIFECYCLES[name] = Lifecycle(name, transitions)
    return LIFECYCLES[name]


def add_guard(address: str, guard: Guard) -> None:
    """Let an app further right restrain a transition: `add_guard("agreement.terminate", no_open_activities)`."""
    name, slug = address.split(".")
    LIFECYCLES[name][slug]  # fails at start on a wrong address
    LIFECYCLES[name].added_guards.setdefault(slug, []).append(guard)


def add_effect(address: str, effect: Callable[[Any, Any], None]) -> None:
    """Let an app further right react to a step, in the same transaction: `add_effect("activity.validate", schedule)`.

    The effect takes (object, user or None).
    """
    name, slug = address.split(".")
    LIFECYCLES[name][slug]
    LIFECYCLES[name].added_effects.setdefault(slug, []).append(effect)


def lifecycle_of(obj: models.Model) -> Lifecycle:
    return LIFECYCLES[obj._meta.model_name or ""]


def check(obj: Any, transition: Transition, *, by: Any, reason: str = "", changes: dict[str, Any] | None = None) -> None:
    """Raise TransitionRefused unless `by` may take this step now. Writes nothing."""
    if by is not None and (transition.permission is None or not by.has_perm(transition.permission, obj)):
        raise not_allowed()
    if obj.status not in transition.sources:
        raise TransitionRefused(
            "wrong_status",
            _("This is now “%(status)s”: the step “%(step)s” no longer applies. Someone may have acted in the meantime.")
            % {"status": obj.get_status_display(), "step": transition.label},
        )
    if transition.needs_reason and not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
    for guard in lifecycle_of(obj).guards(transition):
        guard(obj, by, {"reason": reason, **(changes or {})})


def changed_since() -> TransitionRefused:
    return TransitionRefused("changed", _("This was changed after you opened it: read it again, then decide."))


def as_seen(obj: Any, version: str) -> None:
    """Raise TransitionRefused unless `obj` still has the version that its reader decided on; "" where none is told."""
    if version and hasattr(obj, "version") and version != str(obj.version):
        raise changed_since()


def available(obj: Any, by: Any) -> list[Transition]:
    """The steps that `by` could take on `obj` by hand now, in the order of the table."""
    steps = []
    for transition in lifecycle_of(obj).transitions:
        if not transition.by_hand:
            continue
        try:
            check(obj, transition, by=by, reason="-")
        except TransitionRefused:
            continue
        steps.append(transition)
    return steps


def by_itself(transition: Transition, by: Any) -> None:
    """Raise TransitionRefused for a step that only an action of its own may take, because it records more than a reason."""
    if by is not None and not transition.by_hand:
        raise TransitionRefused("own_action", _("This step has a page of its own: it records more than a reason."))


def apply(obj: Any, transition: Transition, *, by: Any, reason: str = "", changes: dict[str, Any] | None = None) -> None:
    """Take one step: policy, guards, UPDATE … WHERE status and version = those seen, and a line in the history.

    `changes` are further fields of the same row that the step sets. Raises TransitionRefused and writes nothing when the
    step is not allowed or when someone else was faster. `by=None` is the portal itself, which decides on no content.
    """
    changes = dict(changes or {})
    with changing():
        seen = obj.status
        check(obj, transition, by=by, reason=reason, changes=changes)
        fields = {"status": transition.target, **changes}
        versioned = {"version": F("version") + 1} if hasattr(obj, "version") else {}
        rows = type(obj).objects.filter(pk=obj.pk, status=seen)
        if versioned and by is not None:
            rows = rows.filter(version=obj.version)
        if not rows.update(**fields, **versioned):
            obj.refresh_from_db(fields=["status"])
            if obj.status == seen:
                raise changed_since()
            raise TransitionRefused("overtaken", _("Someone else acted first: this is now “%s”.") % obj.get_status_display())
        before = {name: getattr(obj, name) for name in changes}
        for name, value in fields.items():
            setattr(obj, name, value)
        if versioned:
            obj.version += 1
        record(
            obj, transition.slug, by=by, from_status=seen, to_status=transition.target, reason=reason,
            before=before, after=changes,
        )  # fmt: skip
        for effect in lifecycle_of(obj).added_effects.get(transition.slug, ()):
            effect(obj, by)
