"""The lists behind the national figures."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import require
from core.listing import CountedOncePaginator, Whole, file_of
from reports.dashboards.links import links_of
from reports.dashboards.lists import list_behind
from reports.forms import FiguresForm
from reports.headline import HEADLINES, Chosen

COUNTED = 1_000  # rows: the figure itself says how many there are of what it counts


def figure_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows behind one figure; people who read aggregates only are shown the figure, not the rows."""
    require(request.user, "partnership.view")
    figure = list_behind(slug)
    if figure is None:
        raise Http404
    form = FiguresForm(request.GET or None, user=request.user)
    chosen = replace(form.chosen() if form.is_bound else Chosen(), action="partnership.view")
    rows = figure.rows(request.user, chosen).order_by(*figure.order)
    if file := file_of(request, Whole(figure.slug, figure.columns, rows, figure.related, figure.line)):
        return file
    page = CountedOncePaginator(rows, 25, counted=COUNTED).get_page(request.GET.get("page"))
    lines = [{"address": address_of(row), "cells": figure.line(row)} for row in figure.related(page.object_list)]
    context = {
        "figure": figure, "value": figure.value(request.user, chosen), "lines": lines, "page": page, "query": links_of(request.GET, True).query, "figures": HEADLINES,
        "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)), "chosen": chosen, "form": form, "chips": form.chips() if form.is_bound else [],
    }  # fmt: skip
    return render(request, "reports/figure_list.html", context)


def address_of(row: Any) -> str:
    """The page of what a row stands for: the activity itself for its results and its people."""
    return (row if hasattr(row, "get_absolute_url") else row.activity).get_absolute_url()
