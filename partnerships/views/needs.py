from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from core.editing import EditConflict
from core.exporters import Column
from core.formats import month_name
from core.forms import ReasonForm
from core.lifecycle import TransitionRefused
from core.listing import list_page
from partnerships import actions
from partnerships.filters import NeedFilters, OfferFilters
from partnerships.forms import AssessmentForm, EditNeedForm, EditOfferForm, NeedForm, OfferForm
from partnerships.models import Institution, Need, NeedsAssessment, Offer
from partnerships.views.sections import section_tabs

PLACE = (
    Column("code", gettext_lazy("Code"), 18), Column("institution", gettext_lazy("Institution"), 44), Column("region", gettext_lazy("Region"), 18),
    Column("zone", gettext_lazy("Zone"), 14), Column("specialty", gettext_lazy("Specialty"), 30), Column("kind", gettext_lazy("Kind"), 16),
)  # fmt: skip
DAYS = (Column("stated_on", gettext_lazy("Stated on"), 13), Column("closed_on", gettext_lazy("Closed on"), 13))
NEED_COLUMNS = (
    *PLACE, Column("severity", gettext_lazy("Severity"), 10), Column("waiting_count", gettext_lazy("People waiting"), 10),
    Column("nearest_offer", gettext_lazy("Nearest place that offers it"), 30), Column("nearest_km", gettext_lazy("Distance to it, in kilometres"), 12),
    Column("procedures", gettext_lazy("Procedures"), 40), Column("evidence", gettext_lazy("Evidence"), 50), *DAYS,
)  # fmt: skip
OFFER_COLUMNS = (
    *PLACE, Column("capacity_per_year", gettext_lazy("Capacity per year"), 10), Column("months", gettext_lazy("Periods"), 30),
    Column("procedures", gettext_lazy("Procedures"), 40), Column("conditions", gettext_lazy("Conditions"), 50), *DAYS,
)  # fmt: skip

KINDS: dict[str, dict[str, Any]] = {
    "need": {
        "model": Need, "new": NeedForm, "edit": EditNeedForm, "state": actions.state_need, "add": gettext_lazy("State a need"),
        "change": gettext_lazy("Edit the need"), "close": gettext_lazy("Close the need"),
        "why": gettext_lazy("Say how it ended: met, no longer needed, stated by mistake. The need leaves the lists and stays in the history."),
        "saved": gettext_lazy("The need is stated: the ministry and your partners see it."),
    },
    "offer": {
        "model": Offer, "new": OfferForm, "edit": EditOfferForm, "state": actions.state_offer, "add": gettext_lazy("State an offer"),
        "change": gettext_lazy("Edit the offer"), "close": gettext_lazy("Close the offer"),
        "why": gettext_lazy("Say why it ends. The offer leaves the lists and stays in the history."),
        "saved": gettext_lazy("The offer is stated: the ministry and your partners see it."),
    },
}  # fmt: skip


def place(stated: Need | Offer) -> list[object]:
    region = stated.institution.region
    return [
        stated.institution.code, stated.institution.name, region.name if region else "", region.get_zone_display() if region else "",
        stated.specialty.name, stated.get_kind_display(),
    ]  # fmt: skip


def procedures(stated: Need | Offer) -> str:
    return "، ".join(item.name for item in stated.procedures.all())


def need_row(need: Need) -> list[object]:
    return [
        *place(need), need.severity, need.waiting_count, need.nearest_offer, need.nearest_km, procedures(need), need.evidence,
        need.stated_on, need.closed_on,
    ]  # fmt: skip


def offer_row(offer: Offer) -> list[object]:
    months = "، ".join(month_name(month) for month in offer.months)
    return [*place(offer), offer.capacity_per_year, months, procedures(offer), offer.conditions, offer.stated_on, offer.closed_on]


def related(rows: Any) -> Any:
    return rows.select_related("institution__kind", "institution__region", "institution__country", "specialty").prefetch_related("procedures")


def need_list(request: HttpRequest) -> HttpResponse:
    """The needs that this person may see; the gravest first."""
    require(request.user, "need.view")
    return list_page(
        request,
        queryset=Need.objects.visible_to(request.user).filter(institution__merged_into=None),
        filters=NeedFilters,
        sorts={
            "severity": ["severity", "waiting_count"],
            "waiting": ["waiting_count"],
            "institution": ["institution__sort_key"],
            "specialty": ["specialty__code"],
            "stated": ["stated_on"],
        },
        default_sort="-severity",
        columns=NEED_COLUMNS,
        row=need_row,
        related=related,
        name="needs",
        page="partnerships/need_list.html",
        fragment="partnerships/_need_list.html",
        extra={"tabs": section_tabs(request.user, "needs"), "kind": "need"},
    )


