"""Partnerships and their agreements: by the names and places of the parties, by code or number."""

import re
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partnerships.models import Agreement, Partnership
from reports.search.kinds import Kind, Line, by_words, coded_by, dotted

NUMBER = re.compile(r"(\d{1,6})/(\d{4})")


def partnerships(user: Any) -> QuerySet:
    return Partnership.objects.visible_to(user)


def partnership_line(partnership: Partnership) -> Line:
    return Line(partnership.title, partnership.status_label, partnership.code, partnership.get_absolute_url())


def agreements(user: Any) -> QuerySet:
    return Agreement.objects.visible_to(user)


def agreement_line(agreement: Agreement) -> Line:
    return Line(agreement.title, dotted(agreement.partnership.title, agreement.status_label), "", agreement.get_absolute_url())


def numbered(code: str) -> Q | None:
    """12/2026: number 12 of the year 2026."""
    found = NUMBER.fullmatch(code)
    return Q(number=int(found[1]), year=int(found[2])) if found else None


PARTNERSHIPS = Kind(
    "partnerships", _("Partnerships"), "link", "partnership.view", partnerships, by_words("search_text", "-pk"), partnership_line, "/partnerships/",
    coded=coded_by("code"), folder=lambda item: item,
)  # fmt: skip
AGREEMENTS = Kind(
    "agreements", _("Agreements"), "file", "agreement.view", agreements, by_words("partnership__search_text", "-starts_on", "-pk"), agreement_line,
    "/agreements/", related=lambda rows: rows.select_related("partnership"), coded=numbered, folder=lambda item: item.partnership,
)  # fmt: skip
