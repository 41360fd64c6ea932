"""The shape of what is typed about annual programmes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.kinds import kind_choices
from activities.models import Programme
from activities.rules import LONGEST
from core import formats
from core.forms import CountField, DayField, LineField, PortalForm, VersionedForm, WordsField, month_choices
from partnerships.models import Agreement, Partnership, Specialty

STARTS = [
    ("proposal", _("Proposed by the portal, from needs, offers and calendars")),
    ("copy", _("The lines of the year before")),
    ("empty", _("Empty")),
]


class StartForm(PortalForm):
    """Which year of which agreement, and what to begin with."""

    which = forms.ChoiceField(label=_("Year and agreement"), widget=forms.RadioSelect)
    start_with = forms.ChoiceField(label=_("Begin with"), choices=STARTS, widget=forms.RadioSelect, initial="proposal")
    note = WordsField(label=_("Notes"), required=False)

    def __init__(self, *args, possible: list[tuple[Agreement, int]], **kwargs):
        super().__init__(*args, **kwargs)
        self.possible = {f"{agreement.pk}:{year}": (agreement, year) for agreement, year in possible}
        self.fields["which"].choices = [(key, f"{formats.digits(str(year))} · {agreement.title}") for key, (agreement, year) in self.possible.items()]

    def chosen(self) -> tuple[Agreement, int]:
        return self.possible[self.cleaned_data["which"]]


class NoteForm(PortalForm):
    note = WordsField(label=_("Notes"), required=False)


class LineForm(VersionedForm):
    """One line: what, in which specialty, when, how much."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=kind_choices)
    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("Specialty"), required=False, to_field_name="code", empty_label=_("several or none"))
    month = forms.TypedChoiceField(label=_("Month"), choices=month_choices, coerce=int)
    starts_on = DayField(label=_("First day"), required=False, help_text=_("Only where it is known already; it lies in the month above."))
    days = CountField(label=_("Days"), required=True, max_value=LONGEST.days, unusual_above=15)
    consultations = CountField(label=_("Consultations planned"), unusual_above=600)
    operations = CountField(label=_("Operations planned"), unusual_above=150)
    trained = CountField(label=_("People to train"), max_value=2000, unusual_above=300)
    note = LineField(label=_("Notes"), required=False, max_length=300)

    def __init__(self, *args, partnership: Partnership, programme: Programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme = programme
        everything = list(Specialty.objects.by_name())
        mine = set(partnership.specialties.values_list("pk", flat=True))
        self.fields["specialty"].queryset = Specialty.objects.by_name()
        own = [(item.code, item.name) for item in everything if item.pk in mine]
        others = [(item.code, item.name) for item in everything if item.pk not in mine]
        choices: list[Any] = [("", self.fields["specialty"].empty_label)]
        self.fields["specialty"].choices = [*choices, (_("Of this partnership"), own), (_("Others"), others)] if own else choices + others

    def clean_days(self) -> int:
        if not self.cleaned_data["days"]:
            raise ValidationError(_("At least one day."))
        return self.cleaned_data["days"]

    def clean(self):
        given, month = self.cleaned_data.get("starts_on"), self.cleaned_data.get("month")
        if given and month and (given.year, given.month) != (self.programme.year, month):
            self.add_error("starts_on", _("The first day lies outside the month of the line."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
