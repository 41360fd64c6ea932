"""The inbox, why something was told, how often e-mail comes, who stands in during an absence."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.forms import AbsenceForm, RhythmForm
from accounts.models import Absence, User
from core.deeds import done
from core.formats import today
from core.mail import spoken, subject_of, who_unsubscribes
from core.models import Bounce, Notice, NoticeState, Rhythm
from core.outbox import rhythms_of, unread_count
from core.topics import TOPICS, explanation, topic_of_notice


def tabs(current: str) -> list[dict[str, Any]]:
    pages = [
        ("inbox", "/notifications/", _("Notices")),
        ("preferences", "/notifications/preferences/", _("How often e-mail comes")),
        ("absence", "/notifications/absence/", _("Absence")),
    ]
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label in pages]


def notifications(request: HttpRequest) -> HttpResponse:
    """The inbox: what the portal told this person, newest first."""
    rows = Notice.objects.filter(recipient=request.user).exclude(event="digest").select_related("instead_of")
    page = Paginator(rows.order_by("-created_at", "-pk"), 30).get_page(request.GET.get("page"))
    for notice in page.object_list:
        notice.title = subject_of(notice)
    returned = Bounce.objects.filter(recipient=request.user, is_lasting=True, settled_at=None).exists()
    context = {"page": page, "unread_here": unread_count(request.user), "tabs": tabs("inbox"), "mail_returned": returned}
    return render(request, "accounts/notifications.html", context)


def notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Why did I get this? The rule in words, the thing, since when, what stops it, how to be told otherwise."""
    notice = get_object_or_404(Notice.objects.select_related("instead_of", "told_in"), pk=pk, recipient=request.user)
    notice.title = subject_of(notice)
    topic = topic_of_notice(notice)
    rhythm = Rhythm.AT_ONCE if topic.is_fixed else rhythms_of([request.user.pk]).get((request.user.pk, topic.slug), Rhythm.AT_ONCE)
    context = {
        "notice": notice, "why": explanation(notice), "rule_name": spoken(notice.words).get("rule_name", ""), "topic": topic,
        "rhythm": Rhythm(rhythm).label, "standing": request.user.standing, "mail_state": mail_state(notice),
    }  # fmt: skip
    return render(request, "accounts/notification.html", context)


def mail_state(notice: Notice) -> str:
    """What became of the e-mail, in words."""
    if notice.told_in is not None:
        return _("told in a digest")
    return str(NoticeState(notice.state).label)


def open_notice(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The one link of an e-mail: marks the notice as read and goes to its page."""
    notice = Notice.objects.filter(message_id=message_id, recipient=request.user).first()
    if notice is None:
        raise Http404
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    return redirect(notice.path)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = Notice.objects.filter(recipient=request.user, read_at=None).update(read_at=timezone.now())
    if count:
        messages.success(request, _("All notices are marked as read."))
    return redirect("notifications")


def preferences(request: HttpRequest) -> HttpResponse:
    """Topics by rhythm; those that are fixed say why."""
    rhythms = {topic: rhythm for (_person, topic), rhythm in rhythms_of([request.user.pk]).items()}
    form = RhythmForm(request.POST if request.method == "POST" else None, rhythms=rhythms)
    if request.method == "POST" and form.is_valid():
        actions.choose_rhythms(request.user, form.cleaned_data, by=request.user)
        messages.success(request, _("Saved. It counts from the next message on."))
        return redirect("notification-preferences")
    fixed = [topic for topic in TOPICS.values() if topic.is_fixed]
    context = {"form": form, "fixed": fixed, "tabs": tabs("preferences")}
    return render(request, "accounts/preferences.html", context, status=400 if form.is_bound else 200)


def absence(request: HttpRequest) -> HttpResponse:
    """Days away, and who is told in one's place."""
    form = AbsenceForm(request.POST if request.method == "POST" else None, deputies=actions.colleagues(request.user))
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.set_absence(request.user, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Noted. The deputy is told in your place, as far as the deputy may see it."))
        return redirect("absence")
    mine = request.user.absences.filter(ends_on__gte=today()).select_related("deputy").order_by("starts_on")
    others = Absence.objects.filter(deputy=request.user, ends_on__gte=today()).select_related("user").order_by("starts_on")
    context = {"form": form, "mine": mine, "others": others, "tabs": tabs("absence")}
    return render(request, "accounts/absence.html", context, status=400 if form.is_bound else 200)


@require_POST
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_absence(get_object_or_404(Absence, pk=pk, user=request.user, ends_on__gte=today()), by=request.user)
    messages.success(request, _("The absence is ended. You are told yourself again."))
    return redirect("absence")


@csrf_exempt
@login_not_required
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """What List-Unsubscribe leads to: a question for people, one click (RFC 8058) for their mail programs. No login needed.

    The token is the only proof, so nothing about the person is shown.
    """
    try:
        key, slug = who_unsubscribes(token)
    except (BadSignature, ValueError) as error:
        raise Http404 from error
    person = User.objects.filter(pk=key, is_active=True).first()
    topic = TOPICS.get(slug)
    if person is None or (topic is None and slug != actions.ALL_TOPICS):
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(person, slug)
    return render(request, "accounts/unsubscribe.html", {"topic": topic, "is_done": request.method == "POST"})
