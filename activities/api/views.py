"""Reading activities, and recording them so that a repeated request makes one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import get_for
from activities import actions
from activities.api.serializers import ActivitySerializer, NewActivitySerializer, ReportSerializer
from activities.filters import ActivityFilters
from activities.models import Activity
from activities.rules import has_report, says_the_same
from core.api import Conflict, is_stale, refuse_uid_of_others
from core.editing import EditConflict
from partnerships.api.views import ScopedViewSet


class ActivityViewSet(mixins.CreateModelMixin, ScopedViewSet):
    queryset = (
        Activity.objects.with_people()
        .select_related("series")
        .prefetch_related(
            "results__site__institution", "results__specialty", "participants__institution", "sites__institution", "volumes__specialty",
            "sessions__site__institution", "sessions__specialty",
        )
    )  # fmt: skip
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilters
    ordering_fields = ["starts_on", "ends_on"]
    ordering = ["-starts_on"]

    @extend_schema(request=NewActivitySerializer, responses={201: ActivitySerializer, 200: ActivitySerializer})
    def create(self, request, *args, **kwargs):
        """201 with the new activity; 200 with the one that this `uid` made before; 409 when it was made with other content.

        409 `looks_like_recorded` with the `address` of the other one when both sides seem to record the same mission: open
        that one, or send `not_the_same`.
        """
        refuse_uid_of_others(request.data, Activity.objects.all(), Activity.objects.visible_to(request.user))
        given = NewActivitySerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        try:
            activity, is_new = actions.once(given.validated_data["uid"], lambda: make(given, request.user))
        except actions.LooksRecorded as refusal:
            raise Conflict(str(refusal), refusal.code, address=refusal.other.get_absolute_url(), other=self.shown(refusal.other.pk)) from refusal
        except ValidationError as error:
            raise invalid(error) from error
        if not is_new:
            refuse_uid_of_others(request.data, Activity.objects.all(), Activity.objects.visible_to(request.user))  # made by others in between
        if not is_new and not is_same(activity, given):
            raise Conflict(_("This uid was used with other content."), "uid_reused", self.shown(activity.pk))
        return Response(self.shown(activity.pk), status=201 if is_new else 200)

    @extend_schema(request=ReportSerializer, responses={200: ActivitySerializer})
    @action(detail=True, methods=["post"], url_name="send-report")
    def report(self, request, *args, **kwargs):
        """Write the results of a planned or disputed activity; the same report again changes nothing and answers 200.

        409 `stale` with the `current` activity when it has another version by now, 403 for whoever may only read it.
        """
        activity = get_for(request.user, Activity.objects.with_people(), "activity.report", int(kwargs["pk"]))
        given = ReportSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=not is_stale(request.data, activity))
        if given.errors:
            raise self.stale(activity)
        if has_report(activity, **given.report(activity.kind_of)):
            return Response(self.shown(activity.pk))
        try:
            actions.report_activity(activity, by=request.user, version=given.validated_data["version"], **given.report(activity.kind_of))
        except EditConflict as conflict:
            raise self.stale(activity) from conflict
        except ValidationError as error:
            raise self.stale(activity) if is_stale(request.data, activity) else invalid(error) from error
        return Response(self.shown(activity.pk))

    def stale(self, activity: Activity) -> Conflict:
        conflict = EditConflict(activity)
        return Conflict(str(conflict), conflict.code, self.shown(activity.pk))

    def shown(self, pk: int) -> dict[str, Any]:
        """The activity as it is now; only ever one that the person may see."""
        return ActivitySerializer(self.get_queryset().get(pk=pk), context={"request": self.request}).data


def invalid(error: ValidationError) -> exceptions.ValidationError:
    return exceptions.ValidationError(getattr(error, "by_field", None) or error.messages)


def make(given: NewActivitySerializer, user: Any) -> Activity:
    common = {**given.common(), "uid": given.validated_data["uid"]}
    if "results" not in given.validated_data:
        return actions.create_activity(by=user, **common, **given.plan())
    return actions.log_activity(by=user, **common, **given.report(given.kind_of))


def is_same(activity: Activity, given: NewActivitySerializer) -> bool:
    """Does a repeated request say what the first one said? Compared field by field with what is kept."""
    data = given.validated_data
    if not says_the_same(activity, {**given.common(), "note": data["note"]}):
        return False
    if "results" in data:
        return has_report(activity, **given.report(activity.kind_of))
    volumes = sorted((row.specialty_id, row.waiting, row.consultations, row.operations) for row in activity.volumes.all())
    said = sorted((row["specialty"].pk, row["waiting"], row["consultations"], row["operations"]) for row in data.get("volumes", []))
    return activity.reported_at is None and volumes == said
