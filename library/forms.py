"""The shape of what is typed in the library."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DayField, LineField, PortalForm, ScanField, VersionedForm, WordsField
from library.choices import Certainty, LinkKind, Stance, Subject, TextKind
from library.models import LegalText


class LegalTextForm(VersionedForm):
    """A legal text or a draft of one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(choices=TextKind, label=_("Kind"))
    number = LineField(label=pgettext_lazy("of a legal text", "Number"), required=False, max_length=30)
    dated_on = DayField(label=pgettext_lazy("of a legal text", "Date"), required=False)
    title_ar = LineField(label=_("Arabic title"), max_length=500)
    title_fr = LineField(label=_("French title"), required=False, max_length=500)
    title_en = LineField(label=_("English title"), required=False, max_length=500)
    subject = forms.ChoiceField(choices=Subject, label=_("About"))
    journal = LineField(label=_("Official gazette"), required=False, max_length=120)
    certainty = forms.ChoiceField(choices=Certainty, label=_("How certain"))
    is_to_check = forms.BooleanField(label=_("The status is still to be checked"), required=False)
    body = WordsField(label=_("Text of the draft"), required=False, max_length=60_000)
    note = WordsField(label=_("Note"), required=False)

    FIELDS = ("kind", "number", "dated_on", "title_ar", "title_fr", "title_en", "subject", "journal", "certainty", "is_to_check", "body", "note")


class ConsultationForm(PortalForm):
    until = DayField(label=_("Opinions until"))


class OpinionForm(PortalForm):
    stance = forms.ChoiceField(choices=Stance, label=_("Your opinion"), widget=forms.RadioSelect)
    remarks = WordsField(label=_("Remarks"), required=False, max_length=5000)


class LinkForm(PortalForm):
    kind = forms.ChoiceField(choices=LinkKind, label=_("This text"))
    target = forms.ModelChoiceField(LegalText.objects.none(), label=_("The other text"))

    def __init__(self, *args, user, text, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = LegalText.objects.visible_to(user).filter(country=text.country).exclude(pk=text.pk).order_by("-dated_on", "pk")


class TextFileForm(PortalForm):
    file = ScanField(label=_("File of the text"), help_text=_("PDF, JPEG or PNG, at most 15 MB."))
