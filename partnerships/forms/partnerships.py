"""The shape of what is typed about partnerships and signatures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, ManyField, PagesField, PortalForm, WordsField
from partnerships.choices import Origin, World
from partnerships.models import Institution, Specialty


class PartnershipForm(PortalForm):
    """A new partnership: who supports, who benefits, in what."""

    senders = ManyField(Institution.objects.none(), label=_("Supporting institutions"))
    hosts = ManyField(Institution.objects.none(), label=_("Benefiting institutions"))
    specialties = ManyField(Specialty.objects.by_name(), label=_("Specialties"), required=False)
    facilitators = ManyField(Institution.objects.none(), label=_("Facilitators: embassies, agencies"), required=False)
    funders = ManyField(Institution.objects.none(), label=_("Funders"), required=False)
    origin = forms.ChoiceField(choices=Origin, label=_("Origin"))
    goals = WordsField(label=_("Goals"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        institutions = Institution.objects.visible_to(user).listed().select_related("kind").order_by("country", "code")
        self.fields["senders"].queryset = institutions
        self.fields["hosts"].queryset = institutions
        self.fields["facilitators"].queryset = self.fields["funders"].queryset = institutions.exclude(kind__world=World.CARE)

    def clean(self):
        both = set(self.cleaned_data.get("senders") or []) & set(self.cleaned_data.get("hosts") or [])
        if both:
            self.add_error("hosts", _("An institution cannot be on both sides."))
        return self.cleaned_data


class SignatureForm(PortalForm):
    """The signed paper: its day and its scan."""

    signed_on = DayField(label=_("Day of signature"))
    scan = PagesField(label=_("Scan of the signed paper"))
