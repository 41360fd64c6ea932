"""The administration, as a place that is not there for whoever has nothing to do in it."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse


class PortalAdminSite(AdminSite):
    site_header = site_title = "توأمة · Tawama"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Whoever is not logged in is asked to log in, whoever is and may not see it finds nothing."""
        answer = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return answer(request, *args, **kwargs)

        return update_wrapper(guarded, answer)
