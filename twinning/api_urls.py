"""The API: one router, the schema and a page that shows it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

from accounts.api import MeView, TokenView
from activities.api.views import ActivityViewSet
from evaluation.api.measurements import MeasurementViewSet
from evaluation.api.views import EvaluationViewSet, IndicatorViewSet
from partnerships.api.views import AgreementViewSet, InstitutionViewSet, PartnershipViewSet, RegionViewSet, SpecialtyViewSet
from support.api.views import SupportRequestViewSet

router = SimpleRouter()
router.register("institutions", InstitutionViewSet)
router.register("partnerships", PartnershipViewSet)
router.register("agreements", AgreementViewSet)
router.register("activities", ActivityViewSet)
router.register("evaluations", EvaluationViewSet)
router.register("indicators", IndicatorViewSet)
router.register("measurements", MeasurementViewSet, basename="measurement")
router.register("support-requests", SupportRequestViewSet)
router.register("specialties", SpecialtyViewSet)
router.register("regions", RegionViewSet)


@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """The description of the API as a plain page: no script, light on a poor line."""
    schema = SchemaGenerator().get_schema(public=True)
    operations = [
        {"path": address, "method": method.upper(), "id": f"{method}-{place}", **operation}
        for place, (address, methods) in enumerate(schema["paths"].items())
        for method, operation in methods.items()
    ]
    return render(request, "api/docs.html", {"operations": operations, "info": schema["info"]})


urlpatterns = [
    path("v1/token/", TokenView.as_view(), name="token"),
    path("v1/me/", MeView.as_view(), name="me"),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularJSONAPIView.as_view(permission_classes=[], authentication_classes=[]), name="schema"),
    path("docs/", docs, name="api-docs"),
]
