"""List filters of the library."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core.listing import ListFilters
from library.choices import Certainty, Subject, TextKind, TextStatus
from library.models import LegalText


class LegalTextFilters(ListFilters):
    subject = django_filters.ChoiceFilter(choices=Subject, label=_("About"))
    kind = django_filters.ChoiceFilter(choices=TextKind, label=_("Kind"))
    status = django_filters.ChoiceFilter(choices=TextStatus, label=_("Status"))
    certainty = django_filters.ChoiceFilter(choices=Certainty, label=_("How certain"))
    to_check = django_filters.ChoiceFilter(choices=[("yes", _("yes")), ("no", _("no"))], method="by_check", label=_("To be checked"))

    class Meta:
        model = LegalText
        fields: list[str] = []

    def by_check(self, queryset, name, value):
        return queryset.filter(is_to_check=value == "yes")
