"""Questionnaires, rules and indicators are edited here; evaluations are watched."""

from django import forms
from django.contrib import admin, messages
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from core.admin import AskedForIdentities, AuditedAdmin
from core.lifecycle import TransitionRefused
from evaluation import actions
from evaluation.forms.operations import ReminderRuleForm
from evaluation.models import Criterion, Evaluation, EvaluationRule, EvaluationSide, Indicator, Questionnaire, ReminderRule
from evaluation.reminders.engine import TRIGGERS
from evaluation.reminders.explaining import ladder

LANGUAGES = ("ar", "fr", "en")


@admin.register(Indicator)
class IndicatorAdmin(AuditedAdmin):
    list_display = ["code", "name_ar", "name_fr", "unit", "direction", "is_headline"]
    list_filter = ["is_headline", "direction"]
    search_fields = ["code", "name_ar", "name_fr", "name_en"]


class CriterionForm(forms.ModelForm):
    """What the marks mean is written as five lines in each language, from 0 to 4."""

    marks_ar = forms.CharField(label=_("What the marks 0 to 4 mean, in Arabic"), required=False, widget=forms.Textarea(attrs={"rows": 5, "dir": "rtl"}))
    marks_fr = forms.CharField(label=_("What the marks 0 to 4 mean, in French"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    marks_en = forms.CharField(label=_("What the marks 0 to 4 mean, in English"), required=False, widget=forms.Textarea(attrs={"rows": 5}))

    class Meta:
        model = Criterion
        fields = ["number", "domain", "domain_ar", "domain_fr", "domain_en", "name_ar", "name_fr", "name_en", "hint_ar", "hint_fr", "hint_en"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            self.initial.setdefault(f"marks_{code}", "\n".join(self.instance.marks.get(code, ())))

    def clean(self):
        cleaned = super().clean()
        for code in LANGUAGES:
            lines = [line.strip() for line in cleaned.get(f"marks_{code}", "").splitlines() if line.strip()]
            if lines and len(lines) != 5:
                self.add_error(f"marks_{code}", _("Write five lines: one for each mark from 0 to 4."))
        return cleaned

    def save(self, commit=True):
        written = {code: [line.strip() for line in self.cleaned_data.get(f"marks_{code}", "").splitlines() if line.strip()] for code in LANGUAGES}
        self.instance.marks = written if any(written.values()) else {}
        return super().save(commit)


class CriterionInline(AskedForIdentities, admin.StackedInline):
    model = Criterion
    form = CriterionForm
    extra = 0
    fields = [
        "number", ("domain", "domain_ar", "domain_fr", "domain_en"), "name_ar", "name_fr", "name_en", ("hint_ar", "hint_fr", "hint_en"),
        ("marks_ar", "marks_fr", "marks_en"),
    ]  # fmt: skip


@admin.register(Questionnaire)
class QuestionnaireAdmin(AuditedAdmin):
    """A version that has been answered is read only: a new version is made from it, edited, and put in use."""

    list_display = ["slug", "edition", "name_ar", "purpose", "is_current", "is_locked"]
    list_filter = ["purpose", "is_current"]
    search_fields = ["slug", "name_ar"]
    readonly_fields = ["edition", "is_current"]
    inlines = [CriterionInline]
    actions = ["make_new_version", "use_this_version"]

    @admin.display(description=_("answered, read only"), boolean=True)
    def is_locked(self, obj):
        return obj.is_used

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "slug", "purpose"] if obj else self.readonly_fields

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_used)

    @admin.action(description=_("Make a new version"))
    def make_new_version(self, request, queryset):
        self.each(request, queryset, actions.new_version, _("A new version has been begun: edit it, then put it in use."))

    @admin.action(description=_("Put this version in use"))
    def use_this_version(self, request, queryset):
        self.each(request, queryset, actions.put_in_use, _("From now on this version is used."))

    def each(self, request, queryset, deed, said):
        """Do it to one questionnaire after the other; say what was refused."""
        for questionnaire in queryset:
            try:
                deed(questionnaire, by=request.user)
            except TransitionRefused as refusal:
                messages.error(request, f"{questionnaire}: {refusal}")
            else:
                messages.success(request, f"{questionnaire}: {said}")


@admin.register(EvaluationRule)
class EvaluationRuleAdmin(AuditedAdmin):
    list_display = ["slug", "kind", "moment", "activity_kind", "due_after_days", "opens_before_days", "is_active"]
    list_filter = ["is_active", "moment"]
    search_fields = ["slug"]
    list_select_related = ["questionnaire"]


@admin.register(ReminderRule)
class ReminderRuleAdmin(AuditedAdmin):
    """The rules as data. What a rule watches is code: new moments come with the portal, so rules are neither added nor deleted."""

    form = ReminderRuleForm
    change_list_template = "admin/evaluation/reminderrule/change_list.html"
    list_display = ["code", "name_ar", "trigger", "offsets", "audience", "escalation", "topic", "is_active"]
    list_filter = ["is_active", "is_urgent", "topic"]
    search_fields = ["code", "name_ar", "name_fr"]
    readonly_fields = ["code", "trigger", "in_words"]
    fields = ["code", "trigger", "in_words", *ReminderRuleForm.Meta.fields]

    @admin.display(description=_("in words"))
    def in_words(self, rule):
        lines = [(f"{moment}: {people}",) for moment, people in ladder(rule)]
        found = TRIGGERS.get(rule.trigger)
        stops = [(_("It stops as soon as: %(what)s.") % {"what": found.stops},)] if found and found.stops else []
        return format_html_join(mark_safe("<br>"), "{}", [*lines, *stops])  # noqa: S308 – a constant

    def has_add_permission(self, request):
        return False


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
        "counted_from",
        "opens_on",
        "due_on",
        "status",
        "evaluator",
        "reviewed_by",
        "version",
    ]
    readonly_fields = fields
    inlines = [SideInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
