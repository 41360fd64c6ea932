"""Reading institutions, partnerships, agreements and the reference lists."""

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.filters import SearchFilter
from rest_framework.viewsets import ReadOnlyModelViewSet

from core.api import AllowedOrdering
from core.listing import search
from partnerships.api import serializers
from partnerships.filters import AgreementFilters, InstitutionFilters, PartnershipFilters, RegionFilters
from partnerships.models import Agreement, Institution, Partnership, Region, Specialty
from partnerships.search import find

SEARCH = OpenApiParameter("search", str, description="words that the row holds, folded as on the pages")


@extend_schema_view(list=extend_schema(parameters=[SEARCH]))
class ScopedViewSet(ReadOnlyModelViewSet):
    """Rows that the person may see, found by `?search=` as on the pages."""

    search_field = "search_text"

    def get_queryset(self):
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        rows = rows.visible_to(self.request.user)
        words = self.request.query_params.get("search", "")
        return self.found(rows, words) if words else rows

    def found(self, rows, words: str):
        return search(rows, self.search_field, words)


class InstitutionOrdering(AllowedOrdering):
    """The likeliest first when something is searched for and no order is asked for."""

    def get_default_ordering(self, view):
        return ["relevance", "sort_key"] if view.request.query_params.get("search", "").strip() else super().get_default_ordering(view)


class InstitutionViewSet(ScopedViewSet):
    queryset = Institution.objects.select_related("kind", "region", "country").prefetch_related("specialties")
    serializer_class = serializers.InstitutionSerializer
    filterset_class = InstitutionFilters
    filter_backends = [DjangoFilterBackend, InstitutionOrdering]
    ordering_fields = ["code", "name_ar"]
    ordering = ["code"]

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.listed() if self.action == "list" else rows

    def found(self, rows, words: str):
        return find(rows, words)


class PartnershipViewSet(ScopedViewSet):
    queryset = Partnership.objects.with_people()
    serializer_class = serializers.PartnershipSerializer
    filterset_class = PartnershipFilters
    ordering_fields = ["code", "started_on", "last_activity_on"]
    ordering = ["-code"]


class AgreementViewSet(ScopedViewSet):
    queryset = Agreement.objects.select_related("partnership")
    serializer_class = serializers.AgreementSerializer
    filterset_class = AgreementFilters
    search_field = "partnership__search_text"
    ordering_fields = ["starts_on", "ends_on", "signed_on"]
    ordering = ["-starts_on"]


class ReferenceViewSet(ReadOnlyModelViewSet):
    """A list that everybody with a login may read."""

    filter_backends = [DjangoFilterBackend, SearchFilter, AllowedOrdering]
    search_fields = ["code", "name_ar", "name_fr", "name_en"]
    lookup_field = "code"
    lookup_value_regex = r"[\w-]+"
    ordering_fields = ["code"]
    ordering = ["code"]


class SpecialtyViewSet(ReferenceViewSet):
    queryset = Specialty.objects.all()
    serializer_class = serializers.SpecialtySerializer


class RegionViewSet(ReadOnlyModelViewSet):
    queryset = Region.objects.select_related("country", "parent")
    serializer_class = serializers.RegionSerializer
    filter_backends = [DjangoFilterBackend, SearchFilter, AllowedOrdering]
    filterset_class = RegionFilters
    search_fields = ["code", "name_ar", "name_fr", "name_en"]
    ordering_fields = ["code"]
    ordering = ["country__code", "code"]
