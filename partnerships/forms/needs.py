"""What is typed about needs, offers and needs assessments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import formats
from core.forms import CountField, DayField, LineField, MaybeCountField, PortalForm, VersionedForm, WordsField, month_choices
from partnerships.choices import AssessmentArea, NeedKind, Severity
from partnerships.forms.fields import procedures_field
from partnerships.models import NeedsAssessment, Specialty

NO_PATIENTS = _("No names and no file numbers of patients.")


class StatedForm(PortalForm):
    """What needs and offers have in common: in which specialty, of which kind."""

    specialty = forms.ModelChoiceField(Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    kind = forms.ChoiceField(choices=NeedKind, label=_("Kind"), initial=NeedKind.CARE)

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NeedForm(StatedForm):
    severity = forms.TypedChoiceField(
        choices=Severity, coerce=int, label=_("Severity"), widget=forms.RadioSelect, help_text=_("How much the absence of the service weighs on patients.")
    )
    waiting_count = CountField(label=_("People waiting"), max_value=100_000, unusual_above=2000)
    nearest_offer = LineField(label=_("Nearest place that offers it"), required=False)
    nearest_km = MaybeCountField(label=_("Distance to it, in kilometres"), max_value=3000)
    evidence = WordsField(label=_("Evidence"), required=False, help_text=_("Where the figures come from. No names and no file numbers of patients."))
    procedures = procedures_field(label=_("Procedures"))


class OfferForm(StatedForm):
    capacity_per_year = CountField(
        label=_("Capacity per year"), required=True, max_value=200, unusual_above=20, help_text=_("How many institutions it can serve in a year.")
    )
    months = forms.TypedMultipleChoiceField(
        choices=month_choices, coerce=int, label=_("Periods"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: the whole year.")
    )
    conditions = WordsField(label=_("Conditions"), required=False, help_text=NO_PATIENTS)
    procedures = procedures_field(label=_("Procedures"))

    def clean_capacity_per_year(self) -> int:
        if not self.cleaned_data["capacity_per_year"]:
            raise ValidationError(_("At least one: an offer that nobody can take is no offer."))
        return self.cleaned_data["capacity_per_year"]


class EditStatedForm(VersionedForm):
    """An edit starts from what is stated and from its version."""

    @staticmethod
    def kept(stated: Any, names: Any) -> dict[str, Any]:
        return {name: list(stated.procedures.all()) if name == "procedures" else getattr(stated, name) for name in names}


class EditNeedForm(NeedForm, EditStatedForm):
    pass


class EditOfferForm(OfferForm, EditStatedForm):
    pass


class AssessmentForm(PortalForm):
    """Every area now and where it should get to, from 0 to 4. Begins as the last assessment ended."""

    assessed_on = DayField(label=_("Day of the assessment"))
    summary = WordsField(label=_("Summary"), required=False, help_text=NO_PATIENTS)

    def __init__(self, data: Any = None, *, last: NeedsAssessment | None = None):
        before = {score.area: score for score in last.scores.all()} if last else {}
        super().__init__(data, initial={"assessed_on": formats.today()})
        scale = [(str(number), formats.digits(str(number))) for number in range(5)]
        for area, label in AssessmentArea.choices:
            score = before.get(area)
            for side, words in (("now", _("Now")), ("target", _("Target"))):
                self.fields[f"{side}_{area}"] = forms.TypedChoiceField(
                    choices=scale, coerce=int, label=f"{words} · {label}", widget=forms.RadioSelect, initial=str(getattr(score, side)) if score else None
                )
            self.fields[f"comment_{area}"] = LineField(
                label=_("Comment on: %(area)s") % {"area": label}, required=False, max_length=300, initial=score.comment if score else ""
            )

    def clean(self):
        if (day := self.cleaned_data.get("assessed_on")) and day > formats.today():
            self.add_error("assessed_on", _("The day of the assessment cannot be in the future."))
        for area in AssessmentArea.values:
            now, target = self.cleaned_data.get(f"now_{area}"), self.cleaned_data.get(f"target_{area}")
            if now not in (None, "") and target not in (None, "") and target < now:
                self.add_error(f"target_{area}", _("A target cannot be below where the area stands now."))
        return self.cleaned_data

    def areas(self) -> list[dict[str, Any]]:
        """{"name", "now", "target", "comment"} by area, as bound fields."""
        return [
            {"name": label, "now": self[f"now_{area}"], "target": self[f"target_{area}"], "comment": self[f"comment_{area}"]}
            for area, label in AssessmentArea.choices
        ]

    def scores(self) -> dict[str, tuple[int, int, str]]:
        """What `record_assessment` takes."""
        given = self.cleaned_data
        return {area: (given[f"now_{area}"], given[f"target_{area}"], given[f"comment_{area}"]) for area in AssessmentArea.values}
