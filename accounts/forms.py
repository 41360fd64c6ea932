from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from accounts.throttle import address_is_tired
from core.forms import PortalForm


class LoginForm(PortalForm):
    """E-mail and password; the same answer for a wrong password and an unknown person."""

    email = forms.CharField(
        label=_("E-mail"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "dir": "ltr", "autofocus": True}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )  # fmt: skip

    def __init__(self, request=None, *args, **kwargs):
        self.request = request
        self.user = None
        super().__init__(*args, **kwargs)

    def clean(self):
        email, password = self.cleaned_data.get("email"), self.cleaned_data.get("password")
        if email and password:
            if address_is_tired(self.request):
                raise forms.ValidationError(_("Too many attempts. Try again in a quarter of an hour, or ask your administrator."))
            self.user = authenticate(self.request, username=email.strip().lower(), password=password)
            if self.user is None:
                raise forms.ValidationError(_("The e-mail and the password do not belong together. Check both."))
        return self.cleaned_data
