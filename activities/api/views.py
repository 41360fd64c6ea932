"""Reading activities, and recording them so that a repeated request makes one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.response import Response

from accounts.policy import can
from activities import actions
from activities.api.serializers import ActivitySerializer, NewActivitySerializer
from activities.filters import ActivityFilters
from activities.models import Activity
from core.api import Conflict
from partnerships.api.views import ScopedViewSet


class ActivityViewSet(mixins.CreateModelMixin, ScopedViewSet):
    queryset = Activity.objects.with_people().prefetch_related("results__site__institution", "results__specialty", "participants__institution")
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilters
    ordering_fields = ["starts_on", "ends_on"]
    ordering = ["-starts_on"]

    @extend_schema(request=NewActivitySerializer, responses={201: ActivitySerializer, 200: ActivitySerializer})
    def create(self, request, *args, **kwargs):
        """201 with the new activity; 200 with the one that this `uid` made before; 409 when it was made with other content."""
        given = NewActivitySerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        data = given.validated_data
        try:
            activity, is_new = actions.once(data["uid"], request.user, lambda: make(given, request.user))
        except ValidationError as error:
            raise exceptions.ValidationError(getattr(error, "by_field", None) or error.messages) from error
        if not is_new:
            if not can(request.user, "activity.view", activity):
                raise Conflict(_("This uid is taken."), "uid_taken")
            if not is_same(activity, given):
                raise Conflict(_("This uid was used with other content."), "uid_reused", ActivitySerializer(activity).data)
        fresh = self.get_queryset().get(pk=activity.pk)
        return Response(ActivitySerializer(fresh, context={"request": request}).data, status=201 if is_new else 200)


def make(given: NewActivitySerializer, user: Any) -> Activity:
    data = given.validated_data
    common = {name: data[name] for name in ("uid", "kind", "partnership", "starts_on", "ends_on")}
    if "results" not in data:
        return actions.create_activity(by=user, **common, specialties=data.get("specialties", []), note=data["note"])
    return actions.log_activity(
        by=user, **common, lines=given.lines(), people=given.head_counts(), checklist=data["checklist"], note=data["note"],
        over_plan_reason=data["over_plan_reason"],
    )  # fmt: skip


def is_same(activity: Activity, given: NewActivitySerializer) -> bool:
    """Does a repeated request say what the first one said? Compared field by field with what is kept."""
    data = given.validated_data
    if (activity.kind, activity.partnership, activity.starts_on, activity.ends_on, activity.note) != (
        data["kind"], data["partnership"], data["starts_on"], data["ends_on"], data["note"],
    ):  # fmt: skip
        return False
    if "results" not in data:
        return activity.reported_at is None
    kept = {
        (row.site.institution_id or row.site.place, row.specialty_id, *(getattr(row, name) for name in activity.kind_of.outcome_fields))
        for row in activity.results.select_related("site")
    }
    said = {
        (
            line.institution.pk if line.institution else line.place,
            line.specialty.pk if line.specialty else None,
            *(line.counts.get(name, 0) for name in activity.kind_of.outcome_fields),
        )
        for line in given.lines()
    }
    people_kept = sorted((head.part, head.institution_id or 0, head.cadre, head.count) for head in activity.participants.all())
    people_said = sorted((head.part, head.institution.pk if head.institution else 0, head.cadre, head.count) for head in given.head_counts() if head.count)
    return kept == said and people_kept == people_said and (activity.checklist, activity.over_plan_reason) == (data["checklist"], data["over_plan_reason"])
