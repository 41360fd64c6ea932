"""Fields by name; what is written goes through actions, with the same rules and words as the form."""

import uuid

from rest_framework import serializers

from activities.choices import Cadre, Checklist, Part
from activities.kinds import REGISTRY
from activities.models import OUTCOMES, Activity, Participant, Result
from activities.rules import HeadCount, ResultLine
from core.text import clean, no_patient_identity
from partnerships.models import Institution, Partnership, Specialty


class Words(serializers.CharField):
    """Free text: cleaned, and refused when it holds what looks like a patient's identity."""

    def to_internal_value(self, data):
        text = clean(super().to_internal_value(data))
        no_patient_identity(text)
        return text


class ResultSerializer(serializers.ModelSerializer):
    site = serializers.CharField(source="site.institution.code", default=None)
    place = serializers.CharField(source="site.place")
    specialty = serializers.CharField(source="specialty.code", default=None)

    class Meta:
        model = Result
        fields = ["site", "place", "specialty", *OUTCOMES]


class HeadCountSerializer(serializers.ModelSerializer):
    institution = serializers.CharField(source="institution.code", default=None)

    class Meta:
        model = Participant
        fields = ["part", "institution", "cadre", "count"]


class ActivitySerializer(serializers.ModelSerializer):
    partnership = serializers.CharField(source="partnership.code", default=None)
    phase = serializers.CharField(help_text="the status refined by the dates: under_way, held, report_overdue")
    senders = serializers.SerializerMethodField()
    hosts = serializers.SerializerMethodField()
    specialties = serializers.SlugRelatedField("code", many=True, read_only=True)
    results = ResultSerializer(many=True)
    people = HeadCountSerializer(many=True, source="participants")

    class Meta:
        model = Activity
        fields = [
            "id", "uid", "kind", "partnership", "status", "phase", "starts_on", "ends_on", "date_precision", "senders", "hosts", "specialties",
            "results", "people", "checklist", "over_plan_reason", "note", "reported_at", "validated_at", "source", "version",
        ]  # fmt: skip

    def get_senders(self, activity) -> list[str]:
        return [place.code for place in activity.of_side("sender", "peer")]

    def get_hosts(self, activity) -> list[str]:
        return [place.code for place in activity.of_side("host")]


class LineSerializer(serializers.Serializer):
    site = serializers.SlugRelatedField("code", queryset=Institution.objects.all(), required=False, allow_null=True)
    place = Words(max_length=120, required=False, allow_blank=True, default="")
    specialty = serializers.SlugRelatedField("code", queryset=Specialty.objects.all(), required=False, allow_null=True)

    def get_fields(self):
        return {**super().get_fields(), **{name: serializers.IntegerField(min_value=0, max_value=20_000, default=0) for name in OUTCOMES}}


class PeopleSerializer(serializers.Serializer):
    part = serializers.ChoiceField(choices=Part.choices)
    institution = serializers.SlugRelatedField("code", queryset=Institution.objects.all(), required=False, allow_null=True)
    cadre = serializers.ChoiceField(choices=Cadre.choices, required=False, allow_blank=True, default="")
    count = serializers.IntegerField(min_value=0, max_value=2000)


class NewActivitySerializer(serializers.Serializer):
    """Days that took place: made and reported in one go. Without `results`, a plan."""

    uid = serializers.UUIDField(default=uuid.uuid4)
    kind = serializers.ChoiceField(choices=[(slug, kind.label) for slug, kind in REGISTRY.items()])
    partnership = serializers.SlugRelatedField("code", queryset=Partnership.objects.all())
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    specialties = serializers.SlugRelatedField("code", queryset=Specialty.objects.all(), many=True, required=False)
    results = LineSerializer(many=True, required=False, max_length=40)
    people = PeopleSerializer(many=True, required=False, max_length=60)
    checklist = serializers.ChoiceField(choices=Checklist.choices, required=False, allow_blank=True, default="")
    over_plan_reason = Words(max_length=500, required=False, allow_blank=True, default="")
    note = Words(max_length=2000, required=False, allow_blank=True, default="")

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:  # a partnership out of sight does not exist
            fields["partnership"].queryset = Partnership.objects.visible_to(request.user).with_people()
        return fields

    def lines(self) -> list[ResultLine]:
        """Counts that the kind knows; others are refused by the rules when they are not zero."""
        known = REGISTRY[self.validated_data["kind"]].outcome_fields
        return [
            ResultLine(
                row.get("site"), row["place"], row.get("specialty"),
                {name: row[name] for name in OUTCOMES if name in known or row[name]},
            )
            for row in self.validated_data.get("results", [])
        ]  # fmt: skip

    def head_counts(self) -> list[HeadCount]:
        return [HeadCount(row["part"], row.get("institution"), row["cadre"], row["count"]) for row in self.validated_data.get("people", [])]
