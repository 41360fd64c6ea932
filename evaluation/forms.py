"""The questionnaire as a form, and the joint review."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import LineField, PortalForm, WordsField
from evaluation.models import Criterion, EvaluationSide

SCORES = [("0", "0"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("na", pgettext_lazy("answer", "not applicable"))]


class AnswersForm(PortalForm):
    """Every criterion as six choices and a comment. Nothing is required until the answers are handed in."""

    remarks = WordsField(label=_("General remarks"), required=False)

    def __init__(self, data: Any = None, *, criteria: list[Criterion], side: EvaluationSide, **kwargs):
        self.criteria = criteria
        given = {answer.criterion_id: answer for answer in side.answers.all()}
        super().__init__(data, initial={"remarks": side.remarks}, **kwargs)
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
        """What `save_answers` takes."""
        found: dict[int, tuple[int | None, str] | None] = {}
        for criterion in self.criteria:
            score = self.cleaned_data.get(f"score_{criterion.pk}")
            comment = self.cleaned_data.get(f"comment_{criterion.pk}", "")
            found[criterion.pk] = None if not score else (None if score == "na" else int(score), comment)
        return found

    def require_all(self) -> None:
        """At handing in: an error at each criterion without an answer."""
        for criterion in self.criteria:
            if not self.cleaned_data.get(f"score_{criterion.pk}"):
                self.add_error(f"score_{criterion.pk}", _("Choose from 0 to 4, or “not applicable”."))


class ReviewForm(PortalForm):
    """What the joint review concluded."""

    achievements = WordsField(label=_("Achievements"))
    difficulties = WordsField(label=_("Difficulties"))
    decisions = WordsField(label=_("Decisions"))
