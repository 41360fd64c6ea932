"""Slowing down whoever guesses passwords: per account through django-axes, and per address over all accounts."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

WINDOW = timedelta(hours=settings.AXES_COOLOFF_TIME)


def address_is_tired(request: HttpRequest) -> bool:
    """Too many failures from this address. REMOTE_ADDR only: a forwarded header can be forged."""
    failures = AccessAttempt.objects.filter(ip_address=request.META.get("REMOTE_ADDR"), attempt_time__gt=timezone.now() - WINDOW).aggregate(
        total=Sum("failures_since_start")
    )["total"]
    return (failures or 0) >= settings.LOGIN_FAILURES_PER_ADDRESS


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The answer to a throttled login: a page, or a problem for the API; the same whether the account exists or not."""
    text = _("Too many attempts. Try again in a quarter of an hour, or ask your administrator.")
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": text, "code": "throttled"}
        return JsonResponse(body, status=429, content_type="application/problem+json", headers={"Retry-After": "900"})
    return render(request, "accounts/locked_out.html", {"text": text}, status=429)
