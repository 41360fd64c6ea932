from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, WordsField


class MergeForm(PortalForm):
    """Which of two institutions stays, and why they are one."""

    survivor = forms.ChoiceField(label=_("Which one stays?"), widget=forms.RadioSelect, help_text=_("The other one becomes a former name of it."))
    reason = WordsField(label=_("Reason"), help_text=_("Why the two are one place. Kept in the history of both."), max_length=1000)

    def __init__(self, *args, sides, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["survivor"].choices = [(place.pk, f"{place.name} ({place.code})") for place in sides]
