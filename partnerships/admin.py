"""Reference data and supervision. Statuses move through the portal's steps only, so they are read-only here."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.admin import AskedForIdentities, AuditedAdmin, ReadOnlyAdmin
from partnerships.matching import CRITERIA
from partnerships.models import (
    Agreement,
    AgreementVisa,
    Amendment,
    AreaScore,
    ClauseKind,
    ClauseModel,
    Country,
    Department,
    Equipment,
    FocalPoint,
    Institution,
    InstitutionKind,
    Interest,
    MatchingSettings,
    MatchProposal,
    Meeting,
    Membership,
    NationalPlan,
    Need,
    NeedsAssessment,
    Offer,
    Partnership,
    PartnershipParty,
    Procedure,
    Profession,
    Project,
    Region,
    ServiceLine,
    Specialty,
    StaffCount,
)
from partnerships.querysets import with_parties


class NamedAdmin(AuditedAdmin):
    list_display = ["code", "name_ar", "name_fr", "name_en"]
    search_fields = ["code", "name_ar", "name_fr", "name_en"]
    ordering = ["code"]


admin.site.register([Country, InstitutionKind], NamedAdmin)


@admin.register(Region)
class RegionAdmin(NamedAdmin):
    list_display = ["code", "name_ar", "name_fr", "country", "zone", "valid_from", "valid_to"]
    list_filter = ["country", "zone"]
    list_select_related = ["country"]
    autocomplete_fields = ["country", "parent"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("country")


@admin.register(Specialty, Profession)
class GroupedAdmin(NamedAdmin):
    list_display = ["code", "name_ar", "name_fr", "group"]
    list_filter = ["group"]


@admin.register(Procedure)
class ProcedureAdmin(NamedAdmin):
    list_display = ["code", "name_ar", "name_fr", "specialty", "kind"]
    list_filter = ["kind"]
    list_select_related = ["specialty"]
    autocomplete_fields = ["specialty"]


@admin.register(ClauseKind)
class ClauseKindAdmin(AuditedAdmin):
    list_display = ["order", "slug", "name_ar", "name_fr", "name_en", "is_mandatory"]
    list_display_links = ["slug"]
    search_fields = ["slug", "name_ar", "name_fr", "name_en"]
    ordering = ["order"]


@admin.register(ClauseModel)
class ClauseModelAdmin(AuditedAdmin):
    """The ministry's model texts; agreements that were begun from one keep their own words."""

    list_display = ["kind", "slug", "label_ar", "country", "order"]
    list_display_links = ["slug"]
    list_filter = ["kind", "country"]
    search_fields = ["slug", "label_ar", "label_fr", "label_en", "text_ar", "text_fr", "text_en"]
    list_select_related = ["kind"]
    autocomplete_fields = ["kind"]


@admin.register(Equipment)
class EquipmentAdmin(NamedAdmin):
    autocomplete_fields = ["specialties"]


class DepartmentInline(AskedForIdentities, admin.TabularInline):
    model = Department
    extra = 0
    autocomplete_fields = ["specialty"]


class StaffInline(admin.TabularInline):
    model = StaffCount
    extra = 0
    autocomplete_fields = ["profession"]


@admin.register(Institution)
class InstitutionAdmin(NamedAdmin):
    list_display = ["code", "name_ar", "kind", "region", "country", "verified_at"]
    list_filter = ["kind", "country", "region__zone"]
    search_fields = ["code", "search_text"]
    list_select_related = ["kind", "region", "country"]
    autocomplete_fields = ["kind", "region", "country", "specialties", "procedures", "equipment"]
    readonly_fields = ["verified_at", "verified_by", "merged_into", "version"]
    inlines = [DepartmentInline, StaffInline]


class StatedAdmin(AuditedAdmin):
    """Needs and offers are stated and closed on the portal's pages, which keep one open of a kind; here they are corrected."""

    list_filter = ["kind", "institution__region__zone"]
    search_fields = ["institution__code", "institution__search_text", "specialty__code"]
    list_select_related = ["institution", "specialty"]
    autocomplete_fields = ["specialty", "procedures"]
    readonly_fields = ["institution", "stated_on", "closed_on", "version"]
    date_hierarchy = "stated_on"

    def has_add_permission(self, request):
        return False


@admin.register(Need)
class NeedAdmin(StatedAdmin):
    list_display = ["institution", "specialty", "kind", "severity", "waiting_count", "stated_on", "closed_on"]


@admin.register(Offer)
class OfferAdmin(StatedAdmin):
    list_display = ["institution", "specialty", "kind", "capacity_per_year", "stated_on", "closed_on"]


