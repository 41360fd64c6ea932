"""Supervision of activities. Figures and statuses move through the portal's steps only."""

from django.contrib import admin

from activities.models import Activity, ActivityParty, Dispute, Participant, Result, Session
from core.admin import AuditedAdmin


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class PartyInline(ReadOnlyInline):
    model = ActivityParty


class ResultInline(ReadOnlyInline):
    model = Result


class ParticipantInline(ReadOnlyInline):
    model = Participant


class SessionInline(ReadOnlyInline):
    model = Session


class DisputeInline(ReadOnlyInline):
    model = Dispute


@admin.register(Activity)
class ActivityAdmin(AuditedAdmin):
    list_display = ["title", "partnership", "kind", "status", "starts_on", "ends_on"]
    list_filter = ["status", "kind", "date_precision"]
    search_fields = ["search_text", "partnership__code"]
    date_hierarchy = "starts_on"
    fields = [
        "kind", "partnership", "agreement", "starts_on", "ends_on", "date_precision", "status", "specialties", "planned_consultations",
        "planned_operations", "checklist", "over_plan_reason", "note", "region_opinion", "region_opinion_note", "reported_by", "reported_for",
        "reported_at", "validated_at", "source", "source_note", "version",
    ]  # fmt: skip
    readonly_fields = [name for name in fields if name not in {"date_precision", "note", "source", "source_note"}]
    inlines = [PartyInline, ResultInline, ParticipantInline, SessionInline, DisputeInline]

    def get_queryset(self, request):
        rows = super().get_queryset(request).with_people()
        return rows.prefetch_related("partnership__parties__institution__region", "partnership__parties__institution__country")

    def has_add_permission(self, request):
        return False
