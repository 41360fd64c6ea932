"""The legal bases of an agreement."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import ManyField, PortalForm
from library.models import LegalText


class LegalBasesForm(PortalForm):
    texts = ManyField(
        LegalText.objects.none(), label=_("Legal bases"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Texts in force only.")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["texts"].queryset = (
            LegalText.objects.visible_to(user).citable().filter(country=settings.PORTAL_COUNTRY).order_by("subject", "-dated_on", "pk")
        )
