"""Measurements over the API: read, typed once however often a request is repeated, corrected with a version."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins, serializers
from rest_framework.response import Response

from accounts.access import get_for
from activities.api.serializers import Words
from core.api import Conflict, is_stale, refuse_uid_of_others
from core.editing import EditConflict
from evaluation.actions import measurements as actions
from evaluation.choices import Dimension
from evaluation.indicators import Period, period_of
from evaluation.measured_filters import MeasurementFilters
from evaluation.measuring import Share, value_of
from evaluation.models import Indicator, IndicatorValue, ValuePart
from partnerships.api.views import ScopedViewSet
from partnerships.models import Institution, Partnership

NUMBER = {"max_digits": 14, "decimal_places": 2, "coerce_to_string": False}


class PartSerializer(serializers.ModelSerializer):
    """A share of a measurement: of one cadre, sex, specialty or age band."""

    dimension = serializers.ChoiceField(choices=Dimension.choices)
    key = serializers.CharField(max_length=60)
    numerator = serializers.DecimalField(**NUMBER)
    denominator = serializers.DecimalField(**NUMBER, required=False, allow_null=True, default=None)

    class Meta:
        model = ValuePart
        fields = ["dimension", "key", "numerator", "denominator"]


class MeasurementSerializer(serializers.ModelSerializer):
    indicator = serializers.CharField(source="indicator.code")
    partnership = serializers.CharField(source="partnership.code")
    institution = serializers.CharField(source="institution.code")
    numerator = serializers.DecimalField(**NUMBER)
    denominator = serializers.DecimalField(**NUMBER, allow_null=True)
    value = serializers.SerializerMethodField(help_text="what the figure says in the unit of its indicator; null where it says nothing")
    parts = PartSerializer(many=True)

    class Meta:
        model = IndicatorValue
        fields = [
            "id", "uid", "indicator", "partnership", "institution", "period_start", "period_end", "numerator", "denominator", "value", "parts", "note",
            "status", "approved_at", "version",
        ]  # fmt: skip

    def get_value(self, value: IndicatorValue) -> float | None:
        return value_of(value.indicator, value.numerator, value.denominator)


class FiguresSerializer(serializers.Serializer):
    """The figures alone: what an edit may change."""

    numerator = serializers.DecimalField(**NUMBER)
    denominator = serializers.DecimalField(**NUMBER, required=False, allow_null=True, default=None)
    parts = PartSerializer(many=True, required=False, max_length=200)
    note = Words(max_length=1000, required=False, allow_blank=True, default="")

    def shares(self) -> list[Share] | None:
        """The parts as the actions take them; None when they were not sent."""
        given = self.validated_data.get("parts")
        return None if given is None else [Share(part["dimension"], part["key"], part["numerator"], part["denominator"]) for part in given]

    def figures(self) -> dict[str, Any]:
        return {name: self.validated_data[name] for name in ("numerator", "denominator", "note")}


def of_our_time(day: date) -> None:
    if not 1960 <= day.year <= 2100:
        raise serializers.ValidationError(_("Type a day between 1960 and 2100."))


class NewMeasurementSerializer(FiguresSerializer):
    """One figure of one period. Without `period_end`, the period of the indicator that holds `period_start`."""

    uid = serializers.UUIDField()
    indicator = serializers.SlugRelatedField("code", queryset=Indicator.objects.all())
    partnership = serializers.SlugRelatedField("code", queryset=Partnership.objects.all())
    institution = serializers.SlugRelatedField("code", queryset=Institution.objects.all())
    period_start = serializers.DateField(validators=[of_our_time])
    period_end = serializers.DateField(required=False, validators=[of_our_time])

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:  # a partnership out of sight does not exist
            fields["partnership"].queryset = Partnership.objects.visible_to(request.user).with_people()
        return fields

    def period(self) -> Period:
        data = self.validated_data
        whole = period_of(data["indicator"].frequency, data["period_start"])
        return Period(data["period_start"], data["period_end"]) if "period_end" in data else whole

    def content(self) -> dict[str, Any]:
        """What recording takes, and what a repeated request must say again."""
        about = {name: self.validated_data[name] for name in ("indicator", "partnership", "institution")}
        return {**about, "period": self.period(), "shares": self.shares() or [], **self.figures()}


class EditMeasurementSerializer(FiguresSerializer):
    """The whole figure anew, with the version that the edit started from; parts that are not sent stay."""

    version = serializers.IntegerField(min_value=1)


class MeasurementViewSet(mixins.CreateModelMixin, ScopedViewSet):
    queryset = IndicatorValue.objects.with_people()
    serializer_class = MeasurementSerializer
    filterset_class = MeasurementFilters
    search_field = "partnership__search_text"
    ordering_fields = ["period_end", "indicator__code"]
    ordering = ["-period_end"]

    def shown(self, pk: int) -> Any:
        return MeasurementSerializer(IndicatorValue.objects.with_people().get(pk=pk), context={"request": self.request}).data

    @extend_schema(request=NewMeasurementSerializer, responses={201: MeasurementSerializer, 200: MeasurementSerializer})
    def create(self, request, *args, **kwargs):
        """201 with the new draft; 200 with the one that this `uid` made before; 409 when it was made with other content, or when the period has a figure."""
        refuse_uid_of_others(request.data, IndicatorValue.objects.all(), IndicatorValue.objects.visible_to(request.user))
        given = NewMeasurementSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        data = given.validated_data
        try:
            value, is_new = actions.once(data["uid"], lambda: actions.record_measurement(by=request.user, uid=data["uid"], **given.content()))
        except ValidationError as error:
            raise invalid(error) from error
        if not is_new:
            refuse_uid_of_others(request.data, IndicatorValue.objects.all(), IndicatorValue.objects.visible_to(request.user))  # made by others in between
        if not is_new and not actions.says_the_same(value, **given.content()):
            raise Conflict(_("This uid was used with other content."), "uid_reused", self.shown(value.pk))
        return Response(self.shown(value.pk), status=201 if is_new else 200)

    @extend_schema(request=EditMeasurementSerializer, responses={200: MeasurementSerializer})
    def update(self, request, *args, **kwargs):
        """Correct a draft, or a figure that was sent back. 409 `stale` with the `current` one; 409 `locked` when its period is approved."""
        value = get_for(request.user, IndicatorValue.objects.with_people(), "measurement.record", int(kwargs["pk"]))
        given = EditMeasurementSerializer(data=request.data)
        given.is_valid(raise_exception=not is_stale(request.data, value))
        if given.errors:
            raise self.stale(value)
        try:
            actions.edit_measurement(value, by=request.user, shares=given.shares(), version=given.validated_data["version"], **given.figures())
        except EditConflict as conflict:
            raise self.stale(value) from conflict
        except ValidationError as error:
            raise self.stale(value) if is_stale(request.data, value) else invalid(error) from error
        return Response(self.shown(value.pk))

    def stale(self, value: IndicatorValue) -> Conflict:
        conflict = EditConflict(value)
        return Conflict(str(conflict), conflict.code, self.shown(value.pk))


def invalid(error: ValidationError) -> exceptions.ValidationError:
    fields = {"period": "period_start", "shares": "parts"} | {dimension.value: "parts" for dimension in Dimension}
    by_field = getattr(error, "by_field", None)
    return exceptions.ValidationError({fields.get(name, name): [text] for name, text in by_field.items()} if by_field else error.messages)
