"""The library: legal texts by number and title, guides by title."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.policy import can
from core.folding import fold, search_words
from library.models import Guide, LegalText
from reports.search.kinds import Kind, Line, by_words, coded_by, dotted


def texts(user: Any) -> QuerySet:
    return LegalText.objects.visible_to(user).filter(country=settings.PORTAL_COUNTRY)


def text_line(text: LegalText) -> Line:
    return Line(text.title, dotted(text.short, text.get_status_display()), "", text.get_absolute_url())


def guides(user: Any) -> QuerySet:
    return Guide.objects.all() if can(user, "library.view") else Guide.objects.none()


def find_guides(rows: QuerySet, words: str, at_most: int) -> list[int]:
    """Guides are few: their titles are folded here."""
    wanted = search_words(words)
    titles = rows.order_by("order", "slug").values_list("pk", "title_ar", "title_fr", "title_en")
    return [pk for pk, *names in titles if all(word in fold(" ".join(names)) for word in wanted)][:at_most]


def guide_line(guide: Guide) -> Line:
    return Line(guide.title, guide.get_step_display(), "", guide.get_absolute_url())


TEXTS = Kind(
    "texts", _("Legal texts"), "book", "library.view", texts, by_words("search_text", "-dated_on", "pk"), text_line, "/library/",
    related=lambda rows: rows.defer("body", "note", "search_text"), coded=coded_by("number"),
)  # fmt: skip
GUIDES = Kind(
    "guides", _("Guides"), "book", "library.view", guides, find_guides, guide_line, "/library/guides/",
    related=lambda rows: rows.defer("body_ar", "body_fr", "body_en"), takes_words=False,
)  # fmt: skip
