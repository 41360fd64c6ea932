from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, User
from core.admin import AuditedAdmin
from core.bounces import settle_bounces
from core.history import changing, record


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Seen and revoked here, never made: a token is shown once, to whoever asked for it."""

    list_display = ["token_key", "user", "created", "expiry"]
    search_fields = ["user__email", "user__name"]
    list_select_related = ["user"]
    fields = readonly_fields = ["token_key", "user", "created", "expiry"]

    def has_add_permission(self, request):
        return False

    def delete_model(self, request, obj):
        with changing():
            record(obj.user, "revoke_token", by=request.user, after={"token": obj.token_key})
            super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for token in queryset:
            self.delete_model(request, token)


@admin.register(User)
class PortalUserAdmin(AuditedAdmin, UserAdmin):
    add_form = NewUserForm
    list_display = ["name", "email", "language", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "memberships__role"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    readonly_fields = ["last_login", "created_at"]
    filter_horizontal = ["groups", "user_permissions"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Settings"), {"fields": ["language", "theme"]}),
        (_("Permission"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["last_login", "created_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:  # a new address: mail is tried again
            settle_bounces(obj, by=request.user)
