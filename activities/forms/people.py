"""The shape of what is typed about professionals and participants."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.policy import scope_for
from activities.choices import Cadre, Part, ParticipantRole, Presence, Sex
from activities.models import Participant, Professional
from core import formats
from core.folding import fold
from core.forms import CountField, DayField, LineField, PortalForm, VersionedForm, WordsField
from core.text import clean
from partnerships.forms.fields import PhoneField, group_name
from partnerships.models import Institution, Profession, Specialty

SPOKEN = ("ar", "fr", "en", "es", "de", "it", "tr", "ru", "hi")


def language_choices() -> list[tuple[str, str]]:
    """The languages that professionals work in, by their names in the active language: Django knows them."""
    return [(code, gettext(LANG_INFO[code]["name"])) for code in SPOKEN]


def may_keep_at(user: Any) -> Any:
    """The institutions whose roster this person keeps."""
    reach = scope_for(user, "professional.keep")
    rows = Institution.objects.listed().order_by("sort_key", "pk")
    return rows if reach.everything else rows.filter(pk__in=reach.institutions)


def grouped_professions() -> list[Any]:
    """Professions in their families, for a select box."""
    families: dict[str, list[tuple[str, str]]] = {}
    for profession in Profession.objects.order_by("pk"):
        families.setdefault(profession.group, []).append((profession.code, profession.name))
    return [("", "—"), *((group_name(code), items) for code, items in families.items())]


class ScoreField(forms.DecimalField):
    """A score out of 100, typed with any digits and either decimal mark; empty when there was no test."""

    default_error_messages = {"invalid": _("Type a score from 0 to 100, for example 62.5.")}

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "is-short", "autocomplete": "off"}))
        super().__init__(min_value=0, max_value=100, max_digits=4, decimal_places=1, **kwargs)
        for check in self.validators:
            check.message = self.default_error_messages["invalid"]

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        text = formats.western(clean(str(value))).strip().replace("٫", ".").replace(",", ".").replace("،", ".")
        try:
            score = Decimal(text)
        except InvalidOperation as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not score.is_finite() or not 0 <= score <= 100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return score.quantize(Decimal("0.1"))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.1f}".removesuffix(".0") if isinstance(value, Decimal) else value


class ProfessionalForm(VersionedForm):
    """Somebody of the roster."""

    name = LineField(label=_("Name"), max_length=120, help_text=_("As it is to stand on certificates."))
    latin_name = LineField(label=_("Name in Latin letters"), max_length=120, required=False, help_text=_("For papers in French and English."))
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"), to_field_name="code")
    profession = forms.ModelChoiceField(Profession.objects.all(), label=_("Profession"), to_field_name="code")
    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("Specialty"), required=False, to_field_name="code", empty_label="—")
    rank = LineField(label=_("Rank"), max_length=100, required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *Sex.choices], required=False)
    languages = forms.MultipleChoiceField(label=_("Languages"), choices=language_choices, required=False, widget=forms.CheckboxSelectMultiple)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}))
    phone = PhoneField(label=_("Telephone"), required=False)
    left_on = DayField(label=_("Left the post on"), required=False, help_text=_("Counts for how many of those trained are still in post."))
    is_new = forms.BooleanField(label=_("It is somebody else: enter this person"), required=False)

    def __init__(self, *args, user: Any, professional: Professional | None = None, **kwargs):
        if professional is not None:
            names = [name for name in self.base_fields if name not in {"version", "is_new"}]
            kwargs["initial"] = {name: getattr(professional, name) for name in names} | {"version": professional.version}
            kwargs["initial"] |= {"institution": professional.institution.code, "profession": professional.profession.code}
            kwargs["initial"]["specialty"] = professional.specialty.code if professional.specialty else ""
        super().__init__(*args, **kwargs)
        places = may_keep_at(user)
        if professional is not None:
            places = places | Institution.objects.filter(pk=professional.institution_id)
        self.fields["institution"].queryset = places
        self.fields["specialty"].queryset = Specialty.objects.by_name()
        self.fields["profession"].choices = grouped_professions()
        if professional is None:
            del self.fields["left_on"]
            self.fields["version"].required = False
            first = list(places[:2])
            if len(first) == 1:
                self.fields["institution"].initial = first[0].code
        else:
            del self.fields["is_new"]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "is_new"}}


class EraseForm(PortalForm):
    """Why somebody's data are erased. The reason itself must not name them."""

    reason = WordsField(
        label=_("Reason"), max_length=300, help_text=_("For example: request of the person, by letter. Kept in the history, so without the name.")
    )

    def __init__(self, *args, professional: Professional, **kwargs):
        super().__init__(*args, **kwargs)
        self.professional = professional

    def clean_reason(self) -> str:
        """The history cannot forget: a part of the name in the reason would stay for good."""
        reason = self.cleaned_data["reason"]
        parts = {word for name in (self.professional.name, self.professional.latin_name) for word in fold(name).split() if len(word) > 2}
        if parts & set(fold(reason).split()):
            raise ValidationError(_("Leave the name out: the history keeps the reason for good."))
        return reason


