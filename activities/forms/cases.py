"""The shape of what is typed about treated people. No field of these forms takes free text."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.choices import AgeBand, CaseReason, Outcome
from activities.models import Activity, FollowUpCase
from activities.pseudonyms import LONGEST, MOST_AT_ONCE, listed, numbered
from core.forms import CountField, DayField, PortalForm, VersionedForm
from core.text import clean
from partnerships.models import Institution, Procedure, Specialty

HINT = _("Of your own register: letters and a number. Never a name, the number of a file, a telephone or a date of birth.")


class CodeField(forms.CharField):
    """A pseudonym. Never kept by the browser."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"dir": "auto", "class": "is-short", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
        )
        kwargs.setdefault("max_length", LONGEST + 8)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


def procedures_of(activity: Activity) -> list[Any]:
    """The procedures of the specialties of the activity, in groups; all of them when it names no specialty."""
    specialties = list(activity.specialties.all())
    rows = Procedure.objects.select_related("specialty").order_by("specialty__code", "code")
    rows = rows.filter(specialty__in=specialties) if specialties else rows
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        groups.setdefault(str(row.specialty or "—"), []).append((row.code, row.name))
    return [("", "—"), *groups.items()]


def specialties_of(activity: Activity) -> list[tuple[str, str]]:
    """The specialties of the activity first; the others after them."""
    mine = list(activity.specialties.all())
    others = Specialty.objects.exclude(pk__in=[item.pk for item in mine]).by_name()
    return [(item.code, item.name) for item in [*mine, *others]]


class CommonFields(PortalForm):
    """What the cases of one list have in common."""

    specialty = forms.ModelChoiceField(Specialty.objects.by_name(), label=_("Specialty"), to_field_name="code", empty_label=None)
    procedure = forms.ModelChoiceField(Procedure.objects.all(), label=_("Procedure"), to_field_name="code", required=False)
    treated_on = DayField(label=_("Treated on"))
    age_band = forms.ChoiceField(label=_("Age band"), choices=AgeBand, widget=forms.RadioSelect)
    for_a_year = forms.BooleanField(label=_("Also after a year"), required=False)

    def fill_choices(self, activity: Activity) -> None:
        self.fields["specialty"].choices = specialties_of(activity)
        self.fields["procedure"].choices = procedures_of(activity)


class FollowForm(CommonFields):
    """People to follow: the first code and how many, or a list of codes."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Followed at"), empty_label=None)
    reason = forms.ChoiceField(label=_("Why"), choices=CaseReason, widget=forms.RadioSelect, initial=CaseReason.TREATED)
    first = CodeField(label=_("First code"), required=False, help_text=HINT)
    count = CountField(label=_("How many people"), max_value=MOST_AT_ONCE, initial=1, unusual_above=40)
    codes = forms.CharField(
        label=_("Or a list of codes"), required=False, max_length=1500, help_text=_("One a line; TAM-001…008 stands for eight."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("institution", "first", "count", "codes", "specialty", "procedure", "treated_on", "age_band", "reason", "for_a_year", "uid")

    def __init__(self, *args: Any, activity: Activity, places: list[Institution], suggested: str = "", **kwargs: Any):
        kwargs["initial"] = {"uid": uuid.uuid4(), "treated_on": activity.ends_on, "first": suggested, "institution": places[0].pk, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fill_choices(activity)
        self.fields["institution"].queryset = Institution.objects.filter(pk__in=[place.pk for place in places])
        if len(places) == 1:
            self.fields["institution"].widget = forms.HiddenInput()
        self.fields["first"].required = not self.data.get("codes", "").strip()

    def clean(self) -> dict[str, Any]:
        """The codes as one list: the written ones, else the first and those that follow it."""
        given = self.cleaned_data
        written = listed(given.get("codes", ""))
        try:
            given["all_codes"] = written or numbered(given.get("first", ""), given.get("count") or 1)
        except ValidationError as error:
            self.add_error("first", error)
        else:
            if not given["all_codes"] and "first" not in self.errors:
                self.add_error("first", _("Give a code, for example TAM-001."))
        return given

    def given(self) -> dict[str, Any]:
        """What `follow` takes."""
        names = ("uid", "institution", "specialty", "procedure", "treated_on", "age_band", "reason", "for_a_year")
        return {**{name: self.cleaned_data[name] for name in names}, "codes": self.cleaned_data["all_codes"]}

    def place_of_codes(self) -> str:
        """The field that an error about the codes belongs to."""
        return "codes" if self.data.get("codes", "").strip() else "first"


class CaseForm(VersionedForm, CommonFields):
    """A case corrected."""

    code = CodeField(label=_("Code"), help_text=HINT)
    field_order = ("code", "specialty", "procedure", "treated_on", "age_band", "for_a_year", "version")

    def __init__(self, *args: Any, case: FollowUpCase, **kwargs: Any):
        names = ("code", "treated_on", "age_band", "for_a_year", "version")
        starts = {name: getattr(case, name) for name in names}
        starts |= {"specialty": case.specialty.code, "procedure": case.procedure.code if case.procedure else ""}
        super().__init__(*args, initial=starts, **kwargs)
        self.fill_choices(case.activity)


class OutcomeForm(PortalForm):
    """How somebody is at one check."""

    outcome = forms.ChoiceField(
        label=_("How the person is"), choices=[choice for choice in Outcome.choices if choice[0] != Outcome.LOST], widget=forms.RadioSelect
    )
    seen_on = DayField(label=_("Seen on"))


class CloseForm(PortalForm):
    """When a transfer ended."""

    closed_on = DayField(label=_("Transfer closed on"), help_text=_("The day on which the person was healed, came back home, or died."))
