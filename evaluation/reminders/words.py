"""What the triggers of all areas share: when something came into its state, and how it is named in a notice."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from core.formats import as_day
from core.mail import in_each_language
from core.models import Change
from evaluation.reminders.engine import Owed
from partnerships.actions.people import names
from partnerships.models import Partnership
from partnerships.querysets import with_parties


def moves(label: str, *statuses: str) -> Any:
    """When a row of the model `label` came into its status, or was last changed at all when no status is named."""
    lines = Change.objects.filter(object_type=label, object_id=OuterRef("pk"))
    lines = lines.filter(to_status__in=statuses) if statuses else lines
    return Subquery(lines.order_by("-pk").values("at")[:1])


def with_moves(rows: Any, *statuses: str) -> Any:
    """Annotates `moved_at`; with the statuses in which the rows are, it is the moment that they came into them."""
    return rows.annotate(moved_at=moves(rows.model._meta.label_lower, *statuses))


def moved_on(row: Any, on: date) -> date:
    """The day of `moved_at`; the present one where the history says nothing."""
    return as_day(row.moved_at) if row.moved_at else on


def of_parties(rows: Any, prefix: str = "partnership") -> Any:
    """With what audiences and words need of a partnership's parties."""
    steps = prefix.split("__")
    path = "__".join(steps)
    return rows.select_related(path).prefetch_related(with_parties(f"{path}__"))


def naming(thing: Callable[[], Any], partnership: Partnership | None = None, **more: Any) -> Callable[[], dict[str, Any]]:
    """The words of a notice about something that has a name: `thing` and, where there is one, the partnership."""

    def words() -> dict[str, Any]:
        return {**(names(partnership) if partnership else {}), **in_each_language("thing", thing), **more}

    return words


__all__ = ["Owed", "moved_on", "moves", "naming", "of_parties", "with_moves"]
