from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from core.editing import EditConflict
from core.exporters import Column
from core.history import trail
from core.lifecycle import TransitionRefused, check
from core.listing import list_page
from partnerships import actions
from partnerships.actions.interests import OPEN_TO_CHANGE
from partnerships.choices import InterestStatus, SuitableSupport
from partnerships.filters import InterestFilters
from partnerships.forms import EditInterestForm, InterestForm, SupportForm
from partnerships.lifecycle import INTEREST
from partnerships.models import Institution, Interest
from partnerships.views.sections import section_tabs

COLUMNS = (
    Column("code", gettext_lazy("Code"), 18), Column("institution", gettext_lazy("Institution"), 44), Column("region", gettext_lazy("Region"), 18),
    Column("wish", gettext_lazy("Wants"), 18), Column("specialties", gettext_lazy("Specialties"), 40), Column("preferred", gettext_lazy("Preferred partner"), 40),
    Column("status", gettext_lazy("Status"), 16), Column("submitted_on", gettext_lazy("Handed in on"), 13), Column("accepted_on", gettext_lazy("Accepted on"), 13),
    Column("motivation", gettext_lazy("Motivation"), 50),
)  # fmt: skip
SUPPORT = Column("support", gettext_lazy("Support that would suit"), 40)  # for those who note it


def row(interest: Interest) -> list[object]:
    place = interest.institution
    return [
        place.code, place.name, place.region.name if place.region else "", interest.get_wish_display(),
        "، ".join(item.name for item in interest.specialties.all()), interest.preferred_partner.name if interest.preferred_partner else "",
        interest.status_label, interest.submitted_on, interest.accepted_on, interest.motivation,
    ]  # fmt: skip


def row_with_support(interest: Interest) -> list[object]:
    return [*row(interest), "، ".join(support_words(interest))]


def support_words(interest: Interest) -> list[str]:
    labels = dict(SuitableSupport.choices)
    return [str(labels[value]) for value in interest.support if value in labels]


def related(rows: Any) -> Any:
    return rows.select_related("institution__kind", "institution__region", "institution__country", "preferred_partner").prefetch_related("specialties")


def known_to(request: HttpRequest) -> Any:
    """What this person may look at; drafts are read by their own institution alone."""
    return related(Interest.objects.without_drafts_of_others(request.user))


def own_institutions(request: HttpRequest) -> list[Institution]:
    """The institutions in whose name this person may express interest."""
    return list(Institution.objects.visible_to(request.user, "interest.express").listed().select_related("kind", "region").order_by("sort_key", "pk"))


def interest_list(request: HttpRequest) -> HttpResponse:
    """The register of interest in twinning."""
    require(request.user, "interest.view")
    reviews = can(request.user, "interest.review")
    return list_page(
        request,
        queryset=Interest.objects.visible_to(request.user).without_drafts_of_others(request.user),
        filters=InterestFilters,
        sorts={"handed_in": [F("submitted_on").desc(nulls_first=True)], "institution": ["institution__sort_key"], "status": ["status"]},
        default_sort="handed_in",
        columns=[*COLUMNS, SUPPORT] if reviews else COLUMNS,
        row=row_with_support if reviews else row,
        related=related,
        name="interests",
        page="partnerships/interest_list.html",
        fragment="partnerships/_interest_list.html",
        extra={"tabs": section_tabs(request.user, "interests"), "may_express": can(request.user, "interest.express")},
    )


def interest_new(request: HttpRequest) -> HttpResponse:
    """Begin an expression of interest for the own institution; whoever has several names one in the address."""
    require(request.user, "interest.express")
    mine = own_institutions(request)
    asked = request.GET.get("institution", "")
    institution = next((place for place in mine if str(place.pk) == asked or not asked), None)
    if institution is None:
        raise PermissionDenied(_("Interest is expressed for one's own institution."))
    form = InterestForm(request.POST if request.method == "POST" else None, institution=institution)
    if form.is_bound and form.is_valid():
        try:
            interest = actions.express_interest(institution, by=request.user, **form.values())
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is saved."))
            return redirect(interest)
    context = {"form": form, "institution": institution, "mine": mine}
    return render(request, "partnerships/interest_form.html", context, status=400 if form.is_bound else 200)


