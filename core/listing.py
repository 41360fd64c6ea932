"""One way to list things: filters, search, order, pages and exports, the same on every list page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import django_filters
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms.widgets import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.exporters import EXPORTS, Column
from core.folding import search_words
from core.formats import day
from core.htmx import render_page
from core.text import clean

PAGE_SIZE = 20


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
            found.append({"label": field.label, "value": shown, "without": rest.urlencode()})
        return found


class CountedOncePaginator(Paginator):
    """Counts over the key alone: no joins that the rows need and the count does not."""

    @property
    def count(self) -> int:
        if not hasattr(self, "_count"):
            self._count = self.object_list.order_by().values("pk").count()
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
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer a list page. `queryset` already starts from what the user may see; `related` adds what rows show.

    `?export=` gives exactly what the filters select, in the same order. Anything not understood in the address is
    left out, never an error.
    """
    form = filters(request.GET, queryset=queryset, request=request)
    if "relevance" in form.qs.query.annotations:  # the search put the likeliest first
        sorts, default_sort = {**sorts, "relevance": ["relevance", "sort_key"]}, "relevance"
    chosen, sort = ordered(form.qs, request.GET.get("sort", ""), sorts, default_sort)
    export = EXPORTS.get(request.GET.get("export", ""))
    if export:
        rows: Iterable[Any] = related(chosen).iterator(chunk_size=500)
        return export(name, columns, (row(item) for item in rows))
    paginator = CountedOncePaginator(chosen, PAGE_SIZE)
    shown: Page = paginator.get_page(request.GET.get("page"))
    shown.object_list = list(related(shown.object_list))
    query = request.GET.copy()
    for key in ("page", "export", "lang"):
        query.pop(key, None)
    context = {
        "page": shown,
        "pages": list(paginator.get_elided_page_range(shown.number, on_each_side=1, on_ends=1)),
        "filters": form,
        "chips": form.chips(),
        "sort": sort,
        "query": query.urlencode(),
        "searched": bool(query),
        **(extra or {}),
    }
    return render_page(request, page, fragment, context)
