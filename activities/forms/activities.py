"""The shape of a report of results, of a session, of photos. Rules are in rules.py; forms ask them."""

import uuid
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import Cadre, Checklist, Opinion, Part, SessionKind, VisitPurpose
from activities.kinds import REGISTRY, ActivityKind
from activities.models import Activity, Professional, Site
from activities.models.result import figure_label
from activities.photos import without_traces
from activities.rules import HeadCount, ResultLine, Whose, problems_with_dates, problems_with_report, site_choices
from core.formats import today, whole_number
from core.forms import CountField, DayField, LinedForm, LineField, ManyFiles, PortalForm, WordsField
from partnerships.choices import GIVING, Side
from partnerships.models import Institution, Partnership, Specialty

ANOTHER_PLACE = "other"
MOST_LINES = 20
CADRES = (Cadre.DOCTORS, Cadre.PARAMEDICAL, Cadre.TECHNICIANS, Cadre.PHARMACISTS)


def sites_of(whose: Whose, kind: ActivityKind | None = None) -> list[tuple[str, str]]:
    """What it is called by comes first: a telephone shows only the beginning of the chosen line."""
    named = [(place, str(place)) for place in site_choices(whose, kind)]
    return [(str(place.pk), name if place.place == name else f"{place.place} · {name}") for place, name in named] + [(ANOTHER_PLACE, str(_("Another place")))]


def specialty_choices(whose: Whose, known: Sequence[Specialty], last: Sequence[str] = (), empty: Any = "") -> list[Any]:
    """Specialties for a menu: those of the last time first, then the partnership's own, then the others."""
    mine = sorted(whose.specialties.all(), key=lambda item: (last.index(item.code) if item.code in last else len(last), item.name))
    first = [(item.code, item.name) for item in mine]
    others = [(item.code, item.name) for item in known if item.pk not in {item.pk for item in mine}]
    choices: list[Any] = [("", empty)]
    return [*choices, (_("Of this partnership"), first), (_("Others"), others)] if first else choices + others