def interest_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, or what was returned."""
    interest = get_for(request.user, known_to(request), "interest.express", pk)
    if interest.status not in OPEN_TO_CHANGE:
        messages.error(request, _("It is with the ministry now: it can be changed when it is returned."))
        return redirect(interest)
    initial = {"version": interest.version, **EditInterestForm.kept(interest)}
    form = EditInterestForm(request.POST if request.method == "POST" else None, institution=interest.institution, initial=initial)
    differences: list[dict[str, str]] = []
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.edit_interest(interest, form.values(), by=request.user, version=form.cleaned_data["version"])
        except EditConflict as conflict:
            differences, status = form.compare(form.kept(conflict.current), conflict.current.version), 409
            form.add_error(None, str(conflict))
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(interest)
    context = {"form": form, "institution": interest.institution, "interest": interest, "differences": differences}
    return render(request, "partnerships/interest_form.html", context, status=status)


def interest_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a draft back."""
    interest = get_for(request.user, known_to(request), "interest.express", pk)
    if request.method != "POST" and interest.status == InterestStatus.DRAFT:
        return render(request, "components/ask.html", {
            "title": _("Remove the draft"), "text": _("Nothing of it was handed in to the ministry. It cannot be brought back."),
            "button": _("Remove the draft"), "back": interest.get_absolute_url(), "back_label": interest.title,
        })  # fmt: skip
    try:
        actions.drop_interest(interest, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(interest)
    messages.success(request, _("The draft is removed."))
    return redirect("interests")


def interest_detail(request: HttpRequest, pk: int) -> HttpResponse:
    interest = get_for(request.user, known_to(request), "interest.view", pk)
    return detail_page(request, interest)


def detail_page(request: HttpRequest, interest: Interest, form: SupportForm | None = None, status: int = 200) -> HttpResponse:
    may_review = can(request.user, "interest.review", interest)
    may_edit = interest.status in OPEN_TO_CHANGE and can(request.user, "interest.express", interest)
    if form is None and may_review:
        form = SupportForm(initial={"version": interest.version, "support": interest.support, "support_note": interest.support_note})
    context = {
        "interest": interest,
        "steps": steps_for(interest, request.user),
        "may_edit": may_edit,
        "may_drop": may_edit and interest.status == InterestStatus.DRAFT,
        "missing": what_is_missing(interest, request.user) if may_edit else "",
        "form": form,
        "support": support_words(interest),
        "shows_support": may_review or interest.status in {InterestStatus.ACCEPTED, InterestStatus.MATCHED},
        "history": trail(interest)[:30],
    }
    return render(request, "partnerships/interest_detail.html", context, status=status)


def what_is_missing(interest: Interest, user: Any) -> str:
    """Why it cannot be handed in yet; "" when it can."""
    try:
        check(interest, INTEREST["submit"], by=user)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""


@require_POST
def interest_support(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what support would suit."""
    interest = get_for(request.user, known_to(request), "interest.review", pk)
    form = SupportForm(request.POST)
    if not form.is_valid():
        return detail_page(request, interest, form, status=400)
    given = form.cleaned_data
    try:
        actions.suggest_support(interest, by=request.user, support=given["support"], note=given["support_note"], version=given["version"])
    except EditConflict as conflict:
        kept = {"support": conflict.current.support, "support_note": conflict.current.support_note}
        differences = form.compare(kept, conflict.current.version)
        form.add_error(None, " ".join([str(conflict), *(f"{item['label']}: {item['kept']}" for item in differences)]))
        return detail_page(request, interest, form, status=409)
    messages.success(request, _("Saved."))
    return redirect(interest)


def interest_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, known_to(request), pk, slug, actions.transition_interest)
