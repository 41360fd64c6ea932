from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, PortalForm
from partnerships.intake.columns import FIELDS, LEFT_OUT


class IntakeForm(PortalForm):
    """A file, or a table copied from one. What it holds is found out when it is read."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("XLSX or CSV, at most 15 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt,.tsv"}),
    )
    text = forms.CharField(
        label=_("Or paste the table"), required=False, strip=False, widget=forms.Textarea(attrs={"dir": "auto", "rows": 6}),
        help_text=_("Copy the rows in the spreadsheet, with the row of the column names, and paste them here."),
    )  # fmt: skip
    sheet = LineField(label=_("Only this sheet"), required=False, max_length=100, help_text=_("Empty: every sheet that holds a list."))
    include_hidden = forms.BooleanField(label=_("Hidden rows and sheets too"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_text = bool((given.get("text") or "").strip())
        if not self.errors and bool(given.get("upload")) == has_text:
            raise ValidationError(_("Choose a file or paste a table, one of the two."))
        return given


class ColumnsForm(PortalForm):
    """What each column of each sheet is: one choice for each header, in the order of the file."""

    def __init__(self, *args, columns: dict[str, dict[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("not known")), (LEFT_OUT, _("leave this column out")), *((name, label) for name, label in FIELDS.items())]
        self.headers = [(sheet, header) for sheet, headers in columns.items() for header in headers]
        for place, (sheet, header) in enumerate(self.headers):
            self.fields[f"column-{place}"] = forms.ChoiceField(label=header, choices=choices, required=False, initial=columns[sheet][header])

    def sheets(self) -> list[dict[str, Any]]:
        """{"name", "fields"} for each sheet, for drawing."""
        names = list(dict.fromkeys(sheet for sheet, _header in self.headers))
        return [{"name": name, "fields": [self[f"column-{place}"] for place, (sheet, _header) in enumerate(self.headers) if sheet == name]} for name in names]

    def columns(self) -> dict[str, dict[str, str]]:
        """What was chosen, {sheet: {header: field, LEFT_OUT or ""}}."""
        chosen: dict[str, dict[str, str]] = {}
        for place, (sheet, header) in enumerate(self.headers):
            chosen.setdefault(sheet, {})[header] = self.cleaned_data[f"column-{place}"]
        return chosen
