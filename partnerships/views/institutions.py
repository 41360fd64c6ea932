from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.access import get_for, require
from accounts.policy import can
from core.exporters import Column
from core.listing import list_page
from partnerships.filters import InstitutionFilters
from partnerships.models import Institution, Partnership

COLUMNS = (
    Column("code", _("Code"), 18), Column("name_ar", _("Arabic name"), 44), Column("name_fr", _("French name"), 44), Column("kind", _("Kind"), 30),
    Column("region", _("Region"), 18), Column("zone", _("Zone"), 14), Column("city", _("Town"), 18), Column("country", _("Country"), 16),
)  # fmt: skip


def row(place: Institution) -> list[object]:
    region = place.region
    return [
        place.code,
        place.name_ar,
        place.name_fr or place.name_en,
        place.kind.name,
        region.name if region else "",
        region.get_zone_display() if region else "",
        place.city,
        place.country.name,
    ]


def institution_list(request: HttpRequest) -> HttpResponse:
    """The register of institutions."""
    require(request.user, "institution.view")
    return list_page(
        request,
        queryset=Institution.objects.visible_to(request.user),
        filters=InstitutionFilters,
        sorts={"code": ["code"], "name": ["name_ar"], "region": ["region__code"]},
        default_sort="code",
        columns=COLUMNS,
        row=row,
        related=lambda rows: rows.select_related("kind", "region", "country"),
        name="institutions",
        page="partnerships/institution_list.html",
        fragment="partnerships/_institution_list.html",
    )


def institution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    queryset = Institution.objects.select_related("kind", "region__country", "country").prefetch_related("specialties", "departments__specialty")
    institution = get_for(request.user, queryset, "institution.view", pk)
    context = {
        "institution": institution,
        "may_see_inside": can(request.user, "institution.view_inside", institution),
        "partnerships": Partnership.objects.visible_to(request.user).filter(institutions=institution).with_people().order_by("-pk")[:30],
    }
    return render(request, "partnerships/institution_detail.html", context)
