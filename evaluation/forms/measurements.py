"""Figures as people type them: two halves, parts that add up, what shows it; and what a partnership wants to reach."""

import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.amounts import marks_only
from core.forms import DayField, PortalForm, ScanField, VersionedForm, WordsField
from evaluation.choices import Dimension
from evaluation.indicators import Period, is_computed, shape_of
from evaluation.indicators.typed import CHANGE
from evaluation.measuring import Share, categories, past_periods
from evaluation.models import Indicator, IndicatorTarget, IndicatorValue
from partnerships.models import Institution, Partnership

EVIDENCE = (
    "application/pdf", "image/jpeg", "image/png", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)  # fmt: skip


class FigureField(forms.DecimalField):
    """A number, typed with any digits, with or without thousands apart, with either decimal mark."""

    default_error_messages = {"invalid": _("Type a number, for example 12 or 62.5.")}

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "is-short", "autocomplete": "off"}))
        super().__init__(max_digits=14, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(plain(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a text box: min and step belong to number boxes


def plain(text: str) -> str:
    """1 250,5 · 1,250.5 · ١٢٥٠٫٥ · −3 as Python reads them. A lone comma before three last digits parts thousands."""
    text = marks_only(text).replace("−", "-")
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        return re.sub("[,.]", "", text[:decimal]) + "." + text[decimal + 1 :]
    if text.count(",") == 1 and (len(text) - text.index(",") - 1 != 3 or text.lstrip("-").startswith("0,")):
        return text.replace(",", ".")
    return text.replace(",", "")


def named(indicator: Indicator) -> str:
    return f"{indicator.code} · {indicator.name}"


def typed_indicators() -> list[Indicator]:
    """Those that the portal does not compute."""
    return [indicator for indicator in Indicator.objects.order_by("code") if not is_computed(indicator.code)]


class WhatToMeasureForm(PortalForm):
    """Which figure somebody is about to type."""

    partnership = forms.ModelChoiceField(Partnership.objects.none(), label=_("Partnership"), empty_label=None)
    indicator = forms.ChoiceField(label=_("Indicator"))

    def __init__(self, data: Any = None, *, partnerships: Any, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["partnership"].queryset = partnerships
        self.fields["indicator"].choices = [(indicator.code, named(indicator)) for indicator in typed_indicators()]


class FiguresForm(VersionedForm):
    """The figures of one period of one indicator. What it asks for follows from the indicator."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, indicator: Indicator, partnership: Partnership, institutions: list[Institution],
                 value: IndicatorValue | None = None, **kwargs):  # fmt: skip
        self.indicator, self.partnership, self.value = indicator, partnership, value
        self.shape = shape_of(indicator)
        self.is_change = self.shape is CHANGE
        super().__init__(data, files, **kwargs)
        if value is None:
            self.fields["institution"] = forms.ChoiceField(label=_("Measured at"), choices=[(str(place.pk), str(place)) for place in institutions])
            self.by_pk = {str(place.pk): place for place in institutions}
            self.fields["period"] = forms.ChoiceField(label=_("Period"), choices=[(p.start.isoformat(), p.label) for p in past_periods(indicator.frequency)])
            self.initial.setdefault("uid", uuid.uuid4())
        self.add_halves()
        self.fields["note"] = WordsField(
            label=_("Remark and source"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
            help_text=_("Where the figure comes from, and how it was counted."),
        )
        self.fields["file"] = ScanField(
            label=_("Evidence"), required=False, allowed=EVIDENCE, help_text=_("PDF, photo, Excel or Word. Without patients’ names.")
        )
        self.dimensions = self.add_parts()
        if value is not None:
            self.initial |= self.kept_values(value)

    def add_halves(self) -> None:
        if self.is_change:
            self.fields["denominator"] = FigureField(label=_("At the beginning of the period"))
            self.fields["after"] = FigureField(label=_("At the end of the period"))
            return
        lines = dict(self.definition_halves())
        label = pgettext_lazy("of a figure", "Numerator") if self.shape.has_denominator else pgettext_lazy("of a figure", "Figure")
        self.fields["numerator"] = FigureField(label=label, help_text=lines.get("numerator", ""))
        if self.shape.has_denominator:
            self.fields["denominator"] = FigureField(label=pgettext_lazy("of a figure", "Denominator"), help_text=lines.get("denominator", ""))

    def definition_halves(self) -> list[tuple[str, str]]:
        """What the definition says of the two halves, in the language of the page."""
        from evaluation.indicators.tables import PARTS, definition_lines  # its words are needed here alone

        labels = {label: part for parts in PARTS.values() for part, label in parts.items()}
        return [(labels[label], words) for label, words in definition_lines(self.indicator.definition) if label in labels]

    def add_parts(self) -> list[dict[str, Any]]:
        """Optional fields for the parts; {"slug", "label", "rows": [(label, name of the numerator, of the denominator)]}."""
        if self.is_change:
            return []
        known = categories()
        own = set(self.partnership.specialties.values_list("code", flat=True))
        found = []
        for dimension in Dimension:
            items = [(key, label) for key, label in known[dimension].items() if dimension != Dimension.SPECIALTY or key in own]
            rows = []
            for place, (key, label) in enumerate(items):
                names = [f"{dimension}-{place}-{half}" for half in (("n", "d") if self.shape.has_denominator else ("n",))]
                for name, half in zip(names, (pgettext_lazy("of a figure", "Numerator"), pgettext_lazy("of a figure", "Denominator")), strict=False):
                    self.fields[name] = FigureField(label=f"{label}: {half}", required=False)
                rows.append((label, key, names))
            if rows:
                found.append({"slug": dimension.value, "label": dimension.label, "rows": rows})
        return found

    def kept_values(self, value: IndicatorValue) -> dict[str, Any]:
        kept: dict[str, Any] = {"numerator": value.numerator, "denominator": value.denominator, "note": value.note, "version": value.version}
        if self.is_change and value.denominator is not None:
            kept["after"] = value.denominator - value.numerator
        parts = {(part.dimension, part.key): part for part in value.parts.all()}
        for dimension in self.dimensions:
            for _label, key, names in dimension["rows"]:
                if part := parts.get((dimension["slug"], key)):
                    kept |= dict(zip(names, (part.numerator, part.denominator), strict=False))
        return kept

    def groups(self) -> list[dict[str, Any]]:
        """The optional parts for the page: {"slug", "label", "is_open", "rows": [{"label", "fields"}]}."""
        return [
            {
                "slug": item["slug"], "label": item["label"],
                "rows": [{"label": label, "fields": [self[name] for name in names]} for label, _key, names in item["rows"]],
                "is_open": any(self[name].value() not in (None, "") for _label, _key, names in item["rows"] for name in names),
            }
            for item in self.dimensions
        ]  # fmt: skip

    def main_fields(self) -> list[Any]:
        names = ("institution", "period", "numerator", "denominator", "after", "note", "file")
        return [self[name] for name in names if name in self.fields]

    def halves(self) -> dict[str, Decimal | None]:
        """Numerator and denominator, as `record_measurement` takes them."""
        data = self.cleaned_data
        if self.is_change:
            return {"numerator": data["denominator"] - data["after"], "denominator": data["denominator"]}
        return {"numerator": data["numerator"], "denominator": data.get("denominator")}

    def shares(self) -> list[Share]:
        found = []
        for item in self.dimensions:
            given = []
            for _label, key, names in item["rows"]:
                halves = [self.cleaned_data.get(name) for name in names]
                if any(half is not None for half in halves):
                    given.append(Share(item["slug"], key, halves[0] or Decimal(0), halves[1] if len(halves) > 1 else None))
            found += given
        return found

    def period(self) -> Period:
        return next(p for p in past_periods(self.indicator.frequency) if p.start.isoformat() == self.cleaned_data["period"])

    def institution(self) -> Institution:
        return self.by_pk[self.cleaned_data["institution"]]

    def compare(self, kept: Mapping[str, Any], version: int) -> list[dict[str, str]]:
        """Only the halves and the remark are compared: names of other fields are not those of the row."""
        mine = {name: value for name, value in kept.items() if name in {"numerator", "denominator", "note"}}
        return super().compare(mine, version)


class TargetForm(VersionedForm):
    """Where a partnership stands in one indicator, and where it wants to be."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    baseline = FigureField(label=_("Beginning"), required=False, help_text=_("The figure before the partnership began, if it is known."))
    baseline_on = DayField(label=_("Beginning, as of"), required=False)
    target = FigureField(label=_("Aim"), required=False)
    target_on = DayField(label=_("To be reached by"), required=False)

    def __init__(
        self, data: Any = None, *, target: IndicatorTarget | None = None, chosen: set[int] | None = None, indicator: Indicator | None = None, **kwargs
    ):
        super().__init__(data, **kwargs)
        if target is not None:
            self.initial = {name: getattr(target, name) for name in ("baseline", "baseline_on", "target", "target_on", "version")} | self.initial
            return
        choices = [(row.code, named(row)) for row in Indicator.objects.order_by("code") if row.pk not in (chosen or set())]
        self.fields["indicator"] = forms.ChoiceField(label=_("Indicator"), choices=choices, initial=indicator.code if indicator else None)
        self.order_fields(["indicator"])

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in ("baseline", "baseline_on", "target", "target_on")}
