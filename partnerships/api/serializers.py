"""Fields by name; what is written goes through actions."""

from rest_framework import serializers

from partnerships.models import Agreement, Institution, Partnership, Region, Specialty


class RegionSerializer(serializers.ModelSerializer):
    country = serializers.CharField(source="country.code")
    parent = serializers.CharField(source="parent.code", default=None, help_text="the region that it was part of before it was made")

    class Meta:
        model = Region
        fields = ["id", "code", "country", "name_ar", "name_fr", "name_en", "zone", "parent", "latitude", "longitude", "valid_from", "valid_to", "installed_on"]


class SpecialtySerializer(serializers.ModelSerializer):
    class Meta:
        model = Specialty
        fields = ["code", "name_ar", "name_fr", "name_en", "group"]


class InstitutionSerializer(serializers.ModelSerializer):
    kind = serializers.CharField(source="kind.code")
    region = serializers.CharField(source="region.code", default=None)
    country = serializers.CharField(source="country.code")
    specialties = serializers.SlugRelatedField("code", many=True, read_only=True)

    class Meta:
        model = Institution
        fields = [
            "id", "code", "name_ar", "name_fr", "name_en", "aliases", "kind", "level", "region", "country", "city", "latitude", "longitude",
            "specialties", "website",
        ]  # fmt: skip


class PartySerializer(serializers.Serializer):
    institution = serializers.CharField(source="institution.code")
    name_ar = serializers.CharField(source="institution.name_ar")
    side = serializers.CharField()


class PartnershipSerializer(serializers.ModelSerializer):
    parties = PartySerializer(many=True)
    specialties = serializers.SlugRelatedField("code", many=True, read_only=True)
    is_dormant = serializers.BooleanField()

    class Meta:
        model = Partnership
        fields = [
            "id",
            "code",
            "reach",
            "origin",
            "status",
            "is_dormant",
            "parties",
            "specialties",
            "goals",
            "started_on",
            "last_activity_on",
            "source",
            "version",
        ]


class AgreementSerializer(serializers.ModelSerializer):
    partnership = serializers.CharField(source="partnership.code")
    phase = serializers.CharField(help_text="the status refined by the dates: not_yet, in_force, ended")

    class Meta:
        model = Agreement
        fields = [
            "id",
            "uid",
            "partnership",
            "kind",
            "year",
            "number",
            "status",
            "phase",
            "starts_on",
            "ends_on",
            "signed_on",
            "renewal",
            "notice_days",
            "languages",
            "prevailing_language",
            "revision",
            "fingerprint",
            "version",
        ]
