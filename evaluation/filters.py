"""List filters shared by pages and API."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.folding import fold, search_words
from core.listing import ListFilters
from core.text import clean
from evaluation.choices import ActionStatus, EvaluationKind, EvaluationStatus, PracticeStatus, Priority, QuestionnairePurpose
from evaluation.models import ActionPoint, Evaluation, GoodPractice, Survey
from partnerships.models import Specialty


class EvaluationFilters(ListFilters):
    search_field = "partnership__search_text"

    status = django_filters.ChoiceFilter(choices=EvaluationStatus, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=EvaluationKind, label=_("Kind"))
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))
    late = django_filters.ChoiceFilter(choices=[("yes", _("yes"))], method="by_late", label=_("Overdue"))

    class Meta:
        model = Evaluation
        fields: list[str] = []

    def by_late(self, queryset, name, value):
        return queryset.filter(pk__in=Evaluation.objects.overdue().values("pk"))


MINE, ALL = "mine", "all"


class ActionPointFilters(ListFilters):
    """What one has to do oneself, unless more is asked for."""

    search_field = "partnership__search_text"

    whose = django_filters.ChoiceFilter(
        choices=[(MINE, pgettext_lazy("action points", "my own")), (ALL, pgettext_lazy("action points", "everybody’s"))],
        method="by_whose", label=_("Whose"), empty_label=None,
    )  # fmt: skip
    status = django_filters.ChoiceFilter(choices=ActionStatus, label=_("Status"))
    late = django_filters.ChoiceFilter(choices=[("yes", _("yes"))], method="by_late", label=_("Overdue"))
    priority = django_filters.ChoiceFilter(choices=Priority, label=_("Priority"))
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))

    class Meta:
        model = ActionPoint
        fields: list[str] = []

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("whose") == ALL else rows.filter(owner=self.request.user)

    def by_whose(self, queryset, name, value):
        return queryset

    def by_late(self, queryset, name, value):
        return queryset.filter(pk__in=ActionPoint.objects.overdue().values("pk"))


class SurveyFilters(ListFilters):
    search_field = "partnership__search_text"

    purpose = django_filters.ChoiceFilter(
        field_name="questionnaire__purpose", label=_("Who answered"),
        choices=[(value, label) for value, label in QuestionnairePurpose.choices if value in (QuestionnairePurpose.PATIENTS, QuestionnairePurpose.STAFF)],
    )  # fmt: skip
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))

    class Meta:
        model = Survey
        fields: list[str] = []


class PracticeFilters(ListFilters):
    """The published ones, unless another status is asked for."""

    status = django_filters.ChoiceFilter(choices=PracticeStatus, label=_("Status"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), label=_("Specialty"))

    class Meta:
        model = GoodPractice
        fields: list[str] = []

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("status") else rows.filter(status=PracticeStatus.VALIDATED)

    def by_words(self, queryset, name, value):
        """Few enough to be folded one by one: every word must stand in the title or the text."""
        words = search_words(clean(value))
        texts = queryset.values_list("pk", "title", "problem", "solution", "outcome", "conditions", "specialty__name_ar", "specialty__name_fr")
        found = [pk for pk, *parts in texts if all(word in fold(" ".join(filter(None, parts))) for word in words)]
        return queryset.filter(pk__in=found)
