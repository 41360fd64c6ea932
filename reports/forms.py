"""What the reader of the figures may ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import can
from activities.kinds import kind_choices
from core.formats import digits, today
from core.forms import DayField, PortalForm
from core.profile import home
from partnerships.choices import CareLevel, Zone
from partnerships.filters import home_regions
from partnerships.models import Institution, Region, Specialty
from partnerships.regions import divisions
from reports.dashboards.periods import THIS_YEAR, named_periods
from reports.headline import Chosen


def period_choices() -> list[tuple[str, Any]]:
    named = [
        ("", pgettext_lazy("period", "from – to, or all")), (THIS_YEAR, pgettext_lazy("period", "this year")),
        ("last_year", pgettext_lazy("period", "last year")), ("twelve_months", pgettext_lazy("period", "last 12 months")),
    ]  # fmt: skip
    return named + [(name, digits(name)) for name in named_periods(today()) if name.isdecimal()]


class CodeInput(forms.TextInput):
    """An institution by its code: a menu of hundreds of names would weigh more than the page."""

    def __init__(self) -> None:
        super().__init__(attrs={"dir": "ltr", "autocomplete": "off", "maxlength": 40})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return (data.get(name) or "").strip().upper()


class FiguresForm(PortalForm):
    """Period, place and sort. Everything may stay empty; what is not understood is said and left out.

    Regions are those in force at the end of the period, or those of today; asked only where a country was divided anew. A period
    with a name counts before days that were typed. Institutions are those that `user` may see; asked only of somebody who sees some.
    """

    period = forms.ChoiceField(label=_("Period"), choices=period_choices, required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    region = forms.ModelChoiceField(Region.objects.none(), to_field_name="code", label=_("Region of the host"), required=False, empty_label=_("all regions"))
    zone = forms.ChoiceField(label=_("Zone of the host"), required=False)
    specialty = forms.ModelChoiceField(Specialty.objects.none(), to_field_name="code", label=_("Specialty"), required=False, empty_label=_("all specialties"))
    kind = forms.ChoiceField(label=_("Kind of activity"), required=False)
    level = forms.ChoiceField(label=_("Level of care of the host"), required=False)
    institution = forms.ModelChoiceField(
        Institution.objects.none(), to_field_name="code", label=_("Code of the institution"), required=False, widget=CodeInput,
        error_messages={"invalid_choice": _("No institution that you may see has this code.")},
    )  # fmt: skip
    division = forms.ChoiceField(
        label=_("Division into regions"),
        choices=[("", pgettext_lazy("division into regions", "of that time")), ("today", pgettext_lazy("division into regions", "of today"))],
        required=False,
    )

    def __init__(self, *args, user: Any = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = home_regions(None)
        self.fields["zone"].choices = [("", _("all zones")), *Zone.choices]
        self.fields["kind"].choices = [("", _("all kinds")), *kind_choices()]
        self.fields["level"].choices = [("", _("all levels")), *CareLevel.choices]
        self.fields["specialty"].queryset = Specialty.objects.all()
        if user is not None and can(user, "institution.view"):
            self.fields["institution"].queryset = Institution.objects.visible_to(user)
        else:
            del self.fields["institution"]
        if not home().has_zones:
            del self.fields["zone"]
        if len(divisions()) == 1:
            del self.fields["division"]
        if self.is_bound and self.data.get("period") in named_periods(today()):  # what does not count is not shown either
            self.data = self.data.copy()
            for name in ("since", "until"):
                self.data.pop(name, None)

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end comes before the start."))
        return self.cleaned_data

    def chosen(self) -> Chosen:
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        start, end = named_periods(today()).get(given.get("period", ""), (given.get("since"), given.get("until")))
        return Chosen(
            start, end, given.get("region"), given.get("zone", ""), given.get("specialty"),
            division_of=today() if given.get("division") == "today" else None,
            kind=given.get("kind", ""), institution=given.get("institution"), level=given.get("level", ""),
        )  # fmt: skip

    def chips(self) -> list[dict[str, Any]]:
        """What narrows the figures, as {"label", "value", "without"}: `without` is the query string that drops it. The period stands above the figures."""
        found = []
        self.is_valid()
        for name, value in self.cleaned_data.items():
            if not value or name in ("period", "since", "until"):
                continue
            rest = self.data.copy()
            for key in (name, "export", "lang", "page"):
                rest.pop(key, None)
            found.append(
                {
                    "label": self.fields[name].label,
                    "value": dict(getattr(self.fields[name], "choices", ())).get(value, value) if isinstance(value, str) else value,
                    "without": rest.urlencode(),
                }
            )
        return found
