"""List filters shared by pages and API: the same names, the same meaning."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import digits, today
from partnerships.filters import OfInstitutionFilters
from partnerships.models import Specialty
from support.choices import SupportKind, SupportStatus, TechnologyKind
from support.models import SupportRequest, TechnologyIntroduced, Tranche

IN_USE = [("yes", _("still in use")), ("no", _("no longer in use")), ("unknown", _("not looked at yet"))]


def request_years() -> list[tuple[str, str]]:
    return [(str(year), digits(str(year))) for year in range(today().year, today().year - 8, -1)]


class SupportFilters(OfInstitutionFilters):
    search_field = "search_text"

    status = django_filters.ChoiceFilter(choices=SupportStatus, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=SupportKind, label=_("Kind"))
    year = django_filters.ChoiceFilter(choices=request_years, method="by_year", label=_("Year"))
    late = django_filters.ChoiceFilter(choices=[("yes", pgettext_lazy("justification", "overdue"))], method="by_late", label=_("Justification"))
    institution = django_filters.CharFilter(field_name="institution__code", label=_("Code of the institution"))
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))

    class Meta:
        model = SupportRequest
        fields: list[str] = []

    def by_year(self, queryset, name, value: str):
        return queryset.filter(code__startswith=f"SUP-{value}-")

    def by_late(self, queryset, name, value):
        return queryset.filter(pk__in=Tranche.objects.overdue().values("request"))


class TechnologyFilters(OfInstitutionFilters):
    kind = django_filters.ChoiceFilter(choices=TechnologyKind, label=_("Kind"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    in_use = django_filters.ChoiceFilter(choices=IN_USE, method="by_use", label=_("In use"))
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))

    class Meta:
        model = TechnologyIntroduced
        fields: list[str] = []

    def by_use(self, queryset, name, value):
        return queryset.filter(in_use={"yes": True, "no": False}.get(value))
