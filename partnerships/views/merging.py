"""Doubles in the register: a list of likely ones, and the page that makes one of two."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_for, require
from core.formats import day, number
from core.lifecycle import TransitionRefused
from core.listing import PAGE_SIZE
from partnerships import actions
from partnerships.actions.merging import what_would_move
from partnerships.duplicates import Register
from partnerships.forms import MergeForm
from partnerships.models import Institution, NotDouble
from partnerships.search import find

COMPARED = (
    "code", "name_ar", "name_fr", "name_en", "aliases", "kind", "country", "region", "city", "level", "beds_count", "theatres_count", "phone", "email",
    "website", "source", "profile_checked_on", "verified_at", "created_at",
)  # fmt: skip
OFFERED = 10


def places() -> Any:
    return Institution.objects.listed().select_related("kind", "region", "country")


def institution_doubles(request: HttpRequest) -> HttpResponse:
    """Institutions of the register that look alike, likeliest first; what was found to be two is left out."""
    require(request.user, "institution.merge")
    if request.method == "POST":
        first, second = (one(request, request.POST.get(name, "")) for name in ("first", "second"))
        actions.not_a_double(first, second, by=request.user)
        messages.success(request, _("Remembered: these are two institutions. They are not shown as likely doubles again."))
        return redirect("institution-doubles")
    judged = set(NotDouble.objects.values_list("first", "second"))
    pairs = [(key, likeness) for key, likeness in Register.load().pairs() if (key, likeness.institution_id) not in judged]
    paginator = Paginator(pairs, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    shown = places().in_bulk({key for one, likeness in page.object_list for key in (one, likeness.institution_id)})
    page.object_list = [{"first": shown[key], "second": shown[likeness.institution_id], "likeness": likeness} for key, likeness in page.object_list]
    context = {"page": page, "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))}
    return render(request, "partnerships/institution_doubles.html", context)


def one(request: HttpRequest, key: str) -> Institution:
    """The institution with this key that the person may merge; 404 for anything else."""
    if not (key.isascii() and key.isdecimal()):
        raise Http404
    return get_for(request.user, places(), "institution.merge", int(key))


def institution_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Two institutions side by side, what follows, and the deed. Without a second one: which one it could be."""
    institution = get_for(request.user, places(), "institution.merge", pk)
    if "with" not in request.GET:
        return render(request, "partnerships/institution_merge_choose.html", {"institution": institution, **choices(request, institution)})
    other = one(request, request.GET["with"])
    if other.pk == institution.pk:
        raise Http404
    sides = [institution, other]
    form = MergeForm(request.POST or None, sides=sides, initial={"survivor": institution.pk})
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        survivor, double = sides if form.cleaned_data["survivor"] == str(institution.pk) else sides[::-1]
        try:
            actions.merge_institutions(survivor, double, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(
                request, _("Merged: %(double)s is a former name of %(survivor)s from now on.") % {"double": double.name, "survivor": survivor.name}
            )
            return redirect(survivor)
    context = {"institution": institution, "other": other, "form": form, "lines": side_by_side(institution, other), "moving": moving(institution, other)}
    return render(request, "partnerships/institution_merge.html", context, status=status)


def choices(request: HttpRequest, institution: Institution) -> dict[str, Any]:
    """What was searched for, or what looks like it, with the reasons."""
    words = request.GET.get("q", "").strip()
    if words:
        return {"q": words, "found": [{"place": place} for place in find(places().exclude(pk=institution.pk), words)[:OFFERED]]}
    names = [institution.name_ar, institution.name_fr, institution.name_en, *institution.alias_list]
    alike = Register.load().doubles_of(
        names, institution.kind.code, institution.region_id, institution.city, country_id=institution.country_id, but=institution.pk
    )[:OFFERED]
    shown = places().in_bulk([likeness.institution_id for likeness in alike])
    return {"q": "", "alike": [{"place": shown[likeness.institution_id], "likeness": likeness} for likeness in alike]}


def side_by_side(one: Institution, other: Institution) -> list[dict[str, Any]]:
    """{"label", "one", "other", "differs"} for each field that either has."""
    lines = []
    for name in COMPARED:
        left, right = shown(one, name), shown(other, name)
        if left or right:
            label = str(Institution._meta.get_field(name).verbose_name)
            lines.append({"label": label[:1].upper() + label[1:], "one": left, "other": right, "differs": left != right})
    return lines


def shown(institution: Institution, name: str) -> str:
    value = getattr(institution, name)
    if value in (None, ""):
        return ""
    if hasattr(value, "year"):
        return day(value)
    if isinstance(value, int):
        return number(value)
    return value.name if isinstance(value, Model) else str(institution.get_level_display() if name == "level" else value)


def moving(one: Institution, other: Institution) -> list[dict[str, Any]]:
    """{"label", "one", "other"}: how many rows of each kind speak of either, and would move."""
    left, right = what_would_move(one), what_would_move(other)
    return [{"label": label[:1].upper() + label[1:], "one": left.get(label, 0), "other": right.get(label, 0)} for label in sorted({*left, *right})]
