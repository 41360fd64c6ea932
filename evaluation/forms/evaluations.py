"""The questionnaire as a form, the visit, the joint review, and the days of an evaluation."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from activities.models import Activity
from core.files import KINDS
from core.formats import today
from core.forms import DayField, LineField, PortalForm, ScanField, WordsField
from evaluation.choices import DifficultyArea, EvaluationKind, Priority, QuestionnairePurpose
from evaluation.models import Criterion, Evaluation, EvaluationSide, Questionnaire
from partnerships.models import Partnership

SCORES = [("0", "0"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("na", pgettext_lazy("answer", "not applicable"))]
ROWS_AT_MOST = 20


class ScoresForm(PortalForm):
    """Criteria as six choices and a comment each. Nothing is required until it is handed in."""

    def __init__(self, data: Any = None, *, criteria: list[Criterion], answers: Any = (), **kwargs):
        self.criteria = criteria
        given = {answer.criterion_id: answer for answer in answers}
        super().__init__(data, **kwargs)
        for criterion in criteria:
            answer = given.get(criterion.pk)
            value = None if answer is None else "na" if answer.score is None else str(answer.score)
            self.fields[f"score_{criterion.pk}"] = forms.ChoiceField(
                choices=SCORES, required=False, label=f"{criterion.number}. {criterion.name}", widget=forms.RadioSelect, initial=value
            )
            self.fields[f"comment_{criterion.pk}"] = LineField(
                label=_("Comment on criterion %(number)s") % {"number": criterion.number},
                required=False,
                max_length=500,
                initial=answer.comment if answer else "",
            )

    def clean(self) -> dict[str, Any]:
        """A comment alone is no answer: it would be lost."""
        for criterion in self.criteria:
            if self.cleaned_data.get(f"comment_{criterion.pk}") and not self.cleaned_data.get(f"score_{criterion.pk}"):
                self.add_error(f"score_{criterion.pk}", _("Choose from 0 to 4, or “not applicable”, so that your comment is kept."))
        return self.cleaned_data

    def domains(self) -> list[dict[str, Any]]:
        """{"name", "items"} by domain; an item is {"criterion", "score", "comment"}."""
        return [
            {
                "name": name,
                "items": [{"criterion": criterion, "score": self[f"score_{criterion.pk}"], "comment": self[f"comment_{criterion.pk}"]} for criterion in items],
            }
            for name, items in groupby(self.criteria, key=lambda criterion: criterion.domain_name)
        ]

    def answers(self) -> dict[int, tuple[int | None, str] | None]:
        """What the actions take: only the criteria that the form was sent with."""
        found: dict[int, tuple[int | None, str] | None] = {}
        for criterion in self.criteria:
            names = (f"score_{criterion.pk}", f"comment_{criterion.pk}")
            if not any(name in self.data for name in names):
                continue
            score = self.cleaned_data.get(names[0])
            found[criterion.pk] = None if not score else (None if score == "na" else int(score), self.cleaned_data.get(names[1], ""))
        return found


class AnswersForm(ScoresForm):
    """What one side answers: one domain, or everything at once with the general remarks."""

    remarks = WordsField(label=_("General remarks"), required=False)

    def __init__(self, data: Any = None, *, criteria: list[Criterion], side: EvaluationSide, has_remarks: bool = True, **kwargs):
        super().__init__(data, criteria=criteria, answers=side.answers.all(), initial={"remarks": side.remarks}, **kwargs)
        if not has_remarks:
            del self.fields["remarks"]

    def said_remarks(self) -> str | None:
        """The remarks, or None when the form was sent without them."""
        return self.cleaned_data.get("remarks") if "remarks" in self.data else None


class EvidenceForm(PortalForm):
    file = ScanField(label=_("File"), help_text=_("PDF, JPEG, PNG, XLSX or DOCX, at most 15 MB."), allowed=tuple(KINDS))
    number = forms.TypedChoiceField(label=_("About"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, criteria: list[Criterion], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].choices = [("", _("the evaluation as a whole")), *((item.number, f"{item.number}. {item.name}") for item in criteria)]


class FileForm(PortalForm):
    file = ScanField(label=_("File"), help_text=_("PDF, JPEG, PNG, XLSX or DOCX, at most 15 MB."), allowed=tuple(KINDS))


class VisitForm(ScoresForm):
    """The evaluator's checklist, the day, and what was found."""

    visited_on = DayField(label=_("Day of the visit"), required=False)
    findings = WordsField(label=_("What you found"), required=False, max_length=5000)


