"""The shape of what is typed about the ministry's own workshops, their series and their invitations."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.kinds import REGISTRY
from activities.models import Activity, Series
from activities.rules import problems_with_dates
from core.forms import CountField, DayField, LineField, ManyField, MaybeCountField, PortalForm, WordsField
from core.profile import home
from core.text import clean
from partnerships.choices import GIVING, Side, World, Zone
from partnerships.filters import home_regions
from partnerships.forms.fields import InstitutionField
from partnerships.models import Institution, InstitutionKind, PartnershipParty, Specialty
from partnerships.regions import division, ground, ground_of_zone

MOST_INVITED = 400  # institutions by one filter


def ministry_kinds() -> list[tuple[str, Any]]:
    """The kinds that may belong to no partnership."""
    return [(kind.slug, kind.label) for kind in REGISTRY.values() if kind.for_ministry]


class DaysField(forms.CharField):
    """Several days, one a line, each in any usual way of writing; a list of dates."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "dir": "ltr", "class": "is-short"}))
        super().__init__(max_length=1000, **kwargs)

    def to_python(self, value: Any) -> list[date]:
        found = []
        for line in re.split(r"[\n;]+", clean(super().to_python(value) or "")):
            if not line.strip():
                continue
            try:
                found.append(DayField().to_python(line))
            except ValidationError as error:
                text = _("“%(day)s” is no day. Type one a line, like 05/11/2026.") % {"day": line.strip()[:30]}
                raise ValidationError(text, code="invalid") from error
        return found


class HostsField(ManyField):
    """Institutions by their codes, one or several."""

    def label_from_instance(self, obj: Institution) -> str:
        return f"{obj.name} · {obj.code}"


class MinistryActivityForm(PortalForm):
    """A workshop, seminar or awareness action of the ministry, on one day or on several."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ministry_kinds)
    name = LineField(label=_("Subject"), max_length=200)
    host = InstitutionField(label=_("Where: host institution"), to_field_name="code")
    second_host = InstitutionField(label=_("Second host institution"), to_field_name="code", required=False)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    further = DaysField(label=_("Further dates"), required=False, help_text=_("The first day of each repetition, one a line; each lasts as long as the first."))
    series = forms.ModelChoiceField(Series.objects.none(), label=_("Part of the series"), required=False, empty_label=_("none, or a new one"))
    new_series = LineField(label=_("Name of the new series"), required=False, max_length=200)
    specialties = ManyField(Specialty.objects.by_name(), label=_("Specialties"), required=False, to_field_name="code", widget=forms.CheckboxSelectMultiple)
    seats = MaybeCountField(label=_("Seats"), max_value=2000, unusual_above=200, help_text=_("In the room. Empty: no limit."))
    note = WordsField(label=_("Notes"), required=False, help_text=_("What it is about, for whom. The invited read it."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = Series.objects.filter(partnership=None).order_by("-pk")
        self.fields["specialties"].queryset = Specialty.objects.by_name()

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        for name, text in problems_with_dates(None, given.get("starts_on"), given.get("ends_on")).items():
            self.add_error(name, text)
        first = given.get("starts_on")
        if first and any(day <= first for day in given.get("further") or []):
            self.add_error("further", _("Further dates come after the first day."))
        return given

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        hosts = list(dict.fromkeys(place for place in (given["host"], given.get("second_host")) if place))
        names = ("kind", "name", "starts_on", "ends_on", "further", "specialties", "seats", "note")
        return {**{name: given[name] for name in names}, "hosts": hosts, "series": given.get("series") or given.get("new_series") or None}


TWINNED = [("host", pgettext_lazy("institutions", "hosts of a twinning")), ("sender", pgettext_lazy("institutions", "supporters in a twinning"))]


class InviteForm(PortalForm):
    """Which institutions to invite: one by name, or all that a filter selects; how many are meant is shown before."""

    institution = InstitutionField(label=_("One institution"), to_field_name="code", required=False)
    kind = forms.ModelChoiceField(InstitutionKind.objects.none(), label=_("All of a kind"), required=False, to_field_name="code", empty_label="—")
    zone = forms.ChoiceField(label=_("All of a zone"), choices=[("", "—"), *Zone.choices], required=False)
    region = forms.ModelChoiceField(None, label=_("All of a region"), required=False, to_field_name="code", empty_label="—")
    side = forms.ChoiceField(label=_("Only"), choices=[("", "—"), *TWINNED], required=False)
    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("With the specialty"), required=False, to_field_name="code", empty_label="—")
    seats = CountField(label=_("Seats for each"), max_value=200, initial=2, required=True)

    def __init__(self, *args, activity: Activity, **kwargs):
        super().__init__(*args, **kwargs)
        self.activity = activity
        self.fields["kind"].queryset = InstitutionKind.objects.filter(world=World.CARE).order_by("code")
        self.fields["region"].queryset = home_regions(None)
        self.fields["specialty"].queryset = Specialty.objects.by_name()
        if not home().has_zones:
            del self.fields["zone"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not any(given.get(name) for name in ("institution", "kind", "zone", "region", "side", "specialty")):
            raise ValidationError(_("Choose one institution, or what the invited have in common."))
        if given.get("seats") == 0:
            self.add_error("seats", _("At least one seat for each."))
        return given

    def chosen(self) -> Any:
        """The institutions that are meant and not invited yet, in the order of names."""
        given = self.cleaned_data
        rows = Institution.objects.listed().filter(country__code=home().country)
        if given.get("institution"):
            return Institution.objects.filter(pk=given["institution"].pk)
        rows = rows.filter(kind__world=World.CARE)
        divided = division(None) if given.get("zone") or given.get("region") else {}
        if given.get("kind"):
            rows = rows.filter(kind=given["kind"])
        if given.get("zone"):
            rows = rows.filter(region__in=ground_of_zone(given["zone"], divided))
        if given.get("region"):
            rows = rows.filter(region__in=ground(given["region"].pk, divided))
        if given.get("specialty"):
            rows = rows.filter(specialties=given["specialty"])
        if given.get("side"):
            sides = [Side.HOST] if given["side"] == "host" else GIVING
            running = PartnershipParty.objects.filter(side__in=sides, partnership__status="active")
            rows = rows.filter(pk__in=running.values("institution"))
        there = self.activity.invitations.values("institution")
        return rows.exclude(pk__in=there).exclude(pk__in=self.activity.keeper_ids).order_by("sort_key", "pk")[:MOST_INVITED]


class SeatsForm(PortalForm):
    """How many seats are kept for one institution."""

    seats = CountField(label=_("Seats kept"), max_value=200, required=True)


class RegisterForm(PortalForm):
    """Somebody of the invited institution's roster."""

    professional = forms.ModelChoiceField(None, label=_("Who"), empty_label="—")

    def __init__(self, *args, people: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["professional"].queryset = people
        self.fields["professional"].label_from_instance = lambda person: f"{person} · {person.specialty or person.profession}"
