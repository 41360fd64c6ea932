"""Supervision: what is asked, granted and paid is read here and changed on the portal's pages."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from support.models import Budget, SupportLine, SupportRequest, TechnologyIntroduced, Tranche


class Inline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class LineInline(Inline):
    model = SupportLine
    fields = ["text", "specialty", "quantity", "unit_price"]


class TrancheInline(Inline):
    model = Tranche
    fields = ["number", "amount", "planned_on", "paid_on", "reference", "justify_by"]


@admin.register(SupportRequest)
class SupportRequestAdmin(ReadOnlyAdmin):
    list_display = ["code", "title", "institution", "kind", "status", "granted", "currency"]
    list_filter = ["status", "kind", "budget"]
    list_select_related = ["institution", "budget"]
    search_fields = ["code", "title", "institution__search_text"]
    date_hierarchy = "created_at"
    inlines = [LineInline, TrancheInline]


@admin.register(Budget)
class BudgetAdmin(ReadOnlyAdmin):
    list_display = ["name", "year", "source", "amount"]
    list_filter = ["year", "source"]
    search_fields = ["name"]


@admin.register(TechnologyIntroduced)
class TechnologyAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "institution", "commissioned_on", "in_use"]
    list_filter = ["kind", "in_use"]
    list_select_related = ["institution"]
    search_fields = ["name", "institution__search_text"]
