"""How far a programme has come, for lists."""

from typing import Any

from django import template

from activities import execution

register = template.Library()


@register.filter
def progress(programme: Any) -> dict[str, int]:
    """The lines of a programme by state; reads the prefetched lines and activities."""
    return execution.progress(programme)
