"""What is typed about good practices."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, PortalForm, VersionedForm, WordsField
from evaluation.choices import AdoptionState
from partnerships.models import Institution, Partnership, Specialty


class PracticeForm(VersionedForm):
    """Problem, what was done, what came of it. No name of a patient, no figure of an unpublished report."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    partnership = forms.ModelChoiceField(Partnership.objects.none(), label=_("Partnership"), required=False)
    title = LineField(label=_("Title"), max_length=200)
    specialty = forms.ModelChoiceField(Specialty.objects.by_name(), label=_("Specialty"), required=False)
    problem = WordsField(label=_("The problem"))
    solution = WordsField(label=_("What was done"), max_length=5000)
    outcome = WordsField(label=_("What came of it"), help_text=_("Figures if there are any; never anything that identifies a patient."))
    conditions = WordsField(label=_("What it takes"), required=False, help_text=_("Staff, equipment, money, agreements."))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of the text"))

    def __init__(self, *args, partnerships: Any, is_new: bool, must_choose: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            self.fields["partnership"].queryset = partnerships
            self.fields["partnership"].required = must_choose
        else:
            del self.fields["partnership"]


class AdoptionForm(PortalForm):
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"))
    state = forms.ChoiceField(choices=AdoptionState, label=_("State"))
    note = WordsField(label=_("Remark"), required=False, help_text=_("Read by your institution and the ministry."))

    def __init__(self, *args, institutions: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions
