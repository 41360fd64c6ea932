"""The first page: what waits, what is late, what one last worked on, then the figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policy import can
from core.formats import today
from core.saved_views import pinned_views
from reports.headline import Chosen, figures
from reports.recent import recent
from reports.waiting import coming, my_partnerships, waiting_for


def home(request: HttpRequest) -> HttpResponse:
    """What waits for me and what is late, what I last worked on, then the figures."""
    user = request.user
    rows = waiting_for(user)
    this_year = Chosen(start=today().replace(month=1, day=1), end=today())
    context = {
        "late": [row for row in rows if row.is_late],
        "waiting": [row for row in rows if not row.is_late],
        "pinned": pinned_views(user),
        "recent": recent(user),
        "coming": coming(user) if can(user, "activity.view") else [],
        "partnerships": my_partnerships(user),
        "figures": figures(user, this_year) if can(user, "report.view") else [],
        "today": today(),
    }
    return render(request, "reports/home.html", context)
