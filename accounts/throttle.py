"""Slowing down whoever guesses passwords: per account through django-axes, and per address over all accounts."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api import answer_outside

WINDOW = timedelta(hours=settings.AXES_COOLOFF_TIME)


def address_is_tired(request: HttpRequest) -> bool:
    """Too many failures from this address. REMOTE_ADDR only: a forwarded header can be forged."""
    failures = AccessAttempt.objects.filter(ip_address=request.META.get("REMOTE_ADDR"), attempt_time__gt=timezone.now() - WINDOW).aggregate(
        total=Sum("failures_since_start")
    )["total"]
    return (failures or 0) >= settings.LOGIN_FAILURES_PER_ADDRESS


def too_many_attempts() -> str:
    """What somebody reads whose login is slowed down; it names the length of WINDOW in words."""
    return _("Too many attempts. Try again in a quarter of an hour, or ask your administrator.")


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The answer to a throttled login: a page, or a problem for the API; the same whether the account exists or not."""
    text = too_many_attempts()
    if request.path.startswith("/api/"):
        return answer_outside(429, "throttled", text, {"Retry-After": str(int(WINDOW.total_seconds()))})
    return render(request, "accounts/locked_out.html", {"text": text}, status=429)
