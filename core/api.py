"""The API's common manners: pages, allowed orders, RFC 9457 problems."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, filters, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

from core.lifecycle import TransitionRefused

PROBLEM = "application/problem+json"


class PagePagination(PageNumberPagination):
    page_size_query_param = "page_size"
    max_page_size = 500


class AllowedOrdering(filters.OrderingFilter):
    """`?ordering=` over the view's `ordering_fields` only; ties are broken by key so that pages are stable."""

    def filter_queryset(self, request, queryset, view):
        ordering = self.get_ordering(request, queryset, view) or ["-pk"]
        return queryset.order_by(*ordering, "pk") if "pk" not in {name.lstrip("-") for name in ordering} else queryset.order_by(*ordering)


class Conflict(exceptions.APIException):
    """409; `current` is the object as it is now, only ever for someone who may see it; `more` are further members of the problem."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"

    def __init__(self, detail: str, code: str = "conflict", current: Any = None, **more: Any):
        super().__init__(detail, code)
        self.current, self.more = current, more


def refuse_uid_of_others(data: Any, every: QuerySet, seen: QuerySet) -> None:
    """409 without the object, whatever else was sent, when this `uid` made something that the person may not see."""
    try:
        uid = UUID(str(data["uid"]))
    except (KeyError, TypeError, ValueError):
        return
    if every.filter(uid=uid).exists() and not seen.filter(uid=uid).exists():
        raise Conflict(_("This uid is taken."), "uid_taken")


def is_stale(data: Any, obj: Any) -> bool:
    """Whether a request started from another version than the one that is kept now: said before anything else is wrong with it."""
    version = data.get("version") if isinstance(data, dict) else None
    return isinstance(version, int) and version != obj.version


def flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Field errors as {"results.0.site": ["…"]}."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for key, value in detail.items():
            found |= flat(value, f"{prefix}.{key}" if prefix else str(key))
        return found
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        found = {}
        for place, item in enumerate(detail):
            found |= flat(item, f"{prefix}.{place}" if prefix else str(place))
        return found
    return {prefix: [str(item) for item in (detail if isinstance(detail, list) else [detail])]}


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any refusal as application/problem+json (RFC 9457), field errors under `errors`, a stable `code`."""
    from rest_framework.views import exception_handler, set_rollback  # it reads the settings that name this module

    if isinstance(error, TransitionRefused):
        set_rollback()
        return answer(403 if error.code == "not_allowed" else 409, error.code, str(error.message))
    if isinstance(error, Http404):
        return answer(404, "not_found", _("There is nothing here for you under this address."))
    if isinstance(error, PermissionDenied):
        return answer(403, "forbidden", _("Your role does not allow this."))
    response = exception_handler(error, context)
    if response is None:
        return None
    body: dict[str, Any] = {}
    if isinstance(error, exceptions.ValidationError):
        body = {"errors": flat(error.detail)}
        detail, code = _("Some fields need another look."), "invalid"
    else:
        detail, code = str(getattr(error, "detail", error)), getattr(error, "default_code", "error")
        codes = getattr(error, "get_codes", lambda: code)()
        code = codes if isinstance(codes, str) else code
    if isinstance(error, Conflict):
        body |= {**error.more, **({"current": error.current} if error.current is not None else {})}
    return answer(response.status_code, code, detail, body, dict(response.headers))


def answer(code: int, slug: str, detail: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> Response:
    kept = {name: value for name, value in (headers or {}).items() if name in {"WWW-Authenticate", "Retry-After", "Allow"}}
    return Response({**problem_body(code, slug, detail), **(body or {})}, status=code, headers=kept, content_type=PROBLEM)


def answer_outside(code: int, slug: str, detail: str = "", headers: dict[str, str] | None = None) -> JsonResponse:
    """The same where no view of the API has taken the request: an address that is none, a login that is slowed down."""
    return JsonResponse(problem_body(code, slug, detail or status_title(code)), status=code, headers=headers, content_type=PROBLEM)


def problem_body(code: int, slug: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": status_title(code), "status": code, "detail": detail, "code": slug}


def status_title(code: int) -> str:
    from http import HTTPStatus  # only for its phrases

    return HTTPStatus(code).phrase
