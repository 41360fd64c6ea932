"""What works without a line: the service worker, the empty form that a phone keeps, the page of what waits there."""

import hashlib
import json
import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from activities.api.serializers import NewActivitySerializer, ReportSerializer, ResultsSerializer
from activities.forms import ReportForm, ResultLineForm
from activities.kinds import REGISTRY
from activities.models import Activity
from activities.offline import facts_about, locale, refused_patterns
from activities.two_versions import differences
from activities.views.activities import may, whole
from core.formats import whole_number
from core.forms import WordsField
from core.text import read_json
from partnerships.models import Partnership

FILES = ("css/main.css", "js/portal.js", "js/queue_page.js", "django_htmx/htmx-2.min.js", "img/icons.svg", "img/mark.svg")
OFFLINE, FORM, QUEUE = "/activities/offline/", "/activities/offline/form/", "/activities/queue/"
MOST_PARTNERSHIPS, MOST_PLANNED = 8, 20
MOST_NUMBERS = 50  # asked about at once


@cache
def kept_files() -> list[str]:
    return [static(name) for name in FILES]


@cache
def version() -> str:
    """Changes whenever a file of the service worker does."""
    scripts = [*kept_files(), static("js/queue.js"), static("js/sw.js")]
    return hashlib.sha256(" ".join(scripts).encode()).hexdigest()[:12]


@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that stands between the browser and the line: the same for everybody, it says nothing about anybody."""
    known = {"version": version(), "files": kept_files(), "offline": OFFLINE, "kept": {"form": FORM, "queue": QUEUE}}
    scripts = json.dumps([static("js/queue.js"), static("js/sw.js")])
    response = HttpResponse(f"self.tawama = {json.dumps(known)};\nimportScripts(...{scripts});\n", content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@login_not_required
def offline_page(request: HttpRequest) -> HttpResponse:
    """What stands in for a page when there is no line."""
    return render(request, "activities/offline.html")


def queue_page(request: HttpRequest) -> HttpResponse:
    """What waits on this device. The page knows nothing: a script fills it from the browser's own database."""
    texts = [name for form in (ReportForm, ResultLineForm) for name, field in form.base_fields.items() if isinstance(field, WordsField)]
    facts = json.dumps({"user": request.user.pk, "refused": refused_patterns(), "locale": locale(), "texts": texts})
    base = "activities/offline_base.html" if "bare" in request.GET else "layouts/portal.html"
    states = [("draft", pgettext("records on this device", "Drafts")), ("ready", _("Ready to send")), ("sent", pgettext("records on this device", "Sent"))]
    return render(request, "activities/queue.html", {"facts": facts, "base": base, "states": states})


@login_not_required
@ensure_csrf_cookie
def queue_session(request: HttpRequest) -> HttpResponse:
    """Who is logged in, a fresh token against forgery, and which of the numbers asked about (`?uid=`) were recorded from a form."""
    if not request.user.is_authenticated:
        return JsonResponse({"user": None, "csrf": "", "known": {}})
    asked = [found for text in request.GET.getlist("uid")[:MOST_NUMBERS] if (found := uid_of(text))]
    rows = Activity.objects.visible_to(request.user).filter(uid__in=asked, reported_at__isnull=False) if asked else ()
    known = {str(activity.uid): activity.pk for activity in rows}
    return JsonResponse({"user": request.user.pk, "csrf": get_token(request), "known": known})


def uid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# --- The empty form -----------------------------------------------------------------------------------------------


def offline_form(request: HttpRequest) -> HttpResponse:
    """The form of a day, for every kind and for the person's own partnerships at once: kept by the phone, filled in without a line."""
    require(request.user, "activity.create")
    mine = Partnership.objects.visible_to(request.user, "activity.create").running().with_people()
    partnerships = list(mine.order_by("-last_activity_on", "-pk")[:MOST_PARTNERSHIPS])
    planned = Activity.objects.visible_to(request.user, "activity.report").report_owed().filter(partnership__in=partnerships)
    context = {"partnerships": partnerships, "planned": planned.select_related("partnership").order_by("-starts_on", "-pk")[:MOST_PLANNED]}
    if partnerships:
        context |= pieces(partnerships)
        context["facts"] = json.dumps(facts_about(request.user, context.pop("forms")))
    return render(request, "activities/offline_form.html", context)


