"""The shape of what is typed about partnerships and agreements."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, ScanField, WordsField
from partnerships.choices import AgreementKind, Origin, Renewal
from partnerships.models import Institution, Specialty


class PartnershipForm(PortalForm):
    """A new partnership: who supports, who benefits, in what."""

    senders = forms.ModelMultipleChoiceField(Institution.objects.none(), label=_("Supporting institutions"))
    hosts = forms.ModelMultipleChoiceField(Institution.objects.none(), label=_("Benefiting institutions"))
    specialties = forms.ModelMultipleChoiceField(Specialty.objects.all(), label=_("Specialties"), required=False)
    origin = forms.ChoiceField(choices=Origin, label=_("Origin"))
    goals = WordsField(label=_("Goals"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        institutions = Institution.objects.visible_to(user).select_related("kind").order_by("country", "code")
        self.fields["senders"].queryset = institutions
        self.fields["hosts"].queryset = institutions

    def clean(self):
        both = set(self.cleaned_data.get("senders") or []) & set(self.cleaned_data.get("hosts") or [])
        if both:
            self.add_error("hosts", _("An institution cannot be on both sides."))
        return self.cleaned_data


class AgreementForm(PortalForm):
    """A new agreement: its kind and its dates."""

    kind = forms.ChoiceField(choices=AgreementKind, label=_("Kind"))
    starts_on = DayField(label=_("Start"))
    ends_on = DayField(label=_("End"))
    renewal = forms.ChoiceField(choices=Renewal, label=_("Renewal"), initial=Renewal.EXPRESS)
    subject = WordsField(label=_("Subject"), required=False)

    def clean(self):
        start, end = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end comes before the start."))
        return self.cleaned_data


class SignatureForm(PortalForm):
    """The signed paper: its day and its scan."""

    signed_on = DayField(label=_("Day of signature"))
    scan = ScanField(label=_("Scan of the signed paper"), help_text=_("PDF, JPEG or PNG, at most 15 MB."))
