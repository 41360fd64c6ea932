"""One row of what waits, and what every area asks for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext

from activities.models import Activity
from core.formats import today
from partnerships.models import Agreement, Partnership

AT_MOST = 25  # rows of one sort


DECISION_DAYS = 7  # within which the ministry means to decide; shown as the due day of what waits there


@dataclass(frozen=True)
class Waiting:
    """One row: what, with whom, until when, and the one button. Partnerships are named when all rows are there: their parties are read together."""

    title: str
    about: str | Partnership | tuple[Any, ...] | None
    due_on: date | None
    address: str
    button: str | Promise

    @property
    def partnerships(self) -> list[Partnership]:
        return [part for part in self.parts if isinstance(part, Partnership)]

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.about if isinstance(self.about, tuple) else (self.about,)

    @property
    def with_whom(self) -> str:
        joint = pgettext("between two sentences", ". ")
        return joint.join(part.title if isinstance(part, Partnership) else part for part in self.parts if part)

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < today()


def activities(user: Any, action: str = "") -> Any:
    """The activities that `user` sees; with an action, those on which they may do it: the invited only read."""
    return Activity.objects.visible_to(user, action).select_related("partnership")


def agreements(user: Any) -> Any:
    return Agreement.objects.visible_to(user).select_related("partnership")
