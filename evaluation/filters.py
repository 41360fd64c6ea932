"""List filters shared by pages and API."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core.listing import ListFilters
from evaluation.choices import EvaluationKind, EvaluationStatus
from evaluation.models import Evaluation


class EvaluationFilters(ListFilters):
    search_field = "partnership__search_text"

    status = django_filters.ChoiceFilter(choices=EvaluationStatus, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=EvaluationKind, label=_("Kind"))
    late = django_filters.ChoiceFilter(choices=[("yes", _("yes"))], method="by_late", label=_("Overdue"))

    class Meta:
        model = Evaluation
        fields: list[str] = []

    def by_late(self, queryset, name, value):
        return queryset.filter(pk__in=Evaluation.objects.overdue().values("pk"))
