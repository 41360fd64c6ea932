"""The calendar: a month or a list of days, and the secret addresses that feed it to telephones."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from activities import ical
from activities.actions import calendar as actions
from activities.choices import OccasionKind
from activities.filters import CalendarFilters
from activities.forms.calendar import FeedForm
from activities.models import Activity, CalendarFeed
from activities.month import OFF, Stretch, bounds, by_day, hijri_months, read_stretch, weeks_of
from activities.occasions import occasions_between, rules_now
from activities.views.sections import activity_tabs
from core.deeds import done
from core.formats import digits, month_name, parse_day, today, western
from core.listing import menus_or_fold
from core.profile import home
from core.throttle import is_tired

FIRST_YEAR, LAST_YEAR = 1990, 2060
READS_A_MINUTE = 60  # from one address
OWN = ("month", "view", "day", "lang", "page")  # parameters of the page, not filters


def month_asked(text: str) -> date:
    """The first day of "2026-11"; of this month for anything else."""
    year, _dash, month = western(text).partition("-")
    if len(year) == 4 and len(month) in {1, 2} and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and FIRST_YEAR <= int(year) <= LAST_YEAR:
        return date(int(year), int(month), 1)
    return today().replace(day=1)


def day_asked(text: str) -> date | None:
    try:
        day = parse_day(text)
    except (ValueError, OverflowError):
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def filters_of(request: HttpRequest, data: QueryDict) -> CalendarFilters:
    """The filters over what this person sees; without a status asked for, whatever was called off is left out."""
    rows = Activity.objects.visible_to(request.user)
    return CalendarFilters(data, queryset=rows if data.get("status") else rows.exclude(status__in=OFF), request=request)


def calendar_page(request: HttpRequest) -> HttpResponse:
    """A month as a table, or its days as a list (`?view=agenda`), or one day (`?day=`)."""
    require(request.user, "activity.view")
    day = day_asked(request.GET.get("day", ""))
    month = day.replace(day=1) if day else month_asked(request.GET.get("month", ""))
    first, last = (day, day) if day else bounds(month)
    filters = filters_of(request, request.GET)
    if menus := menus_or_fold(request, filters):
        return menus
    is_agenda = day is not None or request.GET.get("view") == "agenda"
    stretch = read_stretch(filters.qs, first, last, page=request.GET.get("page", "") if is_agenda else None)
    specials = occasions_between(rules_now(), first, last)
    context = {
        "tabs": activity_tabs(request.user, "calendar"), "filters": filters, "chips": filters.chips(), "query": filter_query(request.GET),
        "month": month, "day": day, "title": f"{month_name(month.month)} {digits(str(month.year))}",
        "hijri": hijri_months(first, last) if home().show_hijri else "", "stretch": stretch,
        "before": f"{month - timedelta(days=1):%Y-%m}", "after": f"{bounds(month)[1] + timedelta(days=1):%Y-%m}",
        "seasons": [special for special in specials if special.kind != OccasionKind.HOLIDAY], "holidays": [special for special in specials if special.kind == OccasionKind.HOLIDAY],
        "is_computed": any(special.is_computed for special in specials), "is_agenda": is_agenda, **(agenda(stretch, first) if is_agenda else table(stretch, month, specials)),
    }  # fmt: skip
    return render(request, "activities/calendar_page.html", context)


def agenda(stretch: Stretch, first: date) -> dict[str, Any]:
    page = stretch.page
    assert page is not None
    shown = {span.pk for span in page}
    days = by_day([entry for entry in stretch.entries if entry.activity.pk in shown], first)
    return {"days": days, "page": page, "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))}


def table(stretch: Stretch, month: date, specials: list[Any]) -> dict[str, Any]:
    names = home().weekdays[translation.get_language()[:2]]
    order = [(home().week_starts + place) % 7 for place in range(7)]
    found = {entry.activity.pk: entry for entry in stretch.entries}
    weekdays = [{"name": names[place], "is_rest": place in home().week_end} for place in order]
    return {"weeks": weeks_of(month, stretch.firsts, found, specials, today()), "weekdays": weekdays}


def filter_query(data: QueryDict) -> str:
    """The filters in force as a query string, in a stable order, without what belongs to the page."""
    names = [name for name in CalendarFilters.base_filters if name not in OWN and name not in CalendarFilters.left_out]
    kept = QueryDict(mutable=True)
    for name in sorted(names):
        if data.get(name, "").strip():
            kept[name] = data[name].strip()
    return kept.urlencode()


def feed_list(request: HttpRequest) -> HttpResponse:
    """The own addresses; a new one is made here, and shown this once."""
    require(request.user, "activity.view")
    asked = QueryDict(request.POST.get("query", "")[:300]) if request.method == "POST" else request.GET
    query = filter_query(asked)
    filters = filters_of(request, QueryDict(query))
    form = FeedForm(request.POST if request.method == "POST" else None)
    address = ""
    if request.method == "POST" and form.is_valid():
        made = done(form, lambda: actions.make_feed(request.user, name=form.cleaned_data["name"], query=query))
        if made:
            address, form = f"{settings.PORTAL_BASE_URL}/calendar/{made[1]}.ics", FeedForm()
    feeds = request.user.calendar_feeds.order_by("revoked_at", "-pk")[:30]
    context = {
        "tabs": activity_tabs(request.user, "calendar"), "form": form, "feeds": feeds, "address": address,
        "link": address.replace("https://", "webcal://").replace("http://", "webcal://"), "query": query, "chips": filters.chips(),
    }  # fmt: skip
    return render(request, "activities/calendar_feeds.html", context, status=400 if form.is_bound else 200)


@require_POST
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed, pk=pk, owner=request.user)
    actions.revoke_feed(feed, by=request.user)
    messages.success(request, _("The address is revoked: nobody reads it any more."))
    return redirect("calendar-feeds")


@login_not_required
@require_safe
def feed_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address: what its owner may see now, in the owner's language."""
    if is_tired(request, "calendar", at_most=READS_A_MINUTE):
        return HttpResponse(status=429, content_type="text/plain", headers={"Retry-After": "60", "Cache-Control": "no-store"})
    feed = actions.feed_of(secret)
    if feed is None:
        raise Http404
    actions.note_reading(feed)
    with translation.override(feed.owner.language):
        chosen = CalendarFilters(QueryDict(feed.query), queryset=ical.feed_activities(feed.owner), request=request)
        body = ical.feed(chosen.qs)
    headers = {"Cache-Control": "no-store, private", "Content-Disposition": 'inline; filename="tawama.ics"', "X-Robots-Tag": "noindex"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
