"""Supervision of activities. Figures and statuses move through the portal's steps only."""

from django.contrib import admin

from activities.models import (
    Activity,
    ActivityParty,
    CalendarFeed,
    Correction,
    Dispute,
    Occasion,
    OccasionDate,
    Participant,
    PlannedActivity,
    PlannedVolume,
    Professional,
    Programme,
    Result,
    Session,
    Site,
)
from core.admin import AuditedAdmin, ReadOnlyAdmin
from partnerships.querysets import with_parties


class OccasionDateInline(admin.TabularInline):
    """Announced days; the year is that of the day, so it is not asked for."""

    model = OccasionDate
    fields = ["starts_on"]
    extra = 1


@admin.register(Occasion)
class OccasionAdmin(AuditedAdmin):
    """Rules of the calendar. A rule is switched off, not deleted: loading the reference tables again would bring it back."""

    list_display = ["name_ar", "slug", "kind", "calendar", "month", "day", "length", "zone", "is_active"]
    list_filter = ["kind", "calendar", "is_active"]
    search_fields = ["slug", "name_ar", "name_fr", "name_en"]
    inlines = [OccasionDateInline]

    def save_formset(self, request, form, formset, change):
        for row in formset.save(commit=False):
            row.year = row.starts_on.year
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class LineInline(ReadOnlyInline):
    model = PlannedActivity


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    """Supervision: lines and statuses move through the portal's own pages."""

    list_display = ["__str__", "agreement", "year", "status", "created_by"]
    list_filter = ["status", "year"]
    search_fields = ["agreement__partnership__code", "agreement__partnership__search_text"]
    list_select_related = ["agreement__partnership", "created_by"]
    inlines = [LineInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who has calendar addresses and when they were last read; the secrets are nowhere."""

    list_display = ["name", "owner", "created_at", "last_read_at", "revoked_at"]
    search_fields = ["name", "owner__email", "owner__name"]
    list_select_related = ["owner"]


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


class CorrectionInline(ReadOnlyInline):
    model = Correction


class SiteInline(ReadOnlyInline):
    model = Site


class VolumeInline(ReadOnlyInline):
    model = PlannedVolume


@admin.register(Activity)
class ActivityAdmin(AuditedAdmin):
    list_display = ["title", "partnership", "kind", "status", "starts_on", "ends_on"]
    list_filter = ["status", "kind", "date_precision"]
    search_fields = ["search_text", "partnership__code"]
    date_hierarchy = "starts_on"
    fields = [
        "kind", "name", "purpose", "origin", "series", "planned", "partnership", "agreement", "starts_on", "ends_on", "date_precision", "status",
        "leader", "specialties", "planned_consultations", "planned_operations", "theatres", "consumables", "lodging", "travel", "seats", "checklist",
        "over_plan_reason", "note", "region_opinion", "region_opinion_note", "reported_by", "reported_for", "reported_at", "validated_at", "source", "source_note", "version",
    ]  # fmt: skip
    readonly_fields = [name for name in fields if name not in {"date_precision", "note", "source", "source_note"}]
    inlines = [PartyInline, SiteInline, VolumeInline, SessionInline, ResultInline, ParticipantInline, DisputeInline, CorrectionInline]

    def get_queryset(self, request):
        rows = super().get_queryset(request).with_people()
        return rows.prefetch_related(with_parties("partnership__"))

    def has_add_permission(self, request):
        return False


@admin.register(Professional)
class ProfessionalAdmin(ReadOnlyAdmin):
    """Read here; entered, edited and erased in the portal, which keeps personal values out of the history."""

    list_display = ["name", "institution", "profession", "specialty", "left_on"]
    list_filter = ["profession"]
    search_fields = ["search_text"]
    list_select_related = ["institution", "profession", "specialty"]
    fields = ["name", "latin_name", "institution", "profession", "specialty", "rank", "left_on", "erased_at"]
