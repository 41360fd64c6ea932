from rest_framework import serializers

from evaluation.indicators import is_computed
from evaluation.models import Evaluation, Indicator


class IndicatorSerializer(serializers.ModelSerializer):
    is_computed = serializers.SerializerMethodField(help_text="the portal computes it; others are typed as measurements")

    class Meta:
        model = Indicator
        fields = [
            "code", "name_ar", "name_fr", "name_en", "unit", "direction", "is_headline", "how_computed", "frequency", "is_computed",
            "definition_ar", "definition_fr", "definition_en",
        ]  # fmt: skip

    def get_is_computed(self, indicator: Indicator) -> bool:
        return is_computed(indicator.code)


class EvaluationSerializer(serializers.ModelSerializer):
    """When and how far; answers are read on the portal's pages only."""

    partnership = serializers.CharField(source="partnership.code")
    activity = serializers.UUIDField(source="activity.uid", default=None)
    is_overdue = serializers.BooleanField()

    class Meta:
        model = Evaluation
        fields = ["id", "kind", "partnership", "activity", "status", "is_overdue", "opens_on", "due_on", "version"]
