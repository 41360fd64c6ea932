from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from accounts.throttle import address_is_tired, too_many_attempts
from core.formats import today
from core.forms import DayField, PortalForm
from core.models import Rhythm
from core.topics import TOPICS


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
                raise forms.ValidationError(too_many_attempts())
            self.user = authenticate(self.request, username=email.strip().lower(), password=password)
            if self.user is None:
                raise forms.ValidationError(_("The e-mail and the password do not belong together. Check both."))
        return self.cleaned_data


class RhythmForm(PortalForm):
    """One choice for each topic that may be chosen."""

    def __init__(self, *args, rhythms, **kwargs):
        super().__init__(*args, **kwargs)
        for topic in TOPICS.values():
            if not topic.is_fixed:
                self.fields[topic.slug] = forms.ChoiceField(
                    label=topic.label, choices=Rhythm.choices, widget=forms.RadioSelect, initial=rhythms.get(topic.slug, Rhythm.AT_ONCE)
                )


class PersonField(forms.ModelChoiceField):
    """A person with what they are there."""

    def label_from_instance(self, obj):
        role = next(iter(obj.memberships.all()), None)
        return f"{obj.name} · {role.get_role_display()}" if role else obj.name


class AbsenceForm(PortalForm):
    """Days away, and the deputy."""

    starts_on = DayField(label=_("First day"), initial=today)
    ends_on = DayField(label=_("Last day"))
    deputy = PersonField(
        label=_("Told in your place"), queryset=None,
        help_text=_("Somebody of your own institution or office. You are told as well; the deputy sees only what their own role shows."),
    )  # fmt: skip

    def __init__(self, *args, deputies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies.prefetch_related("memberships")
