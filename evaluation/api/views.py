from evaluation.api.serializers import EvaluationSerializer, IndicatorSerializer
from evaluation.filters import EvaluationFilters
from evaluation.models import Evaluation, Indicator
from partnerships.api.views import ReferenceViewSet, ScopedViewSet


class IndicatorViewSet(ReferenceViewSet):
    queryset = Indicator.objects.all()
    serializer_class = IndicatorSerializer


class EvaluationViewSet(ScopedViewSet):
    queryset = Evaluation.objects.select_related("partnership", "activity")
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilters
    search_field = "partnership__search_text"
    ordering_fields = ["due_on"]
    ordering = ["-due_on"]
