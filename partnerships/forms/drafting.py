"""The shape of what is typed about the text of an agreement."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from core.forms import CountField, DayField, LineField, PortalForm, VersionedForm, WordsField
from partnerships.actions.drafting import usual_languages
from partnerships.choices import AgreementKind, CostItem, Payer, Renewal
from partnerships.models import Agreement, Clause, Institution, Partnership
from partnerships.papers.words import language_name

TEXT_AT_MOST = 20_000
UNDER_ANOTHER = (AgreementKind.ADDENDUM, AgreementKind.STATEMENT)


def language_attrs(code: str) -> dict[str, str]:
    return {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}


class ClauseTextField(WordsField):
    """The text of a clause in one language, with the line ends of a form made plain."""

    def __init__(self, *, code: str, **kwargs):
        kwargs.setdefault("max_length", TEXT_AT_MOST)
        widget = forms.Textarea(attrs={**language_attrs(code), "rows": 14, "class": "clause__box"})
        super().__init__(required=False, widget=widget, label=_("Text in %(language)s") % {"language": language_name(code)}, **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n").strip()


def subject_field() -> WordsField:
    widget = forms.Textarea(attrs={"dir": "auto", "rows": 3})
    return WordsField(label=_("Subject"), required=False, widget=widget, help_text=_("For a statement of work: the project."))


def heading_field(code: str) -> LineField:
    widget = forms.TextInput(attrs=language_attrs(code))
    return LineField(label=_("Heading in %(language)s") % {"language": language_name(code)}, max_length=200, required=False, widget=widget)


class NewClauseForm(PortalForm):
    """A clause of the parties' own, in the languages of the agreement."""

    def __init__(self, *args, agreement: Agreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        for code in agreement.languages:
            self.fields[f"heading_{code}"] = heading_field(code)
            self.fields[f"text_{code}"] = ClauseTextField(code=code)
        self.fields[f"heading_{agreement.prevailing_language}"].required = True
        self.fields[f"text_{agreement.prevailing_language}"].required = True

    def texts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name.startswith(("text_", "heading_"))}


