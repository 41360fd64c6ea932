"""What pages carry for the scripts that work without a line."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from activities.offline import facts_about, locale
from activities.views.offline import FORM, OFFLINE, QUEUE, version

register = template.Library()


@register.inclusion_tag("activities/offline_bar.html", takes_context=True)
def waiting_bar(context: dict[str, Any], alone: bool = False) -> dict[str, Any]:
    """What waits on this device: filled in by a script, hidden while there is nothing. `alone`: on a page that is itself kept there."""
    request = context["request"]
    return {
        "user": request.user, "alone": alone, "locale": locale(), "version": version(), "path": request.get_full_path(),
        "keep": [OFFLINE, FORM, QUEUE + "?bare=1"] if context.get("may_log_activity") else [],
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def kept_form(context: dict[str, Any], form: Any) -> SafeString:
    """The attributes of a report's form that let the scripts keep it on the device."""
    facts = facts_about(context["request"].user, [form])
    title = form.activity.title if form.activity else form.kind.label
    return format_html('data-offline="{}" data-title="{}"', json.dumps(facts), title)
