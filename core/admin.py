"""Supervision: the history, documents and notices are read, never written here."""

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.editing import EditConflict
from core.files import GATES
from core.history import changing, record, trail
from core.models import Attachment, Bounce, Change, Notice, Switch
from core.outbox import send_again
from core.text import no_identity_beside_references


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


NUMBERS = {"code", "phone", "password"}  # fields that hold one by right


class AskedForIdentities(admin.options.BaseModelAdmin):
    """Free text is refused when it looks like a patient's identity, as in the portal's own forms."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        is_words = isinstance(db_field, models.CharField | models.TextField) and not isinstance(
            db_field, models.EmailField | models.URLField | models.SlugField
        )
        if field is not None and is_words and not db_field.choices and db_field.name not in NUMBERS:
            field.validators.append(no_identity_beside_references)
        return field


class FromVersion(forms.ModelForm):
    """An edit that starts from the version which was shown; the next one to save after a refusal starts from what is kept by then."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean(self):
        given = super().clean()
        with changing():  # the lock lasts until the whole request of the administration is written
            current = type(self.instance)._base_manager.get(pk=self.instance.pk)
        if self.cleaned_data.get("version") != current.version:
            self.add_error(None, str(EditConflict(current)))
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = str(current.version)
        return given


class AuditedAdmin(AskedForIdentities, admin.ModelAdmin):
    """Edits leave a line in the history with what was before and after; what has a history is not deleted.

    What carries a version is edited from the one that was shown, and gets the next: nobody overwrites what a page of the
    portal has saved in the meantime, nor the other way round.

    The history page of the admin shows the portal's own trail.
    """

    object_history_template = "admin/trail.html"
    change_form_template = "admin/versioned.html"
    save_on_top = True

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        is_versioned = change and obj is not None and hasattr(obj, "version") and self.has_change_permission(request, obj)
        return type(form.__name__, (FromVersion, form), {}) if is_versioned else form

    def save_model(self, request, obj, form, change):
        with changing():
            before = {}
            if change and form.changed_data and hasattr(obj, "version"):
                obj.version += 1
            if change:
                old = type(obj).objects.get(pk=obj.pk)
                before = {name: getattr(old, name) for name in form.changed_data if hasattr(old, name) and not hasattr(getattr(old, name), "all")}
            super().save_model(request, obj, form, change)
            after = {name: form.cleaned_data.get(name) for name in form.changed_data if not hasattr(form.cleaned_data.get(name), "all")}
            after.pop("password", None)
            before.pop("password", None)
            record(obj, "edit" if change else "create", by=request.user, before=before, after=after)

    def save_related(self, request, form, formsets, change):
        """Lists and rows below the object are part of the same change."""
        with changing():
            super().save_related(request, form, formsets, change)
            after = {name: form.cleaned_data[name] for name in form.changed_data if hasattr(form.cleaned_data.get(name), "all")}
            for formset in formsets:
                rows = [*formset.new_objects, *(row for row, _fields in formset.changed_objects), *formset.deleted_objects]
                if rows:
                    after[formset.prefix] = [str(row) for row in rows]
            if after and not form.changed_data and hasattr(form.instance, "version"):
                type(form.instance).objects.filter(pk=form.instance.pk).update(version=F("version") + 1)
            if after:
                record(form.instance, "edit", by=request.user, after={name: [str(item) for item in value] for name, value in after.items()})

    def has_delete_permission(self, request, obj=None):
        return False

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        lines = trail(obj)[:200] if obj else []
        return super().history_view(request, object_id, {**(extra_context or {}), "trail": lines})


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["at", "object_type", "object_id", "verb", "from_status", "to_status", "by_name", "reason"]
    list_filter = ["object_type", "verb"]
    search_fields = ["by_name", "reason"]
    date_hierarchy = "at"
    ordering = ["-pk"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["title", "object_type", "object_id", "role", "size", "uploaded_by", "uploaded_at"]
    list_filter = ["role", "media_type"]
    search_fields = ["title"]
    list_select_related = ["uploaded_by"]
    fields = ["title", "object_type", "object_id", "role", "media_type", "size", "sha256", "uploaded_by", "uploaded_at"]

    def get_queryset(self, request: HttpRequest):
        """Without the files that an app guards itself: even their names may say too much."""
        return super().get_queryset(request).exclude(object_type__in=GATES)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "rule", "event", "recipient", "due_on", "rung", "state", "attempts", "sent_at", "last_error"]
    list_filter = ["state", "rule", "event"]
    search_fields = ["recipient__email", "recipient__name"]
    date_hierarchy = "created_at"
    list_select_related = ["recipient"]
    actions = ["send_again"]

    def has_change_permission(self, request, obj=None):
        return request.method == "POST" and "action" in request.POST and super(admin.ModelAdmin, self).has_change_permission(request, obj)

    @admin.action(description=_("Send again what is unknown or needs a person"))
    def send_again(self, request, queryset):
        count = send_again(queryset, by=request.user, reason=str(_("Sent again from the list of the administration.")))
        messages.info(request, ngettext("%(count)s notice is due again.", "%(count)s notices are due again.", count) % {"count": count})


@admin.register(Bounce)
class BounceAdmin(ReadOnlyAdmin):
    """Watched here; settled on the operations page, or by a new address of the person."""

    list_display = ["at", "recipient", "address", "is_lasting", "text", "settled_at"]
    list_filter = ["is_lasting"]
    search_fields = ["address", "recipient__name"]
    list_select_related = ["recipient"]
    fields = readonly_fields = ["recipient", "notice", "address", "is_lasting", "text", "at", "settled_at"]


@admin.register(Switch)
class SwitchAdmin(ReadOnlyAdmin):
    """Watched here; turned on the pages of the portal."""

    list_display = ["name", "is_on", "changed_at"]
