import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts.access import get_for
from accounts.policy import can
from activities.actions import feedback as actions
from activities.forms.people import FeedbackForm
from activities.models import Activity, FeedbackLink
from activities.panels import tabs_of
from activities.views.people import whole
from core.deeds import done
from core.lifecycle import TransitionRefused
from core.throttle import is_tired
from core.typesetting import qr_svg

ANSWERS_PER_MINUTE = 90  # of one address: a whole class may sit behind the hospital's one


def link_of(activity: Activity) -> FeedbackLink | None:
    return FeedbackLink.objects.filter(activity=activity).first()


def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """The address to hand out, and what came of it once there are enough answers."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.view", pk)
    link = link_of(activity)
    may_keep = can(request.user, "participant.keep", activity)
    context = {
        "activity": activity, "tabs": tabs_of(activity, request.user, "feedback"), "link": link if may_keep else None, "may_keep": may_keep,
        "address": actions.address_of(link) if link and may_keep else "", "is_open": link is not None and actions.is_open(link),
        "closes_on": actions.closing_day(link) if link else None, "results": actions.results_of(list(activity.feedback.all())),
    }  # fmt: skip
    return render(request, "activities/feedback.html", context)


@require_POST
def feedback_open(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "participant.keep", pk)
    try:
        actions.open_feedback(activity, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The form is ready: show the address or hang up the page with the drawing."))
    return redirect(f"{activity.get_absolute_url()}feedback/")


def feedback_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """A page for the wall: the drawing that opens the form, large, in three languages."""
    activity = get_for(request.user, whole(Activity.objects.all()), "participant.keep", pk)
    link = link_of(activity)
    if link is None:
        return redirect(f"{activity.get_absolute_url()}feedback/")
    address = actions.address_of(link)
    context = {"activity": activity, "address": address, "drawing": qr_svg(address), "invitations": in_three_languages()}
    return render(request, "activities/feedback_poster.html", context)


def in_three_languages() -> list[tuple[str, str]]:
    """What the wall says, once in each language."""
    found = []
    for code, _label in settings.LANGUAGES:
        with override(code):
            found.append((code, _("What did you think of it? Four marks, without your name.")))
    return found


@login_not_required
def feedback_form(request: HttpRequest, token: str) -> HttpResponse:
    """The form itself, for anybody who has the address: no login, no name."""
    if is_tired(request, "feedback", at_most=ANSWERS_PER_MINUTE):
        return page(request, {"state": "tired"}, 429)
    link = FeedbackLink.objects.select_related("activity").filter(token=token).first()
    if link is None:
        return page(request, {"state": "unknown"}, 404)
    if not actions.is_open(link):
        return page(request, {"state": "closed", "activity": link.activity}, 200)
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial={"uid": uuid.uuid4()})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if done(form, lambda: (actions.give_feedback(link, **given),)):
            return page(request, {"state": "thanks", "activity": link.activity}, 200)
    return page(request, {"state": "open", "activity": link.activity, "form": form}, 400 if form.is_bound else 200)


def page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """The light page; neither kept by caches nor by search engines."""
    answer = render(request, "activities/feedback_form.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
