"""Editing a row that carries a version: two people who edit at once do not overwrite each other."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import changing, plain, record
from core.lifecycle import TransitionRefused
from core.models import Change

VEIL = "…"
SENT_AGAIN = timedelta(minutes=15)  # for so long the same form, sent again by the same person, is the same thing


class EditConflict(TransitionRefused):
    """Somebody saved another version in the meantime. `current` is the row as it is now."""

    def __init__(self, current: Any):
        super().__init__(
            "stale", _("Someone else has changed this in the meantime. What you typed is still here; compare it with what is kept now, then save again.")
        )
        self.current = current


class SavedBefore(TransitionRefused):
    """The same form was saved before, with other content. `kept` is what it made, for somebody who may see it."""

    def __init__(self, kept: Any):
        super().__init__(
            "uid_reused",
            _("This form was saved before with other content, and that is what is kept. Open it to change it: what you typed now is only on this page."),
        )
        self.kept = kept


def edit(
    obj: Any,
    values: dict[str, Any],
    *,
    by: Any,
    version: int | None = None,
    verb: str = "edit",
    also: dict[str, tuple[Any, Any]] | None = None,
    private: Collection[str] = (),
) -> dict[str, Any]:
    """Set the fields of `values` on `obj`, with a line in the history that holds what changed; what changed, by field.

    `version` is the one that the person started from; None when nobody else can have been faster. Many-to-many fields take
    lists. `also` are changes that the caller made to rows below the object, as {name: (before, after)}. Of `private` fields the
    history says that they changed, never what they held: it cannot forget. Nothing is written and no line is left when
    nothing differs. Raises EditConflict when the row has another version by now.
    """
    many = {field.name for field in obj._meta.many_to_many}
    with changing():
        current = type(obj).objects.get(pk=obj.pk)
        if version is not None and current.version != version:
            raise EditConflict(current)
        plainly = {name: value for name, value in values.items() if name not in many}
        before = {name: getattr(current, name) for name in plainly}
        changed = {name: value for name, value in plainly.items() if before[name] != value}
        before = {name: before[name] for name in changed}
        lists = {}
        for name in values.keys() & many:
            old, new = sorted(item.pk for item in getattr(current, name).all()), sorted(item.pk for item in values[name])
            if old != new:
                lists[name] = values[name]
                before[name], changed[name] = old, new
        for name, (old, new) in (also or {}).items():
            if plain(old) != plain(new):
                before[name], changed[name] = old, new
        if not changed:
            return {}
        for name in plainly.keys() & changed.keys():
            setattr(obj, name, plainly[name])
        if fields := plainly.keys() & changed.keys():
            obj.save(update_fields=[*fields, *(["updated_at"] if hasattr(obj, "updated_at") else [])])
        for name, value in lists.items():
            getattr(obj, name).set(value)
        type(obj).objects.filter(pk=obj.pk).update(version=F("version") + 1)
        obj.version = current.version + 1
        record(obj, verb, by=by, before=veiled(before, private), after=veiled(changed, private))
    return changed


def made_just_now(rows: QuerySet, values: dict[str, Any], *, by: Any) -> Any:
    """The one of `rows` that holds these values, if `by` made it within the last minutes and nobody has touched it since; else None.

    Whoever goes back in the browser and sends a form again means what is there. Asked inside `changing()`.
    """
    lines = Change.objects.filter(object_type=rows.model._meta.label_lower)
    mine = lines.filter(verb="create", by=by, at__gte=timezone.now() - SENT_AGAIN) if by is not None else lines.none()
    touched = lines.exclude(verb="create")
    for row in rows.filter(pk__in=mine.values("object_id")).exclude(pk__in=touched.values("object_id")).order_by("pk"):
        if all(holds(row, name, value) for name, value in values.items()):
            return row
    return None


def holds(row: Any, name: str, value: Any) -> bool:
    """Whether a field of a row holds this value; of lists, in whatever order."""
    there = getattr(row, name)
    return set(there.all()) == set(value) if row._meta.get_field(name).many_to_many else there == value


def veiled(values: dict[str, Any], private: Collection[str]) -> dict[str, Any]:
    """The values with those of private fields covered: whether there was one, not which."""
    return {name: value if name not in private or not value else VEIL for name, value in values.items()}
