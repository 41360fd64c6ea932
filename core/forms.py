"""Forms as people meet them: an error summary that links to the fields, days and counts typed in any usual way."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import formats
from core.editing import SavedBefore
from core.files import checked
from core.scans import one_scan
from core.text import clean, no_patient_identity


class DayField(forms.DateField):
    """A day, read with the country's formats; shown dd/mm/yyyy; the box runs as what is typed runs."""

    default_error_messages = {"invalid": _("Type the day like 05/11/2026 or 5 November 2026.")}

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "dir": "auto", "class": "is-short", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else formats.short_day(value)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            day = formats.parse_day(clean(value))
        except (ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not 1960 <= day.year <= 2100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class CountField(forms.IntegerField):
    """A whole number from 0, typed with 0-9, ٠-٩ or ۰-۹; empty counts as 0. Drawn as a stepper."""

    default_error_messages = {"invalid": _("Type a whole number, for example 12."), "max_value": _("At most %(limit_value)s.")}

    def __init__(self, *, max_value: int = 20_000, unusual_above: int | None = None, **kwargs):
        self.unusual_above = unusual_above
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(min_value=0, max_value=max_value, **kwargs)
        self.is_count = True

    def to_python(self, value):
        if value in self.empty_values:
            return 0
        if isinstance(value, str):
            try:
                value = formats.parse_count(value)
            except ValueError as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)

    def widget_attrs(self, widget):
        return {}  # a text box: min and max belong to number boxes


class MaybeCountField(CountField):
    """A whole number that may be unknown: empty stays empty, which is not zero."""

    def to_python(self, value):
        return None if value in self.empty_values else super().to_python(value)


class WordsField(forms.CharField):
    """Free text: cleaned, and refused when it holds what looks like a patient's identity."""

    def __init__(self, *, max_length: int = 2000, long: bool = True, **kwargs):
        widget = forms.Textarea if long else forms.TextInput
        kwargs.setdefault("widget", widget(attrs={"dir": "auto"}))
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        return clean(super().to_python(value) or "")

    def validate(self, value):
        super().validate(value)
        no_patient_identity(value)


class LineField(WordsField):
    """One line of free text."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 150)
        super().__init__(long=False, **kwargs)

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class ScanField(forms.FileField):
    """A document: what it is, is read from its content."""

    def __init__(self, *, allowed: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png"), **kwargs):
        self.allowed = allowed
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload and hasattr(upload, "read"):
            checked(upload, self.allowed)
        return upload


class ManyFiles(forms.FileInput):
    """A file box that takes several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PagesField(forms.Field):
    """A signed paper: one PDF, or photos of its pages that become one PDF."""

    widget = ManyFiles

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": "application/pdf,image/jpeg,image/png"}))
        kwargs.setdefault("help_text", _("One PDF, or photos of the pages in their order. At most 15 MB each."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        uploads = [upload for upload in (value if isinstance(value, list | tuple) else [value]) if upload]
        if not uploads:
            return super().clean(None)
        return one_scan(uploads)


LONGEST_KEY = 18  # digits


class ManyField(forms.ModelMultipleChoiceField):
    """Several rows, by key; a number that no key can be is no choice, and never reaches the database."""

    def _check_values(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            for key in value:
                digits = str(key).strip().lstrip("+-")
                if digits.isdecimal() and len(digits) > LONGEST_KEY:
                    raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "…"})
        return super()._check_values(value)


class PortalForm(forms.Form):
    """Adds what every form of the portal shares: ids for the error summary, aria attributes, a place for all errors."""

    use_required_attribute = False
    kept_at = ""  # the address of what this form made when it was saved before

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def problems(self) -> list[dict[str, str]]:
        """Every error as {"id", "text"}, with an "address" where there is a page to open: what the summary links to, in the order of the fields."""
        found = [{"id": "", "text": text, "address": self.kept_at} for text in self.non_field_errors()]
        for name, errors in self.errors.items():
            if name != "__all__":
                found += [{"id": self[name].auto_id, "text": f"{self[name].label}: {text}"} for text in errors]
        return found + self.files_lost() if found else found

    def refuse_again(self, refusal: SavedBefore) -> None:
        """Say that it was saved before, with the way to what is kept; what was typed stays in the fields."""
        self.kept_at = refusal.kept.get_absolute_url()
        self.add_error(None, str(refusal))

    def files_lost(self) -> list[dict[str, str]]:
        """Files are the one thing that a browser does not keep: those that were sent with a form that comes back must be chosen again."""
        lost = [name for name, field in self.fields.items() if isinstance(field.widget, forms.FileInput) and self.add_prefix(name) in self.files]
        return [
            {"id": self[name].auto_id, "text": _("%(field)s: choose the file again.") % {"field": self[name].label}} for name in lost if name not in self.errors
        ]


class VersionedForm(PortalForm):
    """An edit carries the version that it started from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.initial.get("version") is not None:
            self.fields["version"].required = True  # of something that exists, however the form is used for new ones

    def compare(self, kept: dict[str, Any], version: int) -> list[dict[str, str]]:
        """After an edit conflict: {"label", "kept", "typed"} for each field where what is kept now differs from what was typed.

        The form keeps what was typed and starts from `version` now, so that saving it again is a choice.
        """
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(version)
        found = []
        for name in (name for name in self.fields if name in kept):
            words = [in_words(self.fields[name], value) for value in (kept[name], self.cleaned_data.get(name))]
            if words[0] != words[1]:
                found.append({"label": str(self.fields[name].label), "kept": words[0], "typed": words[1]})
        return found


class LinedForm(PortalForm):
    """A form with lines of their own, each a form; `lines` are filled by whoever inherits."""

    lines: Sequence[PortalForm] = ()

    def all_problems(self) -> list[dict[str, str]]:
        """For the error summary: the form's own, then each line's with its number."""
        found = self.problems()
        for place, line in enumerate(self.lines, 1):
            found += [{**item, "text": _("Line %(number)s. %(text)s") % {"number": place, "text": item["text"]}} for item in line.problems()]
        return found


def month_choices() -> list[tuple[str, str]]:
    """The months of the year by the names that this country gives them."""
    return [(str(number), formats.month_name(number)) for number in range(1, 13)]


def in_words(field: forms.Field, value: Any) -> str:
    """A value of a field as a person reads it: names of what was chosen, yes and no, a dash for nothing."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return formats.day(value)
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return ", ".join(sorted(in_words(field, item) for item in value)) or "—"
    shown = dict(flat(getattr(field, "choices", ()))).get(str(value), value) if not hasattr(field, "queryset") else value
    return "—" if shown in (None, "") else str(shown)


def flat(choices: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Choices without their groups, as {value as text: label}."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield str(value), label


class ReasonForm(PortalForm):
    """What a negative step asks for."""

    reason = WordsField(label=_("Reason"), help_text=_("Shown to everybody concerned and kept in the history."), max_length=1000)
