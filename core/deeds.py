"""One form, one action: what every page that changes something has in common."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from core.editing import EditConflict, SavedBefore
from core.lifecycle import TransitionRefused

FILE_FIELDS = ("file", "scan", "document")


def done(form: Any, deed: Callable[[], Any], fields: dict[str, str] | None = None) -> Any:
    """Run an action; its result, or None after its refusal has been put on the form, where nothing typed is lost.

    `fields` maps the code of a refusal to the field that it is about. Problems that an action raises `by_field` go to
    their fields, any other to the file, where there is one.
    """
    try:
        return deed()
    except EditConflict as conflict:
        form.add_error(None, str(conflict))
        form.current = conflict.current
    except SavedBefore as refusal:
        form.refuse_again(refusal)
    except TransitionRefused as refusal:
        put(form, (fields or {}).get(refusal.code), str(refusal))
    except ValidationError as error:
        by_field = getattr(error, "by_field", None)
        if by_field is None:
            put(form, next((name for name in FILE_FIELDS if name in form.fields), None), error)
        for name, text in (by_field or {}).items():
            put(form, name, text)
    return None


def put(form: Any, name: str | None, problem: Any) -> None:
    form.add_error(name if name in form.fields else None, problem)


def kept(form: Any) -> list[dict[str, str]]:
    """What is kept now beside what was typed, after an edit conflict; for components/conflict.html."""
    current = getattr(form, "current", None)
    return form.compare({name: getattr(current, name, None) for name in form.fields}, current.version) if current is not None else []
