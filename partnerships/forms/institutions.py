"""The profile of an institution, one small form for each part of it."""

from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import can
from core import formats
from core.forms import CountField, LineField, ManyField, MaybeCountField, PortalForm, VersionedForm
from core.text import clean
from partnerships.actions.institutions import MINISTRY_ONLY
from partnerships.choices import CareLevel, Group
from partnerships.forms.fields import DegreesField, PhoneField, group_name, procedures_field, specialties_field
from partnerships.models import Country, Department, Equipment, Institution, InstitutionKind, Profession, Region, Specialty

MOST_ROWS = 80  # departments of one institution

PARTS = {
    "identity": _("Names and place"),
    "capacity": _("Beds, theatres and equipment"),
    "departments": pgettext_lazy("of a hospital", "Departments"),
    "staff": _("Staff by cadre"),
    "skills": _("Specialties and procedures"),
    "contacts": _("Contacts"),
}
PARTS_ELSEWHERE = ("identity", "skills", "contacts")  # of companies, universities, embassies and other public bodies


def parts_of(institution: Institution) -> dict[str, Any]:
    """The parts that the profile of this institution has, in order, with their names."""
    return PARTS if institution.is_care else {part: PARTS[part] for part in PARTS_ELSEWHERE}


class CodeField(forms.CharField):
    """A code of the register: capital letters, digits and hyphens."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "class": "is-short", "autocomplete": "off"}))
        super().__init__(max_length=30, **kwargs)
        self.validators.append(forms.fields.validators.RegexValidator(r"^[A-Z0-9]+(-[A-Z0-9]+)+$", _("A code looks like DZ-30-EPH-02.")))

    def to_python(self, value: Any) -> str:
        return formats.western(clean(super().to_python(value) or "")).upper()


class NamesMixin(forms.Form):
    """What an institution is called, what it is, and where."""

    name_ar = LineField(label=_("Arabic name"), max_length=200, required=False)
    name_fr = LineField(label=_("French name"), max_length=200, required=False)
    name_en = LineField(label=_("English name"), max_length=200, required=False)
    aliases = LineField(label=_("Everyday names"), max_length=600, required=False, help_text=_("Several are separated by commas."))
    kind = forms.ModelChoiceField(InstitutionKind.objects.order_by("world", "code"), to_field_name="code", label=_("Kind"))
    country = forms.ModelChoiceField(Country.objects.all(), to_field_name="code", label=_("Country"))
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Region"), required=False)
    city = LineField(label=_("Town"), max_length=100, required=False)
    level = forms.ChoiceField(
        choices=[("", "—"), *CareLevel.choices], label=_("Level of care"), required=False, help_text=_("Only where patients are cared for.")
    )
    code = CodeField(label=_("Code"), required=False, help_text=_("Empty: the next free code of the register."))

    def offer_regions(self) -> None:
        """The regions that exist today, by number."""
        self.fields["region"].queryset = Region.objects.on(formats.today()).order_by("country", "code")
        self.fields["region"].label_from_instance = lambda region: f"{region.code} {region.name}"

    def clean(self):
        if not any(self.cleaned_data.get(name) for name in ("name_ar", "name_fr", "name_en")) and not {"name_ar", "name_fr", "name_en"} & self.errors.keys():
            self.add_error("name_ar", _("Give at least one name."))
        region, country = self.cleaned_data.get("region"), self.cleaned_data.get("country")
        if region and country and region.country_id != country.pk:
            self.add_error("region", _("This region is in another country: choose a region of the country, or none."))
        return self.cleaned_data


class NewInstitutionForm(NamesMixin, PortalForm):
    """A new institution; when others look like it, somebody must say that it is none of them."""

    is_new = forms.BooleanField(label=_("It is a new one, none of these"), required=False)

    def __init__(self, data: Any = None):
        super().__init__(data, initial={"country": settings.PORTAL_COUNTRY})
        self.offer_regions()

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "is_new"}


class PartForm(VersionedForm):
    """One part of a profile. `kept(institution)` is what it says now, by field."""

    def __init__(self, data: Any = None, *, institution: Institution, user: Any):
        self.institution, self.user = institution, user
        super().__init__(data, initial={"version": institution.version, **self.kept(institution)})

    def kept(self, institution: Institution) -> dict[str, Any]:
        found = {}
        for name in self.base_fields.keys() - {"version"}:
            value = getattr(institution, name)
            found[name] = list(value.all()) if hasattr(value, "all") else value
        return found

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class IdentityForm(NamesMixin, PartForm):
    """Code, kind, country and region are shown to the ministry alone, which may change them."""

    def __init__(self, data: Any = None, **given: Any):
        super().__init__(data, **given)
        self.offer_regions()
        self.fields["code"].required = True
        self.fields["code"].help_text = ""
        if not can(self.user, "institution.create"):
            for name in MINISTRY_ONLY:
                del self.fields[name]
        elif self.institution.region and not self.fields["region"].queryset.filter(pk=self.institution.region_id).exists():
            self.fields["region"].queryset |= Region.objects.filter(pk=self.institution.region_id)  # one that no longer exists stays until it is changed
        if not self.institution.is_care:
            del self.fields["level"]

    def kept(self, institution: Institution) -> dict[str, Any]:
        return super().kept(institution) | {"kind": institution.kind, "country": institution.country}


class CapacityForm(PartForm):
    beds_count = MaybeCountField(label=_("Beds"), max_value=5000, unusual_above=1500)
    theatres_count = MaybeCountField(label=_("Operating theatres"), max_value=200, unusual_above=40)
    has_telemedicine = forms.BooleanField(label=_("Telemedicine is in use"), required=False)
    equipment = ManyField(Equipment.objects.all(), to_field_name="code", label=_("Main equipment"), required=False, widget=forms.CheckboxSelectMultiple)
    partners_at_most = MaybeCountField(
        label=_("Partners at most"), max_value=50, help_text=_("How many institutions it can support at once; empty: the limit of the matching settings.")
    )


class ContactsForm(PartForm):
    phone = PhoneField(label=_("Telephone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs={"dir": "ltr"}))
    website = forms.URLField(
        label=_("Website"), required=False, max_length=200, assume_scheme="https", widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url"})
    )
    latitude = DegreesField(label=_("Latitude"), most=90, help_text=_("Degrees north, like 36.75."))
    longitude = DegreesField(label=_("Longitude"), most=180, help_text=_("Degrees east, like 3.06; west is negative."))

    def clean(self):
        given = [self.cleaned_data.get(name) is not None for name in ("latitude", "longitude")]
        if any(given) and not all(given) and not {"latitude", "longitude"} & self.errors.keys():
            self.add_error("longitude" if given[0] else "latitude", _("Latitude and longitude go together."))
        return self.cleaned_data


class SkillsForm(PartForm):
    specialties = specialties_field(required=False)
    procedures = procedures_field(label=_("Procedures mastered"))

    def __init__(self, data: Any = None, **given: Any):
        super().__init__(data, **given)
        if not self.institution.is_care:
            del self.fields["procedures"]


class DepartmentRow(PortalForm):
    """One department. A row of the profile keeps its specialty; a new one chooses it."""

    specialty = forms.ChoiceField(label=_("Specialty"), required=False)
    head = LineField(label=_("Head of department"), max_length=120, required=False)
    beds_count = MaybeCountField(label=_("Beds"), max_value=2000)
    specialists_count = MaybeCountField(label=_("Specialists"), max_value=2000)
    remove = forms.BooleanField(label=_("Remove this department"), required=False)

    def __init__(self, *args: Any, specialties: dict[str, Specialty], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.specialties = specialties
        self.fields["specialty"].choices = [("", "—"), *((code, specialty.name) for code, specialty in specialties.items())]

    @property
    def known(self) -> Specialty | None:
        """The specialty of a department that is in the profile already."""
        return self.specialties.get(self.initial.get("specialty", ""))

    def clean(self):
        given = {name for name in ("head", "beds_count", "specialists_count") if self.cleaned_data.get(name) not in (None, "")}
        if given and not self.cleaned_data.get("specialty") and "specialty" not in self.errors:
            self.add_error("specialty", _("Choose the specialty of this department."))
        return self.cleaned_data


class DepartmentsForm(PartForm):
    """All departments at once: those of the profile, and free rows for new ones."""

    def __init__(self, data: Any = None, *, institution: Institution, user: Any):
        super().__init__(data, institution=institution, user=user)
        specialties = {item.code: item for item in Specialty.objects.by_name()}
        self.existing = list(institution.departments.select_related("specialty").order_by("specialty__code"))
        if data is not None:
            asked = data.get("rows", "")
            count = min(int(asked), MOST_ROWS) if asked.isdecimal() and asked.isascii() and len(asked) < 4 else 1
            count += data.get("stage") == "add" and count < MOST_ROWS
        else:
            count = len(self.existing) + 1
        filled = [
            {"specialty": row.specialty.code, "head": row.head, "beds_count": row.beds_count, "specialists_count": row.specialists_count}
            for row in self.existing
        ]  # fmt: skip
        self.rows = [
            DepartmentRow(data, prefix=f"row-{place}", initial=filled[place] if place < len(filled) else {}, specialties=specialties) for place in range(count)
        ]

    def kept(self, institution: Institution) -> dict[str, Any]:
        return {}

    def is_valid(self) -> bool:
        ours, theirs = super().is_valid(), [row.is_valid() for row in self.rows]
        seen: set[str] = set()
        for row in self.rows if all(theirs) else ():
            code = row.cleaned_data["specialty"]
            if code and code in seen and not row.cleaned_data["remove"]:
                row.add_error("specialty", _("This specialty has a department above: give each one once."))
            seen.add(code)
        return ours and not any(row.errors for row in self.rows)

    def problems(self) -> list[dict[str, str]]:
        return super().problems() + [problem for row in self.rows for problem in row.problems()]

    def departments(self) -> list[dict[str, Any]]:
        """What `set_departments` takes."""
        wanted = [row.cleaned_data for row in self.rows if row.cleaned_data["specialty"] and not row.cleaned_data["remove"]]
        return [{**row, "specialty": self.rows[0].specialties[row["specialty"]]} for row in wanted]

    def compare(self, kept: dict[str, Any], version: int) -> list[dict[str, str]]:
        super().compare({}, version)
        typed = {row["specialty"].pk: row for row in self.departments()}
        now = {row.specialty_id: row for row in Department.objects.filter(institution=self.institution).select_related("specialty")}
        found = []
        for pk in typed.keys() | now.keys():
            sides = [department_words(now.get(pk)), department_words(typed.get(pk))]
            if sides[0] != sides[1]:
                found.append({"label": (now[pk].specialty if pk in now else typed[pk]["specialty"]).name, "kept": sides[0], "typed": sides[1]})
        return sorted(found, key=lambda item: item["label"])


def department_words(row: Any) -> str:
    """A department in one line, whether it is a row of the profile or one that was typed."""
    if row is None:
        return "—"
    read = row.get if isinstance(row, dict) else lambda name: getattr(row, name)
    counts = [f"{label}: {formats.number(read(name))}" for name, label in (("beds_count", _("Beds")), ("specialists_count", _("Specialists")))]
    return " · ".join([read("head") or "—", *counts])


class StaffForm(PartForm):
    """How many people of each cadre, by family."""

    def __init__(self, data: Any = None, *, institution: Institution, user: Any):
        order = {code: place for place, code in enumerate(Group.values)}
        self.professions = sorted(Profession.objects.all(), key=lambda item: (order.get(item.group, len(order)), item.code))
        super().__init__(data, institution=institution, user=user)
        for profession in self.professions:
            self.fields[profession.code] = CountField(label=profession.name, max_value=5000, unusual_above=800)

    def kept(self, institution: Institution) -> dict[str, Any]:
        kept = {row.profession_id: row.count for row in institution.staff.all()}
        return {profession.code: kept.get(profession.pk, 0) for profession in self.professions}

    def families(self) -> list[dict[str, Any]]:
        """{"name", "fields"} by family of professions."""
        return [
            {"name": group_name(code), "fields": [self[item.code] for item in items]} for code, items in groupby(self.professions, key=lambda item: item.group)
        ]

    def counts(self) -> dict[Profession, int]:
        """What `set_staff` takes."""
        return {profession: self.cleaned_data[profession.code] for profession in self.professions}


PART_FORMS: dict[str, type[PartForm]] = {
    "identity": IdentityForm, "capacity": CapacityForm, "departments": DepartmentsForm, "staff": StaffForm, "skills": SkillsForm, "contacts": ContactsForm,
}  # fmt: skip
