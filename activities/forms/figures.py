"""Figure by figure: agreed unless another number and its reason are typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.figures import Figure, Group, OtherFigure
from activities.forms.activities import FewWordsField
from core.forms import MaybeCountField, PortalForm


class FiguresForm(PortalForm):
    """Every figure of a report: left alone, or with another number and why. `nothing` is what an untouched form is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, groups: list[Group], nothing: Any, **kwargs):
        self.groups, self.nothing = groups, nothing
        super().__init__(data, **kwargs)
        for figure in (figure for group in groups for figure in group.all):
            self.fields[figure.key] = MaybeCountField(label=_("The right figure"))
            self.fields[f"{figure.key}-why"] = FewWordsField(label=_("Reason"), required=False, max_length=500)
            self.fields[f"{figure.key}-why"].is_needed_at_times = True  # whenever the figure is another

    def rows(self) -> list[dict[str, Any]]:
        """For the page: each group with its figures, each with its two fields and whether somebody touched them."""
        return [
            {"group": group, "figures": [self.row(item) for item in group.figures], "more": [self.row(item) for item in group.more]} for group in self.groups
        ]

    def row(self, figure: Figure) -> dict[str, Any]:
        value, why = self[figure.key], self[f"{figure.key}-why"]
        return {"figure": figure, "value": value, "why": why, "is_open": bool(value.errors or why.errors or value.value() or why.value())}

    def start_again(self) -> None:
        """After an edit conflict the page shows the figures as they are now: what is sent from it starts from them."""
        if current := getattr(self, "current", None):
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = str(current.version)

    def others(self) -> list[OtherFigure]:
        """The figures that somebody holds to be otherwise. The form must be valid."""
        figures = [figure for group in self.groups for figure in group.all]
        said = [(figure, self.cleaned_data.get(figure.key), self.cleaned_data.get(f"{figure.key}-why", "")) for figure in figures]
        return [OtherFigure(figure, value, why) for figure, value, why in said if value is not None and value != figure.value]

    def clean(self):
        for figure in (figure for group in self.groups for figure in group.all):
            value, why = self.cleaned_data.get(figure.key), self.cleaned_data.get(f"{figure.key}-why", "")
            if value is None and why and figure.key not in self.errors:
                self.add_error(figure.key, _("Type the figure that you hold to be right."))
            elif value is not None and value != figure.value and not why and f"{figure.key}-why" not in self.errors:
                self.add_error(f"{figure.key}-why", _("Say why: the reason is shown to both sides and kept in the history."))
        if not self.errors and not self.others():
            self.add_error(None, self.nothing)
        return self.cleaned_data

    def problems(self) -> list[dict[str, str]]:
        """As everywhere, with the name of the figure before each error."""
        labels = {figure.key: figure for group in self.groups for figure in group.all}
        found = []
        for name, errors in self.errors.items():
            figure = labels.get(name.removesuffix("-why"))
            before = f"{figure.site_name} · {figure.label}: " if figure else ""
            found += [{"id": self[name].auto_id if figure else "", "text": f"{before}{text}"} for text in errors]
        return found
