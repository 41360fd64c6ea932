from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can, institutions_of
from core.editing import EditConflict
from core.exporters import Column
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from core.models import Change
from partnerships import actions
from partnerships.comparison import Side, compare
from partnerships.duplicates import Register
from partnerships.filters import InstitutionFilters
from partnerships.forms import PART_FORMS, NewInstitutionForm, parts_of
from partnerships.models import Equipment, Institution, Interest, Need, NeedsAssessment, Offer, Partnership
from partnerships.querysets import twinned_with
from partnerships.search import find
from partnerships.views.sections import section_tabs

COLUMNS = (
    Column("code", gettext_lazy("Code"), 18), Column("name_ar", gettext_lazy("Arabic name"), 44), Column("name_fr", gettext_lazy("French name"), 44),
    Column("name_en", gettext_lazy("English name"), 44), Column("kind", gettext_lazy("Kind"), 30), Column("region", gettext_lazy("Region"), 18),
    Column("zone", gettext_lazy("Zone"), 14), Column("city", gettext_lazy("Town"), 18), Column("country", gettext_lazy("Country"), 16),
    Column("level", gettext_lazy("Level of care"), 14), Column("aliases", gettext_lazy("Everyday names"), 30), Column("website", gettext_lazy("Website"), 30),
)  # fmt: skip
INSIDE = (  # for those who see every institution inside
    Column("beds_count", gettext_lazy("Beds"), 10), Column("theatres_count", gettext_lazy("Operating theatres"), 10),
    Column("telemedicine", gettext_lazy("Telemedicine"), 12), Column("profile_checked_on", gettext_lazy("Profile last checked on"), 14),
    Column("verified_on", gettext_lazy("Verified on"), 14),
)  # fmt: skip
AT_MOST = 20  # institutions offered at once to be put beside another


def row(place: Institution) -> list[object]:
    region = place.region
    return [
        place.code, place.name_ar, place.name_fr, place.name_en, place.kind.name, region.name if region else "",
        region.get_zone_display() if region else "", place.city, place.country.name, place.get_level_display(), place.aliases, place.website,
    ]  # fmt: skip


def row_inside(place: Institution) -> list[object]:
    verified = place.verified_at.date() if place.verified_at else None
    return [*row(place), place.beds_count, place.theatres_count, _("yes") if place.has_telemedicine else _("no"), place.profile_checked_on, verified]


def register(request: HttpRequest) -> Any:
    """The institutions of the register that this person may see, without merged doubles."""
    return Institution.objects.visible_to(request.user).listed()


def institution_list(request: HttpRequest) -> HttpResponse:
    """The register of institutions."""
    require(request.user, "institution.view")
    sees_all = can(request.user, "institution.verify")
    return list_page(
        request,
        queryset=register(request),
        filters=InstitutionFilters,
        sorts={"code": ["code"], "name": ["sort_key"], "region": ["region__code", "sort_key"]},
        default_sort="code",
        columns=[*COLUMNS, *INSIDE] if sees_all else COLUMNS,
        row=row_inside if sees_all else row,
        related=lambda rows: rows.select_related("kind", "region", "country"),
        name="institutions",
        page="partnerships/institution_list.html",
        fragment="partnerships/_institution_list.html",
        extra={
            "tabs": section_tabs(request.user, "register"),
            "may_create": can(request.user, "institution.create"),
            "may_verify": sees_all,
            "may_import": can(request.user, "institution.import"),
            "may_merge": can(request.user, "institution.merge"),
            "may_compare": can(request.user, "institution.view_inside"),
        },
    )


def institution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    queryset = Institution.objects.select_related("kind", "region__country", "country", "verified_by", "merged_into").prefetch_related("specialties")
    institution = get_for(request.user, queryset, "institution.view", pk)
    if institution.merged_into is not None:  # whoever kept the old address finds the place under its present one
        return redirect(institution.merged_into)
    user = request.user
    inside = can(user, "institution.view_inside", institution)
    context = {
        "institution": institution,
        "may_see_inside": inside,
        "partnerships": Partnership.objects.visible_to(user).filter(institutions=institution).with_people().order_by("-pk")[:30],
        "may_edit": can(user, "institution.edit", institution),
        "may_verify": can(user, "institution.verify", institution) and (institution.verified_at is None or institution.is_changed_since_verified),
        "may_merge": can(user, "institution.merge", institution),
        "may_express": can(user, "interest.express", institution),
        "interests": Interest.objects.visible_to(user).without_drafts_of_others(user).filter(institution=institution).select_related("institution")[:10],
        "may_see_interest": can(user, "interest.view", institution),
    }
    return render(request, "partnerships/institution_detail.html", context | (inside_of(request, institution) if inside else {}))


