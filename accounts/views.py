"""Logging in and out, the inbox, one's own settings."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_cookie

from accounts.forms import LoginForm
from accounts.models import Theme
from core.mail import spoken, subject_of
from core.models import Notice
from core.outbox import unread_count


def safe_next(request: HttpRequest) -> str:
    """Where to go after the login: an address of this portal, else home."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    inside = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return target if inside else "/"


@login_not_required
@vary_on_cookie
def login_page(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(safe_next(request))
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        login(request, form.user)
        response = redirect(safe_next(request))
        if not chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, form.user.language, max_age=365 * 24 * 3600, samesite="Lax", httponly=True, secure=settings.HTTPS
            )
        return response
    status = 400 if request.method == "POST" else 200
    return render(request, "accounts/login.html", {"form": form, "next": safe_next(request)}, status=status)


@require_POST
def logout_now(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device says; kept with the user."""
    if request.POST.get("theme") in Theme.values:
        request.user.theme = request.POST["theme"]
        request.user.save(update_fields=["theme"])
    return redirect(safe_next(request))


def notifications(request: HttpRequest) -> HttpResponse:
    """The inbox: what the portal told this person, newest first."""
    page = Paginator(Notice.objects.filter(recipient=request.user).order_by("-created_at", "-pk"), 30).get_page(request.GET.get("page"))
    for notice in page.object_list:
        notice.title = subject_of(notice)
    context = {"page": page, "unread_here": unread_count(request.user)}
    return render(request, "accounts/notifications.html", context)


def notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Why did I get this? The rule, the moment, the object."""
    notice = get_object_or_404(Notice, pk=pk, recipient=request.user)
    notice.title = subject_of(notice)
    return render(request, "accounts/notification.html", {"notice": notice, "rule_name": spoken(notice.words).get("rule_name", "")})


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
