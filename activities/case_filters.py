"""Filters of the lists of visiting specialists and of treated people."""

from datetime import timedelta
from functools import reduce
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import CaseReason, Outcome, VisitorStatus
from activities.models import FollowUpCheck, VisitorFile
from activities.pseudonyms import normal
from core.formats import today
from core.listing import ListFilters
from partnerships.filters import DayFilter
from partnerships.models import Specialty

SOON = timedelta(days=14)  # what is coming


class OfActivityFilters(ListFilters):
    """Filters of rows that belong to an activity; `path` leads to it."""

    path = "activity"

    def chip(self, name: str, label: Any, shown: Any) -> tuple[Any, Any] | None:
        if name == "activity" and (row := self.queryset.filter(**{self.path: shown}).select_related(self.path).first()):
            return _("Activity"), reduce(getattr, self.path.split("__"), row).title
        return super().chip(name, label, shown)


class VisitorFilters(OfActivityFilters):
    search_field = "professional__search_text"

    status = django_filters.ChoiceFilter(
        choices=[*VisitorStatus.choices, ("expired", pgettext_lazy("file of a visiting specialist", "licence expired"))], method="by_status", label=_("Status")
    )
    specialty = django_filters.ModelChoiceFilter(
        queryset=Specialty.objects.by_name(), field_name="professional__specialty", to_field_name="code", label=_("Specialty")
    )
    activity = django_filters.NumberFilter(field_name="activity", label=_("Number of the activity"), min_value=1, max_value=2**63 - 1)
    partnership = django_filters.CharFilter(field_name="activity__partnership__code", label=_("Code of the partnership"))
    since = DayFilter(field_name="activity__ends_on", lookup_expr="gte", label=_("From"))
    until = DayFilter(field_name="activity__starts_on", lookup_expr="lte", label=_("To"))

    class Meta:
        model = VisitorFile
        fields: list[str] = []

    def by_status(self, queryset, name, value: str):
        if value == "expired":
            return queryset.filter(status=VisitorStatus.LICENSED, valid_to__lt=today())
        return queryset.filter(status=value)


class CheckFilters(OfActivityFilters):
    """Over the checks of cases. Without `when`: what is owed now and what is due within a week."""

    path = "case__activity"

    when = django_filters.ChoiceFilter(
        choices=[
            ("overdue", pgettext_lazy("follow-up", "overdue")), ("today", pgettext_lazy("follow-up", "due today")), ("coming", pgettext_lazy("follow-up", "coming")),
            ("recorded", pgettext_lazy("follow-up", "recorded")), ("lost", pgettext_lazy("follow-up", "lost from sight")), ("all", pgettext_lazy("follow-up", "all")),
        ], method="by_time", label=_("Which"),
    )  # fmt: skip
    day = django_filters.ChoiceFilter(choices=[("7", "7"), ("30", "30"), ("90", "90"), ("365", "365")], field_name="day", label=_("Day"))
    outcome = django_filters.ChoiceFilter(choices=Outcome, field_name="outcome", label=_("Outcome"))
    reason = django_filters.ChoiceFilter(choices=CaseReason, field_name="case__reason", label=_("Why"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), field_name="case__specialty", to_field_name="code", label=_("Specialty"))
    activity = django_filters.NumberFilter(field_name="case__activity", label=_("Number of the activity"), min_value=1, max_value=2**63 - 1)
    partnership = django_filters.CharFilter(field_name="case__activity__partnership__code", label=_("Code of the partnership"))

    class Meta:
        model = FollowUpCheck
        fields: list[str] = []

    def chip(self, name: str, label: Any, shown: Any) -> tuple[Any, Any] | None:
        return None if self.data.get(name) == "all" else super().chip(name, label, shown)

    def by_words(self, queryset, name, value):
        code = normal(value)
        return queryset.filter(Q(case__code__startswith=code) | Q(case__code__endswith=code)) if code else queryset

    def by_time(self, queryset, name, value: str):
        return in_time(queryset, value)


def in_time(queryset, when: str):
    """The checks that are overdue, due today, coming, recorded, lost, or all of them."""
    now = today()
    return {
        "overdue": lambda: queryset.filter(outcome="", due_on__lt=now),
        "today": lambda: queryset.filter(outcome="", due_on=now),
        "coming": lambda: queryset.filter(outcome="", due_on__gt=now, due_on__lte=now + SOON),
        "recorded": lambda: queryset.exclude(outcome__in=["", Outcome.LOST]),
        "lost": lambda: queryset.filter(outcome=Outcome.LOST),
        "": lambda: queryset.filter(outcome="", due_on__lte=now + SOON),
    }.get(when, lambda: queryset)()