class ReviewForm(PortalForm):
    """What the joint review concluded, in words."""

    achievements = WordsField(label=_("Achievements"), max_length=5000, widget=forms.Textarea(attrs={"dir": "auto", "rows": 5}))
    difficulties = WordsField(label=_("Difficulties"), max_length=5000, widget=forms.Textarea(attrs={"dir": "auto", "rows": 5}))
    decisions = WordsField(label=_("Decisions"), max_length=5000, widget=forms.Textarea(attrs={"dir": "auto", "rows": 5}))


class DifficultyLine(PortalForm):
    """One difficulty with its area, so that those which recur across the country show. An empty line counts as none."""

    area = forms.ChoiceField(choices=[("", "—"), *DifficultyArea.choices], label=_("Area"), required=False)
    text = LineField(label=_("Difficulty"), required=False, max_length=400)

    def clean(self) -> dict[str, Any]:
        area, text = self.cleaned_data.get("area"), self.cleaned_data.get("text")
        if bool(area) != bool(text) and not self.errors:
            self.add_error("text" if area else "area", _("Give both: the area, and the difficulty in words."))
        return self.cleaned_data

    def line(self) -> tuple[str, str] | None:
        return (self.cleaned_data["area"], self.cleaned_data["text"]) if self.cleaned_data.get("text") else None


class PointLine(PortalForm):
    """One action point of a review. An empty line counts as none."""

    text = LineField(label=_("What is to be done"), required=False, max_length=400)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Done by"), required=False)
    due_on = DayField(label=_("Until"), required=False)
    priority = forms.ChoiceField(choices=Priority, label=_("Priority"), required=False, initial=Priority.NORMAL)

    def __init__(self, *args, people: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("text") or values.get("owner") or values.get("due_on"):
            for name in ("text", "owner", "due_on"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Say what, who, and until when."))
            if values.get("due_on") and values["due_on"] < today():
                self.add_error("due_on", _("The due day has already passed."))
        return values

    def line(self) -> dict[str, Any] | None:
        values = self.cleaned_data
        return {**values, "priority": values.get("priority") or Priority.NORMAL} if values.get("text") else None


class ScheduleForm(PortalForm):
    """An evaluation that the ministry puts on the calendar by hand."""

    kind = forms.ChoiceField(choices=EvaluationKind, label=_("Evaluation"))
    activity = forms.ModelChoiceField(Activity.objects.none(), label=_("Activity"), required=False, help_text=_("Only for the evaluation of an activity."))
    questionnaire = forms.ModelChoiceField(Questionnaire.objects.none(), label=_("Questionnaire"))
    opens_on = DayField(label=_("Opens"))
    due_on = DayField(label=_("Due"))

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["questionnaire"].queryset = Questionnaire.objects.filter(
            purpose__in=[QuestionnairePurpose.SIDES, QuestionnairePurpose.ACTIVITY], is_current=True
        ).order_by("purpose", "slug")
        self.fields["activity"].queryset = partnership.activities.filter(status="validated").order_by("-ends_on", "-pk")

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if (values.get("kind") == EvaluationKind.FOLLOW_UP) != bool(values.get("activity")) and "activity" not in self.errors:
            self.add_error("activity", _("Choose the activity for a follow-up evaluation, and none for the others."))
        return values


class DatesForm(PortalForm):
    """More time for both sides, or other days for what has not opened."""

    opens_on = DayField(label=_("Opens"))
    due_on = DayField(label=_("Due"))
    reason = WordsField(label=_("Reason"), help_text=_("Shown to both sides and kept in the history."), max_length=1000)

    def __init__(self, *args, evaluation: Evaluation, **kwargs):
        super().__init__(*args, initial={"opens_on": evaluation.opens_on, "due_on": evaluation.due_on}, **kwargs)
        if evaluation.status != "scheduled":
            del self.fields["opens_on"]


class EvaluatorForm(PortalForm):
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("External evaluator"), required=False, empty_label=_("nobody"), help_text=_("Somebody who belongs to neither side.")
    )

    def __init__(self, *args, people: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
