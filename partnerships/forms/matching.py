"""What is typed about proposed matches, weights and plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import CountField, LineField, ManyField, PortalForm, VersionedForm, WordsField
from partnerships.choices import Answer
from partnerships.matching import CRITERIA
from partnerships.models import MatchingSettings, Specialty


class NoteForm(PortalForm):
    """What the directors read with a proposal."""

    note = WordsField(label=_("Note to the directors"), required=False, max_length=1000)


class ProposeForm(NoteForm):
    """A pair to be proposed: in which specialties."""

    specialties = ManyField(
        Specialty.objects.none(), label=_("Specialties"), to_field_name="code", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one specialty.")},
    )  # fmt: skip
    field_order = ["specialties", "note"]

    def __init__(self, *args: Any, specialties: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["specialties"].queryset = Specialty.objects.filter(pk__in=[item.pk for item in specialties]).by_name()
        self.fields["specialties"].initial = [item.code for item in specialties]


class AnswerForm(PortalForm):
    """A director's answer to a proposed match."""

    answer = forms.ChoiceField(
        choices=[(Answer.ACCEPTED, pgettext_lazy("answer of a director", "We accept")), (Answer.DECLINED, pgettext_lazy("answer of a director", "We decline"))],
        label=_("Answer"), widget=forms.RadioSelect,
    )  # fmt: skip
    reason = WordsField(
        label=_("Reason"), required=False, max_length=1000, help_text=_("Needed when you decline. Shown to both sides and kept in the history.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("answer") == Answer.DECLINED and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why: the reason is shown to both sides and kept in the history."))
        return given


LIMITS = {"load_limit": (1, 50), "equity_pct": (0, 300)}


class WeightsForm(PortalForm):
    """The weights of the criteria and the limits; other sums than 100 are scaled."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in (*CRITERIA, *LIMITS):
            least, most = LIMITS.get(name, (0, 100))
            label = MatchingSettings._meta.get_field(name).verbose_name
            self.fields[name] = CountField(label=label, max_value=most, required=bool(least))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given[name] for name in CRITERIA):
            self.add_error(None, _("At least one criterion needs a weight above zero."))
        if not self.errors and given["load_limit"] < 1:
            self.add_error("load_limit", _("At least one partner."))
        return given

    def weights(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in (*CRITERIA, *LIMITS)}


class EditWeightsForm(WeightsForm, VersionedForm):
    """The weights in force."""


class PlanForm(WeightsForm):
    """A plan to be made: its name, and the weights and limits to make it with."""

    title = LineField(label=_("Title"), required=False, max_length=120, help_text=_("So that you find it again, for example: with five partners at most."))
    field_order = ["title"]


class PlainPlanForm(PortalForm):
    """A plan with the weights in force."""

    title = LineField(label=_("Title"), required=False, max_length=120)

    def weights(self) -> dict[str, int]:
        return {}
