"""{% can "agreement.sign" agreement as may_sign %}"""

from typing import Any

from django import template

from accounts import policy

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: dict[str, Any], action: str, obj: Any = None) -> bool:
    return policy.can(context["request"].user, action, obj)


@register.filter
def allowed(action: str, user: Any) -> bool:
    """{% if "partnership.view"|allowed:request.user %}"""
    return policy.can(user, action)
