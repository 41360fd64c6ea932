"""The figures that everybody may read, and the switch that lets them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from accounts.access import require
from core.formats import number
from core.history import trail
from core.models import Switch
from core.privacy import FEWEST
from core.profile import home
from partnerships.choices import Zone
from reports.dashboards import public
from reports.headline import HEADLINES
from reports.views.sections import report_tabs

FRESH = 300  # seconds for which a browser or a cache on the way may keep the page


def words(said: public.Said) -> str:
    if said == public.FEW:
        return _("fewer than %(number)s") % {"number": number(FEWEST)}
    return _("not shown") if said == public.WITHHELD else number(int(said))


def tables(asked: str) -> dict[str, Any]:
    """All years of the country, and the zones of one of them; the last whole year unless another is asked for."""
    years = public.years()
    closed = [year for year in years if public.last_day(year).month == 12]
    year = int(asked) if asked in {str(item) for item in years} else (closed or years or [0])[0]
    of_years = [{"year": item, "until": public.last_day(item), "cells": [words(line.country) for line in public.of_year(item)]} for item in years]
    lines = public.of_year(year) if year else []
    zones = [{"label": zone.label, "cells": [words(line.zones[zone.value]) for line in lines]} for zone in Zone] if home().has_zones else []
    return {
        "heads": HEADLINES, "years": of_years, "year": year, "until": public.last_day(year) if year else None,
        "zones": zones, "total": [words(line.country) for line in lines], "fewest": FEWEST,
    }  # fmt: skip


@login_not_required
def public_figures(request: HttpRequest) -> HttpResponse:
    """The country by year and zone, for everybody, where the ministry has turned that on. No names, no institution, no small number."""
    if not public.is_public():
        raise Http404
    response = render(request, "reports/public.html", tables(request.GET.get("year", "")))
    if not request.user.is_authenticated:
        patch_cache_control(response, max_age=FRESH)
    return response


def public_switch(request: HttpRequest) -> HttpResponse:
    """What everybody would read, and whether they may: for the head of the cell and administrators."""
    require(request.user, "report.publish")
    if request.method == "POST":
        on = request.POST.get("on") == "1"
        if on and "sure" not in request.POST:
            return render(request, "components/ask.html", {
                "title": _("Make the figures public"), "button": _("Make the figures public"), "back": request.path, "back_label": _("Public figures"),
                "text": _("Everybody will read them without logging in, also outside the ministry. What was read once cannot be taken back."),
                "given": [("on", "1")],
            })  # fmt: skip
        if public.publish(on, by=request.user):
            messages.success(request, _("Everybody can read the figures now.") if on else _("The figures are no longer public."))
        return redirect("public-switch")
    switch = Switch.objects.filter(name=public.SWITCH).first()
    context = {
        **tables(request.GET.get("year", "")), "is_public": public.is_public(), "tabs": report_tabs(request.user, "public"),
        "history": list(trail(switch)[:5]) if switch else [],
    }  # fmt: skip
    return render(request, "reports/public_switch.html", context)
