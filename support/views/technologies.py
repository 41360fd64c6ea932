from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from core.deeds import done, kept
from core.exporters import Column
from core.formats import whole_number
from core.history import trail
from core.listing import list_page
from core.profile import home
from partnerships.models import Institution
from partnerships.querysets import with_parties
from support import actions
from support.filters import TechnologyFilters
from support.forms import EditTechnologyForm, TechnologyForm
from support.models import TechnologyIntroduced
from support.views.sections import section_tabs

COLUMNS = (
    Column("name", gettext_lazy("Name"), 40), Column("kind", gettext_lazy("Kind"), 14), Column("institution", gettext_lazy("Institution"), 44),
    Column("specialty", gettext_lazy("Specialty"), 24), Column("origin", gettext_lazy("Country of origin"), 20), Column("maker", gettext_lazy("Maker"), 24),
    Column("since", gettext_lazy("In service since"), 13), Column("users", gettext_lazy("Users trained"), 10), Column("in_use", gettext_lazy("Still in use"), 12),
    Column("value", gettext_lazy("Value"), 16), Column("currency", gettext_lazy("Currency"), 8),
)  # fmt: skip
NAMES = ("kind", "name", "specialty", "partnership", "origin", "maker", "value", "currency", "commissioned_on", "users_trained", "checked_on", "note")
FIELD_OF = {"ahead": "commissioned_on", "too_early": "checked_on", "not_a_party": "partnership", "too_fine": "value"}


def row(item: TechnologyIntroduced) -> list[object]:
    in_use = {True: _("yes"), False: _("no"), None: ""}[item.in_use]
    return [
        item.name, item.get_kind_display(), item.institution.name, item.specialty.name if item.specialty else "", item.origin.name if item.origin else "",
        item.maker, item.commissioned_on, item.users_trained, in_use, item.value, item.currency,
    ]  # fmt: skip


def related(rows: Any) -> Any:
    return rows.select_related("institution__kind", "institution__region", "specialty", "origin", "partnership", "request")


def technology_list(request: HttpRequest) -> HttpResponse:
    """What twinning brought, and whether it is still in use."""
    require(request.user, "technology.view")
    return list_page(
        request,
        queryset=TechnologyIntroduced.objects.visible_to(request.user),
        filters=TechnologyFilters,
        sorts={"since": ["commissioned_on"], "name": ["name"], "institution": ["institution__sort_key"]},
        default_sort="-since",
        columns=COLUMNS,
        row=row,
        related=related,
        name="technologies",
        page="support/technology_list.html",
        fragment="support/_technology_list.html",
        extra={"tabs": section_tabs(request.user, "technologies"), "may_record": can(request.user, "technology.record")},
    )


def technology_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rows = related(TechnologyIntroduced.objects.all()).prefetch_related(with_parties("partnership__"))
    item = get_for(request.user, rows, "technology.view", pk)
    context = {"item": item, "may_edit": can(request.user, "technology.record", item), "history": trail(item)[:20]}
    return render(request, "support/technology_detail.html", context)


def technology_new(request: HttpRequest) -> HttpResponse:
    """Note something new at an institution; whoever has several names one in the address."""
    require(request.user, "technology.record")
    mine = Institution.objects.visible_to(request.user, "technology.record").listed().select_related("kind", "region").order_by("sort_key", "pk")
    asked = request.GET.get("institution", "")
    institution = mine.filter(pk=whole_number(asked)).first() if asked else mine.first()
    if institution is None:
        raise PermissionDenied(_("Technologies are noted for one's own institution."))
    form = TechnologyForm(request.POST or None, institution=institution, user=request.user, initial={"currency": home().currency})
    if request.method == "POST" and form.is_valid():
        made = done(form, lambda: actions.record_technology(institution, by=request.user, **form.values()), FIELD_OF)
        if made:
            messages.success(request, _("Saved."))
            return redirect(made)
    context = {"form": form, "institution": institution, "mine": list(mine.filter(Q(partnership_parties__isnull=False) | Q(pk=institution.pk)).distinct())}
    return render(request, "support/technology_form.html", context, status=400 if form.is_bound else 200)


def technology_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it, or note the look after six months."""
    item = get_for(request.user, related(TechnologyIntroduced.objects.all()), "technology.record", pk)
    in_use = {True: "yes", False: "no", None: ""}[item.in_use]
    initial = {**{name: getattr(item, name) for name in NAMES}, "in_use": in_use, "version": item.version}
    initial |= {"specialty": item.specialty.code if item.specialty else "", "origin": item.origin.code if item.origin else ""}
    form = EditTechnologyForm(request.POST or None, institution=item.institution, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = done(form, lambda: [actions.edit_technology(item, form.values(), by=request.user, version=form.cleaned_data["version"])], FIELD_OF)
        if saved:
            messages.success(request, _("Saved."))
            return redirect(item)
    context = {"form": form, "institution": item.institution, "item": item, "differences": kept(form)}
    return render(request, "support/technology_form.html", context, status=400 if form.is_bound else 200)
