"""The shape of what is typed about activities. Rules are in rules.py; forms ask them."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import Cadre, Checklist, Opinion, Part, SessionKind
from activities.kinds import REGISTRY, ActivityKind
from activities.models import OUTCOMES, Activity, Result
from activities.rules import HeadCount, ResultLine, problems_with_dates, problems_with_report, site_choices
from core.formats import today
from core.forms import CountField, DayField, LineField, PortalForm, WordsField
from partnerships.choices import Side
from partnerships.models import Institution, Partnership, Specialty

ANOTHER_PLACE = "other"
MOST_LINES = 20


def sites_of(partnership: Partnership) -> list[tuple[str, str]]:
    return [(str(place.pk), str(place)) for place in site_choices(partnership)] + [(ANOTHER_PLACE, str(_("Another place")))]


class ResultLineForm(PortalForm):
    """Where, in which specialty, how many. Which counts it has depends on the kind."""

    site = forms.ChoiceField(label=_("Site"))
    place = LineField(label=_("Name of the other place"), required=False, max_length=120)
    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("Specialty"), required=False, to_field_name="code", empty_label=_("several or none"))

    def __init__(self, *args, kind: ActivityKind, partnership: Partnership, sites: list[tuple[str, str]], specialties: list[Specialty], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = sites
        self.fields["specialty"].queryset = Specialty.objects.all()
        mine = [(item.code, item.name) for item in partnership.specialties.all()]
        known = {code for code, _name in mine}
        others = [(item.code, item.name) for item in specialties if item.code not in known]
        choices: list[Any] = [("", self.fields["specialty"].empty_label)]
        if mine:
            choices += [(_("Of this partnership"), mine), (_("Others"), others)]
        self.fields["specialty"].choices = choices if mine else choices + others
        for name in kind.outcome_fields:
            label = Result._meta.get_field(name).verbose_name
            self.fields[name] = CountField(label=label, unusual_above=kind.usual.get(name))
        self.outcomes = kind.outcome_fields

    def counts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.outcomes]

    def line(self, institutions: dict[int, Institution]) -> ResultLine:
        given = self.cleaned_data
        site = given.get("site", "")
        institution = institutions.get(int(site)) if site.isdigit() else None
        place = "" if institution else given.get("place", "")
        return ResultLine(institution, place, given.get("specialty"), {name: given.get(name) or 0 for name in self.outcomes})


class ReportForm(PortalForm):
    """The days, the lines of results, the people, and what else a report says.

    `kind` and `partnership` are fixed before the form is drawn. `lines` are forms of their own, numbered from 0; adding one
    is a button that sends everything typed and gets it back, so it works without a script.
    """

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    checklist = forms.ChoiceField(label=_("Surgical safety checklist"), choices=Checklist, required=False, widget=forms.RadioSelect)
    over_plan_reason = WordsField(label=_("Why more was done than planned"), required=False, max_length=500)
    note = WordsField(label=_("Notes"), required=False, help_text=_("No names and no file numbers of patients."))

    def __init__(self, data=None, *, kind: str, partnership: Partnership, activity: Activity | None = None, like: Activity | None = None, **kwargs):
        self.kind, self.partnership, self.activity = REGISTRY[kind], partnership, activity
        self.people_fields: list[tuple[str, HeadCount]] = []
        initial = self.starting_values(like)
        super().__init__(data, initial=initial, **kwargs)
        if not self.kind.uses_checklist:
            del self.fields["checklist"]
        if activity:
            self.fields["starts_on"].disabled = self.fields["ends_on"].disabled = True
        self.add_people(like)
        self.lines = self.make_lines(data, like)

    def starting_values(self, like: Activity | None) -> dict[str, Any]:
        if self.activity:
            values = {
                "starts_on": self.activity.starts_on,
                "ends_on": self.activity.ends_on,
                "note": self.activity.note,
                "over_plan_reason": self.activity.over_plan_reason,
            }
            return {**values, "checklist": self.activity.checklist, "uid": self.activity.uid}
        return {"starts_on": today(), "ends_on": today(), "uid": uuid.uuid4(), "checklist": like.checklist if like else ""}

    def add_people(self, like: Activity | None) -> None:
        """One stepper per cadre trained, one per party for the team."""
        source = self.activity or like
        before = (
            {(head.part, head.institution_id if head.part == Part.TEAM else head.cadre): head.count for head in source.participants.all()} if source else {}
        )
        hosts = self.partnership.hosts
        for cadre in (Cadre.DOCTORS, Cadre.PARAMEDICAL, Cadre.TECHNICIANS, Cadre.PHARMACISTS):
            self.fields[f"trained_{cadre}"] = CountField(label=cadre.label, max_value=2000, unusual_above=60, initial=before.get((Part.TRAINED, cadre)))
            self.people_fields.append((f"trained_{cadre}", HeadCount(Part.TRAINED, hosts[0] if hosts else None, cadre, 0)))
        for party in self.partnership.parties.all():
            if party.side in {Side.SENDER, Side.PEER, Side.HOST}:
                label = _("from %(institution)s") % {"institution": party.institution}
                self.fields[f"team_{party.institution_id}"] = CountField(
                    label=label, max_value=500, unusual_above=60, initial=before.get((Part.TEAM, party.institution_id))
                )
                self.people_fields.append((f"team_{party.institution_id}", HeadCount(Part.TEAM, party.institution, "", 0)))

    def make_lines(self, data: Any, like: Activity | None) -> list[ResultLineForm]:
        common = {
            "kind": self.kind, "partnership": self.partnership, "sites": sites_of(self.partnership),
            "specialties": list(Specialty.objects.order_by("name_ar")),
        }  # fmt: skip
        if data is not None:
            try:
                count = int(data.get("lines", "1"))
            except ValueError:
                count = 1
            return [ResultLineForm(data, prefix=f"line-{place}", **common) for place in range(max(1, min(count, MOST_LINES)))]
        source = self.activity or like
        before = list(source.results.select_related("site", "specialty").order_by("pk")) if source else []
        filled = [
            {
                "site": str(row.site.institution_id) if row.site.institution_id else ANOTHER_PLACE, "place": row.site.place,
                "specialty": row.specialty.code if row.specialty else "",
                **({name: getattr(row, name) for name in OUTCOMES} if self.activity else {}),
            }
            for row in before
        ]  # fmt: skip
        return [ResultLineForm(prefix=f"line-{place}", initial=values, **common) for place, values in enumerate(filled or [{}])]

    def trained_fields(self) -> list[forms.BoundField]:
        return [self[name] for name, _head in self.people_fields if name.startswith("trained_")]

    def team_fields(self) -> list[forms.BoundField]:
        return [self[name] for name, _head in self.people_fields if name.startswith("team_")]

    def is_valid(self) -> bool:
        """Checks the lines too, and what the rules say about the whole."""
        ours, theirs = super().is_valid(), [line.is_valid() for line in self.lines]
        if ours and all(theirs):
            self.ask_the_rules()
        return not self.errors and not any(line.errors for line in self.lines)

    def ask_the_rules(self) -> None:
        found = problems_with_report(
            kind=self.kind, partnership=self.partnership, starts_on=self.cleaned_data["starts_on"], ends_on=self.cleaned_data["ends_on"],
            lines=self.result_lines(), over_plan_reason=self.cleaned_data.get("over_plan_reason", ""),
        )  # fmt: skip
        self.show(found)

    def show(self, found: dict[str, str]) -> None:
        """Put the errors of the rules at their fields."""
        for name, text in found.items():
            if name.startswith("results."):
                _results, place, field = name.split(".")
                line = self.lines[int(place)]
                line.add_error("place" if field == "site" and line.cleaned_data.get("site") == ANOTHER_PLACE else field if field in line.fields else None, text)
            else:
                self.add_error(name if name in self.fields else None, text)

    def result_lines(self) -> list[ResultLine]:
        institutions = {place.pk: place for place in site_choices(self.partnership)}
        return [line.line(institutions) for line in self.lines]

    def people(self) -> list[HeadCount]:
        return [HeadCount(head.part, head.institution, head.cadre, self.cleaned_data.get(name) or 0) for name, head in self.people_fields]

    def all_problems(self) -> list[dict[str, str]]:
        """For the error summary: the form's own, then each line's with its number."""
        found = self.problems()
        for place, line in enumerate(self.lines, 1):
            found += [{**item, "text": _("Line %(number)s. %(text)s") % {"number": place, "text": item["text"]}} for item in line.problems()]
        return found

    def given(self) -> dict[str, Any]:
        """What the actions take."""
        return {
            "lines": self.result_lines(), "people": self.people(), "checklist": self.cleaned_data.get("checklist", ""),
            "note": self.cleaned_data["note"], "over_plan_reason": self.cleaned_data["over_plan_reason"],
        }  # fmt: skip


class PlanForm(PortalForm):
    """An activity that is still ahead."""

    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    specialties = forms.ModelMultipleChoiceField(
        Specialty.objects.none(), label=_("Specialties"), required=False, to_field_name="code", widget=forms.CheckboxSelectMultiple
    )
    planned_consultations = CountField(label=_("Consultations planned"), unusual_above=600)
    planned_operations = CountField(label=_("Operations planned"), unusual_above=150)
    note = WordsField(label=_("Notes"), required=False, help_text=_("No names and no file numbers of patients."))

    def __init__(self, *args, partnership: Partnership, **kwargs):
        self.partnership = partnership
        super().__init__(*args, **kwargs)
        mine = partnership.specialties.all()
        self.fields["specialties"].queryset = mine if mine.exists() else Specialty.objects.filter(group="surgical")

    def clean(self):
        for name, text in problems_with_dates(self.partnership, self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")).items():
            self.add_error(name, text)
        return self.cleaned_data


class DisputeForm(PortalForm):
    """One figure, what is held to be right, and why."""

    figure = forms.ChoiceField(label=_("Which figure"))
    expected = CountField(label=_("The right figure"), required=True)
    reason = WordsField(label=_("Reason"), max_length=1000, help_text=_("Shown to both sides and kept in the history."))

    def __init__(self, *args, activity: Activity, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {row.pk: row for row in activity.results.select_related("site__institution", "specialty")}
        self.fields["figure"].choices = [
            (
                f"{row.pk}:{name}",
                f"{row.site} · {row.specialty.name if row.specialty else '—'} · {Result._meta.get_field(name).verbose_name}: {getattr(row, name)}",
            )
            for row in self.rows.values()
            for name in activity.kind_of.outcome_fields
        ]

    def chosen(self) -> tuple[Result, str]:
        key, name = self.cleaned_data["figure"].split(":")
        return self.rows[int(key)], name


class OpinionForm(PortalForm):
    """The region's opinion."""

    opinion = forms.ChoiceField(label=_("Opinion"), choices=Opinion, widget=forms.RadioSelect)
    remark = WordsField(label=_("Remark"), required=False, max_length=500)


class SessionForm(PortalForm):
    """A session inside the days."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SessionKind)
    held_on = DayField(label=_("Day"))
    title = LineField(label=_("Title"))
