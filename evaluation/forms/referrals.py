"""Referral statistics as people type them, one by one or in a sheet."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.amounts import AmountField, currency_choices
from core.formats import digits, today
from core.forms import CountField, LineField, PortalForm, VersionedForm
from core.profile import home
from evaluation.choices import Destination
from evaluation.models import ReferralStatistic
from evaluation.referral_sheet import FIRST_YEAR, MOST_PATIENTS
from partnerships.filters import home_regions
from partnerships.models import Country, Institution, Region, Specialty

LARGEST_FILE = 5 * 1024 * 1024


class ReferralForm(VersionedForm):
    """How many patients were sent in one specialty and year, from where to where."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    specialty = forms.ModelChoiceField(Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    destination = forms.ChoiceField(label=_("Sent"), choices=Destination, widget=forms.RadioSelect)
    region = forms.ModelChoiceField(Region.objects.none(), to_field_name="code", label=_("From the region"), required=False, empty_label=_("the whole country"))
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("From the institution"), required=False, empty_label=_("no single institution"))
    country = forms.ModelChoiceField(Country.objects.all(), to_field_name="code", label=_("To the country"), required=False, empty_label=_("not known"))
    patients = CountField(label=_("Patients"), required=True, max_value=MOST_PATIENTS)
    cost = AmountField(label=_("Cost"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices, required=False)
    source = LineField(label=_("Source"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, institutions: Any, is_national: bool, row: ReferralStatistic | None = None, **kwargs):
        super().__init__(data, **kwargs)
        if row is not None:
            self.fields["currency"].choices = currency_choices(row.currency)
            for name in ("year", "specialty", "destination", "region", "institution", "country"):
                del self.fields[name]
            self.initial = {name: getattr(row, name) for name in ("patients", "cost", "currency", "source", "version")} | self.initial
            return
        self.fields["year"].choices = [(year, digits(str(year))) for year in range(today().year, FIRST_YEAR - 1, -1)]
        self.fields["region"].queryset = home_regions(None)
        self.fields["institution"].queryset = institutions
        self.fields["country"].queryset = Country.objects.exclude(code=home().country).order_by("name_ar")
        if not is_national:
            del self.fields["region"]
            self.fields["institution"].required = True
            self.fields["institution"].empty_label = None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("cost") is not None and not data.get("currency"):
            data["currency"] = home().currency
        if data.get("institution") and data.get("region"):
            data["region"] = None  # the institution says it
        return data

    def values(self) -> dict[str, Any]:
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        values["currency"] = (values.get("currency") or "") if values.get("cost") is not None else ""
        return values if "patients" in self.fields and "year" not in self.fields else {"region": None, **values}


class ReferralSheetForm(PortalForm):
    """A sheet of referral statistics, or a table that was copied."""

    file = forms.FileField(
        label=_("File"), required=False, help_text=_("XLSX or CSV, at most 5 MB. Headers in Arabic, French or English; years may stand as columns.")
    )
    text = forms.CharField(
        label=_("Or paste the table here"), required=False, max_length=400_000, strip=False, widget=forms.Textarea(attrs={"dir": "auto", "rows": 4})
    )
    destination = forms.ChoiceField(
        label=_("Where the sheet does not say it, they were sent"),
        required=False,
        choices=[("", pgettext_lazy("referral", "it says it everywhere")), *Destination.choices],
    )
    source = LineField(label=_("Source"), required=False, max_length=300, help_text=_("Where the sheet does not say it."))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("file") and data["file"].size > LARGEST_FILE:
            raise ValidationError({"file": _("The file is larger than 5 MB.")})
        if not data.get("file") and not data.get("text", "").strip():
            raise ValidationError({"file": _("Choose a file, or paste a table.")})
        return data

    def content(self) -> bytes:
        upload = self.cleaned_data.get("file")
        return upload.read() if upload else self.cleaned_data["text"].encode("utf-8", "replace")

    def defaults(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in ("destination", "source")}


class ConfirmForm(PortalForm):
    """The lines that were looked at, on their way back."""

    lines = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000, strip=False)
    destination = forms.ChoiceField(widget=forms.HiddenInput, required=False, choices=[("", ""), *Destination.choices])
    source = LineField(widget=forms.HiddenInput(), required=False, max_length=300)
    title = forms.CharField(widget=forms.HiddenInput, required=False, max_length=150)
