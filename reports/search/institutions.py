"""Institutions: by any of their names, with slips, by code."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partnerships.models import Institution
from partnerships.search import best
from reports.search.kinds import Kind, Line, coded_by, dotted


def rows(user: Any) -> QuerySet:
    return Institution.objects.visible_to(user).listed()


def keys(rows: QuerySet, words: str, at_most: int) -> list[int]:
    return best(rows, words)[:at_most]


def line(place: Institution) -> Line:
    return Line(place.name, dotted(place.kind, place.region or place.country), place.code, place.get_absolute_url())


INSTITUTIONS = Kind(
    "institutions", _("Institutions"), "globe", "institution.view", rows, keys, line, "/institutions/",
    related=lambda rows: rows.select_related("kind", "region", "country"), coded=coded_by("code"),
)  # fmt: skip
