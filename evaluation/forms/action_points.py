"""What is typed about action points."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import DayField, LineField, PortalForm, VersionedForm
from evaluation.choices import Priority


class ActionPointForm(VersionedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = LineField(label=_("What is to be done"), max_length=400)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Done by"))
    due_on = DayField(label=_("Until"))
    priority = forms.ChoiceField(choices=Priority, label=_("Priority"), initial=Priority.NORMAL)

    def __init__(self, *args, people: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people


class FinishForm(PortalForm):
    done_on = DayField(label=_("Done on"))
    note = LineField(label=_("What was done"), max_length=400, help_text=_("So that somebody else can look at it."))