class ClauseForm(VersionedForm):
    """One clause: its text in each language of the agreement; its headings too when it is of the parties' own."""

    def __init__(self, *args, clause: Clause, languages: list[str], **kwargs):
        names = [f"{name}_{code}" for code in languages for name in (("text",) if clause.kind else ("heading", "text"))]
        super().__init__(*args, initial={"version": clause.version, **{name: getattr(clause, name) for name in names}}, **kwargs)
        for name in names:
            kind, code = name.split("_")
            self.fields[name] = ClauseTextField(code=code) if kind == "text" else heading_field(code)

    def texts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name.startswith(("text_", "heading_"))}

    def start_from(self, version: int) -> None:
        """Keep what was typed, and make saving it again a choice: it starts from this version now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(version)


class CommentForm(PortalForm):
    text = WordsField(label=_("Comment"), max_length=1000)


class TermsFields(PortalForm):
    """What the clauses quote: languages and who bears which cost."""

    languages = forms.MultipleChoiceField(label=_("Languages of the text"), widget=forms.CheckboxSelectMultiple, help_text=_("One, or two side by side."))
    prevailing_language = forms.ChoiceField(label=_("Prevailing language"), widget=forms.RadioSelect, help_text=_("The text that counts where the two differ."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [(code, language_name(code)) for code, _name in settings.LANGUAGES]
        self.fields["languages"].choices = names
        self.fields["prevailing_language"].choices = names
        for item in CostItem:
            choices = [("", _("not agreed yet")), *Payer.choices]
            self.fields[f"cost_{item.value}"] = forms.ChoiceField(choices=choices, label=item.label, required=False)

    def cost_fields(self) -> list[forms.BoundField]:
        return [self[f"cost_{item.value}"] for item in CostItem]

    def main_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if not bound.name.startswith("cost_")]

    def clean(self):
        given = super().clean() or self.cleaned_data
        start, end = given.get("starts_on"), given.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end comes before the start."))
        languages = given.get("languages", [])
        if len(languages) > 2:
            self.add_error("languages", _("Choose one language or two."))
        elif languages and given.get("prevailing_language") and given["prevailing_language"] not in languages:
            self.add_error("prevailing_language", _("The language that prevails is one of the languages of the text."))
        return given

    def terms(self) -> dict[str, Any]:
        """The fields of the agreement, cost sharing as one of them."""
        costs = {item.value: self.cleaned_data[f"cost_{item.value}"] for item in CostItem if self.cleaned_data[f"cost_{item.value}"]}
        plain = {name: value for name, value in self.cleaned_data.items() if not name.startswith("cost_") and name in self.of_agreement}
        return {**plain, "cost_sharing": costs}

    of_agreement = ("starts_on", "ends_on", "renewal", "notice_days", "subject", "languages", "prevailing_language", "place", "copies_count")


class AgreementForm(TermsFields):
    """A new agreement: its kind, its dates, its languages, and whether it begins from the model texts."""

    kind = forms.ChoiceField(choices=AgreementKind, label=_("Kind"))
    parent = forms.ModelChoiceField(
        Agreement.objects.none(), label=_("Belongs to"), required=False, help_text=_("For an addendum or a statement of work: the original agreement.")
    )
    starts_on = DayField(label=_("Start"))
    ends_on = DayField(label=_("End"))
    renewal = forms.ChoiceField(choices=Renewal, label=_("Renewal"), initial=Renewal.EXPRESS)
    subject = subject_field()
    begin = forms.BooleanField(
        label=_("Begin from the model texts"),
        required=False,
        initial=True,
        help_text=_("The clauses that this kind of agreement needs, to be edited by both sides. Untick it for a paper that was written elsewhere."),
    )
    field_order = ("kind", "parent", "starts_on", "ends_on", "renewal", "subject", "begin", "languages", "prevailing_language")

    def __init__(self, *args, partnership: Partnership, **kwargs):
        kwargs.setdefault("initial", {"languages": usual_languages(partnership), "prevailing_language": "ar"})
        super().__init__(*args, **kwargs)
        rows = partnership.agreements.exclude(kind__in=UNDER_ANOTHER).exclude(status__in=["cancelled", "terminated"])
        self.fields["parent"].queryset = rows
        self.fields["parent"].label_from_instance = lambda agreement: agreement.title

    def clean(self):
        given = super().clean()
        needs_parent = given.get("kind") in UNDER_ANOTHER
        if needs_parent and not given.get("parent"):
            self.add_error("parent", _("Say which agreement it belongs to."))
        elif not needs_parent:
            given["parent"] = None
        return given

    def values(self) -> dict[str, Any]:
        return {**self.terms(), "kind": self.cleaned_data["kind"], "parent": self.cleaned_data["parent"]}


class TermsForm(TermsFields, VersionedForm):
    """Dates, renewal, notice, languages, money, place and copies of a draft."""

    starts_on = DayField(label=_("Start"))
    ends_on = DayField(label=_("End"))
    renewal = forms.ChoiceField(choices=Renewal, label=_("Renewal"))
    notice_days = CountField(label=_("Notice, in days"), max_value=730)
    subject = subject_field()
    place = LineField(label=_("Place of signature"), max_length=100, required=False)
    copies_count = CountField(label=_("Original copies"), max_value=20)
    field_order = ("starts_on", "ends_on", "renewal", "notice_days", "subject", "languages", "prevailing_language", "place", "copies_count")

    def __init__(self, *args, agreement: Agreement, **kwargs):
        super().__init__(*args, initial=self.kept(agreement), **kwargs)

    def kept(self, agreement: Agreement) -> dict[str, Any]:
        """What the agreement says now, by the name of the field."""
        costs = {f"cost_{item.value}": agreement.cost_sharing.get(item.value, "") for item in CostItem}
        return {"version": agreement.version, **{name: getattr(agreement, name) for name in self.of_agreement}, **costs}


class SignatoriesForm(PortalForm):
    """Who signs for each of the parties that this person may name a signatory for."""

    def __init__(self, *args, agreement: Agreement, institutions: list[Institution], **kwargs):
        super().__init__(*args, **kwargs)
        people = {person.institution_id: person for person in agreement.signatories.all()}
        self.institutions = institutions
        for place in institutions:
            person = people.get(place.pk)
            fields = {
                "name": LineField(label=_("Name"), max_length=120, required=False),
                "capacity": LineField(label=_("Capacity"), max_length=150, required=False, help_text=_("For example: director of the institution.")),
                "authority": LineField(
                    label=_("By virtue of"), max_length=250, required=False, help_text=_("The decision of appointment or the delegation of signature.")
                ),
            }
            for name, field in fields.items():
                field.initial = getattr(person, name, "")
                self.fields[f"{name}_{place.pk}"] = field

    def rows(self) -> list[dict[str, Any]]:
        return [{"institution": place, "fields": [self[f"{name}_{place.pk}"] for name in ("name", "capacity", "authority")]} for place in self.institutions]

    def clean(self):
        for place in self.institutions:
            name, capacity = (self.cleaned_data.get(f"{field}_{place.pk}", "") for field in ("name", "capacity"))
            if name and not capacity:
                self.add_error(f"capacity_{place.pk}", _("Say in what capacity this person signs."))
            elif not name and (capacity or self.cleaned_data.get(f"authority_{place.pk}")):
                self.add_error(f"name_{place.pk}", _("Name the person who signs."))
        return self.cleaned_data

    def named(self) -> list[tuple[Institution, dict[str, str]]]:
        """The parties for which a person is named, with what was typed."""
        said = {place: {name: self.cleaned_data[f"{name}_{place.pk}"] for name in ("name", "capacity", "authority")} for place in self.institutions}
        return [(place, person) for place, person in said.items() if person["name"]]
