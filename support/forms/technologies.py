"""Technologies introduced."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.amounts import AmountField, currency_choices
from core.formats import language
from core.forms import CountField, DayField, LineField, PortalForm, VersionedForm, WordsField
from partnerships.models import Country, Institution, Partnership, Specialty
from partnerships.querysets import with_parties
from support.choices import TechnologyKind

NO_COUNTRIES = ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ")  # codes of the list that name none
ANSWERS = [("", _("not known yet")), ("yes", _("yes")), ("no", _("no"))]


class TechnologyForm(PortalForm):
    """Something new at an institution, and the look after six months."""

    kind = forms.ChoiceField(label=_("Kind"), choices=TechnologyKind, widget=forms.RadioSelect)
    name = LineField(label=_("Name"), max_length=200)
    specialty = forms.ModelChoiceField(Specialty.objects.by_name(), label=_("Specialty"), required=False, empty_label=_("no specialty"), to_field_name="code")
    partnership = forms.ModelChoiceField(Partnership.objects.none(), label=_("Brought by the partnership"), required=False, empty_label=_("no partnership"))
    origin = forms.ModelChoiceField(Country.objects.all(), label=_("Country of origin"), required=False, empty_label=_("not known yet"), to_field_name="code")
    maker = LineField(label=_("Maker"), required=False)
    value = AmountField(label=_("Value"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices, required=False)
    commissioned_on = DayField(label=_("In service since"))
    users_trained = CountField(label=_("Users trained"), max_value=5000, unusual_above=200)
    in_use = forms.TypedChoiceField(
        label=_("Still in use after six months"),
        choices=ANSWERS,
        required=False,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    checked_on = DayField(label=_("Looked at on"), required=False)
    note = WordsField(label=_("Remark"), required=False, max_length=1000)

    def __init__(self, data: Any = None, *, institution: Institution, user: User, **kwargs: Any):
        super().__init__(data, **kwargs)
        parties = Partnership.objects.visible_to(user).filter(parties__institution=institution).exclude(status="cancelled")
        self.fields["partnership"].queryset = parties.prefetch_related(with_parties())
        self.fields["origin"].queryset = Country.objects.exclude(code__in=NO_COUNTRIES).order_by(f"name_{language()}", "code")

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EditTechnologyForm(TechnologyForm, VersionedForm):
    pass
