"""The shape of a plan: days, who takes part and where, what is planned in which specialty, what the team needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityOrigin, VisitPurpose
from activities.forms.activities import MOST_LINES, FewWordsField, PartiesField, specialty_choices
from activities.kinds import REGISTRY, ActivityKind
from activities.models import Activity, PlannedActivity, Professional
from activities.rules import Volume, Whose, own_places, problems_with_dates, problems_with_plan, site_choices
from core.formats import whole_number
from core.forms import CountField, DayField, LinedForm, LineField, ManyField, PortalForm, VersionedForm
from partnerships.choices import GIVING, Side
from partnerships.models import Institution, Partnership, Specialty

LOGISTICS = ("theatres", "consumables", "lodging", "travel")


class PlacesField(FewWordsField):
    """Named places, one on each line."""

    def clean(self, value):
        return [line for line in (" ".join(text.split())[:120] for text in super().clean(value).splitlines()) if line]


class VolumeForm(PortalForm):
    """What is planned in one specialty, and who waits for it."""

    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("Specialty"), required=False, to_field_name="code")
    waiting = CountField(label=_("People waiting"), unusual_above=500)
    consultations = CountField(label=_("Consultations planned"), unusual_above=600)
    operations = CountField(label=_("Operations planned"), max_value=3_000, unusual_above=150)

    def __init__(self, *args, kind: ActivityKind, specialties: list[Any], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["specialty"].queryset = Specialty.objects.by_name()
        self.fields["specialty"].choices = specialties
        if not kind.plans_operations:
            del self.fields["operations"]
        if not kind.plans_consultations:
            del self.fields["consultations"]

    def counts(self) -> list[forms.BoundField]:
        return [self[name] for name in ("waiting", "consultations", "operations") if name in self.fields]

    def clean(self):
        if not self.cleaned_data.get("specialty") and any(self.cleaned_data.get(bound.name) for bound in self.counts()):
            self.add_error("specialty", _("Choose the specialty of these figures."))
        return self.cleaned_data

    def volume(self) -> Volume | None:
        given = self.cleaned_data
        if not given.get("specialty"):
            return None
        return Volume(given["specialty"], *(given.get(name) or 0 for name in ("waiting", "consultations", "operations")))


class PlanForm(LinedForm, VersionedForm):
    """An activity that is still ahead; a new one, or one whose plan changes. Once submitted, days and institutions are fixed."""

    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    name = LineField(label=_("Subject"), required=False, max_length=200)
    purpose = forms.ChoiceField(label=_("Purpose of the visit"), choices=VisitPurpose, widget=forms.RadioSelect)
    origin = forms.ChoiceField(label=_("What led to it"), choices=ActivityOrigin, initial=ActivityOrigin.PROGRAMME)
    sites = forms.MultipleChoiceField(label=_("Sites"), required=False, widget=forms.CheckboxSelectMultiple)
    places = PlacesField(label=_("Other places"), required=False, max_length=1000, help_text=_("One on each line: a village, a treatment room."))
    specialties = ManyField(Specialty.objects.none(), label=_("Specialties"), required=False, to_field_name="code", widget=forms.CheckboxSelectMultiple)
    leader = forms.ModelChoiceField(Professional.objects.none(), label=_("Team leader"), required=False, empty_label=_("not known yet"))
    theatres = CountField(label=_("Operating theatres at hand"), max_value=60, unusual_above=6)
    consumables = FewWordsField(label=_("Consumables and instruments"), required=False, help_text=_("One line each: what, how many, who brings it."))
    lodging = FewWordsField(label=_("Lodging and meals"), required=False, max_length=1000)
    travel = FewWordsField(label=_("Travel"), required=False, max_length=1000)
    seats = CountField(label=_("Seats"), max_value=2_000)
    note = FewWordsField(label=_("Notes"), required=False, help_text=_("No names and no file numbers of patients."))

    def __init__(
        self,
        data: Any = None,
        *,
        kind: str,
        partnership: Partnership,
        activity: Activity | None = None,
        line: PlannedActivity | None = None,
        is_fixed: bool = False,
        **kwargs,
    ):
        self.kind, self.partnership, self.activity, self.planned, self.is_fixed = REGISTRY[kind], partnership, activity, line, is_fixed
        initial = self.kept(activity) if activity else {"version": 0}
        if line:
            initial |= {"starts_on": line.starts_on, "ends_on": line.ends_on, "specialties": [line.specialty] if line.specialty else []}
        super().__init__(data, initial=initial, **kwargs)
        self.add_parties()
        self.offer_sites()
        mine = partnership.specialties.by_name()
        self.fields["specialties"].queryset = mine if mine.exists() else Specialty.objects.filter(group="surgical").by_name()
        self.fields["leader"].queryset = Professional.objects.listed().filter(institution__in=partnership.party_ids, left_on=None).order_by("name", "pk")
        self.leave_out()
        self.lines = self.make_lines(data)

    def add_parties(self) -> None:
        for name, label, sides in (("senders", _("Supporting institutions"), GIVING), ("hosts", _("Benefiting institutions"), (Side.HOST,))):
            places = self.partnership.of_side(*sides)
            if len(places) > 1:
                self.fields[name] = PartiesField(places, label=label)

    def offer_sites(self) -> None:
        """The partnership's own places first, then others of the hosts' regions, and whatever was chosen before."""
        self.own = own_places(self.partnership, self.kind)
        choices = site_choices(self.partnership, self.kind)
        if self.activity:
            there = [site.institution for site in self.activity.sites.select_related("institution") if site.institution]
            choices += [place for place in there if place not in choices]
        self.offered: dict[str, Institution] = {str(place.pk): place for place in choices}
        self.fields["sites"].choices = [(key, str(place)) for key, place in self.offered.items()]
        if not self.activity:
            self.fields["sites"].initial = [str(place.pk) for place in self.own if place in self.partnership.of_side(Side.HOST)]

    def leave_out(self) -> None:
        kind = self.kind
        hidden = {
            "purpose": not kind.asks_purpose,
            "theatres": not kind.plans_operations,
            "consumables": not kind.plans_volumes,
            "specialties": kind.plans_volumes,
            "seats": not kind.asks_subject,
            "leader": not self.fields["leader"].queryset.exists(),
            "lodging": not (kind.is_mission or kind.has_placements),
            "travel": not (kind.is_mission or kind.has_placements),
        }
        for name in (name for name, is_hidden in hidden.items() if is_hidden):
            del self.fields[name]
        for name in ("starts_on", "ends_on", "senders", "hosts") if self.is_fixed else ():
            if name in self.fields:
                self.fields[name].disabled = True

    def make_lines(self, data: Any) -> list[VolumeForm]:
        """One form for each specialty that patients wait in; none for kinds without patients."""
        if not self.kind.plans_volumes:
            return []
        whose: Whose = self.partnership
        specialties = specialty_choices(whose, list(Specialty.objects.by_name()), empty=_("not said"))
        common: dict[str, Any] = {"kind": self.kind, "specialties": specialties}
        if data is not None:
            count = data.get("lines", "1")
            return [VolumeForm(data, prefix=f"line-{place}", **common) for place in range(max(1, min(whole_number(count) or 1, MOST_LINES)))]
        filled: list[dict[str, Any]] = []
        if self.planned and self.planned.specialty:
            counts = {"consultations": self.planned.consultations or None, "operations": self.planned.operations or None}
            filled = [{"specialty": self.planned.specialty.code, **counts}]
        if self.activity:
            rows = self.activity.volumes.select_related("specialty")
            filled = [
                {"specialty": row.specialty.code, **{name: getattr(row, name) or None for name in ("waiting", "consultations", "operations")}} for row in rows
            ]
            if not filled:
                totals = {"consultations": self.activity.planned_consultations or None, "operations": self.activity.planned_operations or None}
                known = [{"specialty": item.code} for item in self.activity.specialties.all()]
                filled = [{**(known[0] if known else {}), **totals}, *known[1:]]
        return [VolumeForm(prefix=f"line-{place}", initial=values, **common) for place, values in enumerate(filled or [{}])]

    def kept(self, activity: Activity) -> dict[str, Any]:
        """What is kept of the plan, by field; also what a conflict is compared with."""
        sites = list(activity.sites.select_related("institution"))
        plain = ("version", "starts_on", "ends_on", "name", "purpose", "origin", "leader", *LOGISTICS, "seats", "note")
        return {
            **{name: getattr(activity, name) for name in plain},
            "senders": activity.of_side(*GIVING), "hosts": activity.of_side(Side.HOST),
            "sites": [str(site.institution_id) for site in sites if site.institution_id],
            "places": "\n".join(site.place for site in sites if not site.institution_id),
            "specialties": list(activity.specialties.all()),
        }  # fmt: skip

    def needs(self) -> dict[str, Any]:
        """The fields of what a mission needs, and whether one of them is filled in or wrong."""
        fields = [self[name] for name in LOGISTICS if name in self.fields]
        return {"fields": fields, "is_used": any(bound.errors or bound.value() not in (None, "", 0, "0") for bound in fields)}

    def site_boxes(self) -> dict[str, list[Any]]:
        """The boxes of the own places, and those of others nearby; `chosen` counts the ticked among the others."""
        own = {str(place.pk) for place in self.own}
        boxes = list(self["sites"])
        chosen = {str(value) for value in self["sites"].value() or []}
        others = [box for box in boxes if str(box.data["value"]) not in own]
        return {"own": [box for box in boxes if box not in others], "others": others, "chosen": [key for key in chosen if key not in own]}

    def is_valid(self) -> bool:
        ours, theirs = super().is_valid(), [line.is_valid() for line in self.lines]
        if ours and all(theirs):
            self.ask_the_rules()
        else:
            self.show(problems_with_dates(self.partnership, self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")))
        return not self.errors and not any(line.errors for line in self.lines)

    def ask_the_rules(self) -> None:
        given = self.given()
        found = problems_with_plan(
            kind=self.kind, partnership=self.partnership, starts_on=self.cleaned_data["starts_on"], ends_on=self.cleaned_data["ends_on"],
            senders=given.get("senders"), hosts=given.get("hosts"), sites=given["sites"], volumes=given.get("volumes", ()),
        )  # fmt: skip
        self.show(found)

    def show(self, found: dict[str, str]) -> None:
        for name, text in found.items():
            self.add_error(name if name in self.fields else None, text)

    def given(self) -> dict[str, Any]:
        """What planning takes; of a fixed plan what may still change."""
        data = self.cleaned_data
        left = {"version", "sites", "places", *(("starts_on", "ends_on", "senders", "hosts") if self.is_fixed else ())}
        found = {name: value for name, value in data.items() if name not in left}
        found["sites"] = [*(self.offered[key] for key in data.get("sites", [])), *data.get("places", [])]
        for name in ("theatres", "seats"):
            if name in found:
                found[name] = found[name] or None
        if self.kind.plans_volumes:
            found["volumes"] = [volume for volume in (line.volume() for line in self.lines) if volume]
            found["specialties"] = [volume.specialty for volume in found["volumes"]]
        return found


class PostponeForm(PortalForm):
    """New days where they are known, and why."""

    starts_on = DayField(label=_("New first day"), required=False)
    ends_on = DayField(label=_("New last day"), required=False, help_text=_("Leave both empty when the new days are not known yet."))
    reason = FewWordsField(label=_("Reason"), max_length=1000, help_text=_("Shown to both sides and kept in the history."))

    def clean(self):
        given = [bool(self.cleaned_data.get(name)) for name in ("starts_on", "ends_on")]
        if any(given) and not all(given) and not self.errors:
            self.add_error("ends_on" if given[0] else "starts_on", _("Type both new days, or neither."))
        return self.cleaned_data
