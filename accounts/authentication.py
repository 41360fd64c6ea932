"""How a request to the API says whose it is, and what it carries, without ever ending in a server error."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework import exceptions, parsers


class TokenAuthentication(KnoxAuthentication):
    """A token that is not even text is a wrong one."""

    def authenticate(self, request: Any) -> Any:
        try:
            return super().authenticate(request)
        except UnicodeDecodeError as error:
            raise exceptions.AuthenticationFailed(_("Invalid token.")) from error


class TokenScheme(KnoxTokenScheme):
    """For the description of the API."""

    target_class = "accounts.authentication.TokenAuthentication"


class JSONParser(parsers.JSONParser):
    """Lists within lists without end are no JSON that anybody means."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise exceptions.ParseError(_("This is nested too deeply.")) from error
