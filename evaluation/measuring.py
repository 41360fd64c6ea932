"""What a typed measurement must satisfy, and which ones are owed: one place for form, API, command and demo."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.choices import AgeBand, Cadre, Sex
from core.formats import number, today
from evaluation.choices import Dimension, ValueStatus
from evaluation.indicators import Period, is_computed, period_of, periods, places_of, shape_of
from evaluation.indicators.typed import Shape
from evaluation.models import Indicator, IndicatorTarget, IndicatorValue
from partnerships.models import Institution, Partnership, Specialty

DUE_AFTER = timedelta(days=15)  # after the last day of a period its figures are late
LARGEST = Decimal(1_000_000_000)
LOOK_BACK = {"monthly": 6, "quarterly": 6, "yearly": 3}  # periods in which a missing figure is still asked for
HANDED_IN = (ValueStatus.SUBMITTED, ValueStatus.APPROVED)


@dataclass(frozen=True)
class Share:
    """A part of a measurement: of one category of one dimension."""

    dimension: str
    key: str
    numerator: Decimal
    denominator: Decimal | None = None


def categories() -> dict[str, dict[str, str]]:
    """What a measurement can be broken down by: {dimension: {key: label}}. One query."""
    return {
        Dimension.CADRE: {key: str(label) for key, label in Cadre.choices},
        Dimension.SEX: {key: str(label) for key, label in Sex.choices},
        Dimension.SPECIALTY: {specialty.code: specialty.name for specialty in Specialty.objects.all()},
        Dimension.AGE_BAND: {key: str(label) for key, label in AgeBand.choices},
    }


def value_of(indicator: Indicator, numerator: Decimal | None, denominator: Decimal | None) -> float | None:
    """What a measurement says, in the unit of its indicator."""
    if numerator is None:
        return None
    return shape_of(indicator).value(float(numerator), None if denominator is None else float(denominator))


def problems_with_figures(shape: Shape, numerator: Decimal | None, denominator: Decimal | None) -> dict[str, str]:
    """Errors about the two halves of a figure, by field."""
    if numerator is None:
        return {"numerator": _("Type the figure.")}
    if max(abs(numerator), abs(denominator or 0)) > LARGEST:
        return {"numerator": _("This figure is too large.")}
    if not shape.has_denominator:
        if denominator is not None:
            return {"denominator": _("This indicator has no denominator.")}
        return {"numerator": _("The figure cannot be negative.")} if numerator < 0 else {}
    if denominator is None:
        return {"denominator": _("Type the denominator: out of how many.")}
    if denominator <= 0:
        return {"denominator": _("The denominator must be more than nothing.")}
    if shape.is_part and not 0 <= numerator <= denominator:
        figures = {"part": number(numerator), "whole": number(denominator)}
        return {"numerator": _("The numerator (%(part)s) is a part of the denominator (%(whole)s): it lies between nothing and it.") % figures}
    value = shape.value(float(numerator), float(denominator))
    if value is not None and ((shape.low is not None and value < shape.low) or (shape.high is not None and value > shape.high)):
        return {"numerator": _("These figures give %(value)s, which cannot be.") % {"value": number(value, 1)}}
    return {}


def problems_with_shares(shares: Sequence[Share], shape: Shape, numerator: Decimal, denominator: Decimal | None) -> dict[str, str]:
    """The shares of each dimension must add up to the whole; errors by dimension."""
    known = categories() if shares else {}
    found: dict[str, str] = {}
    by_dimension: dict[str, list[Share]] = defaultdict(list)
    for share in shares:
        if share.key not in known.get(share.dimension, {}):
            found["shares"] = _("There is no such category.")
        by_dimension[share.dimension].append(share)
    for dimension, parts in by_dimension.items():
        label = str(Dimension(dimension).label) if dimension in Dimension.values else dimension
        if len({part.key for part in parts}) < len(parts):
            found[dimension] = _("A category stands twice: %(dimension)s.") % {"dimension": label}
        total = sum(part.numerator for part in parts)
        if total != numerator:
            figures = {"dimension": label, "total": number(total), "whole": number(numerator)}
            found[dimension] = _("By %(dimension)s the parts add up to %(total)s, not to %(whole)s.") % figures
        if shape.has_denominator:
            if any(part.denominator is None or part.numerator > part.denominator for part in parts) and shape.is_part:
                found[dimension] = _("By %(dimension)s every part needs its denominator, at least as large.") % {"dimension": label}
            elif sum(part.denominator or 0 for part in parts) != denominator:
                figures = {"dimension": label, "total": number(sum(part.denominator or 0 for part in parts)), "whole": number(denominator)}
                found[dimension] = _("By %(dimension)s the denominators add up to %(total)s, not to %(whole)s.") % figures
    return found


def problems_with(
    indicator: Indicator, partnership: Partnership, institution: Institution, period: Period, numerator: Decimal | None, denominator: Decimal | None,
    shares: Sequence[Share] = (),
) -> dict[str, str]:  # fmt: skip
    """Every error of a measurement at once, as {field: message}."""
    found: dict[str, str] = {}
    if is_computed(indicator.code):
        found["indicator"] = _("The portal computes this indicator itself: nobody types it.")
    if institution.pk not in partnership.party_ids:
        found["institution"] = _("Choose one of the parties.")
    if period.start is None or period.end is None or period_of(indicator.frequency, period.start) != period:
        found["period"] = _("The period does not fit: this indicator is measured %(frequency)s.") % {"frequency": indicator.get_frequency_display()}
    elif period.end >= today():
        found["period"] = _("This period is not over yet.")
    shape = shape_of(indicator)
    found |= problems_with_figures(shape, numerator, denominator)
    if numerator is not None and "numerator" not in found and "denominator" not in found:
        found |= problems_with_shares(shares, shape, numerator, denominator)
    return found


def refuse(problems: Mapping[str, str]) -> None:
    """Raise one ValidationError that carries all `problems` by field."""
    if problems:
        error = ValidationError(_("Some fields need another look."))
        error.by_field = dict(problems)  # type: ignore[attr-defined]  # as the reports of activities have it
        raise error


def past_periods(frequency: str, count: int | None = None) -> list[Period]:
    """The periods that are over and can still be typed, the latest first."""
    return periods(frequency, today(), (count or LOOK_BACK[frequency]) + 1)[-2::-1]


# --- What is owed ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """A figure that a partnership has not handed in. `measurement` is what stands of it so far, a draft or one sent back."""

    partnership: Partnership
    indicator: Indicator
    period: Period
    measurement: IndicatorValue | None

    @property
    def due_on(self) -> date:
        assert self.period.end is not None
        return self.period.end + DUE_AFTER

    @property
    def is_late(self) -> bool:
        return self.due_on < today()


def owed(partnerships: Any, on: date | None = None) -> list[Owed]:
    """Figures that these running partnerships set themselves a target for, that nobody can compute, and that are not handed in. Three queries.

    The oldest first. Counted from the beginning of the partnership, some periods back (`LOOK_BACK`).
    """
    on = on or today()
    rows = partnerships.running().with_people()
    targets = IndicatorTarget.objects.filter(partnership__in=rows.values("pk")).select_related("indicator")
    wanted = [target for target in targets if not is_computed(target.indicator.code)]
    known = {partnership.pk: partnership for partnership in rows.filter(pk__in={target.partnership_id for target in wanted})} if wanted else {}
    values: dict[tuple[int, int, date], IndicatorValue] = {}
    for value in IndicatorValue.objects.filter(partnership__in=known, indicator__in={target.indicator_id for target in wanted}):
        key = (value.partnership_id, value.indicator_id, value.period_end)
        if key not in values or value.status in HANDED_IN:
            values[key] = value
    found = []
    for target in wanted:
        partnership = known[target.partnership_id]
        for period in periods(target.indicator.frequency, on, LOOK_BACK[target.indicator.frequency] + 1):
            assert period.end is not None
            if period.end >= on or (partnership.started_on and period.end < partnership.started_on):
                continue
            value = values.get((partnership.pk, target.indicator_id, period.end))
            if value is None or value.status not in HANDED_IN:
                found.append(Owed(partnership, target.indicator, period, value))
    return sorted(found, key=lambda item: (item.due_on, item.partnership.code, item.indicator.code))


def shares_of(value: IndicatorValue) -> list[Share]:
    return [Share(part.dimension, part.key, part.numerator, part.denominator) for part in value.parts.all()]


def written_shares(shares: Iterable[Share]) -> list[list[Any]]:
    """Shares as the history keeps them."""
    return sorted(
        [share.dimension, share.key, str(share.numerator.normalize()), str(share.denominator.normalize()) if share.denominator is not None else None]
        for share in shares
    )


def decimals(indicator: Indicator) -> int:
    return places_of(indicator)