def inside_of(request: HttpRequest, institution: Institution) -> dict[str, Any]:
    """What is shown of an institution to itself, its twins and the ministry."""
    user = request.user
    assessments = list(NeedsAssessment.objects.visible_to(user).filter(institution=institution).prefetch_related("scores")[:2])
    staff = list(institution.staff.select_related("profession").order_by("profession__code"))
    return {
        "departments": institution.departments.select_related("specialty").order_by("specialty__code"),
        "staff": staff,
        "staff_total": sum(line.count for line in staff),
        "equipment": institution.equipment.all(),
        "procedures": institution.procedures.all(),
        "needs": Need.objects.visible_to(user).filter(institution=institution, closed_on=None).select_related("specialty", "institution"),
        "offers": Offer.objects.visible_to(user).filter(institution=institution, closed_on=None).select_related("specialty", "institution"),
        "assessment": assessments[0] if assessments else None,
        "before": assessments[1] if len(assessments) > 1 else None,
        "may_state_need": can(user, "need.state", institution),
        "may_state_offer": can(user, "offer.state", institution),
        "may_assess": can(user, "assessment.record", institution),
        "history": history_of(institution)[:30],
    }


def history_of(institution: Institution) -> Any:
    """What happened to an institution and to its needs, offers and assessments, newest first."""
    lines = Q()
    for model in (Need, Offer, NeedsAssessment):
        lines |= Q(object_type=model._meta.label_lower, object_id__in=model.objects.filter(institution=institution).values("pk"))
    own = trail(institution)
    return Change.objects.filter(lines | Q(pk__in=own.order_by().values("pk"))).select_related("by").order_by("-pk")


def institution_new(request: HttpRequest) -> HttpResponse:
    """Enter an institution; those that it could be are shown first."""
    require(request.user, "institution.create")
    form = NewInstitutionForm(request.POST if request.method == "POST" else None)
    doubles: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        doubles = possible_doubles(request, form.values())
        if not doubles or form.cleaned_data["is_new"]:
            try:
                institution = actions.create_institution(by=request.user, **form.values())
            except TransitionRefused as refusal:
                form.add_error({"code_taken": "code", "region_abroad": "region"}.get(refusal.code), str(refusal))
            else:
                messages.success(request, _("The institution is in the register. Next: the other parts of its profile."))
                return redirect(f"{institution.get_absolute_url()}edit/")
        else:
            form.add_error("is_new", _("The register has institutions that could be this one: look at them, and say when it is none of them."))
    context = {"form": form, "doubles": doubles}
    return render(request, "partnerships/institution_new.html", context, status=400 if form.is_bound else 200)


