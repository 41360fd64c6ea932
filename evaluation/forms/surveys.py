"""Satisfaction surveys: how many people gave each mark."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from core.forms import CountField, DayField, PortalForm
from evaluation.models import Criterion, Questionnaire, Survey
from partnerships.models import Partnership

MARKS = range(5)


class SurveyForm(PortalForm):
    """One questionnaire, five counts for each of its questions."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    held_on = DayField(label=_("Day of the survey"))
    activity = forms.ModelChoiceField(Activity.objects.none(), label=_("Activity"), required=False)
    respondents = CountField(label=_("People who answered"), required=True, max_value=100_000)

    def __init__(self, data: Any = None, *, partnership: Partnership, questionnaire: Questionnaire, survey: Survey | None = None, **kwargs):
        self.criteria: list[Criterion] = list(questionnaire.criteria.all())
        kept = {row.criterion_id: row for row in survey.counts.all()} if survey else {}
        initial = {
            "uid": survey.uid if survey else uuid.uuid4(), "version": survey.version if survey else None, "held_on": survey.held_on if survey else None,
            "activity": survey.activity_id if survey else None, "respondents": survey.respondents if survey else None,
        }  # fmt: skip
        super().__init__(data, initial=initial, **kwargs)
        self.fields["activity"].queryset = partnership.activities.exclude(status__in=["draft", "cancelled"]).order_by("-ends_on", "-pk")
        for criterion in self.criteria:
            for mark in MARKS:
                row = kept.get(criterion.pk)
                label = _("Question %(number)s: how many gave %(mark)s") % {"number": criterion.number, "mark": mark}
                self.fields[f"n{mark}_{criterion.pk}"] = CountField(label=label, max_value=100_000, initial=getattr(row, f"n{mark}") if row else None)

    def head(self) -> list[Any]:
        return [self[name] for name in ("held_on", "activity", "respondents")]

    def questions(self) -> list[dict[str, Any]]:
        """{"criterion", "boxes"}: five boxes, of 0 to 4."""
        return [{"criterion": criterion, "boxes": [self[f"n{mark}_{criterion.pk}"] for mark in MARKS]} for criterion in self.criteria]

    def counts(self) -> dict[int, list[int]]:
        return {criterion.pk: [self.cleaned_data[f"n{mark}_{criterion.pk}"] for mark in MARKS] for criterion in self.criteria}

    def clean(self) -> dict[str, Any]:
        people = self.cleaned_data.get("respondents")
        for criterion in self.criteria:
            given = [self.cleaned_data.get(f"n{mark}_{criterion.pk}") or 0 for mark in MARKS]
            if people and sum(given) > people:
                words = _("Question %(number)s has more answers than people who answered.") % {"number": criterion.number}
                self.add_error(f"n4_{criterion.pk}", words)
        return self.cleaned_data
