"""Whatever changes measurements: typing, handing in, approving, sending back, opening again."""

import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless, refuse_unless_acting_for
from accounts.models import User
from accounts.policy import Role
from core.editing import EditConflict, edit
from core.files import attach, attachments_of, drop_attachments
from core.history import changing, name_verbs, name_words, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.mail import in_each_language
from core.models import Attachment
from core.outbox import tell
from evaluation.choices import ValueStatus
from evaluation.indicators import Period
from evaluation.lifecycle import MEASUREMENT
from evaluation.measuring import Share, problems_with, refuse, shares_of, written_shares
from evaluation.models import Indicator, IndicatorValue, ValuePart
from partnerships.actions.people import ministry, names
from partnerships.models import Institution, Membership, Partnership

name_verbs(correct_figures=_("Figures corrected"), drop_measurement=_("Draft removed"))
name_words(**{name: IndicatorValue._meta.get_field(name).verbose_name for name in ("indicator", "period_end", "numerator")})

OPEN = (ValueStatus.DRAFT, ValueStatus.RETURNED)  # whoever measured may still write


def allow(by: User | None, value: IndicatorValue) -> None:
    """Raise TransitionRefused unless `by` may write figures of this institution, and the figure is not handed in or locked."""
    refuse_unless(by, "measurement.record", value)
    if value.status == ValueStatus.APPROVED:
        raise TransitionRefused("locked", _("This figure is approved: its period is locked. The ministry can open it again, with a reason."))
    if value.status not in OPEN:
        raise TransitionRefused("handed_in", _("This figure is handed in: it can be changed when it is sent back."))


def record_measurement(
    *,
    by: User | None,
    indicator: Indicator,
    partnership: Partnership,
    institution: Institution,
    period: Period,
    numerator: Decimal,
    denominator: Decimal | None = None,
    shares: Sequence[Share] = (),
    note: str = "",
    uid: uuid.UUID | None = None,
) -> IndicatorValue:
    """Type one figure of one period, as a draft.

    Raises ValidationError with errors by field; TransitionRefused for somebody of another institution, and "period_taken"
    when the period has a figure already: there is never a second one.
    """
    refuse_unless_acting_for(by, "measurement.record", institution.pk)
    refuse(problems_with(indicator, partnership, institution, period, numerator, denominator, shares))
    with changing():
        same = IndicatorValue.objects.filter(
            indicator=indicator, partnership=partnership, institution=institution, period_start=period.start, period_end=period.end
        )
        if same.exists():
            raise TransitionRefused("period_taken", _("There is a figure for this period already: open it instead of typing another."))
        value = IndicatorValue.objects.create(
            uid=uid or uuid.uuid4(), indicator=indicator, partnership=partnership, institution=institution, period_start=period.start,
            period_end=period.end, numerator=numerator, denominator=denominator, note=note, recorded_by=by,
        )  # fmt: skip
        keep_shares(value, shares)
        record(
            value, "create", by=by, to_status=value.status,
            after={"numerator": str(numerator), "denominator": str(denominator) if denominator is not None else None, "parts": written_shares(shares)},
        )  # fmt: skip
    return value


def once(uid: uuid.UUID, make: Callable[[], IndicatorValue]) -> tuple[IndicatorValue, bool]:
    """Run `make` unless a figure with this client's `uid` exists: (figure, is_new). The caller asks whether the person may see it."""
    existing = IndicatorValue.objects.filter(uid=uid).first()
    if existing is None:
        try:
            with transaction.atomic():
                return make(), True
        except IntegrityError:
            existing = IndicatorValue.objects.filter(uid=uid).first()
            if existing is None:
                raise
    return existing, False


def says_the_same(
    value: IndicatorValue,
    *,
    indicator: Indicator,
    partnership: Partnership,
    institution: Institution,
    period: Period,
    numerator: Decimal,
    denominator: Decimal | None = None,
    shares: Sequence[Share] = (),
    note: str = "",
) -> bool:
    """Is what `record_measurement` is given now what is kept?"""
    kept = (
        value.indicator_id, value.partnership_id, value.institution_id, value.period_start, value.period_end, value.numerator, value.denominator, value.note,
    )  # fmt: skip
    said = (indicator.pk, partnership.pk, institution.pk, period.start, period.end, numerator, denominator, note)
    return kept == said and written_shares(shares_of(value)) == written_shares(shares)


