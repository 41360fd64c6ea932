"""The drawings of the dashboard: over the months, by specialty, by region, by kind of activity."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activities.kinds import missions
from core.charts import Chart, RowChart, Series, bar_chart, row_chart
from core.formats import digits, month_name, number, today
from reports.dashboards.links import Links
from reports.headline import Chosen, by_kind, by_month, by_region, by_specialty

SPECIALTIES_AT_MOST = 8
REGIONS_AT_MOST = 10
ALL = 10_000  # more specialties or regions than there will be


def months(user: Any, chosen: Chosen, year: int) -> Chart:
    """Operations by month of a whole year and of the year before, whatever days are chosen. One query."""
    rows = by_month(user, chosen, year)
    now, before = sum(row["now"] for row in rows), sum(row["before"] for row in rows)
    peak = max(rows, key=lambda row: row["now"])
    words = ""
    if now:
        words = _("The most in %(month)s: %(number)s.") % {"month": month_name(peak["month"]), "number": number(peak["now"])} + " "
    said = (
        _("%(year)s so far: %(number)s; the whole year before: %(before)s.")
        if year == today().year
        else _("The whole year %(year)s: %(number)s; the year before: %(before)s.")
    )
    words += said % {
        "year": digits(str(year)), "number": number(now), "before": number(before),
    }  # fmt: skip
    return bar_chart(
        "ops", _("Surgical operations by month, %(year)s") % {"year": digits(str(year))}, [month_name(row["month"]) for row in rows],
        [Series(digits(str(year)), [row["now"] for row in rows]), Series(digits(str(year - 1)), [row["before"] for row in rows])],
        head=_("Month"), level=2, words=words,
        empty="" if now or before else _("No operation was validated in these two years for this choice."),
    )  # fmt: skip


def specialties(user: Any, chosen: Chosen, total: int, links: Links) -> RowChart:
    """Operations by specialty: the largest, then the others together, so that the rows add up to `total`. Two queries."""
    rows = [row for row in by_specialty(user, chosen, ALL) if row["operations"]]
    shown, rest = rows[:SPECIALTIES_AT_MOST], rows[SPECIALTIES_AT_MOST:]
    lines = [(row["specialty"].name, row["operations"], links.rows("operations", specialty=row["specialty"].code)) for row in shown]
    if rest:
        words = ngettext("%(number)s other specialty", "%(number)s other specialties", len(rest)) % {"number": number(len(rest))}
        lines.append((words, sum(row["operations"] for row in rest), ""))
    if unnamed := total - sum(row["operations"] for row in rows):
        lines.append((pgettext("operations", "without a specialty"), unnamed, ""))
    return row_chart("spec", _("Operations by specialty"), lines, head=_("Specialty"), level=2, empty=_("None yet."))


def regions(user: Any, chosen: Chosen, links: Links) -> RowChart:
    """Activities by region of the host, the most first. An activity counts in every region that hosts it. Two queries."""
    rows = by_region(user, chosen, None)
    lines = [(row["region"].name, row["missions"], links.rows("activities", region=row["region"].code)) for row in rows[:REGIONS_AT_MOST]]
    if more := len(rows) - len(lines):
        words = ngettext("The first of them; %(number)s more region", "The first of them; %(number)s more regions", more) % {"number": number(more)}
    else:
        words = _("An activity counts in every region that hosts it.") if lines else ""
    return row_chart("reg", _("Activities by benefiting region"), lines, head=_("Region"), level=2, words=words, empty=_("None yet."))


def kinds(user: Any, chosen: Chosen, links: Links) -> RowChart:
    """Activities by kind, those of missions marked by where they lead. One query."""
    travelling = set(missions())
    lines = [
        (row["kind"].label, row["activities"], links.rows("missions" if row["kind"].slug in travelling else "activities", kind=row["kind"].slug))
        for row in by_kind(user, chosen)
    ]
    return row_chart("kind", _("Activities by kind"), lines, head=_("Kind"), level=2, empty=_("None yet."))
