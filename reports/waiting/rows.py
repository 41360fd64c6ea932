"""One row of what waits, and what every area asks for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from activities.models import Activity
from core.formats import today
from partnerships.models import Agreement, Partnership
from partnerships.querysets import with_parties

AT_MOST = 25  # rows of one sort


DECISION_DAYS = 7  # within which the ministry means to decide; shown as the due day of what waits there


@dataclass(frozen=True)
class Waiting:
    """One row: what, with whom, until when, and the one button."""

    title: str
    about: str
    due_on: date | None
    address: str
    button: str | Promise

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < today()


def activities(user: Any, action: str = "") -> Any:
    """The activities that `user` sees; with an action, those on which they may do it: the invited only read."""
    rows = Activity.objects.visible_to(user, action).select_related("partnership")
    return rows.prefetch_related("parties", with_parties("partnership__"))


def about(thing: Any) -> str:
    partnership = thing if isinstance(thing, Partnership) else thing.partnership
    return partnership.title if partnership else ""


def agreements(user: Any) -> Any:
    rows = Agreement.objects.visible_to(user).select_related("partnership")
    return rows.prefetch_related(with_parties("partnership__"), "visas")
