"""What the reader of the figures may ask for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import today
from core.forms import DayField, PortalForm
from core.profile import home
from partnerships.choices import Zone
from partnerships.filters import home_regions
from partnerships.models import Region, Specialty
from partnerships.regions import divisions
from reports.headline import Chosen


class FiguresForm(PortalForm):
    """Period and place. Everything may stay empty; what is not understood is said and left out.

    Regions are those in force at the end of the period, or those of today; asked only where a country was divided anew.
    """

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    region = forms.ModelChoiceField(Region.objects.none(), to_field_name="code", label=_("Region of the host"), required=False, empty_label=_("all regions"))
    zone = forms.ChoiceField(label=_("Zone of the host"), required=False)
    specialty = forms.ModelChoiceField(Specialty.objects.none(), to_field_name="code", label=_("Specialty"), required=False, empty_label=_("all specialties"))
    division = forms.ChoiceField(
        label=_("Division into regions"),
        choices=[("", pgettext_lazy("division into regions", "of that time")), ("today", pgettext_lazy("division into regions", "of today"))],
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = home_regions(None)
        self.fields["zone"].choices = [("", _("all zones")), *Zone.choices]
        if not home().has_zones:
            del self.fields["zone"]
        if len(divisions()) == 1:
            del self.fields["division"]
        self.fields["specialty"].queryset = Specialty.objects.all()

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end comes before the start."))
        return self.cleaned_data

    def chosen(self) -> Chosen:
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return Chosen(
            given.get("since"), given.get("until"), given.get("region"), given.get("zone", ""), given.get("specialty"),
            division_of=today() if given.get("division") == "today" else None,
        )  # fmt: skip

    def year(self) -> int:
        chosen = self.chosen()
        return (chosen.end or today()).year


def years(newest: date, count: int = 6) -> list[int]:
    return [newest.year - back for back in range(count)]
