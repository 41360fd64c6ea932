"""Whatever changes referral statistics: typing one, mending one, bringing in a sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import may_act_for, scope_for
from core.editing import edit
from core.history import changing, record, record_many
from core.lifecycle import TransitionRefused
from core.money import refuse_finer
from core.profile import home
from evaluation.choices import Destination
from evaluation.models import ReferralStatistic
from evaluation.referral_sheet import Checked, Line, NoTable, check, key_of, lines_of, refuse
from partnerships.choices import Verdict
from partnerships.intake.checking import Reference, by_names
from partnerships.models import Institution

KEY = ("year", "specialty", "destination", "region", "institution", "country")
CONTENT = ("patients", "cost", "currency", "source")


def allow(by: User | None, institution: Institution | None) -> None:
    """The ministry writes of every place, an institution of itself."""
    if by is None or scope_for(by, "referral.record").everything:
        return
    if institution is None or not may_act_for(by, "referral.record", institution.pk):
        raise TransitionRefused("other_place", _("Choose your own institution: figures of other places are the ministry’s."))


def same(values: Mapping[str, Any]) -> ReferralStatistic | None:
    """The statistic of the same year, specialty, destination and place."""
    return ReferralStatistic.objects.filter(**{name: values.get(name) for name in KEY}).first()


def record_referral(*, by: User | None, **values: Any) -> ReferralStatistic:
    """Type how many patients were sent. Raises TransitionRefused for another place, when there is a figure already, and for a cost too fine for its currency."""
    allow(by, values.get("institution"))
    refuse_finer(values.get("currency") or home().currency, values.get("cost"))
    if values["destination"] == Destination.REGION:
        values["country"] = None
    with changing():
        if same(values):
            raise TransitionRefused("already_there", _("There is a figure for this specialty, year and place already: correct it instead."))
        made = ReferralStatistic.objects.create(created_by=by, **values)
        record(made, "create", by=by, after=told(values))
    return made


def edit_referral(row: ReferralStatistic, *, by: User | None, version: int | None = None, **values: Any) -> ReferralStatistic:
    """Correct the figure; what it is about stays. Raises EditConflict when somebody was faster."""
    refuse_unless(by, "referral.record", row)
    refuse_finer(values.get("currency") or row.currency or home().currency, values.get("cost"))
    edit(row, {name: values[name] for name in CONTENT if name in values}, by=by, version=version)
    return row


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if name == "cost" else getattr(value, "pk", value) for name, value in values.items() if value not in (None, "")}


def read_referrals(content: bytes) -> list[Line]:
    """The lines of a file. Raises Unreadable or NoTable."""
    return lines_of(content)


def preview_referrals(lines: Sequence[Line], *, by: User | None, defaults: Mapping[str, str]) -> list[Checked]:
    """What would become of each line; writes nothing. A fixed number of queries.

    Lines of places that the person may not write about are refused like any other mistake.
    """
    own = Institution.objects.listed()
    whole = by is None or scope_for(by, "referral.record").everything
    if not whole:
        own = own.filter(pk__in=scope_for(by, "referral.record").institutions)
    found = check(lines, defaults=defaults, reference=Reference.load(), institutions=by_names(own))
    only = own.first() if not whole and own.count() == 1 else None
    years = {line.values["year"] for line in found if line.values.get("year")}
    kept = {
        key_of({name: getattr(row, name) for name in KEY}): row for row in ReferralStatistic.objects.filter(year__in=years).select_related(*KEY[1:2], *KEY[3:])
    }
    for line in found:
        if line.verdict != Verdict.CREATED:
            continue
        if not whole and line.values["institution"] is None:
            line.values["institution"], line.values["region"] = only, None
            if only is None or line.line.cells.get("region"):
                refuse(line, "institution", str(_("Choose your own institution: figures of other places are the ministry’s.")))
                continue
        before = kept.get(key_of(line.values))
        if before is not None:
            line.verdict = Verdict.UNCHANGED if not differences(before, line.values) else Verdict.UPDATED
    return found


def differences(row: ReferralStatistic, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a line would change; an empty cell changes nothing."""
    return {name: values[name] for name in CONTENT if values.get(name) not in (None, "") and values[name] != getattr(row, name)}


def import_referrals(lines: Sequence[Line], *, by: User | None, defaults: Mapping[str, str], title: str = "") -> dict[str, int]:
    """Write every line that can be written, in one transaction, against what is kept now; how many of each verdict.

    The same sheet a second time changes nothing.
    """
    refuse_unless(by, "referral.record")
    counts: dict[str, int] = {}
    with changing():
        history = []
        for line in preview_referrals(lines, by=by, defaults=defaults):
            counts[line.verdict] = counts.get(line.verdict, 0) + 1
            if line.verdict == Verdict.CREATED:
                made = ReferralStatistic.objects.create(created_by=by, **line.values)
                history.append((made, "create", {}, told(line.values)))
            elif line.verdict == Verdict.UPDATED:
                row = same(line.values)
                assert row is not None
                changed = differences(row, line.values)
                before = {name: getattr(row, name) for name in changed}
                for name, value in changed.items():
                    setattr(row, name, value)
                row.version += 1
                row.save(update_fields=[*changed, "version", "updated_at"])
                history.append((row, "edit", told(before), told(changed)))
        record_many(history, by=by, reason=title[:200])
    return counts


__all__ = ["NoTable", "edit_referral", "import_referrals", "preview_referrals", "read_referrals", "record_referral"]
