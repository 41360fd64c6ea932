"""The shape of what is typed about certificates."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm


class LanguageForm(PortalForm):
    """In which language the papers are."""

    language = forms.ChoiceField(label=_("Language of the paper"), choices=settings.LANGUAGES, initial="ar")
