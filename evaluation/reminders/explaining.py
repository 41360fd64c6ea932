"""Rules in words: why somebody was reminded, what ends it, whom it goes to next."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.access import model_of
from core.formats import number
from core.models import Notice
from evaluation.choices import Audience
from evaluation.models import ReminderRule
from evaluation.reminders.audiences import may_see
from evaluation.reminders.engine import TRIGGERS, parted


def when(offset: int) -> str:
    """A number of days from the due day, in words."""
    if offset == 0:
        return _("on the day itself")
    words = ngettext("%(days)s day before", "%(days)s days before", -offset) if offset < 0 else ngettext("%(days)s day after", "%(days)s days after", offset)
    return words % {"days": number(abs(offset))}


def who(slug: str) -> str:
    return str(Audience(slug).label) if slug in Audience.values else slug


def ladder(rule: ReminderRule) -> list[tuple[str, str]]:
    """Every moment of a rule with whom it goes to, in words, the earliest first."""
    moments: dict[int, list[str]] = {}
    for offset, slug in sorted(rule.steps, key=lambda step: step[0]):
        moments.setdefault(offset, []).append(who(slug))
    joint = pgettext("between two names", ", ")
    return [(when(offset), joint.join(dict.fromkeys(people))) for offset, people in moments.items()]


def explain(notice: Notice) -> dict[str, Any] | None:
    """Why a reminder was sent; None for a notice that no rule sent."""
    rule = ReminderRule.objects.filter(code=notice.rule).first()
    if rule is None:
        return None
    trigger = TRIGGERS.get(rule.trigger)
    obj = object_of(notice)
    return {
        "code": rule.code,
        "rule": rule.name,
        "moment": when(parted(notice.rung)[0]),
        "counts_from": trigger.counts_from if trigger else "",
        "stops": trigger.stops if trigger else "",
        "ladder": ladder(rule),
        "is_active": rule.is_active,
        "object": obj if obj is not None and may_see(notice.recipient, obj) else None,
    }


def object_of(notice: Notice) -> Any:
    """What a notice is about, as it is now; None when it is gone."""
    try:
        return model_of(notice.object_type)._default_manager.filter(pk=notice.object_id).first()
    except LookupError:
        return None
