"""The shape of what is typed about visiting specialists: who, what they will do, their papers, the licence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, LineField, ManyField, PagesField, PortalForm, VersionedForm, WordsField
from core.text import clean


class ReferenceField(forms.CharField):
    """The number of an official paper: letters, digits and what stands between; long numbers are usual here."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
        kwargs.setdefault("max_length", 60)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join(clean(super().to_python(value) or "").split())


class OpenFilesForm(PortalForm):
    """Which of the named people of the team need a licence."""

    people = ManyField(None, label=_("Visiting specialists"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people
        self.fields["people"].label_from_instance = lambda person: f"{person.name} · {person.institution}"
        self.initial.setdefault("people", [person.pk for person in people])


class VisitForm(VersionedForm):
    """What the specialist will do."""

    scope_of_practice = WordsField(
        label=_("What the specialist will do"),
        required=False,
        max_length=1000,
        help_text=_("Consultations, operations, teaching: what the licence is to cover. No names of patients."),
    )


class PaperForm(PortalForm):
    """A paper that came in: its scan, until when it is valid."""

    scan = PagesField(label=_("Scan"), required=False)
    valid_until = DayField(label=_("Valid until"), required=False, help_text=_("Leave empty for a paper without an end."))
    note = LineField(label=_("Remark"), required=False, max_length=300)
    is_here = forms.BooleanField(label=_("The paper is here"), required=False, initial=True)


class CheckPaperForm(PortalForm):
    """The ministry's word about one paper."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=[("yes", _("In order")), ("no", _("Not accepted"))], widget=forms.RadioSelect)
    note = LineField(label=_("Remark"), required=False, max_length=300, help_text=_("What is wrong, when the paper is not accepted. Both sides read it."))


class LicenceForm(PortalForm):
    """The licence: its number and its days."""

    licence_number = ReferenceField(label=_("Number of the licence"))
    valid_from = DayField(label=_("Licensed from"))
    valid_to = DayField(label=_("Licensed until"))
