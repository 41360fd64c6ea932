"""One way to list things: filters, search, order, pages and exports, the same on every list page."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms.widgets import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.exporters import EXPORTS, Column
from core.folding import search_words
from core.formats import MoreThan, day
from core.htmx import is_fragment, render_page
from core.saved_views import views_of
from core.text import clean

PAGE_SIZE = 20
COUNTED = 10_000  # rows of a list
MENUS = "components/filter_menus.html"


def search(queryset: QuerySet, field: str, text: str) -> QuerySet:
    """Rows whose folded column holds every word of `text`. `field` is a column kept folded, so LIKE finds it as it is."""
    for word in search_words(clean(text)):
        queryset = queryset.filter(**{f"{field}__contains": word})
    return queryset


class ListFilters(django_filters.FilterSet):
    """Base of the list filters that pages and API share. `search_field` names a folded column."""

    search_field = "search_text"

    q = django_filters.CharFilter(method="by_words", label=_("Search"))

    def by_words(self, queryset, name, value):
        return search(queryset, self.search_field, value)

    def keep_given(self) -> None:
        """Leave out the filters that nobody asked for: without a value they change nothing, and their menus are long."""
        for name in [name for name in self.filters if name != "q" and not self.data.get(name)]:
            del self.filters[name]

    def chips(self) -> list[dict[str, Any]]:
        """The filters in force, as {"label", "value", "without"}: `without` is the query string that drops it."""
        found = []
        if not self.form.is_valid():
            return found
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if name == "q" or value in (None, "", []) or isinstance(field.widget, HiddenInput):
                continue
            shown = dict(getattr(field, "choices", [])).get(self.data.get(name), value)
            if hasattr(field, "queryset"):
                shown = value
            if isinstance(value, date):
                shown = day(value)
            rest = self.data.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            if chip := self.chip(name, field.label, shown):
                found.append({"label": chip[0], "value": chip[1], "without": rest.urlencode()})
        return found

    def chip(self, name: str, label: Any, shown: Any) -> tuple[Any, Any] | None:
        """What a filter in force is called and how its value reads; None where neither says anything."""
        return label, shown


class CountedOncePaginator(Paginator):
    """Counts over the key alone: no joins that the rows need and the count does not. Counts, and leafs, no further than `counted`
    rows, COUNTED where nothing is said: beyond that nobody reads on, and counting on would cost more with every year. Exports hold every row.
    """

    def __init__(self, *given: Any, counted: int | None = None, **more: Any):
        super().__init__(*given, **more)
        self.counted = counted or COUNTED

    @property
    def count(self) -> int:
        if not hasattr(self, "_count"):
            found = self.object_list.order_by().values("pk")[: self.counted + 1].count()
            self._count = MoreThan(self.counted) if found > self.counted else found
        return self._count


def ordered(queryset: QuerySet, sort: str, allowed: dict[str, Sequence[str]], default: str) -> tuple[QuerySet, str]:
    """`queryset` in one of the allowed orders, "-name" for the reverse; the default for anything else."""
    name = sort.lstrip("-")
    if name not in allowed:
        sort, name = default, default.lstrip("-")
    fields = [_reverse(field) if sort.startswith("-") else field for field in allowed[name]]
    return queryset.order_by(*fields, "-pk" if sort.startswith("-") else "pk"), sort


def _reverse(field: Any) -> Any:
    """The other way round; an expression such as F("day").desc(nulls_last=True) too."""
    if not isinstance(field, str):
        field = field.copy()
        field.reverse_ordering()
        return field
    return field[1:] if field.startswith("-") else f"-{field}"


@dataclass(frozen=True)
class Whole:
    """Everything that the filters of a list select, in its order: what a file is made of."""

    name: str
    columns: Sequence[Column]
    rows: QuerySet
    related: Callable[[QuerySet], QuerySet]
    row: Callable[[Any], Sequence[Any]]

    def count(self) -> int:
        return self.rows.order_by().values("pk").count()

    def lines(self, at_once: int = 250) -> Iterator[list[Sequence[Any]]]:
        """The lines, some at a time. Each time is a query of its own, so that nothing is held open and memory does not grow.

        The keys are read first: what changes meanwhile neither repeats nor moves a line.
        """
        keys = array("q", self.rows.values_list("pk", flat=True).iterator(chunk_size=5_000))
        for first in range(0, len(keys), at_once):
            part = keys[first : first + at_once].tolist()
            found = {item.pk: item for item in self.related(self.rows.filter(pk__in=part).order_by())}
            yield [self.row(found[key]) for key in part if key in found]


Offer = Callable[[HttpRequest, Whole], HttpResponse]
OFFER: list[Offer] = []


def offer_long_exports(offer: Offer) -> None:
    """Let an app answer for workbooks of more than `settings.EXPORT_AT_ONCE` rows, which would keep everybody waiting."""
    OFFER[:] = [offer]


def is_long(rows: QuerySet) -> bool:
    """Whether there are more rows than are made into a workbook at once; counts no further."""
    most = settings.EXPORT_AT_ONCE
    return rows.order_by().values("pk")[: most + 1].count() > most


def file_of(request: HttpRequest, whole: Whole) -> HttpResponse | None:
    """The file that `?export=` asks for, or the offer to make it in the background; None when none is asked for."""
    export = EXPORTS.get(request.GET.get("export", ""))
    if export is None:
        return None
    if take := getattr(request, "take_whole", None):  # asked again by whoever makes the file in the background
        return take(whole)
    if OFFER and export is EXPORTS["xlsx"] and is_long(whole.rows):
        return OFFER[0](request, whole)
    items: Iterable[Any] = whole.related(whole.rows).iterator(chunk_size=500)
    return export(whole.name, whole.columns, (whole.row(item) for item in items))


def menus_or_fold(request: HttpRequest, filters: ListFilters) -> HttpResponse | None:
    """The menus alone where a page asks for them later; else nothing, and unless the page is asked for with them they are left out."""
    if not request.GET.get("menus"):
        filters.keep_given()
        return None
    return render_page(request, MENUS, MENUS, {"filters": filters}) if is_fragment(request) else None


def list_page(
    request: HttpRequest,
    *,
    queryset: QuerySet,
    filters: type[ListFilters],
    sorts: dict[str, Sequence[str]],
    default_sort: str,
    columns: Sequence[Column],
    row: Callable[[Any], Sequence[Any]],
    name: str,
    page: str,
    fragment: str,
    related: Callable[[QuerySet], QuerySet] = lambda rows: rows,
    shown: Callable[[QuerySet], QuerySet] | None = None,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer a list page. `queryset` already starts from what the user may see; `related` adds what the rows of a file
    read, `shown` what those of the page do where that is less.

    `?export=` gives exactly what the filters select, in the same order. Anything not understood in the address is
    left out of the page, never an error there; of a file it is one. The menus of the filters come when they are asked for (`?menus=open`): they are the longest
    part of a page, and most readers never open them.
    """
    form = filters(request.GET, queryset=queryset, request=request)
    if menus := menus_or_fold(request, form):
        return menus
    if "relevance" in form.qs.query.annotations:  # the search put the likeliest first
        sorts, default_sort = {**sorts, "relevance": ["relevance", "sort_key"]}, "relevance"
    chosen, sort = ordered(form.qs, request.GET.get("sort", ""), sorts, default_sort)
    if request.GET.get("export") and not form.form.is_valid():
        raise BadRequest("A filter of this address says nothing: a file of everything is not what was asked for.")
    if file := file_of(request, Whole(name, columns, chosen, related, row)):
        return file
    paginator = CountedOncePaginator(chosen, PAGE_SIZE)
    part: Page = paginator.get_page(request.GET.get("page"))
    part.object_list = list((shown or related)(part.object_list))
    query = request.GET.copy()
    for key in ("page", "export", "lang", "menus"):
        query.pop(key, None)
    context = {
        "page": part,
        "pages": list(paginator.get_elided_page_range(part.number, on_each_side=1, on_ends=1)),
        "filters": form,
        "chips": form.chips(),
        "sort": sort,
        "query": query.urlencode(),
        "searched": bool(query),
        "saved_views": views_of(request.user, request.path),
        "saved_page": request.path,
        **(extra or {}),
    }
    return render_page(request, page, fragment, context)