def possible_doubles(request: HttpRequest, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The institutions that these values could mean, likeliest first, as {"institution", "reasons"}."""
    names = [values["name_ar"], values["name_fr"], values["name_en"], *values["aliases"].replace("،", ",").split(",")]
    region = values["region"].pk if values["region"] else None
    found = Register.load().doubles_of(filter(None, names), values["kind"].code, region, values["city"], country_id=values["country"].pk)[:8]
    places = register(request).select_related("kind", "region").in_bulk([likeness.institution_id for likeness in found])
    return [{"institution": places[likeness.institution_id], "reasons": likeness.words} for likeness in found if likeness.institution_id in places]


def institution_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of a profile, each with a form of its own."""
    institution = get_for(request.user, Institution.objects.listed().select_related("kind", "region"), "institution.edit", pk)
    return render(request, "partnerships/institution_edit.html", {"institution": institution, "parts": parts_of(institution)})


def institution_part(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One part of a profile. Two people who edit at once: the second sees what is kept now beside what was typed."""
    queryset = Institution.objects.listed().select_related("kind", "region", "country")
    institution = get_for(request.user, queryset, "institution.edit", pk)
    parts = parts_of(institution)
    if slug not in parts:
        raise Http404
    form = PART_FORMS[slug](request.POST if request.method == "POST" else None, institution=institution, user=request.user)
    differences: list[dict[str, str]] = []
    more_rows = form.is_bound and request.POST.get("stage") == "add"
    status = 400 if form.is_bound and not more_rows else 200
    if form.is_bound and not more_rows and form.is_valid():
        try:
            save_part(slug, form, institution, by=request.user)
        except EditConflict as conflict:
            differences, status = form.compare(form.kept(conflict.current), conflict.current.version), 409
            form.add_error(None, str(conflict))
        except TransitionRefused as refusal:
            form.add_error({"code_taken": "code", "region_abroad": "region"}.get(refusal.code), str(refusal))
        else:
            messages.success(request, _("Saved: %(part)s.") % {"part": parts[slug]})
            return redirect(f"{institution.get_absolute_url()}edit/")
    context = {"institution": institution, "form": form, "part": slug, "title": parts[slug], "differences": differences}
    return render(request, "partnerships/institution_part.html", context, status=status)


def save_part(part: str, form: Any, institution: Institution, *, by: Any) -> None:
    version = form.cleaned_data["version"]
    if part == "departments":
        actions.set_departments(institution, form.departments(), by=by, version=version)
    elif part == "staff":
        actions.set_staff(institution, form.counts(), by=by, version=version)
    else:
        actions.edit_institution(institution, form.values(), by=by, version=version)


@require_POST
def institution_check(request: HttpRequest, pk: int) -> HttpResponse:
    institution = get_for(request.user, Institution.objects.listed(), "institution.edit", pk)
    actions.check_profile(institution, by=request.user)
    messages.success(request, _("Thank you: the profile counts as checked today."))
    return redirect(institution)


def institution_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The ministry vouches for one profile."""
    institution = get_for(request.user, Institution.objects.listed().select_related("kind", "region"), "institution.verify", pk)
    if request.method == "POST":
        actions.verify_institutions([institution], by=request.user)
        messages.success(request, _("The profile is verified."))
        return redirect(institution)
    return render(request, "partnerships/institution_verify.html", {"institution": institution})


def institutions_verify(request: HttpRequest) -> HttpResponse:
    """Verify what the filters select: how many first, then the deed, then what was done."""
    require(request.user, "institution.verify")
    form = InstitutionFilters(request.GET, queryset=register(request), request=request)
    chosen = form.qs.to_verify().order_by("code").distinct()
    count = chosen.count()
    if request.method == "POST" and request.POST.get("expected") == str(count):
        done = actions.verify_institutions(list(chosen), by=request.user)
        messages.success(request, _("Profiles verified: %(count)s.") % {"count": done})
        return redirect(f"/institutions/?{request.GET.urlencode()}")
    if request.method == "POST":
        messages.error(request, _("The register has changed in the meantime: look at the number again."))
    context = {"count": count, "total": form.qs.distinct().count(), "shown": chosen.select_related("kind", "region")[:AT_MOST], "chips": form.chips(), "query": request.GET.urlencode()}  # fmt: skip
    return render(request, "partnerships/institutions_verify.html", context, status=409 if request.method == "POST" else 200)


# --- Side by side --------------------------------------------------------------------------------------------------


def institutions_compare(request: HttpRequest) -> HttpResponse:
    """Two profiles side by side, for whoever may see both inside; who belongs to one institution starts from it."""
    require(request.user, "institution.view_inside")
    first = chosen_side(request, "a") or own_institution(request)
    second = chosen_side(request, "b")
    context: dict[str, Any] = {"a": first, "b": second, "tabs": section_tabs(request.user, "register"), "q": request.GET.get("q", "")}
    if first is None or second is None or first == second:
        context["b"] = None
        context |= candidates(request, first)
        return render(request, "partnerships/institutions_compare_choose.html", context)
    sides = [side_of(request, place) for place in (first, second)]
    equipment = [(item, {specialty.pk for specialty in item.specialties.all()}) for item in Equipment.objects.prefetch_related("specialties")]
    context |= {"comparison": compare(*sides, equipment), "sides": sides}
    return render(request, "partnerships/institutions_compare.html", context)


def chosen_side(request: HttpRequest, name: str) -> Institution | None:
    """The institution that the address names; 404 out of sight, 403 when it may not be seen inside."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Http404
    queryset = Institution.objects.listed().select_related("kind", "region", "country")
    return get_for(request.user, queryset, "institution.view_inside", int(text))


def own_institution(request: HttpRequest) -> Institution | None:
    own = sorted(institutions_of(request.user))
    return register(request).select_related("kind", "region", "country").filter(pk__in=own[:1]).first()


def candidates(request: HttpRequest, first: Institution | None) -> dict[str, Any]:
    """Whom to put beside the first: its partners, then who offers what it needs or needs what it offers; or what was searched for."""
    inside = Institution.objects.visible_to(request.user, "institution.view_inside").listed().select_related("kind", "region").order_by("sort_key", "pk")
    if first is not None:
        inside = inside.exclude(pk=first.pk)
    if words := request.GET.get("q", "").strip():
        return {"found": find(inside, words)[:AT_MOST]}
    if first is None:
        return {"found": inside[:AT_MOST]}
    needs = Need.objects.visible_to(request.user).filter(institution=first, closed_on=None).values("specialty")
    offers = Offer.objects.visible_to(request.user).filter(institution=first, closed_on=None).values("specialty")
    fitting = inside.filter(Q(offers__specialty__in=needs, offers__closed_on=None) | Q(needs__specialty__in=offers, needs__closed_on=None)).distinct()
    partners = twinned_with(frozenset({first.pk}))
    return {"partners": inside.filter(pk__in=partners)[:AT_MOST], "fitting": fitting.exclude(pk__in=partners)[:AT_MOST]}


def side_of(request: HttpRequest, institution: Institution) -> Side:
    user = request.user
    latest = NeedsAssessment.objects.visible_to(user).filter(institution=institution).prefetch_related("scores").first()
    return Side(
        institution=institution,
        needs=list(Need.objects.visible_to(user).filter(institution=institution, closed_on=None).select_related("specialty")),
        offers=list(Offer.objects.visible_to(user).filter(institution=institution, closed_on=None).select_related("specialty")),
        departments=list(institution.departments.select_related("specialty")),
        staff=list(institution.staff.select_related("profession")),
        equipment=list(institution.equipment.all()),
        procedures=list(institution.procedures.all()),
        scores=list(latest.scores.all()) if latest else [],
    )
