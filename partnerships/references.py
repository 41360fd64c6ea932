"""What refers to an institution, in every app: for merging two, and for keeping search columns right."""

from django.db import models

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


def refresh_search_of(institution: Institution) -> None:
    """Bring the search columns that hold its names up to date: of partnerships, of activities, and of what later apps add."""
    stale: set[models.Model] = set()
    for reference in references():
        model, rows = reference[0], rows_of(reference, institution)
        if hasattr(model, "refresh_search_text"):
            stale |= set(rows)
        for whole in model._meta.fields:
            if whole.is_relation and hasattr(whole.related_model, "refresh_search_text"):
                stale |= set(whole.related_model._base_manager.filter(pk__in=rows.order_by().values(whole.attname)))
    for row in stale:
        row.refresh_search_text()