def keep_shares(value: IndicatorValue, shares: Sequence[Share]) -> None:
    value.parts.all().delete()
    ValuePart.objects.bulk_create(
        ValuePart(value=value, dimension=share.dimension, key=share.key, numerator=share.numerator, denominator=share.denominator) for share in shares
    )


def edit_measurement(
    value: IndicatorValue,
    *,
    by: User | None,
    numerator: Decimal,
    denominator: Decimal | None = None,
    shares: Sequence[Share] | None = None,
    note: str = "",
    version: int | None = None,
) -> IndicatorValue:
    """Correct a figure that is not handed in; `shares` None keeps those that are there.

    Raises ValidationError with errors by field, TransitionRefused when it is handed in or locked, EditConflict when stale.
    """
    with changing():
        value.refresh_from_db(fields=["status"])
        allow(by, value)
        before = shares_of(value)
        now = before if shares is None else list(shares)
        period = Period(value.period_start, value.period_end)
        refuse(problems_with(value.indicator, value.partnership, value.institution, period, numerator, denominator, now))
        edit(
            value, {"numerator": numerator, "denominator": denominator, "note": note}, by=by, version=version, verb="correct_figures",
            also={"parts": (written_shares(before), written_shares(now))},
        )  # fmt: skip
        if shares is not None:
            keep_shares(value, now)
    return value


def add_value_evidence(value: IndicatorValue, *, by: User | None, upload: Any) -> Attachment:
    """Keep what shows a figure. Raises ValidationError when the file is refused."""
    allow(by, value)
    return attach(value, upload, role="evidence", by=by)


def drop_measurement(value: IndicatorValue, *, by: User | None, version: int | None = None) -> None:
    """Take a draft back that was never handed in, with its evidence; its line stays in the history of the partnership."""
    with changing():
        value.refresh_from_db(fields=["status", "version"])
        if version is not None and value.version != version:
            raise EditConflict(value)
        allow(by, value)
        if value.status != ValueStatus.DRAFT:
            raise TransitionRefused("was_handed_in", _("A figure that was handed in once is corrected, not removed."))
        record(
            value.partnership,
            "drop_measurement",
            by=by,
            before={"indicator": value.indicator.code, "period_end": value.period_end.isoformat(), "numerator": str(value.numerator)},
        )
        drop_attachments(attachments_of(value))
        value.delete()


def words_about_value(value: IndicatorValue, **more: Any) -> dict[str, Any]:
    """What a notice about a measurement needs, as JSON."""
    period = Period(value.period_start, value.period_end)
    return {
        **names(value.partnership),
        **in_each_language("indicator", lambda: value.indicator.name),
        **in_each_language("period", lambda: period.label),
        "code": value.indicator.code,
        **more,
    }


def submit_measurement(value: IndicatorValue, *, by: User | None) -> IndicatorValue:
    """Hand a figure in; who may approve it is told."""
    with changing():
        apply(value, MEASUREMENT["submit"], by=by)
        directors = Membership.objects.people(Role.DIRECTOR, institution=value.institution)
        people = [person for person in (directors or ministry(Role.OFFICER)) if person != by]
        tell(people, "measurement_submitted", value, value.get_absolute_url(), words_about_value(value), rung=f"v{value.version}")
    return value


def approve_measurement(value: IndicatorValue, *, by: User | None) -> IndicatorValue:
    """Approve a figure and lock its period."""
    with changing():
        apply(value, MEASUREMENT["approve"], by=by, changes={"approved_by": by, "approved_at": timezone.now()})
    return value


def transition_measurement(value: IndicatorValue, transition: Transition, *, by: User | None, reason: str = "") -> IndicatorValue:
    """Send a figure back, or open an approved one again: whoever typed it is told why."""
    by_itself(transition, by)
    with changing():
        changes = {"approved_by": None, "approved_at": None} if transition.slug == "reopen" else None
        apply(value, transition, by=by, reason=reason, changes=changes)
        if value.recorded_by and value.recorded_by != by:
            tell(
                [value.recorded_by], "measurement_returned", value, value.get_absolute_url(), words_about_value(value, reason=reason), rung=f"v{value.version}"
            )
    return value
