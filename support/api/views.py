"""Reading requests for support; money is decided and paid on the portal's pages."""

from partnerships.api.views import ScopedViewSet
from support.api.serializers import SupportRequestSerializer
from support.filters import SupportFilters
from support.models import SupportRequest


class SupportRequestViewSet(ScopedViewSet):
    queryset = SupportRequest.objects.with_people().with_totals().prefetch_related("lines__specialty", "tranches")
    serializer_class = SupportRequestSerializer
    filterset_class = SupportFilters
    search_field = "search_text"
    ordering_fields = ["code", "granted_on"]
    ordering = ["-code"]

    def get_queryset(self):
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.without_drafts_except(SupportRequest.objects.visible_to(self.request.user, "support.draft").values("pk"))
