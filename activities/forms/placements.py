"""The shape of what is typed about placements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.actions.placements import BEST, OBJECTIVES_AT_MOST, departments_of, may_learn
from activities.choices import PlacementResult
from activities.models import Activity, Placement
from core.forms import DayField, LineField, PortalForm, VersionedForm, WordsField


class PlacementForm(VersionedForm):
    """Who learns what, where and from whom."""

    trainee = forms.ModelChoiceField(None, label=_("Trainee"), empty_label="—")
    from_department = forms.ModelChoiceField(None, label=_("From the department"), required=False, empty_label="—")
    to_department = forms.ModelChoiceField(None, label=_("To the department"), required=False, empty_label="—")
    supervisor = forms.ModelChoiceField(None, label=_("Supervisor"), required=False, empty_label="—")
    objectives = WordsField(label=_("Objectives"), max_length=3000, help_text=_("One a line: what the trainee will be able to do."))

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any):
        super().__init__(*args, **kwargs)
        people, departments = list(may_learn(activity)[:500]), list(departments_of(activity)[:500])
        for name in ("trainee", "supervisor"):
            self.fields[name].queryset = may_learn(activity)
            self.fields[name].choices = [("", "—"), *by_institution(people, lambda person: f"{person.name} ({person.profession})")]
        for name in ("from_department", "to_department"):
            self.fields[name].queryset = departments_of(activity)
            self.fields[name].choices = [("", "—"), *by_institution(departments, lambda department: str(department.specialty))]
        self.fields["version"].required = False
        self.fields["objectives"].widget.attrs["rows"] = 5

    def clean_objectives(self) -> list[str]:
        """One line each, cut to what is kept, empty ones left out."""
        return [" ".join(line.split())[:300] for line in self.cleaned_data["objectives"].splitlines() if line.strip()][: OBJECTIVES_AT_MOST + 1]


def by_institution(rows: list[Any], label: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices in groups, one an institution."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        groups.setdefault(str(row.institution), []).append((str(row.pk), label(row)))
    return list(groups.items())


class LogForm(PortalForm):
    """A line of the log."""

    done_on = DayField(label=_("Day"))
    text = LineField(label=_("What was done"), max_length=500, help_text=_("No names and no file numbers of patients."))


class AssessmentForm(VersionedForm):
    """A mark from 0 to 4 and a remark for each objective, the result, a word about it all."""

    result = forms.ChoiceField(label=_("Result"), choices=PlacementResult, widget=forms.RadioSelect)
    remark = WordsField(label=_("Assessment in words"), required=False)

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.objectives = list(placement.objectives.all())
        for item in self.objectives:
            self.fields[f"mark_{item.pk}"] = forms.TypedChoiceField(
                label=item.text, choices=[(str(mark), str(mark)) for mark in range(BEST + 1)], coerce=int, widget=forms.RadioSelect, initial=item.mark
            )
            self.fields[f"remark_{item.pk}"] = LineField(label=_("Remark"), required=False, max_length=300, initial=item.remark)
        self.order_fields([name for item in self.objectives for name in (f"mark_{item.pk}", f"remark_{item.pk}")] + ["result", "remark"])

    def marks(self) -> dict[int, tuple[int, str]]:
        given = self.cleaned_data
        return {item.pk: (given[f"mark_{item.pk}"], given[f"remark_{item.pk}"]) for item in self.objectives}
