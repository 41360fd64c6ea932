"""What a form takes, its column holds: PostgreSQL ends in an error where SQLite keeps whatever comes."""

from collections.abc import Iterator

from django import forms
from django.apps import apps
from django.db import models

import twinning.urls  # noqa: F401 – every form there is
from core.forms import PortalForm

OTHERWISE = {  # forms whose field is no column, or is held against a stricter rule
    ("CaseForm", "code"), ("LoginForm", "password"), ("ReferralSheetForm", "text"), ("SavedViewForm", "query"),
}  # fmt: skip


def every(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from every(below)


def widest(app: str, name: str) -> float:
    """Letters that the widest column of this name in an app holds; no end where there is none, or one of text."""
    columns = [field for model in apps.get_models() if model._meta.app_label == app for field in model._meta.concrete_fields if field.name == name]
    limits = [field.max_length or float("inf") for field in columns if isinstance(field, models.CharField | models.TextField)]
    return max(limits, default=float("inf"))


def test_no_form_takes_more_than_any_column_of_that_name_holds():
    too_much = {
        (form.__name__, name)
        for form in every(PortalForm)
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and (field.max_length or float("inf")) > widest(form.__module__.partition(".")[0], name)
    }

    assert too_much == OTHERWISE
