"""Requests for support: by subject, institution and number."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from reports.search.kinds import Kind, Line, by_words, coded_by, dotted
from support.models import SupportRequest


def rows(user: Any) -> QuerySet:
    """Drafts are read by the institution that writes them."""
    mine = SupportRequest.objects.visible_to(user, "support.draft").values("pk")
    return SupportRequest.objects.visible_to(user).without_drafts_except(mine)


def line(request: SupportRequest) -> Line:
    return Line(request.title, dotted(request.institution.name, request.status_label), request.code, request.get_absolute_url())


SUPPORT = Kind(
    "support", pgettext_lazy("section", "Support"), "shield", "support.view", rows, by_words("search_text", "-pk"), line, "/support/",
    related=lambda rows: rows.select_related("institution"), coded=coded_by("code"),
)  # fmt: skip
