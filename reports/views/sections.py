"""The parts of the reports, for components/tabs.html; each is a page of its own that keeps what was asked."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import pgettext_lazy

from accounts.policy import can
from reports.dashboards.links import Links, links_of
from reports.dashboards.periods import THIS_YEAR
from reports.forms import FiguresForm
from reports.headline import Chosen

PARTS = (  # slug, address, label, action, whether the question goes along
    ("figures", "/reports/", pgettext_lazy("tab", "Headline figures"), "report.view", True),
    ("progress", "/reports/progress/", pgettext_lazy("tab", "Delays and progress"), "report.view", True),
    ("equity", "/reports/equity/", pgettext_lazy("tab", "Need and help"), "report.view", True),
    ("map", "/reports/map/", pgettext_lazy("tab", "Map"), "report.view", True),
    ("files", "/reports/documents/", pgettext_lazy("tab", "As files"), "report.view", False),
    ("public", "/reports/public/", pgettext_lazy("tab", "Public figures"), "report.publish", False),
)


def report_tabs(user: Any, current: str, links: Links | None = None) -> list[dict[str, Any]]:
    """{"address", "label", "current"} for each part that `user` may open."""
    return [
        {"address": links.page(address) if links and carries else address, "label": label, "current": slug == current}
        for slug, address, label, action, carries in PARTS
        if can(user, action)
    ]


def asked(request: HttpRequest) -> tuple[FiguresForm, Chosen, Links]:
    """What the reader asks for: this year where nothing is asked."""
    given: QueryDict = request.GET
    if not any(name in given for name in FiguresForm.base_fields):
        given = given.copy()
        given["period"] = THIS_YEAR
    form = FiguresForm(given, user=request.user)
    return form, form.chosen(), links_of(given, can(request.user, "partnership.view"))


def page_of(request: HttpRequest, slug: str) -> tuple[Chosen, Links, dict[str, Any]]:
    """What every page of figures shows: its question, the chips that take a part of it back, quick periods, the other pages."""
    form, chosen, links = asked(request)
    quick = [
        {"address": links.page(request.path, period=name, since=None, until=None), "label": label, "current": form.data.get("period", "") == name and (name or not (chosen.start or chosen.end))}
        for name, label in (
            (THIS_YEAR, pgettext_lazy("period", "this year")), ("last_year", pgettext_lazy("period", "last year")),
            ("twelve_months", pgettext_lazy("period", "last 12 months")), ("", pgettext_lazy("period", "since the beginning")),
        )
    ]  # fmt: skip
    context = {
        "form": form, "chosen": chosen, "links": links, "query": links.query, "chips": form.chips(), "quick": quick,
        "tabs": report_tabs(request.user, slug, links), "saved_page": request.path, "path": request.path,
    }  # fmt: skip
    return chosen, links, context
