"""Fields by name; amounts as text, so that no decimal is lost on the way."""

from rest_framework import serializers

from support.models import SupportLine, SupportRequest, Tranche


class SupportLineSerializer(serializers.ModelSerializer):
    specialty = serializers.CharField(source="specialty.code", default=None)

    class Meta:
        model = SupportLine
        fields = ["text", "specialty", "quantity", "unit_price"]


class TrancheSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tranche
        fields = ["number", "amount", "planned_on", "paid_on", "justify_by"]


class SupportRequestSerializer(serializers.ModelSerializer):
    institution = serializers.CharField(source="institution.code")
    partnership = serializers.CharField(source="partnership.code", default=None)
    asked = serializers.DecimalField(max_digits=17, decimal_places=3)
    paid = serializers.DecimalField(max_digits=17, decimal_places=3)
    justified = serializers.DecimalField(max_digits=17, decimal_places=3)
    lines = SupportLineSerializer(many=True)
    tranches = TrancheSerializer(many=True)

    class Meta:
        model = SupportRequest
        fields = [
            "id", "uid", "code", "institution", "partnership", "kind", "title", "reasons", "status", "currency", "rate", "rate_on", "asked", "granted",
            "granted_in_kind", "granted_on", "paid", "justified", "lines", "tranches", "version",
        ]  # fmt: skip
