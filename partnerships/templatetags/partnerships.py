"""Drawing choices in groups, and the gaps of an assessment."""

from typing import Any

from django import template
from django.forms import BoundField

register = template.Library()


@register.inclusion_tag("components/grouped.html")
def grouped(bound: BoundField) -> dict[str, Any]:
    """A field of many ticks as groups that open: {"name", "boxes", "chosen"}; a group with a tick in it is open."""
    chosen = {str(value) for value in bound.value() or ()}
    groups: dict[str, dict[str, Any]] = {}
    for box in bound.subwidgets:
        value = box.data["value"]
        group = groups.setdefault(str(bound.field.group_of(value.instance)), {"boxes": [], "chosen": 0})
        group["boxes"].append(box)
        group["chosen"] += box.data["selected"]
    return {"field": bound, "groups": [{"name": name, **group} for name, group in groups.items()], "chosen": len(chosen)}
