"""Questionnaires, rules and indicators are edited here; evaluations are watched."""

from django.contrib import admin

from core.admin import AuditedAdmin
from evaluation.models import Criterion, Evaluation, EvaluationRule, EvaluationSide, Indicator, Questionnaire, ReminderRule


@admin.register(Indicator)
class IndicatorAdmin(AuditedAdmin):
    list_display = ["code", "name_ar", "name_fr", "unit", "direction", "is_headline"]
    list_filter = ["is_headline", "direction"]
    search_fields = ["code", "name_ar", "name_fr", "name_en"]


class CriterionInline(admin.StackedInline):
    model = Criterion
    extra = 0
    fields = ["number", "domain", "name_ar", "name_fr", "name_en", "hint_ar", "hint_fr", "hint_en"]


@admin.register(Questionnaire)
class QuestionnaireAdmin(AuditedAdmin):
    list_display = ["slug", "name_ar", "name_fr"]
    search_fields = ["slug", "name_ar"]
    inlines = [CriterionInline]


@admin.register(EvaluationRule)
class EvaluationRuleAdmin(AuditedAdmin):
    list_display = ["slug", "kind", "activity_kind", "due_after_days", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["slug"]


@admin.register(ReminderRule)
class ReminderRuleAdmin(AuditedAdmin):
    list_display = ["code", "name_ar", "trigger", "offsets", "audience", "escalation", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name_ar", "name_fr"]
    readonly_fields = ["code", "trigger"]


class SideInline(admin.TabularInline):
    model = EvaluationSide
    extra = 0
    can_delete = False
    fields = readonly_fields = ["side", "submitted_at", "submitted_by"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Evaluation)
class EvaluationAdmin(AuditedAdmin):
    list_display = ["kind", "partnership", "activity", "due_on", "status"]
    list_filter = ["status", "kind"]
    search_fields = ["partnership__code", "partnership__search_text"]
    date_hierarchy = "due_on"
    fields = [
        "kind",
        "partnership",
        "activity",
        "questionnaire",
        "rule",
        "opens_on",
        "due_on",
        "status",
        "achievements",
        "difficulties",
        "decisions",
        "reviewed_by",
        "version",
    ]
    readonly_fields = [name for name in fields if name != "due_on"]
    inlines = [SideInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()

    def has_add_permission(self, request):
        return False
