"""What the ministry reads over all partnerships: difficulties that recur, means by domain."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import require
from core.charts import row_chart
from core.exporters import EXPORTS, Column
from core.profile import home
from evaluation import reading
from evaluation.choices import VALIDATED_OR_LATER, QuestionnairePurpose
from evaluation.models import Evaluation, Questionnaire
from evaluation.views.sections import tabs

DIFFICULTY_COLUMNS = (
    Column("area", gettext_lazy("Area"), 34), Column("difficulty", gettext_lazy("Difficulty"), 60), Column("partnership", gettext_lazy("Partnership"), 16),
    Column("place", gettext_lazy("Where"), 30), Column("due_on", gettext_lazy("Date"), 13),
)  # fmt: skip
MEAN_COLUMNS = (
    Column("domain", gettext_lazy("Domain"), 34), Column("sender", gettext_lazy("Supporting institution"), 22),
    Column("host", gettext_lazy("Benefiting institution"), 22), Column("both", gettext_lazy("Both sides"), 16), Column("evaluations", gettext_lazy("Evaluations"), 16),
)  # fmt: skip


def concluded(request: HttpRequest) -> tuple[Any, list[int], int | None]:
    """Evaluations whose conclusions were validated, the years there are, and the one that is asked for."""
    rows = Evaluation.objects.visible_to(request.user).filter(status__in=VALIDATED_OR_LATER)
    years = [day.year for day in rows.order_by().dates("due_on", "year", order="DESC")]
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else None
    return rows.filter(due_on__year=year) if year in years else rows, years, year if year in years else None


def groupings() -> list[tuple[str, str]]:
    """What difficulties can be grouped by here: zones only where the country has them."""
    found = [("region", _("Region")), ("specialty", _("Specialty"))]
    return [("zone", _("Zone")), *found] if home().has_zones else found


def difficulties(request: HttpRequest) -> HttpResponse:
    """Which difficulties recur: by area, with the number of partnerships, where, and the words."""
    require(request.user, "evaluation.schedule")
    ways = groupings()
    by = request.GET.get("by", "")
    by = by if by in dict(ways) else ways[0][0]
    rows, years, year = concluded(request)
    groups = reading.difficulties(rows, by)
    if export := EXPORTS.get(request.GET.get("export", "")):
        lines = (
            [group.label, row.text, row.evaluation.partnership.code, "، ".join(sorted(reading.places_of(row.evaluation.partnership, by))), row.evaluation.due_on]
            for group in groups for row in group.texts
        )  # fmt: skip
        return export("difficulties", DIFFICULTY_COLUMNS, lines)
    chart = row_chart(
        "difficulties", _("Partnerships that named it"), [(group.label, group.count, f"#area-{group.area}") for group in groups], head=_("Area"), level=2
    )
    context = {
        "tabs": tabs(request.user, "difficulties"), "groups": groups, "ways": ways, "by": by, "by_label": dict(ways)[by], "years": years, "year": year,
        "chart": chart if groups else None, "query": "&".join(filter(None, [f"by={by}", f"year={year}" if year else ""])),
        "partnerships": len(set().union(*(group.partnerships for group in groups))),
    }  # fmt: skip
    return render(request, "evaluation/evaluation_difficulties.html", context)


def means(request: HttpRequest) -> HttpResponse:
    """The means by domain over all partnerships, one questionnaire at a time."""
    require(request.user, "evaluation.schedule")
    rows, years, year = concluded(request)
    families = list(
        Questionnaire.objects.filter(purpose__in=[QuestionnairePurpose.SIDES, QuestionnairePurpose.ACTIVITY], is_current=True).order_by("-purpose", "slug")
    )
    asked = request.GET.get("questionnaire", "")
    slug = asked if asked in {item.slug for item in families} else (families[0].slug if families else "")
    domains = reading.means_by_domain(rows, slug)
    if export := EXPORTS.get(request.GET.get("export", "")):
        names = ("name", "sender", "host", "both", "evaluations")
        return export("means", MEAN_COLUMNS, ([round(item[name], 2) if isinstance(item[name], float) else item[name] for name in names] for item in domains))
    context = {
        "tabs": tabs(request.user, "means"), "domains": domains, "families": families, "slug": slug, "years": years, "year": year,
        "query": "&".join(filter(None, [f"questionnaire={slug}", f"year={year}" if year else ""])),
    }  # fmt: skip
    return render(request, "evaluation/evaluation_means.html", context)
