"""What is typed about interest in twinning."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionedForm, WordsField
from partnerships.choices import SuitableSupport, Wish
from partnerships.forms.fields import InstitutionField, specialties_field
from partnerships.models import Institution, Interest


class InterestForm(PortalForm):
    """What an institution wants, in what, and why. Nothing but the wish is required until it is handed in."""

    wish = forms.ChoiceField(choices=Wish, label=_("The institution wants"), widget=forms.RadioSelect, initial=Wish.RECEIVE)
    specialties = specialties_field(required=False)
    preferred_partner = InstitutionField(label=_("Preferred partner"), required=False, to_field_name="code")
    motivation = WordsField(label=_("Motivation"), required=False, help_text=_("What the institution hopes for. No names and no file numbers of patients."))

    def __init__(self, data: Any = None, *, institution: Institution, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.fields["preferred_partner"].queryset = self.fields["preferred_partner"].queryset.exclude(pk=institution.pk)

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EditInterestForm(InterestForm, VersionedForm):
    @staticmethod
    def kept(interest: Interest) -> dict[str, Any]:
        return {
            "wish": interest.wish, "specialties": list(interest.specialties.all()), "preferred_partner": interest.preferred_partner,
            "motivation": interest.motivation,
        }  # fmt: skip


class SupportForm(VersionedForm):
    """What the ministry thinks would suit an institution."""

    support = forms.MultipleChoiceField(choices=SuitableSupport, label=_("Support that would suit"), required=False, widget=forms.CheckboxSelectMultiple)
    support_note = WordsField(label=_("Note"), required=False, max_length=1000, help_text=_("The institution reads it once its interest is accepted."))
