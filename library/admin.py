"""The library for administrators. The status of a text moves through the portal's steps only."""

from django.contrib import admin

from core.admin import AuditedAdmin, ReadOnlyAdmin
from library.models import Guide, LegalLink, LegalText, Opinion


class LegalLinkInline(admin.TabularInline):
    model = LegalLink
    fk_name = "source"
    extra = 0
    autocomplete_fields = ["target"]


@admin.register(LegalText)
class LegalTextAdmin(AuditedAdmin):
    list_display = ["title", "kind", "number", "dated_on", "subject", "status", "certainty", "is_to_check"]
    list_filter = ["country", "status", "subject", "kind", "certainty", "is_to_check"]
    search_fields = ["number", "title_ar", "title_fr", "title_en", "search_text"]
    readonly_fields = ["status", "consultation_ends_on"]
    ordering = ["-dated_on", "pk"]
    inlines = [LegalLinkInline]


@admin.register(Guide)
class GuideAdmin(AuditedAdmin):
    list_display = ["title", "step", "kind", "order"]
    list_filter = ["step", "kind"]
    search_fields = ["slug", "title_ar", "title_fr", "title_en"]


@admin.register(Opinion)
class OpinionAdmin(ReadOnlyAdmin):
    list_display = ["text", "by", "on_behalf", "stance", "updated_at"]
    list_filter = ["stance"]
    list_select_related = ["text", "by"]
