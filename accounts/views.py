"""Logging in and out, one's own settings."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_cookie

from accounts.forms import LoginForm
from accounts.models import Theme


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
