"""One box over everything that a person may see. Reads across apps, writes nothing.

A new kind of thing is a module with a `Kind`, and a place in KINDS.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from accounts.policy import can
from core.folding import search_words
from core.text import clean
from partnerships.querysets import with_places
from reports.search.activities import ACTIVITIES, PEOPLE, VISITORS
from reports.search.evaluations import EVALUATIONS
from reports.search.institutions import INSTITUTIONS
from reports.search.kinds import Kind, Line, code_in
from reports.search.library import GUIDES, TEXTS
from reports.search.partnerships import AGREEMENTS, PARTNERSHIPS
from reports.search.support import SUPPORT

__all__ = ["KINDS", "Found", "Kind", "Line", "address_of_code", "found_for", "lines_of"]

KINDS: tuple[Kind, ...] = (INSTITUTIONS, PARTNERSHIPS, AGREEMENTS, ACTIVITIES, EVALUATIONS, PEOPLE, VISITORS, SUPPORT, TEXTS, GUIDES)
COUNTED = 50  # beyond that, "50+"


@dataclass
class Found:
    """What was found of one kind: how many, `counted` and one more at most, and the first of them."""

    kind: Kind
    count: int
    lines: list[Line]
    counted: int = COUNTED

    @property
    def is_more(self) -> bool:
        """Too many to be counted here."""
        return self.count > self.counted

    @property
    def shown_count(self) -> int:
        return min(self.count, self.counted)


def open_kinds(user: Any) -> list[Kind]:
    return [kind for kind in KINDS if can(user, kind.action)]


def found_for(user: Any, words: str, at_most: int, only: str = "", counted: int = COUNTED) -> list[Found]:
    """What `user` may see of what `words` speak of, kind by kind, without the empty ones; the first `at_most` of each, or of `only`.

    A fixed number of queries for each kind.
    """
    if not search_words(clean(words)):
        return []
    keys = [(kind, kind.find(kind.rows(user), words, counted + 1)) for kind in open_kinds(user)]
    wanted = [(kind, found[:at_most] if only in ("", kind.slug) else []) for kind, found in keys]
    lines = lines_of(user, wanted)
    return [Found(kind, len(found), list(lines[kind.slug].values()), counted) for kind, found in keys if found]


def lines_of(user: Any, wanted: list[tuple[Kind, list[int]]]) -> dict[str, dict[int, Line]]:
    """{kind: {key: its line}} in the order of these keys; what `user` may not see is left out."""
    items = {kind.slug: in_order(kind.related(kind.rows(user)), keys) for kind, keys in wanted}
    folders = [folder for kind, _keys in wanted for item in items[kind.slug] if (folder := kind.folder(item)) is not None]
    prefetch_related_objects(folders, with_places())
    return {kind.slug: {item.pk: kind.line(item) for item in items[kind.slug]} for kind, _keys in wanted}


def in_order(rows: QuerySet, keys: list[int]) -> list[Any]:
    found = {item.pk: item for item in rows.filter(pk__in=keys).order_by()} if keys else {}
    return [found[key] for key in keys if key in found]


def address_of_code(user: Any, words: str) -> str:
    """Where the one thing is whose code was typed; "" when it is no code, or of nothing or several that `user` may see."""
    code = code_in(words)
    found: list[Any] = []
    for kind in open_kinds(user) if code else ():
        condition = kind.coded(code)
        if condition is not None:
            found += kind.rows(user).filter(condition).order_by()[:2]
    return found[0].get_absolute_url() if len(found) == 1 else ""
