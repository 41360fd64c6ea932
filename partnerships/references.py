"""What refers to an institution, in every app: for merging two, and for keeping search columns right."""

from django.db import models

from core.models import Searched
from partnerships.models import Institution

Reference = tuple[type[models.Model], str]
FOUND_BY = {"name_ar", "name_fr", "aliases", "city", "region"}  # what search columns elsewhere hold of an institution


def references() -> list[Reference]:
    """Every foreign key to an institution, of every app, those of many-to-many tables too: (model, name of the field)."""
    fields = Institution._meta.get_fields(include_hidden=True)
    found = [(field.related_model, field.field.name) for field in fields if field.one_to_many or field.one_to_one]
    return sorted(found, key=lambda reference: (reference[0]._meta.label, reference[1]))


def rows_of(reference: Reference, institution: Institution) -> models.QuerySet:
    model, name = reference
    return model._base_manager.filter(**{name: institution}).order_by("pk")


def refresh_search_of(*institutions: Institution) -> None:
    """Bring the search columns that hold their names up to date: of partnerships, of activities, and of what later apps add."""
    stale: dict[type[Searched], set[int]] = {}
    for model, name in references():
        rows = model._base_manager.filter(**{f"{name}__in": institutions})
        if issubclass(model, Searched):
            stale.setdefault(model, set()).update(rows.values_list("pk", flat=True))
        for whole in model._meta.fields:
            if whole.is_relation and issubclass(whole.related_model, Searched):
                found = rows.exclude(**{whole.name: None}).values_list(whole.attname, flat=True)
                stale.setdefault(whole.related_model, set()).update(found)
    for model, keys in stale.items():
        model.refresh_search_texts(keys)
