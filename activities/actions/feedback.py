"""What participants thought of an activity: an address to open, answers without names, results once there are enough of them."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, pstdev
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from activities.choices import OFF
from activities.models import Activity, Feedback, FeedbackLink
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.privacy import FEWEST

name_verbs(open_feedback=_("Feedback form opened"))

OPEN_DAYS = 30  # after the last day
QUESTIONS = ("useful", "taught", "organised", "will_use")


def open_feedback(activity: Activity, *, by: User | None) -> FeedbackLink:
    """The secret address of the form; made once, the same afterwards."""
    refuse_unless(by, "participant.keep", activity)
    if activity.status in OFF:
        raise TransitionRefused("not_taking_place", _("This activity does not take place as planned."))
    with changing():
        there = FeedbackLink.objects.filter(activity=activity).first()
        if there is not None:
            return there
        made = FeedbackLink.objects.create(activity=activity, token=secrets.token_urlsafe(32), closes_on=activity.ends_on + timedelta(days=OPEN_DAYS))
        record(activity, "open_feedback", by=by, after={"closes_on": made.closes_on})
    return made


def address_of(link: FeedbackLink) -> str:
    return f"{settings.PORTAL_BASE_URL}/feedback/{link.token}/"


def closing_day(link: FeedbackLink) -> date:
    """Thirty days after the last day; later when the activity was moved after the form was made."""
    return max(link.closes_on, link.activity.ends_on + timedelta(days=OPEN_DAYS))


def is_open(link: FeedbackLink) -> bool:
    """From the first day of the activity to the closing day, unless it was called off."""
    off = link.activity.status in OFF
    return not off and link.activity.starts_on <= today() <= closing_day(link)


def give_feedback(link: FeedbackLink, *, uid: uuid.UUID, comment: str = "", **marks: int) -> bool:
    """Keep one answer; False when this `uid` has answered already: a second press of the button changes nothing.

    Nothing is kept that could tell who answered: neither person nor address nor time of day, and no line in the history.
    Raises TransitionRefused once the form is closed.
    """
    if not is_open(link):
        raise TransitionRefused("closed", _("This form is closed."))
    try:
        with transaction.atomic():
            Feedback.objects.create(activity=link.activity, uid=uid, comment=comment, **{name: marks[name] for name in QUESTIONS})
    except IntegrityError:
        return False
    return True


@dataclass(frozen=True)
class Mark:
    """One question over all answers: mean and spread on the scale 0–4, and how many gave each mark."""

    label: Any
    mean: float
    spread: float  # standard deviation of the answers themselves
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Results:
    """How many answered; the marks and comments only once there are enough."""

    count: int
    marks: tuple[Mark, ...] = ()
    comments: tuple[str, ...] = ()

    @property
    def is_shown(self) -> bool:
        return self.count >= FEWEST

    @property
    def missing(self) -> int:
        return max(0, FEWEST - self.count)


def results_of(answers: Sequence[Feedback]) -> Results:
    """Means, spread and comments from five answers on; only their number before. Comments stand in an order by chance."""
    if len(answers) < FEWEST:
        return Results(len(answers))
    marks = []
    for name in QUESTIONS:
        given = [getattr(answer, name) for answer in answers]
        counts = tuple(given.count(mark) for mark in range(5))
        marks.append(Mark(Feedback._meta.get_field(name).verbose_name, mean(given), pstdev(given), counts))
    comments = tuple(answer.comment for answer in sorted(answers, key=lambda answer: answer.uid.hex) if answer.comment)
    return Results(len(answers), tuple(marks), comments)
