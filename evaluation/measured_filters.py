"""List filters of measurements, indicators and referrals, shared by pages and API."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.folding import fold, search_words
from core.listing import ListFilters
from core.text import clean
from evaluation.choices import Destination, Frequency, ValueStatus
from evaluation.indicators import is_computed
from evaluation.models import Indicator, IndicatorValue, ReferralStatistic
from partnerships.filters import home_regions
from partnerships.models import Specialty


class MeasurementFilters(ListFilters):
    search_field = "partnership__search_text"

    status = django_filters.ChoiceFilter(choices=ValueStatus, label=_("Status"))
    indicator = django_filters.ModelChoiceFilter(queryset=Indicator.objects.order_by("code"), to_field_name="code", label=_("Indicator"))
    partnership = django_filters.CharFilter(field_name="partnership__code", label=_("Code of the partnership"))
    year = django_filters.NumberFilter(field_name="period_end__year", label=_("Year"), min_value=1960, max_value=2100)

    class Meta:
        model = IndicatorValue
        fields: list[str] = []


class IndicatorFilters(ListFilters):
    """Names are searched folded in memory: the list is short and has no folded column."""

    frequency = django_filters.ChoiceFilter(choices=Frequency, label=_("Measured"))
    headline = django_filters.ChoiceFilter(choices=[("yes", _("yes"))], method="by_headline", label=_("Headline figures"))
    typed = django_filters.ChoiceFilter(
        choices=[("yes", _("typed by people")), ("no", _("computed by the portal"))], method="by_typed", label=_("Where it comes from")
    )

    class Meta:
        model = Indicator
        fields: list[str] = []

    def by_words(self, queryset, name, value):
        words = search_words(clean(value))
        found = [
            row.pk for row in queryset
            if all(word in fold(f"{row.code} {row.name_ar} {row.name_fr} {row.name_en}") for word in words)
        ]  # fmt: skip
        return queryset.filter(pk__in=found)

    def by_headline(self, queryset, name, value):
        return queryset.filter(is_headline=True)

    def by_typed(self, queryset, name, value):
        computed = [row.pk for row in Indicator.objects.all() if is_computed(row.code)]
        return queryset.exclude(pk__in=computed) if value == "yes" else queryset.filter(pk__in=computed)


class ReferralFilters(ListFilters):
    """By year, specialty, where to and where from; words are looked for in the names of specialty and place."""

    year = django_filters.NumberFilter(field_name="year", label=_("Year"), min_value=1960, max_value=2100)
    destination = django_filters.ChoiceFilter(choices=Destination, label=_("Sent"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    region = django_filters.ModelChoiceFilter(queryset=None, to_field_name="code", label=_("From the region"), method="by_region")

    class Meta:
        model = ReferralStatistic
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["region"].queryset = home_regions(None)

    def by_region(self, queryset, name, value):
        return queryset.filter(Q(region=value) | Q(institution__region=value))

    def by_words(self, queryset, name, value):
        words = search_words(clean(value))
        specialties = [
            row.pk for row in Specialty.objects.all() if all(word in fold(f"{row.code} {row.name_ar} {row.name_fr} {row.name_en}") for word in words)
        ]
        places = Q()
        for word in words:
            places &= Q(institution__search_text__contains=word)
        return queryset.filter(Q(specialty__in=specialties) | places)