class ScoreInline(admin.TabularInline):
    model = AreaScore
    extra = 0
    can_delete = False
    readonly_fields = ["area", "now", "target", "comment"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(NeedsAssessment)
class NeedsAssessmentAdmin(AuditedAdmin):
    list_display = ["institution", "assessed_on", "assessed_by"]
    search_fields = ["institution__code", "institution__search_text"]
    list_select_related = ["institution", "assessed_by"]
    readonly_fields = ["institution", "assessed_on", "assessed_by"]
    date_hierarchy = "assessed_on"
    inlines = [ScoreInline]

    def has_add_permission(self, request):
        return False


@admin.register(Interest)
class InterestAdmin(AuditedAdmin):
    list_display = ["institution", "wish", "status", "submitted_on", "accepted_on"]
    list_filter = ["status", "wish"]
    search_fields = ["institution__code", "institution__search_text"]
    list_select_related = ["institution"]
    autocomplete_fields = ["specialties", "preferred_partner"]
    readonly_fields = ["institution", "status", "submitted_on", "accepted_on", "support", "version"]
    date_hierarchy = "submitted_on"

    def has_add_permission(self, request):
        return False


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    list_display = ["user", "role", "institution", "region", "partnership", "valid_from", "valid_to"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__email", "institution__search_text"]
    list_select_related = ["user", "institution", "region", "partnership"]
    autocomplete_fields = ["user", "institution", "region", "partnership"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(with_parties("partnership__"))


class PartyInline(admin.TabularInline):
    model = PartnershipParty
    extra = 0
    can_delete = False
    readonly_fields = ["institution", "side"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Partnership)
class PartnershipAdmin(AuditedAdmin):
    list_display = ["code", "title", "reach", "status", "started_on", "last_activity_on"]
    list_filter = ["status", "reach", "origin"]
    search_fields = ["code", "search_text"]
    readonly_fields = ["code", "reach", "status", "last_activity_on", "version"]
    autocomplete_fields = ["specialties"]
    date_hierarchy = "started_on"
    inlines = [PartyInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()

    def has_add_permission(self, request):
        return False  # made by the portal's action, with its parties and its code


@admin.register(MatchingSettings)
class MatchingSettingsAdmin(AuditedAdmin):
    list_display = ["__str__", *CRITERIA, "load_limit", "equity_pct", "version"]
    readonly_fields = ["version"]

    def has_add_permission(self, request):
        return not MatchingSettings.objects.exists()  # one row

    def get_form(self, request, obj=None, **kwargs):
        class Checked(super().get_form(request, obj, **kwargs)):
            def clean(self):
                given = super().clean()
                if not self.errors and not any(given.get(name) for name in CRITERIA):
                    raise ValidationError(_("At least one criterion needs a weight above zero."))
                return given

        return Checked


@admin.register(NationalPlan)
class NationalPlanAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "made_by", "state", "progress_pct", "created_at", "finished_at"]
    list_filter = ["state"]
    search_fields = ["title"]
    list_select_related = ["made_by"]
    fields = ["title", "made_by", "state", "progress_pct", "weights", "finished_at", "error"]


@admin.register(MatchProposal)
class MatchProposalAdmin(AuditedAdmin):
    list_display = ["title", "status", "score", "answer_due_on", "sender_answer", "host_answer"]
    list_filter = ["status"]
    search_fields = ["sender__search_text", "host__search_text"]
    list_select_related = ["sender", "host"]
    fields = ["sender", "host", "specialties", "note", "status", "score", "plan", "proposed_by", "sent_at", "answer_due_on", "partnership", "version"]
    readonly_fields = [name for name in fields if name != "note"]
    date_hierarchy = "sent_at"

    def has_add_permission(self, request):
        return False  # made by the portal's action, which asks the rules of matching


class VisaInline(admin.TabularInline):
    model = AgreementVisa
    extra = 0
    can_delete = False
    readonly_fields = ["institution", "by", "at"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Agreement)
class AgreementAdmin(AuditedAdmin):
    list_display = ["title", "partnership", "status", "starts_on", "ends_on", "signed_on"]
    list_filter = ["status", "kind", "year"]
    search_fields = ["number", "partnership__code", "partnership__search_text"]
    readonly_fields = ["partnership", "kind", "year", "number", "status", "signed_on", "renews", "version"]
    in_the_text = [
        "starts_on", "ends_on", "renewal", "notice_days", "subject", "parent", "legal_bases", "languages", "prevailing_language", "cost_sharing",
        "place", "copies_count",
    ]  # fmt: skip
    date_hierarchy = "starts_on"
    inlines = [VisaInline]

    def get_readonly_fields(self, request, obj=None):
        """What the clauses of a text quote is set by the portal's own pages, where the rules of drafting hold."""
        return [*self.readonly_fields, *(self.in_the_text if obj and obj.revision else [])]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("partnership")
        return rows.prefetch_related(with_parties("partnership__"))

    def has_add_permission(self, request):
        return False


@admin.register(Amendment)
class AmendmentAdmin(ReadOnlyAdmin):
    list_display = ["agreement__partnership__code", "number", "status", "subject", "effective_on", "signed_on"]
    list_filter = ["status"]
    search_fields = ["subject", "agreement__partnership__code"]
    list_select_related = ["agreement__partnership"]


@admin.register(FocalPoint)
class FocalPointAdmin(ReadOnlyAdmin):
    list_display = ["name", "function", "institution", "partnership__code"]
    search_fields = ["name", "institution__search_text"]
    list_select_related = ["institution", "partnership"]


@admin.register(ServiceLine)
class ServiceLineAdmin(ReadOnlyAdmin):
    list_display = ["partnership__code", "specialty", "name", "rung", "target_rung", "target_on"]
    list_filter = ["rung", "specialty"]
    list_select_related = ["partnership", "specialty"]


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ["title", "partnership__code", "state", "level", "starts_on", "ends_on"]
    list_filter = ["state", "level"]
    search_fields = ["title"]
    list_select_related = ["partnership"]


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    list_display = ["title", "partnership__code", "held_on", "called_by"]
    search_fields = ["title"]
    date_hierarchy = "held_on"
    list_select_related = ["partnership", "called_by"]
