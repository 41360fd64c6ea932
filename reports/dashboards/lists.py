"""The lists behind the figures: the seven, and all activities, which charts by region and kind open."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.headline import HEADLINES, Chosen, Headline, activities, headline


class Listing(Headline):
    """A list whose figure is the number of its rows; no indicator stands for it."""

    def value(self, user: Any, chosen: Chosen) -> int:
        return self.rows(user, chosen).count()


_missions = next(figure for figure in HEADLINES if figure.slug == "missions")
ACTIVITIES = Listing("", "activities", _("Validated activities"), activities, _missions.columns, _missions.line, _missions.related, _missions.order)


def list_behind(slug: str) -> Headline | None:
    return ACTIVITIES if slug == ACTIVITIES.slug else headline(slug)
