"""What the reader of an indicator may ask for: how often, which year, whose figures, split by what."""

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.policy import can
from core.formats import digits, today
from core.forms import PortalForm
from core.profile import home
from evaluation.choices import Frequency
from evaluation.indicators import Scope
from evaluation.models import Indicator
from partnerships.choices import Zone
from partnerships.filters import home_regions
from partnerships.models import Region, Specialty

YEARS_BACK = 6


class WhoseFiguresForm(PortalForm):
    """Everything may stay empty; what is not understood is left out."""

    BY: ClassVar[list[tuple[str, str | Promise]]] = [
        ("region", _("Region")), ("zone", _("Zone")), ("institution", _("Benefiting institution")), ("partnership", _("Partnership")),
    ]  # fmt: skip

    every = forms.ChoiceField(label=_("Figures"), choices=Frequency, required=False)
    year = forms.TypedChoiceField(label=_("Year of the table"), coerce=int, empty_value=0, required=False)
    split = forms.ChoiceField(label=_("Table by"), required=False)
    region = forms.ModelChoiceField(Region.objects.none(), to_field_name="code", label=_("Region of the host"), required=False, empty_label=_("all regions"))
    zone = forms.ChoiceField(label=_("Zone of the host"), required=False)
    specialty = forms.ModelChoiceField(
        Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"), required=False, empty_label=_("all specialties")
    )

    def __init__(self, data: Any = None, *, indicator: Indicator, user: Any, **kwargs):
        self.indicator, self.user = indicator, user
        super().__init__(data, initial={"every": indicator.frequency, "year": today().year, "split": "region"}, **kwargs)
        self.fields["year"].choices = [(year, digits(str(year))) for year in range(today().year, today().year - YEARS_BACK, -1)]
        self.fields["split"].choices = self.by_choices()
        self.fields["region"].queryset = home_regions(None)
        self.fields["zone"].choices = [("", _("all zones")), *Zone.choices]
        if not home().has_zones:
            del self.fields["zone"]
        self.is_valid()

    def by_choices(self) -> list[tuple[str, str | Promise]]:
        """Names of institutions and partnerships are for those who may see them."""
        hidden = {"zone"} if not home().has_zones else set()
        hidden |= set() if can(self.user, "partnership.view") else {"institution", "partnership"}
        return [(slug, label) for slug, label in self.BY if slug not in hidden]

    def given(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name)

    def frequency(self) -> str:
        return self.given("every") or self.indicator.frequency

    def chosen_year(self) -> int:
        return self.given("year") or today().year

    def by(self) -> str:
        return self.given("split") or "region"

    def scope(self) -> Scope:
        return Scope(region=self.given("region"), zone=self.given("zone") or "", specialty=self.given("specialty"))
