"""The autonomy ladder over time: where the services that partnerships build up stood at the end of each year."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts import Chart, Series, stacked_chart
from core.formats import digits, number
from evaluation.indicators import rows
from partnerships.choices import Rung
from partnerships.models import RungReached
from reports.dashboards.needs import day_of
from reports.headline import Chosen

YEARS = 5
REFERRED = (Rung.ABROAD, Rung.REFERRED)  # drawn as one: five series can be told apart


def year_ends(last: date) -> list[date]:
    """The ends of the years up to that of `last`; `last` itself stands for its year."""
    return [*(date(year, 12, 31) for year in range(last.year - YEARS + 1, last.year)), last]


def ladder(user: Any, chosen: Chosen) -> list[tuple[date, Counter[str]]]:
    """For each day how many services stood on each rung. One query, one row for each step ever made."""
    scope, _period = chosen.cell(user)
    wanted = rows.reached_partnerships(scope.reach, "service_line__partnership")
    wanted &= rows.partnership_place(scope.narrowed(specialty=None), "service_line__partnership")
    if scope.specialty:
        wanted &= Q(service_line__specialty=scope.specialty)
    steps = list(
        RungReached.objects.filter(wanted, reached_on__lte=day_of(chosen)).order_by("reached_on", "pk").values_list("service_line", "rung", "reached_on")
    )
    found, standing, place = [], {}, 0
    for day in year_ends(day_of(chosen)):
        while place < len(steps) and steps[place][2] <= day:
            standing[steps[place][0]] = steps[place][1]
            place += 1
        found.append((day, Counter(standing.values())))
    return found


def chart(user: Any, chosen: Chosen) -> Chart:
    found = ladder(user, chosen)
    labels = [digits(str(day.year)) for day, _count in found]
    series = [Series(pgettext("autonomy", "referred elsewhere"), [sum(count[rung] for rung in REFERRED) for _day, count in found])]
    series += [Series(rung.label, [count[rung] for _day, count in found]) for rung in Rung if rung not in REFERRED]
    last = found[-1][1]
    words = _("%(autonomous)s of %(all)s services work on their own.") % {"autonomous": number(last[Rung.AUTONOMOUS]), "all": number(last.total())}
    return stacked_chart(
        "ladder", _("Services on the autonomy ladder"), labels, series, head=_("Year"), level=2, words=words if last else "",
        note=_("At the end of each year; this year as it stands."),
        empty="" if any(count for _day, count in found) else _("No service is followed on its ladder yet."),
    )  # fmt: skip