@dataclass
class Piece:
    """A field of the report form, once: the kinds (or partnerships) whose form has it, what each kind calls it, and for which it stands behind the others."""

    bound: BoundField
    of: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    more: list[str] = field(default_factory=list)

    @property
    def renamed(self) -> str:
        """{kind: label} as JSON where the kinds do not agree; "" where they do."""
        return json.dumps(self.words, ensure_ascii=False) if len(set(self.words.values())) > 1 else ""


def gather(found: dict[str, Piece], form: Any, names: Iterable[str], whose: str, more: Container[str] = ()) -> None:
    for name in names:
        piece = found.setdefault(name, Piece(form[name]))
        if whose not in piece.of:
            piece.of.append(whose)
        piece.words[whose] = str(form[name].label)
        piece.more += [whose] if name in more else []


def pieces(partnerships: list[Partnership]) -> dict[str, Any]:
    """The parts of the report form of every kind and partnership, each once."""
    kinds = list(REGISTRY.values())
    forms = [ReportForm(kind=kind.slug, partnership=partnerships[0]) for kind in kinds]
    widest = [kinds[0], *[kind for kind in kinds if kind.at_either_side][:1]]
    others = [ReportForm(kind=kind.slug, partnership=partnership) for partnership in partnerships for kind in widest]
    in_lines: dict[str, Piece] = {}
    parts: dict[str, Piece] = {}
    team: dict[str, Piece] = {}
    sites: dict[int, dict[str, str]] = {}
    for form in forms:
        gather(in_lines, form.lines[0], form.lines[0].fields, form.kind.slug, form.kind.more_fields)
        gather(parts, form, [name for name in form.fields if not name.startswith("team_")], form.kind.slug)
    for form in others:
        sites.setdefault(form.partnership.pk, {}).update(form.lines[0].fields["site"].choices)
        gather(team, form, [name for name in form.fields if name.startswith("team_")], str(form.partnership.pk))
    for choices in sites.values():  # what is none of the register stands at the end
        choices.update({key: choices.pop(key) for key in [key for key in choices if not key.isdigit()]})
    return {
        "forms": [*forms, *others], "first": forms[0], "kinds": kinds, "sites": sites, "team": team.values(),
        "line": {name: in_lines.pop(name).bound for name in ("site", "place", "specialty")}, "counts": in_lines.values(),
        "trained": [parts.pop(name) for name in list(parts) if name.startswith("trained_")],
        "trained_words": json.dumps({kind.slug: str(kind.trained_label) for kind in kinds}, ensure_ascii=False),
        "more": [piece for name, piece in parts.items() if name not in {"uid", "starts_on", "ends_on"}],
    }  # fmt: skip


# --- Two versions of one record -----------------------------------------------------------------------------------


@require_POST
def queue_compare(request: HttpRequest) -> HttpResponse:
    """What the portal has and what the device holds, side by side; the person decides which is right."""
    pk = whole_number(request.POST.get("activity", ""))
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.view", pk or 0)
    given = record_of(request)
    if given is None:
        messages.error(request, _("This record cannot be compared. Open it and save it again."))
        return redirect("queue")
    said = {name: given.validated_data[name] for name in ("kind", "starts_on", "ends_on") if name in given.validated_data}
    context = {
        "activity": activity, "uid": uid_of(request.POST.get("uid", "")), "may_correct": may(activity, "report", request.user),
        "differences": differences(activity, said, given.report(activity.kind_of)),
    }  # fmt: skip
    return render(request, "activities/queue_compare.html", context)


def record_of(request: HttpRequest) -> ResultsSerializer | None:
    """What the device holds, read as the API reads it; None when it cannot be read."""
    try:
        record = read_json(request.POST.get("record", ""))
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    is_report = "version" in record and "kind" not in record
    given = (ReportSerializer if is_report else NewActivitySerializer)(data=record, context={"request": request})
    return given if given.is_valid() else None