class FewWordsField(WordsField):
    """A few lines of free text: a box that does not fill the screen of a phone."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}), **kwargs)


class ResultLineForm(PortalForm):
    """Where, in which specialty, how many. Which counts it has depends on the kind."""

    site = forms.ChoiceField(label=_("Site"))
    place = LineField(label=_("Name of the other place"), required=False, max_length=120)
    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("Specialty"), required=False, to_field_name="code", empty_label=_("several or none"))

    def __init__(self, *args, kind: ActivityKind, sites: list[tuple[str, str]], specialties: list[Any], has_places: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        if has_places:
            self.fields["place"].widget.attrs["list"] = "planned-places"
        self.fields["site"].choices = sites
        self.fields["specialty"].queryset = Specialty.objects.by_name()
        self.fields["specialty"].choices = specialties
        for name in kind.all_fields:
            self.fields[name] = CountField(label=figure_label(kind, name), unusual_above=kind.usual.get(name))

    def counts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.kind.outcome_fields]

    def more_counts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.kind.more_fields]

    def more_is_used(self) -> bool:
        """Something is written, or wrong, behind “more figures”."""
        return any(bound.errors or bound.value() not in (None, "", 0, "0") for bound in self.more_counts())

    def line(self, institutions: dict[int, Institution]) -> ResultLine:
        given = self.cleaned_data
        site = given.get("site", "")
        institution = institutions.get(whole_number(site) or 0)
        place = "" if institution else given.get("place", "")
        return ResultLine(institution, place, given.get("specialty"), {name: given.get(name) or 0 for name in self.kind.all_fields})


class ReportForm(LinedForm):
    """The days, the lines of results, the people, and what else a report says.

    `kind` and `partnership` are fixed before the form is drawn; an activity of the ministry has no partnership. `lines` are
    forms of their own, numbered from 0; adding one is a button that sends everything typed and gets it back, so it works
    without a script. `like` is an earlier report to start from, `last` the one whose specialties come first.
    """

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    name = LineField(label=_("Subject"), required=False, max_length=200)
    purpose = forms.ChoiceField(label=_("Purpose of the visit"), choices=VisitPurpose, required=False, widget=forms.RadioSelect)
    checklist = forms.ChoiceField(label=_("Surgical safety checklist"), choices=Checklist, required=False, widget=forms.RadioSelect)
    over_plan_reason = FewWordsField(label=_("Why more was done than planned"), required=False, max_length=500)
    note = FewWordsField(label=_("Notes"), required=False, help_text=_("No names and no file numbers of patients."))

    def __init__(
        self,
        data=None,
        *,
        kind: str,
        partnership: Partnership | None,
        activity: Activity | None = None,
        like: Activity | None = None,
        last: Activity | None = None,
        choose_parties: bool = False,
        take_theirs: bool = False,
        **kwargs,
    ):
        self.kind, self.partnership, self.activity, self.last = REGISTRY[kind], partnership, activity, like or last
        self.take_theirs = take_theirs
        whose = activity or partnership
        assert whose is not None, "a report is of an activity or in a partnership"
        self.whose: Whose = whose
        self.people_fields: list[tuple[str, HeadCount]] = []
        super().__init__(data, initial=self.starting_values(like), **kwargs)
        self.fit_to_kind()
        if choose_parties and partnership and not activity:
            self.add_parties(partnership)
        self.add_people(like)
        self.lines = self.make_lines(data, like)

    def fit_to_kind(self) -> None:
        """Leave out what this kind does not ask, or what its plan has said."""
        for name, is_asked in (
            ("checklist", self.kind.uses_checklist),
            ("over_plan_reason", self.kind.plans_operations),
            ("purpose", self.kind.asks_purpose and not self.activity),
            ("name", not self.activity),
        ):
            if not is_asked:
                del self.fields[name]
        if self.activity:
            self.fields["starts_on"].disabled = self.fields["ends_on"].disabled = True

    def starting_values(self, like: Activity | None) -> dict[str, Any]:
        if self.activity:
            names = ("starts_on", "ends_on", "note", "over_plan_reason", "checklist", "uid")
            return {name: getattr(self.activity, name) for name in names}
        start = today() - (like.ends_on - like.starts_on) if like else today()
        words = {"checklist": like.checklist, "purpose": like.purpose} if like else {}
        return {"starts_on": start, "ends_on": today(), "uid": uuid.uuid4(), **words}

    def add_parties(self, partnership: Partnership) -> None:
        """Which of several institutions took part; all of them unless somebody says otherwise."""
        for name, label, sides in (("senders", _("Supporting institutions"), GIVING), ("hosts", _("Benefiting institutions"), (Side.HOST,))):
            places = partnership.of_side(*sides)
            if len(places) > 1:
                self.fields[name] = PartiesField(places, label=label)

    def add_people(self, like: Activity | None) -> None:
        """One stepper per cadre trained, one per institution for the team. Named people are kept elsewhere and not counted here."""
        source = self.activity or like
        before: Counter[tuple[str, Any]] = Counter()
        for head in source.participants.all() if source else ():
            if not head.is_named:  # several lines of one cadre, from several institutions, become one sum here
                before[(head.part, head.institution_id if head.part == Part.TEAM else head.cadre)] += head.count
        hosts = self.whose.of_side(Side.HOST) or self.whose.of_side(*Side.values)
        for cadre in CADRES:
            self.fields[f"trained_{cadre}"] = CountField(label=cadre.label, max_value=2000, unusual_above=60, initial=before[(Part.TRAINED, cadre)] or None)
            self.people_fields.append((f"trained_{cadre}", HeadCount(Part.TRAINED, hosts[0] if hosts else None, cadre, 0)))
        for place in self.whose.of_side(*GIVING) + self.whose.of_side(Side.HOST):
            self.fields[f"team_{place.pk}"] = CountField(
                label=_("from %(institution)s") % {"institution": place}, max_value=500, unusual_above=60, initial=before[(Part.TEAM, place.pk)] or None
            )
            self.people_fields.append((f"team_{place.pk}", HeadCount(Part.TEAM, place, "", 0)))

    @cached_property
    def planned_places(self) -> list[str]:
        """Halls and villages of the plan that are no institutions: offered where a line asks for another place."""
        return [site.place for site in self.activity.sites.all() if site.place] if self.activity else []

    def make_lines(self, data: Any, like: Activity | None) -> list[ResultLineForm]:
        used = [row.specialty.code for row in self.last.results.select_related("specialty").order_by("pk") if row.specialty] if self.last else []
        empty = ResultLineForm.base_fields["specialty"].empty_label
        specialties = specialty_choices(self.partnership or self.whose, list(Specialty.objects.by_name()), used, empty)
        common: dict[str, Any] = {
            "kind": self.kind,
            "sites": sites_of(self.whose, self.kind),
            "specialties": specialties,
            "has_places": bool(self.planned_places),
        }
        if data is not None:
            try:
                count = int(data.get("lines", "1"))
            except ValueError:
                count = 1
            return [ResultLineForm(data, prefix=f"line-{place}", **common) for place in range(max(1, min(count, MOST_LINES)))]
        filled = self.lines_of(like) if like else self.lines_of(self.activity) if self.activity else []
        if not filled:
            filled = self.lines_of_plan() if self.activity else []
        start = filled or [{"specialty": used[0]} if used else {}]
        return [ResultLineForm(prefix=f"line-{place}", initial=values, **common) for place, values in enumerate(start)]

    def lines_of(self, source: Activity) -> list[dict[str, Any]]:
        """The lines of a report that exists; with what the other side holds to be right where that is asked for."""
        theirs = (
            {}
            if not self.take_theirs
            else {(item.site_name, item.specialty_name, item.figure): item.expected for item in source.disputes.all() if not item.is_settled}
        )
        rows = source.results.select_related("site__institution", "specialty").order_by("pk")
        return [
            {
                "site": str(row.site.institution_id) if row.site.institution_id else ANOTHER_PLACE, "place": row.site.place,
                "specialty": row.specialty.code if row.specialty else "",
                **{name: theirs.get((str(row.site), str(row.specialty or ""), name), getattr(row, name)) or None for name in self.kind.all_fields},
            }
            for row in rows
        ]  # fmt: skip

    def lines_of_plan(self) -> list[dict[str, Any]]:
        """One line for each specialty that was planned, at the first site; the operations planned are known already."""
        assert self.activity is not None
        site = next(iter(self.activity.sites.all()), None)
        where = {"site": str(site.institution_id) if site.institution_id else ANOTHER_PLACE, "place": site.place} if site else {}
        volumes = list(self.activity.volumes.select_related("specialty"))
        if volumes:
            return [{**where, "specialty": volume.specialty.code, "operations_planned": volume.operations or None} for volume in volumes]
        known = list(self.activity.specialties.all())
        one = {"specialty": known[0].code} if len(known) == 1 else {}
        return [{**where, **one, "operations_planned": self.activity.planned_operations or None}]

    def trained_fields(self) -> list[forms.BoundField]:
        return [self[name] for name, _head in self.people_fields if name.startswith("trained_")]

    def team_fields(self) -> list[forms.BoundField]:
        return [self[name] for name, _head in self.people_fields if name.startswith("team_")]

    def party_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("senders", "hosts") if name in self.fields]

    def is_valid(self) -> bool:
        """Checks the lines too, and what the rules say about the whole."""
        ours, theirs = super().is_valid(), [line.is_valid() for line in self.lines]
        if ours and all(theirs):
            self.ask_the_rules()
        else:
            self.show(problems_with_dates(self.partnership, self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")))
        return not self.errors and not any(line.errors for line in self.lines)

    def ask_the_rules(self) -> None:
        found = problems_with_report(
            kind=self.kind, whose=self.whose, starts_on=self.cleaned_data["starts_on"], ends_on=self.cleaned_data["ends_on"],
            lines=self.result_lines(), over_plan_reason=self.cleaned_data.get("over_plan_reason", ""), people=self.people(),
        )  # fmt: skip
        self.show(found)

    def show(self, found: dict[str, str]) -> None:
        """Put the errors of the rules at their fields."""
        for name, text in found.items():
            part, *rest = name.split(".")
            if part == "results" and rest:
                place, field = rest
                line = self.lines[int(place)]
                line.add_error("place" if field == "site" and line.cleaned_data.get("site") == ANOTHER_PLACE else field if field in line.fields else None, text)
            elif part == "people" and rest:
                self.add_error(self.people_fields[int(rest[0])][0], text)
            else:
                self.add_error(name if name in self.fields else None, text)

    def result_lines(self) -> list[ResultLine]:
        institutions = {place.pk: place for place in site_choices(self.whose, self.kind)}
        return [line.line(institutions) for line in self.lines]

    def people(self) -> list[HeadCount]:
        return [HeadCount(head.part, head.institution, head.cadre, self.cleaned_data.get(name) or 0) for name, head in self.people_fields]

    def given(self) -> dict[str, Any]:
        """What reporting takes."""
        words = {name: self.cleaned_data.get(name, "") for name in ("checklist", "note", "over_plan_reason")}
        return {"lines": self.result_lines(), "people": self.people(), **words}

    def about(self) -> dict[str, Any]:
        """What recording days that were not planned takes besides: the days, the subject, who took part."""
        names = ("starts_on", "ends_on", "name", "purpose", "senders", "hosts")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class PartiesField(forms.MultipleChoiceField):
    """Some of the institutions of one side, by key; gives institutions. All are ticked at first."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, places: Sequence[Institution], **kwargs):
        self.places = {str(place.pk): place for place in places}
        kwargs.setdefault("initial", list(self.places))
        super().__init__(choices=[(key, str(place)) for key, place in self.places.items()], **kwargs)

    def prepare_value(self, value):
        return [str(getattr(item, "pk", item)) for item in value or []]

    def clean(self, value):
        return [self.places[key] for key in super().clean(value)]


