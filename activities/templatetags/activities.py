"""Words for head-counts and outcomes."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from activities.choices import Cadre, Part

register = template.Library()


@register.filter
def head_label(head: Any) -> str:
    """Trained: doctors; team from this institution."""
    if head.part == Part.TRAINED:
        return _("Trained: %(cadre)s") % {"cadre": Cadre(head.cadre).label if head.cadre else "—"}
    return _("Team from %(institution)s") % {"institution": head.institution}


@register.simple_tag(takes_context=True)
def draw(context: Any, panel: Any) -> str:
    """The inside of a panel; its template finds what the panel brings as `context`."""
    with context.push({"context": panel.context}):
        return context.template.engine.get_template(panel.template).render(context)
