"""Supervision: what was asked for and by whom. The files are not opened here: each holds what its asker may see."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from reports.models import ReportRun, ReportSchedule


@admin.register(ReportRun)
class ReportRunAdmin(ReadOnlyAdmin):
    list_display = ["report", "asked_by", "state", "progress_pct", "format", "language", "created_at", "finished_at", "size"]
    list_filter = ["state", "report", "format"]
    search_fields = ["asked_by__name", "sha256"]
    date_hierarchy = "created_at"
    list_select_related = ["asked_by"]
    fields = [
        "report", "parameters", "asked_by", "state", "progress_pct", "language", "format", "schedule", "period_start", "created_at", "finished_at",
        "rows_count", "size", "sha256", "error",
    ]  # fmt: skip


@admin.register(ReportSchedule)
class ReportScheduleAdmin(ReadOnlyAdmin):
    list_display = ["report", "rhythm", "day", "format", "language", "made_by", "starts_on", "stopped_at"]
    list_filter = ["report", "rhythm"]
    list_select_related = ["made_by"]
