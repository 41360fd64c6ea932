"""Whatever changes what a partnership wants to reach: its indicators, where it began, where it wants to be."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.editing import edit
from core.history import changing, name_verbs, name_words, record
from core.lifecycle import TransitionRefused
from evaluation.models import Indicator, IndicatorTarget
from partnerships.actions.room import refuse_unless_running
from partnerships.models import Partnership

name_verbs(choose_indicator=_("Indicator chosen"), drop_indicator=_("Indicator taken off"))
name_words(**{name: IndicatorTarget._meta.get_field(name).verbose_name for name in ("indicator", "baseline", "target")})


def set_target(
    partnership: Partnership,
    indicator: Indicator,
    *,
    by: User | None,
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
    target: Decimal | None = None,
    target_on: date | None = None,
    version: int | None = None,
) -> IndicatorTarget:
    """Choose an indicator for a partnership, with where it stands and where it wants to be; or change that.

    Raises TransitionRefused when the aim comes before the beginning, EditConflict when somebody was faster.
    """
    refuse_unless_running(by, "target.set", partnership)
    if baseline_on and target_on and target_on <= baseline_on:
        raise TransitionRefused("aim_before_beginning", _("The day of the aim comes before the beginning."))
    values = {"baseline": baseline, "baseline_on": baseline_on, "target": target, "target_on": target_on}
    with changing():
        chosen = IndicatorTarget.objects.filter(partnership=partnership, indicator=indicator).first()
        if chosen is None:
            chosen = IndicatorTarget.objects.create(partnership=partnership, indicator=indicator, **values)
            record(partnership, "choose_indicator", by=by, after={"indicator": indicator.code, **{name: str(value) for name, value in values.items() if value}})
        else:
            edit(chosen, values, by=by, version=version)
    return chosen


def drop_target(target: IndicatorTarget, *, by: User | None) -> None:
    """Take an indicator off; its figures stay."""
    refuse_unless_running(by, "target.set", target.partnership)
    with changing():
        values = {"indicator": target.indicator.code, "baseline": str(target.baseline), "target": str(target.target)}
        record(target.partnership, "drop_indicator", by=by, before=values)
        target.delete()
