"""Fields by name; what is written goes through actions, with the same rules and words as the form."""

import uuid

from rest_framework import serializers

from activities.choices import ActivityOrigin, Cadre, Checklist, Part, VisitPurpose
from activities.kinds import REGISTRY, ActivityKind
from activities.models import OUTCOMES, Activity, Participant, PlannedVolume, Result, Session
from activities.rules import HeadCount, ResultLine, Volume
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


class VolumeSerializer(serializers.ModelSerializer):
    specialty = serializers.CharField(source="specialty.code")

    class Meta:
        model = PlannedVolume
        fields = ["specialty", "waiting", "consultations", "operations"]


class SessionSerializer(serializers.ModelSerializer):
    site = serializers.CharField(source="site.institution.code", default=None)
    place = serializers.CharField(source="site.place", default="")
    specialty = serializers.CharField(source="specialty.code", default=None)

    class Meta:
        model = Session
        fields = ["kind", "held_on", "starts_at", "ends_at", "title", "site", "place", "specialty"]


class ActivitySerializer(serializers.ModelSerializer):
    address = serializers.CharField(source="get_absolute_url", help_text="the page of the activity, under the portal's own address")
    partnership = serializers.CharField(source="partnership.code", default=None)
    phase = serializers.CharField(help_text="the status refined by the dates: under_way, held, report_overdue")
    senders = serializers.SerializerMethodField()
    hosts = serializers.SerializerMethodField()
    sites = serializers.SerializerMethodField(help_text="codes of institutions, or names of places")
    specialties = serializers.SlugRelatedField("code", many=True, read_only=True)
    series = serializers.CharField(source="series.name", default=None)
    volumes = VolumeSerializer(many=True)
    sessions = SessionSerializer(many=True)
    report_due_on = serializers.DateField()
    results = ResultSerializer(many=True)
    people = HeadCountSerializer(many=True, source="counted_people", help_text="head-counts, and named people who were present, without their names")

    class Meta:
        model = Activity
        fields = [
            "id", "uid", "address", "kind", "name", "purpose", "origin", "series", "partnership", "status", "phase", "starts_on", "ends_on",
            "date_precision", "senders", "hosts", "sites", "specialties", "planned_consultations", "planned_operations", "volumes", "sessions",
            "results", "people", "checklist", "over_plan_reason", "note", "report_due_on", "reported_at", "validated_at", "source", "version",
        ]  # fmt: skip

    def get_senders(self, activity) -> list[str]:
        return [place.code for place in activity.of_side("sender", "peer")]

    def get_hosts(self, activity) -> list[str]:
        return [place.code for place in activity.of_side("host")]

    def get_sites(self, activity) -> list[str]:
        return [site.institution.code if site.institution else site.place for site in activity.sites.all()]


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


class VolumeLineSerializer(serializers.Serializer):
    specialty = serializers.SlugRelatedField("code", queryset=Specialty.objects.all())
    waiting = serializers.IntegerField(min_value=0, max_value=20_000, default=0)
    consultations = serializers.IntegerField(min_value=0, max_value=20_000, default=0)
    operations = serializers.IntegerField(min_value=0, max_value=3_000, default=0)


class ResultsSerializer(serializers.Serializer):
    """What a report says: lines of results, people, and the words around them."""

    results = LineSerializer(many=True, required=False, max_length=40)
    people = PeopleSerializer(many=True, required=False, max_length=60)
    checklist = serializers.ChoiceField(choices=Checklist.choices, required=False, allow_blank=True, default="")
    over_plan_reason = Words(max_length=500, required=False, allow_blank=True, default="")
    note = Words(max_length=2000, required=False, allow_blank=True, default="")

    def lines(self, kind: ActivityKind) -> list[ResultLine]:
        """Counts that the kind knows; others are refused by the rules when they are not zero."""
        return [
            ResultLine(
                row.get("site"), row["place"], row.get("specialty"),
                {name: row[name] for name in OUTCOMES if name in kind.all_fields or row[name]},
            )
            for row in self.validated_data.get("results", [])
        ]  # fmt: skip

    def head_counts(self) -> list[HeadCount]:
        return [HeadCount(row["part"], row.get("institution"), row["cadre"], row["count"]) for row in self.validated_data.get("people", [])]

    def report(self, kind: ActivityKind) -> dict[str, object]:
        """What the actions take."""
        data = self.validated_data
        words = {name: data[name] for name in ("checklist", "over_plan_reason", "note")}
        return {"lines": self.lines(kind), "people": self.head_counts(), **words}


class ReportSerializer(ResultsSerializer):
    """The results of a planned or disputed activity. `version` is the one that the author saw."""

    version = serializers.IntegerField(min_value=1)
    results = LineSerializer(many=True, max_length=40)


class NewActivitySerializer(ResultsSerializer):
    """Days that took place: made and reported in one go. Without `results`, a plan.

    `not_the_same` says that somebody looked: it is another mission than the one which a 409 “looks_like_recorded” names.
    """

    uid = serializers.UUIDField(default=uuid.uuid4)
    kind = serializers.ChoiceField(choices=[(slug, kind.label) for slug, kind in REGISTRY.items()])
    name = Words(max_length=200, required=False, allow_blank=True, default="")
    purpose = serializers.ChoiceField(choices=VisitPurpose.choices, required=False, allow_blank=True, default="")
    origin = serializers.ChoiceField(choices=ActivityOrigin.choices, default=ActivityOrigin.PROGRAMME)
    partnership = serializers.SlugRelatedField("code", queryset=Partnership.objects.all())
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    senders = serializers.SlugRelatedField("code", queryset=Institution.objects.all(), many=True, required=False)
    hosts = serializers.SlugRelatedField("code", queryset=Institution.objects.all(), many=True, required=False)
    sites = serializers.SlugRelatedField("code", queryset=Institution.objects.all(), many=True, required=False)
    places = serializers.ListField(child=Words(max_length=120), required=False, max_length=20)
    specialties = serializers.SlugRelatedField("code", queryset=Specialty.objects.all(), many=True, required=False)
    volumes = VolumeLineSerializer(many=True, required=False, max_length=20)
    not_the_same = serializers.BooleanField(default=False)

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:  # a partnership out of sight does not exist
            fields["partnership"].queryset = Partnership.objects.visible_to(request.user).with_people()
        return fields

    @property
    def kind_of(self) -> ActivityKind:
        return REGISTRY[self.validated_data["kind"]]

    def common(self) -> dict[str, object]:
        """What planning and recording share; senders and hosts only where some are named."""
        data = self.validated_data
        names = ("kind", "partnership", "starts_on", "ends_on", "name", "purpose", "origin", "not_the_same")
        return {name: data[name] for name in names} | {name: data[name] for name in ("senders", "hosts") if name in data}

    def plan(self) -> dict[str, object]:
        """What only a plan has: results name their own sites and specialties."""
        data = self.validated_data
        return {
            "specialties": data.get("specialties", []),
            "sites": [*data.get("sites", []), *data.get("places", [])],
            "volumes": [Volume(**row) for row in data.get("volumes", [])],
            "note": data["note"],
        }
