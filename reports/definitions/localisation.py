"""Care brought home: patients who are sent, beside the services that are built up."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exporters import Column
from core.formats import digits, today
from evaluation.localisation import YEARS, Row, localisation, totals
from partnerships.choices import Rung
from reports.registry import Asked, Part, Report, register


def found(asked: Asked) -> tuple[list[Row], list[int]]:
    """The specialties, and the six years that end with the period."""
    last = (asked.period.end or today()).year
    return localisation(asked.user, asked.region, last), list(range(last - YEARS + 1, last + 1))


def years(asked: Asked) -> Part:
    """Patients sent and what twinning did, year by year."""
    rows, span = found(asked)
    sums = totals(rows, span)
    columns = (
        Column("year", _("Year"), 10), Column("abroad", _("Sent abroad"), 16), Column("elsewhere", _("Sent to another region"), 16),
        Column("operations", _("Operations of twinning"), 16), Column("avoided", _("Transfers avoided"), 16),
    )  # fmt: skip
    names = ("abroad", "elsewhere", "operations", "avoided")
    table = [[digits(str(year)), *(sums[name][place] for name in names)] for place, year in enumerate(span)]
    words = [_("Seen side by side: fewer patients sent need not be the work of twinning."), _("A dash: no statistic was brought in for that year.")]
    return Part(
        "years", _("Year by year"), columns, table if rows else [], words if rows else (), bars=("abroad",), empty=_("No statistic was brought in yet.")
    )


def specialties(asked: Asked) -> Part:
    """How far each specialty has come."""
    rows, _span = found(asked)
    columns = (
        Column("specialty", _("Specialty"), 30), Column("state", _("State"), 30), Column("services", _("Services built up"), 12),
        Column("rung", _("Furthest on the ladder"), 26), Column("abroad", _("Sent abroad, latest year"), 14), Column("change", _("Since the first year"), 14),
        Column("operations", _("Operations"), 12), Column("avoided", _("Transfers avoided"), 12),
    )  # fmt: skip
    table = [line(row) for row in rows]
    return Part(
        "specialties", _("By specialty"), columns, table, bars=("abroad",), signed=("change",), empty=_("Nothing is sent, built up or operated on yet.")
    )


def line(row: Row) -> list[Any]:
    furthest = str(Rung(row.furthest).label) if row.furthest else ""
    done = row.totals
    return [row.specialty.name, row.state_label, row.services, furthest, row.last[1] if row.last else None, row.change, done["operations"], done["avoided"]]


register(
    Report(
        "localisation", gettext_lazy("Treatment abroad and care brought home"), gettext_lazy("Patients who are sent, beside the services that twinning builds up."),
        "referral.read_sums", ("period", "region"), sections=(years, specialties),
    )
)  # fmt: skip
