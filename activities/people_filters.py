"""The filters of the roster."""

import django_filters
from django.utils.translation import gettext_lazy as _

from activities.choices import CADRE_OF, Cadre
from activities.forms.people import language_choices
from activities.models import Professional
from core.listing import ListFilters
from partnerships.models import Institution, Profession, Specialty


class ProfessionalFilters(ListFilters):
    """The roster. Without a choice about the post those who left it are shown as well."""

    institution = django_filters.ModelChoiceFilter(queryset=None, to_field_name="code", label=_("Institution"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    profession = django_filters.ModelChoiceFilter(queryset=Profession.objects.all(), to_field_name="code", label=_("Profession"))
    cadre = django_filters.ChoiceFilter(choices=Cadre, method="by_cadre", label=_("Cadre"))
    language = django_filters.ChoiceFilter(choices=language_choices, method="by_language", label=_("Language"))
    in_post = django_filters.ChoiceFilter(choices=[("yes", _("yes")), ("no", _("no"))], method="by_post", label=_("In post"))

    class Meta:
        model = Professional
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = self.queryset.order_by().values("institution")
        self.filters["institution"].queryset = Institution.objects.filter(pk__in=known).order_by("sort_key", "pk")

    def by_cadre(self, queryset, name, value):
        groups = [group for group, cadre in CADRE_OF.items() if cadre == value]
        return queryset.exclude(profession__group__in=CADRE_OF) if value == Cadre.OTHERS else queryset.filter(profession__group__in=groups)

    def by_language(self, queryset, name, value):
        return queryset.filter(search_text__contains=f"speaks{value}")  # a word of the search column: lists are not searchable on every database

    def by_post(self, queryset, name, value):
        return queryset.filter(left_on__isnull=value == "yes")
