"""Amending, renewing and ending agreements; the day on which each party signed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, LineField, PagesField, PortalForm, VersionedForm, WordsField
from partnerships.models import Agreement, Clause


class PartySignatureForm(PortalForm):
    signed_on = DayField(label=_("Day of signature"))


class AmendmentForm(PortalForm):
    subject = LineField(label=_("Subject"), max_length=300)
    effective_on = DayField(label=_("Effective from"))
    ends_on = DayField(label=_("New end of the agreement"), required=False, help_text=_("Only when the amendment prolongs or shortens the agreement."))


class EditAmendmentForm(AmendmentForm, VersionedForm):
    pass


class RewordForm(PortalForm):
    """A clause as the amendment words it, in each language of the agreement."""

    clause = forms.ModelChoiceField(Clause.objects.none(), label=_("Clause"))

    def __init__(self, *args, agreement: Agreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = agreement.clauses.filter(is_included=True).select_related("kind")
        labels = {"ar": _("Arabic text"), "fr": _("French text"), "en": _("English text")}
        for language in agreement.languages:
            self.fields[language] = WordsField(label=labels[language], max_length=20_000)
            self.fields[language].widget.attrs |= {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}


class RenewalForm(PortalForm):
    starts_on = DayField(label=_("Start"))
    ends_on = DayField(label=_("End"))

    def clean(self):
        start, end = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end comes before the start."))
        return self.cleaned_data


class NoticeForm(PortalForm):
    given_on = DayField(label=_("Day of the notice"))
    reason = WordsField(label=_("Reason"), help_text=_("Shown to both sides and kept in the history."), max_length=1000)


class TerminationForm(PortalForm):
    from_day = DayField(label=_("Terminated with effect from"))
    by_consent = forms.BooleanField(label=_("All parties agree to this day"), required=False)
    reason = WordsField(label=_("Reason"), help_text=_("Shown to both sides and kept in the history."), max_length=1000)
    document = PagesField(label=_("Document of the termination"))


class SignedPaperForm(PortalForm):
    signed_on = DayField(label=_("Day of signature"))
    scan = PagesField(label=_("Scan of the signed paper"))