class OpinionForm(PortalForm):
    """The region's opinion."""

    opinion = forms.ChoiceField(label=_("Opinion"), choices=Opinion, widget=forms.RadioSelect)
    remark = WordsField(label=_("Remark"), required=False, max_length=500)


class TimeBox(forms.TimeField):
    """An hour of the day, typed like 08:30."""

    widget = forms.TimeInput(attrs={"type": "time", "class": "is-short", "dir": "ltr"}, format="%H:%M")
    default_error_messages = {"invalid": _("Type the hour like 08:30.")}


class SessionForm(PortalForm):
    """A session inside the days."""

    kind = forms.ChoiceField(label=_("Kind"))
    held_on = DayField(label=_("Day"))
    title = LineField(label=_("Title"))
    starts_at = TimeBox(label=_("From"), required=False)
    ends_at = TimeBox(label=_("Until"), required=False)
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), required=False, empty_label=_("not said"))
    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("Specialty"), required=False, to_field_name="code")
    speaker = forms.ModelChoiceField(Professional.objects.none(), label=_("Led by"), required=False, empty_label=_("not said"))

    def __init__(self, *args, activity: Activity, **kwargs):
        super().__init__(*args, **kwargs)
        likely = activity.kind_of.sessions
        ordered = sorted(SessionKind, key=lambda kind: likely.index(kind) if kind in likely else len(likely))
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in ordered]
        self.fields["site"].queryset = activity.sites.select_related("institution")
        self.fields["specialty"].queryset = Specialty.objects.by_name()
        whose: Whose = activity.partnership or activity
        self.fields["specialty"].choices = specialty_choices(whose, list(Specialty.objects.by_name()), empty=_("several or none"))
        people = Professional.objects.listed().filter(institution__in=activity.keeper_ids, left_on=None)
        self.fields["speaker"].queryset = people.order_by("name", "pk")
        if not people.exists():
            del self.fields["speaker"]


class PhotosField(forms.Field):
    """Photos: JPEG or PNG, made smaller and written anew."""

    widget = ManyFiles

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": "image/jpeg,image/png"}))
        super().__init__(**kwargs)

    def clean(self, value):
        uploads = [upload for upload in (value if isinstance(value, list | tuple) else [value]) if upload]
        if not uploads:
            return super().clean(None)
        return [without_traces(upload) for upload in uploads]


class PhotosForm(PortalForm):
    """Photos of an activity, after looking that nobody treated can be recognised."""

    photos = PhotosField(label=_("Photos"), help_text=_("JPEG or PNG, at most 15 MB each. The place where they were taken is removed."))
    looked = forms.BooleanField(
        label=_("I have looked: no patient can be recognised, no face, no name on a door, a screen or a paper."),
        error_messages={"required": _("Look at the photos first, then tick this box.")},
    )
