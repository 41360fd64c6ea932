"""{% figures_are_public as open %}: whether a page may lead its visitors to the public figures. One query."""

from django import template

from reports.dashboards.public import is_public

register = template.Library()


@register.simple_tag
def figures_are_public() -> bool:
    return is_public()