def offer_list(request: HttpRequest) -> HttpResponse:
    """The offers that this person may see."""
    require(request.user, "offer.view")
    return list_page(
        request,
        queryset=Offer.objects.visible_to(request.user).filter(institution__merged_into=None),
        filters=OfferFilters,
        sorts={
            "specialty": ["specialty__code", "institution__sort_key"],
            "capacity": ["capacity_per_year"],
            "institution": ["institution__sort_key"],
            "stated": ["stated_on"],
        },
        default_sort="specialty",
        columns=OFFER_COLUMNS,
        row=offer_row,
        related=related,
        name="offers",
        page="partnerships/offer_list.html",
        fragment="partnerships/_offer_list.html",
        extra={"tabs": section_tabs(request.user, "needs"), "kind": "offer"},
    )


def statement_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """State a need or an offer of an institution."""
    words = KINDS[kind]
    institution = get_for(request.user, Institution.objects.listed().select_related("kind", "region"), f"{kind}.state", pk)
    if kind == "need" and not institution.is_care:
        raise Http404
    form = words["new"](request.POST if request.method == "POST" else None)
    existing = None
    if form.is_bound and form.is_valid():
        try:
            words["state"](institution, by=request.user, **form.values())
        except TransitionRefused as refusal:
            existing = getattr(refusal, "existing", None)
            form.add_error("specialty" if existing else None, str(refusal))
        else:
            messages.success(request, words["saved"])
            return redirect(institution)
    context = {"form": form, "institution": institution, "kind": kind, "title": words["add"], "existing": existing}
    return render(request, "partnerships/statement_form.html", context, status=400 if form.is_bound else 200)


def statement_edit(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Change an open need or offer."""
    words = KINDS[kind]
    stated = get_for(request.user, related(words["model"].objects.all()), f"{kind}.state", pk)
    names = words["new"].base_fields
    initial = {"version": stated.version, **words["edit"].kept(stated, names)}
    form = words["edit"](request.POST if request.method == "POST" else None, initial=initial)
    existing, differences, status = None, [], 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.edit_statement(stated, form.values(), by=request.user, version=form.cleaned_data["version"])
        except EditConflict as conflict:
            differences, status = form.compare(form.kept(conflict.current, names), conflict.current.version), 409
            form.add_error(None, str(conflict))
        except TransitionRefused as refusal:
            existing = getattr(refusal, "existing", None)
            form.add_error("specialty" if existing else None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(stated)
    context = {
        "form": form, "institution": stated.institution, "kind": kind, "title": words["change"], "existing": existing, "stated": stated,
        "differences": differences,
    }  # fmt: skip
    return render(request, "partnerships/statement_form.html", context, status=status)


def statement_close(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Close a need or an offer, with a reason."""
    words = KINDS[kind]
    stated = get_for(request.user, related(words["model"].objects.all()), f"{kind}.state", pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.close_statement(stated, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Closed: %(what)s.") % {"what": stated})
        return redirect(stated.institution)
    context = {"form": form, "stated": stated, "title": words["close"], "why": words["why"]}
    return render(request, "partnerships/statement_close.html", context, status=400 if form.is_bound else 200)


# --- Needs assessment ----------------------------------------------------------------------------------------------


def assessment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new look at the ten areas; it starts from the last one."""
    institution = get_for(request.user, Institution.objects.listed().select_related("kind", "region"), "assessment.record", pk)
    if not institution.is_care:
        raise Http404
    last = institution.assessments.prefetch_related("scores").first()
    form = AssessmentForm(request.POST if request.method == "POST" else None, last=last)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            assessment = actions.record_assessment(
                institution, by=request.user, scores=form.scores(), assessed_on=given["assessed_on"], summary=given["summary"]
            )
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The assessment is kept. Next: state the needs behind the widest gaps."))
            return redirect(assessment)
    context = {"form": form, "institution": institution, "last": last}
    return render(request, "partnerships/assessment_new.html", context, status=400 if form.is_bound else 200)


def assessment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    queryset = NeedsAssessment.objects.select_related("institution__kind", "institution__region", "assessed_by").prefetch_related("scores")
    assessment = get_for(request.user, queryset, "assessment.view", pk)
    all_of_it = list(assessment.institution.assessments.prefetch_related("scores")[:12])
    earlier = [item for item in all_of_it if (item.assessed_on, item.pk) < (assessment.assessed_on, assessment.pk)]
    before = {score.area: score for score in earlier[0].scores.all()} if earlier else {}
    context = {
        "assessment": assessment,
        "rows": sorted(({"score": score, "before": before.get(score.area)} for score in assessment.scores.all()), key=lambda row: -row["score"].gap),
        "previous": earlier[0] if earlier else None,
        "others": [item for item in all_of_it if item != assessment],
        "may_state_need": can(request.user, "need.state", assessment.institution),
    }
    return render(request, "partnerships/assessment_detail.html", context)
