"""Lists that are too long to become a workbook while somebody waits: made in the background instead."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.listing import Whole
from reports.dashboards.lists import list_behind

SALT = "reports.long_list"
HOLDS = 24 * 60 * 60  # seconds that an offer stands
LIST_NAMES: dict[str, str | Promise] = {
    "activities": _("Activities"), "agreements": _("Agreements"), "institutions": _("Institutions"), "partnerships": _("Partnerships"),
    "evaluations": _("Evaluations"), "professionals": _("Professionals"), "needs": _("Needs"), "offers": _("Offers"), "actions": _("Action points"),
    "measurements": _("Measurements"), "referrals": _("Patients who were sent"), "support": _("Requests for support"),
    "technologies": _("Technologies introduced"), "programmes": _("Annual programmes"), "visitors": _("Visiting specialists"),
}  # fmt: skip


def list_name(name: str) -> str:
    """What a list is called, in the active language: a page of its own, or the rows behind a figure."""
    figure = None if name in LIST_NAMES else list_behind(name)
    return str(figure.label if figure else LIST_NAMES.get(name, name))


def offer(request: HttpRequest, whole: Whole) -> HttpResponse:
    """Instead of the workbook: the page that offers to make it. What was offered is signed, so that nothing else can be asked for."""
    query = request.GET.copy()
    for key in ("export", "page", "lang"):
        query.pop(key, None)
    parameters = {"path": request.path, "query": query.urlencode(), "name": whole.name}
    context = {
        "title": list_name(whole.name), "count": whole.count(), "back": f"{request.path}?{parameters['query']}", "query": parameters["query"],
        "path": request.path, "offer": signing.dumps({**parameters, "for": request.user.pk}, salt=SALT, compress=True),
    }  # fmt: skip
    return render(request, "reports/documents_export.html", context)


def offered(token: str, user: Any) -> dict[str, str] | None:
    """What was offered to this person; None for anything else."""
    try:
        parameters = signing.loads(token, salt=SALT, max_age=HOLDS)
    except signing.BadSignature:
        return None
    return parameters if parameters.pop("for") == user.pk else None
