"""Addresses that keep what the reader asked for."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

PASSING = ("export", "lang", "page", "all")  # parameters of an address that are no part of the question


@dataclass(frozen=True)
class Links:
    """The question in the address of a page of figures, carried on to whatever is opened from there."""

    asked: QueryDict
    may_open: bool = True  # rows of partnerships, behind the figures

    @property
    def query(self) -> str:
        return self.asked.urlencode()

    def page(self, path: str, **changes: Any) -> str:
        """Another page with the same question; `changes` replace parts of it, None drops one."""
        asked = self.asked.copy()
        for name, value in changes.items():
            if value is None:
                asked.pop(name, None)
            else:
                asked[name] = value
        return f"{path}?{asked.urlencode()}" if asked else path

    def rows(self, slug: str, **changes: Any) -> str:
        """The list behind a figure; "" for those who read figures only."""
        return self.page(f"/reports/{slug}/", **changes) if self.may_open else ""


def links_of(asked: QueryDict, may_open: bool) -> Links:
    """The question without what is passing or empty. A period stays even when it is empty: that means all days."""
    kept = asked.copy()
    for name in list(kept):
        if name in PASSING or (name != "period" and not kept[name]):
            del kept[name]
    return Links(kept, may_open)
