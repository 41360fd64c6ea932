"""Signs of life, and the error pages."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

log = logging.getLogger(__name__)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, migrations and broker: 200, or 503 naming what is wrong. Reasons are classes of errors, never secrets."""
    found = {"database": check(database), "migrations": check(migrations), "broker": check(broker)}
    ready = all(value == "ok" for value in found.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": found}, status=200 if ready else 503)


def check(probe) -> str:
    try:
        probe()
    except Exception as error:  # noqa: BLE001 – every backend raises its own kinds
        log.warning("not ready: %s: %s", probe.__name__, error)
        return f"failed: {type(error).__name__}"
    return "ok"


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("unapplied migrations")


def broker() -> None:
    if settings.REDIS_URL:
        import redis  # only where Redis is the broker

        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    elif not settings.BROKER_DIR.is_dir():
        raise FileNotFoundError("the broker's folder is missing")


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        from core.api import answer_outside  # the API answers in its own manner

        return answer_outside(status, f"http_{status}")
    return render(request, f"{status}.html", status=status)


def bad_request(request, exception=None):
    return error_page(request, 400)


def forbidden(request, exception=None):
    return error_page(request, 403)


def not_found(request, exception=None):
    return error_page(request, 404)


def server_error(request):
    if request.path.startswith("/api/"):
        return error_page(request, 500)
    return render(None, "500.html", status=500)
