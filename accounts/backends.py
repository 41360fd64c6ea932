"""Logging in by e-mail; the policy answers for its own actions through User.has_perm."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User, UserManager


class PortalBackend(ModelBackend):
    """E-mail in any case, spaces around it forgiven; the same time for unknown people (Django hashes either way)."""

    def authenticate(self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any) -> User | None:
        username = UserManager.normalize_email(username or kwargs.get("email"))
        return super().authenticate(request, username=username, password=password)
