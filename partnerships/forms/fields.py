"""Fields that the forms of institutions, needs and interest share."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import formats
from core.forms import ManyField
from core.text import clean
from partnerships.choices import Group
from partnerships.models import Institution, Procedure, Specialty


class DegreesField(forms.FloatField):
    """A latitude or longitude in degrees, typed with any digits and either decimal mark."""

    default_error_messages = {"invalid": _("Type degrees like 36.75.")}

    def __init__(self, *, most: int, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "is-short", "autocomplete": "off"}))
        super().__init__(min_value=-most, max_value=most, **kwargs)

    def to_python(self, value: Any) -> float | None:
        return super().to_python(re.sub("[٫,،]", ".", formats.western(clean(value))) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a text box: min and max belong to number boxes


class PhoneField(forms.CharField):
    """The telephone of an institution, kept with the digits 0-9."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "dir": "ltr", "class": "is-short", "autocomplete": "off"}))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        value = formats.western(clean(super().to_python(value) or "")).strip()
        if value and not re.fullmatch(r"\+?[0-9][0-9 ()./-]{4,28}", value):
            raise ValidationError(_("Type the telephone like +213 29 34 00 00."), code="invalid")
        return value


class GroupedField(ManyField):
    """Many things to tick, drawn in groups that open; `{% grouped bound %}` draws it. `group_of` names the group of one."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset: Any, *, group_of: Any, **kwargs):
        super().__init__(queryset, **kwargs)
        self.group_of = group_of


def group_name(code: str) -> str:
    """The family of a specialty or a profession, in words."""
    return str(Group(code).label) if code in Group.values else code or str(_("Other"))


def specialties_field(**kwargs: Any) -> GroupedField:
    kwargs.setdefault("label", _("Specialties"))
    return GroupedField(Specialty.objects.by_name(), to_field_name="code", group_of=lambda item: group_name(item.group), **kwargs)


def procedures_field(**kwargs: Any) -> GroupedField:
    rows = Procedure.objects.select_related("specialty").order_by("specialty__code", "code")
    return GroupedField(rows, to_field_name="code", required=False, group_of=lambda item: item.specialty.name if item.specialty else _("Other"), **kwargs)


class InstitutionField(forms.ModelChoiceField):
    """One institution of the register, in the order of names."""

    def __init__(self, **kwargs):
        super().__init__(Institution.objects.listed().order_by("sort_key", "pk"), **kwargs)

    def label_from_instance(self, obj: Institution) -> str:
        return f"{obj.name} · {obj.code}"
