"""One kind of thing that the box finds, and what is shown of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from core.folding import search_words
from core.formats import western
from core.listing import search
from core.text import clean

FIRST = 2_000  # rows that are asked before all the others
EDGE_LASTS = 300  # seconds
EDGES: dict[tuple[str, str, str], tuple[Any, float]] = {}
SHORTEST = 3  # letters of the longest word: an index of three letters serves no shorter one
CODE = re.compile(r"[\w./-]{3,40}")


@dataclass(frozen=True)
class Line:
    """One thing in a list of things of every kind: its title, what else says which one it is, its code, its address."""

    title: str
    about: str
    code: str
    address: str


def no_code(code: str) -> Q | None:
    return None


def as_they_are(rows: QuerySet) -> QuerySet:
    return rows


def no_folder(item: Any) -> Any:
    return None


@dataclass(frozen=True)
class Kind:
    """Where things of one kind come from and how they are shown.

    `rows(user)` is what this person may see, `find(rows, words, at_most)` the keys of those that the words speak of, the likeliest first.
    `coded(code)` is the condition on the one row with this code, in capitals. `folder(item)` is the partnership that its line names: those
    of all kinds are read together. `address` is the list of all of them; it takes `?q=` unless `takes_words` is off.
    """

    slug: str
    label: str | Promise
    icon: str
    action: str
    rows: Callable[[Any], QuerySet]
    find: Callable[[QuerySet, str, int], list[int]]
    line: Callable[[Any], Line]
    address: str
    related: Callable[[QuerySet], QuerySet] = as_they_are
    coded: Callable[[str], Q | None] = no_code
    folder: Callable[[Any], Any] = no_folder
    takes_words: bool = True


def by_words(column: str, *order: str) -> Callable[[QuerySet, str, int], list[int]]:
    """Rows whose folded column holds every word, in this order.

    A common word is met often among the first rows, so these are asked first. A rare one is met seldom, so it is cheap to fetch all that the
    index of the column has and put them into order. Left to choose, PostgreSQL walks in order through all rows for a rare word.
    """

    def find(rows: QuerySet, words: str, at_most: int) -> list[int]:
        if max(map(len, search_words(clean(words))), default=0) < SHORTEST:
            return []
        asked, edge = search(rows, column, words), edge_of(rows.model, order[0])
        first = asked if edge is None else asked.filter(within(edge, order[0]))
        keys = list(first.order_by(*order).values_list("pk", flat=True)[:at_most])
        if edge is not None and len(keys) < at_most:
            keys = list(asked.order_by(*map(sorted_by, order)).values_list("pk", flat=True)[:at_most])
        return keys

    return find


def edge_of(model: type[Model], name: str) -> Any:
    """What the FIRST row in the order of one field has there; None when there are no more rows than that. Asked once in a while.

    An old edge does no harm: whatever lies before it is the first in that order all the same.
    """
    place = (str(connection.settings_dict["NAME"]), model._meta.label, name)
    edge, known_at = EDGES.get(place, (None, 0.0))
    if edge is None or monotonic() - known_at > EDGE_LASTS:
        edge = model._base_manager.order_by(name).values_list(name.removeprefix("-"), flat=True)[FIRST : FIRST + 1].first()
        EDGES[place] = (edge, monotonic())
    return edge


def within(edge: Any, name: str) -> Q:
    """Before the edge in that order, or even with it."""
    return Q(**{f"{name[1:]}__gte": edge}) if name.startswith("-") else Q(**{f"{name}__lte": edge})


def sorted_by(name: str) -> OrderBy:
    """An order that no index serves: what was found is sorted."""
    field = name.removeprefix("-")
    return OrderBy(Coalesce(F(field), F(field)), descending=name.startswith("-"))


def coded_by(name: str) -> Callable[[str], Q | None]:
    """The row whose field `name` is the code."""
    return lambda code: Q(**{name: code})


def code_in(words: str) -> str:
    """What was typed, where it may be a code: one word with a digit; "" otherwise."""
    code = western(clean(words)).strip().upper()
    return code if CODE.fullmatch(code) and any(letter.isdigit() for letter in code) else ""


def dotted(*parts: Any) -> str:
    """What is known of several things, between dots."""
    return " · ".join(str(part) for part in parts if part)