class AddParticipantForm(PortalForm):
    """Somebody of the roster into an activity. Who can be chosen is found by the search box above."""

    professional = forms.ModelChoiceField(Professional.objects.none(), label=_("Who"))  # the page draws the few that were found
    role = forms.ChoiceField(label=_("Role"), choices=ParticipantRole, initial=ParticipantRole.TRAINEE)
    days = CountField(label=_("Days present"), max_value=60, help_text=_("Empty: all days of the activity."))

    def __init__(self, *args, people: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["professional"].queryset = people


class QuickPersonForm(PortalForm):
    """Somebody who is not in the roster yet, entered and put on the list in one go. The rest of the roster's entry comes later."""

    name = LineField(label=_("Name"), max_length=120)
    latin_name = LineField(label=_("Name in Latin letters"), max_length=120, required=False)
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"), to_field_name="code")
    profession = forms.ModelChoiceField(Profession.objects.all(), label=_("Profession"), to_field_name="code")
    specialty = forms.ModelChoiceField(Specialty.objects.none(), label=_("Specialty"), required=False, to_field_name="code", empty_label="—")
    role = forms.ChoiceField(label=_("Role"), choices=ParticipantRole, initial=ParticipantRole.TRAINEE)
    is_new = forms.BooleanField(label=_("It is somebody else: enter this person"), required=False)

    def __init__(self, *args, institutions: Any, with_role: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions
        first = list(institutions[:2])
        if len(first) == 1:
            self.fields["institution"].initial = first[0].code
        self.fields["profession"].choices = grouped_professions()
        self.fields["specialty"].queryset = Specialty.objects.by_name()
        if not with_role:
            del self.fields["role"]

    def person(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "latin_name", "institution", "profession", "specialty")}


class HeadCountForm(PortalForm):
    """How many came without being named."""

    part = forms.ChoiceField(label=_("Part"), choices=Part, initial=Part.TRAINED)
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"), to_field_name="code")
    cadre = forms.ChoiceField(label=_("Cadre"), choices=[(cadre.value, cadre.label) for cadre in Cadre if cadre != Cadre.OTHERS])  # as the report has them
    count = CountField(label=_("How many people"), max_value=2000, unusual_above=100)

    def __init__(self, *args, institutions: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions


class ParticipantForm(PortalForm):
    """What somebody does in an activity, and on how many days."""

    role = forms.ChoiceField(label=_("Role"), choices=ParticipantRole)
    days = CountField(label=_("Days present"), max_value=60, help_text=_("Empty: all days of the activity."))
    reason = WordsField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args, person: Participant, asks_reason: bool, **kwargs):
        super().__init__(*args, initial={"role": person.role, "days": person.days or None}, **kwargs)
        if not asks_reason:
            del self.fields["reason"]


class PresenceForm(PortalForm):
    """One choice for each person on the list: what a finger can press on a telephone."""

    def __init__(self, *args, people: list[Participant], asks_reason: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            choices = [(Presence.PRESENT, Presence.PRESENT.label), (Presence.ABSENT, Presence.ABSENT.label)]
            if person.presence in {Presence.REGISTERED, Presence.WAITING}:
                choices.append((person.presence, Presence(person.presence).label))
            self.fields[f"p{person.pk}"] = forms.ChoiceField(
                label=str(person), choices=choices, initial=person.presence, required=False, widget=forms.RadioSelect
            )
        if asks_reason:
            self.fields["reason"] = WordsField(label=_("Reason"), max_length=500)

    def rows(self) -> list[tuple[Participant, forms.BoundField]]:
        return [(person, self[f"p{person.pk}"]) for person in self.people]

    def marks(self) -> dict[int, str]:
        given = {person.pk: self.cleaned_data.get(f"p{person.pk}") for person in self.people}
        return {pk: presence for pk, presence in given.items() if presence}


class ScoresForm(PortalForm):
    """Two boxes for each person on the list."""

    def __init__(self, *args, people: list[Participant], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            who = {"person": str(person)}
            self.fields[f"pre{person.pk}"] = ScoreField(label=_("Test before: %(person)s") % who, initial=person.pre_score)
            self.fields[f"post{person.pk}"] = ScoreField(label=_("Test after: %(person)s") % who, initial=person.post_score)

    def rows(self) -> list[tuple[Participant, forms.BoundField, forms.BoundField]]:
        return [(person, self[f"pre{person.pk}"], self[f"post{person.pk}"]) for person in self.people]

    def scores(self) -> dict[int, tuple[Decimal | None, Decimal | None]]:
        return {person.pk: (self.cleaned_data.get(f"pre{person.pk}"), self.cleaned_data.get(f"post{person.pk}")) for person in self.people}


class FeedbackForm(PortalForm):
    """Four marks and a word, without a name."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    useful = forms.TypedChoiceField(label=_("Useful for my work"), coerce=int, widget=forms.RadioSelect)
    taught = forms.TypedChoiceField(label=_("Well taught"), coerce=int, widget=forms.RadioSelect)
    organised = forms.TypedChoiceField(label=_("Well organised"), coerce=int, widget=forms.RadioSelect)
    will_use = forms.TypedChoiceField(label=_("I shall use it"), coerce=int, widget=forms.RadioSelect)
    comment = WordsField(label=_("Comment"), required=False, max_length=600, help_text=_("No names, please: neither yours nor anybody else’s."))

    MARKS = [("4", _("fully")), ("3", _("mostly")), ("2", _("partly")), ("1", _("little")), ("0", _("not at all"))]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("useful", "taught", "organised", "will_use"):
            self.fields[name].choices = self.MARKS
