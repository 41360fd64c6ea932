"""Where the apps are mounted."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.urls import include, path
from django.views.generic import RedirectView
from knox.models import AuthToken

from twinning import views

admin.site.unregister([AuthToken, Group])  # tokens are in our own words under people; roles are memberships, not groups

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("accounts.urls")),
    path("", include("library.urls")),
    path("", include("partnerships.urls")),
    path("", include("activities.urls")),
    path("", include("evaluation.urls")),
    path("", include("support.urls")),
    path("api/", include("twinning.api_urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/login/", login_not_required(RedirectView.as_view(url="/login/?next=/admin/", permanent=False))),
    path("admin/", admin.site.urls),
]

handler400 = "twinning.views.bad_request"
handler403 = "twinning.views.forbidden"
handler404 = "twinning.views.not_found"
handler500 = "twinning.views.server_error"
