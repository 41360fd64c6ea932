"""The operations page: how the sending stands, what needs a person, who would get what on a day."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.policy import can
from core import operations
from core.bounces import settle_bounces
from core.formats import number, today
from core.lifecycle import TransitionRefused
from core.mail import subject_of
from core.models import Bounce
from core.outbox import send_again
from evaluation.forms.operations import PreviewForm, ResendForm
from evaluation.models import ReminderRule
from evaluation.reminders.explaining import ladder
from evaluation.reminders.preview import preview

EACH = 25  # notices of a page


def tabs(current: str) -> list[dict[str, Any]]:
    pages = [
        ("sending", "/operations/", _("Sending")),
        ("rules", "/operations/rules/", _("Rules")),
        ("preview", "/operations/preview/", _("Who would get what")),
    ]
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label in pages]


def operations_page(request: HttpRequest, form: ResendForm | None = None) -> HttpResponse:
    """Queue, signs of life, what needs a person, what came back, how much was sent."""
    require(request.user, "operations.view")
    page = Paginator(operations.stuck(), EACH).get_page(request.GET.get("page"))
    for notice in page.object_list:
        notice.title = title_of(notice)
    context = {
        "queue": operations.queue(), "signs": operations.signs(), "rates": operations.rates(), "page": page, "is_away": operations.is_server_away(),
        "bounces": operations.open_bounces()[:50], "passing": operations.passing_bounces(), "form": form or ResendForm(),
        "may_resend": can(request.user, "operations.resend"), "tabs": tabs("sending"),
    }  # fmt: skip
    return render(request, "operations/operations.html", context, status=400 if form is not None else 200)


def title_of(notice: Any) -> str:
    """The subject; the name of the event for a row that is poisoned."""
    try:
        return subject_of(notice)
    except Exception:  # noqa: BLE001 – that is why it is here
        return notice.event


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send again what is marked, with a reason that the history keeps."""
    require(request.user, "operations.resend")
    form = ResendForm(request.POST)
    if form.is_valid():
        chosen = operations.stuck() if request.POST.get("all") else operations.stuck().filter(pk__in=form.cleaned_data["notices"])
        try:
            count = send_again(chosen, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionRefused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, ngettext("%(count)s notice is due again.", "%(count)s notices are due again.", count) % {"count": number(count)})
            return redirect("operations")
    return operations_page(request, form)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The address has been mended: its owner gets mail again."""
    require(request.user, "operations.resend")
    bounce = get_object_or_404(Bounce.objects.select_related("recipient"), pk=pk, settled_at=None)
    settle_bounces(bounce.recipient, by=request.user)
    messages.success(request, _("Settled: %(name)s gets e-mail again.") % {"name": bounce.recipient.name})
    return redirect("operations")


def rules_page(request: HttpRequest) -> HttpResponse:
    """Every rule in words."""
    require(request.user, "operations.view")
    rules = [{"rule": rule, "ladder": ladder(rule)} for rule in ReminderRule.objects.all()]
    may_edit = request.user.has_perm("evaluation.change_reminderrule")
    return render(request, "operations/rules.html", {"rules": rules, "may_edit": may_edit and request.user.is_staff, "tabs": tabs("rules")})


def preview_page(request: HttpRequest) -> HttpResponse:
    """Who would get what on a day, tomorrow unless another is given. Writes nothing."""
    require(request.user, "operations.view")
    tomorrow = today() + timedelta(days=1)
    form = PreviewForm(request.GET if "on" in request.GET else {"on": tomorrow.isoformat()})
    on, code = (form.cleaned_data["on"], form.cleaned_data["rule"]) if form.is_valid() else (tomorrow, "")
    found = preview(on, code)
    context = {
        "form": form, "on": on, "found": found, "digests": found.digests, "tabs": tabs("preview"),
        "rules": [(rule, found.by_rule[rule.code]) for rule in ReminderRule.objects.filter(code__in=found.by_rule)],
    }  # fmt: skip
    return render(request, "operations/preview.html", context, status=200 if form.is_valid() else 400)
