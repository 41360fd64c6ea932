"""Tags and filters that every template may use."""

from datetime import date
from functools import cache
from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from core import formats
from core.history import VERBS, WORDS
from core.lifecycle import LIFECYCLES
from core.money import money

register = template.Library()

register.filter("day", formats.day)
register.filter("long_day", formats.long_day)
register.filter("moment", formats.moment)
register.filter("number", formats.number)
register.filter("money", money)  # {{ tranche.amount|money:request.currency }}
register.filter("digits", lambda value: formats.digits(str(value)))


@register.filter
def day_short(value: Any) -> str:
    """A day without its year when it is of this year."""
    return formats.day(value, year=bool(value) and value.year != formats.today().year)


@register.filter
def until(start: Any, end: Any) -> str:
    return formats.days(start, end)


@register.filter
def due_words(value: Any) -> str:
    return formats.due_words(value, formats.today())


@register.filter
def decimal(value: Any, places: int = 1) -> str:
    return formats.number(value, places)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    return mapping.get(key) if mapping else None


@register.simple_tag
@cache
def icon(name: str, points: str = "") -> str:
    """A drawing from the sprite; `points` is "forward" or "back" for what mirrors."""
    classes = {"forward": " is-directional", "back": " is-back"}.get(points, "")
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("img/icons.svg"), name)


@register.simple_tag
def badge(label: Any, tone: str) -> str:
    """A status as word and shape; `tone` is done, run, wait, late, draft or stop."""
    return format_html('<span class="badge is-{}">{}{}</span>', tone, icon(f"s-{tone}"), label)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", classes: str = "") -> dict[str, Any]:
    return {"field": bound, "label": label or bound.label, "classes": classes}


@register.inclusion_tag("components/count.html")
def count(bound: BoundField, label: str = "") -> dict[str, Any]:
    """A count field as a stepper of 48 px buttons; a warning, not a block, above the usual."""
    usual = getattr(bound.field, "unusual_above", None)
    value = bound.value()
    try:
        unusual = usual is not None and value not in (None, "") and formats.parse_count(str(value)) > usual
    except ValueError:
        unusual = False
    return {"field": bound, "label": label or bound.label, "unusual": unusual and not bound.errors, "usual": usual}


@register.filter
def described(bound: BoundField) -> Any:
    """The widget with the attributes that tie it to its hint and its error."""
    ids = ([f"{bound.auto_id}-hint"] if bound.help_text else []) + ([f"{bound.auto_id}-error"] if bound.errors else [])
    attrs = {"aria-describedby": " ".join(ids)} if ids else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def towards(there: Any, here: Any) -> Any:
    """From one place to another, as an arrow that is also read aloud; where nobody comes from elsewhere, the one place alone."""
    if not there:
        return here
    return format_html('{} {}<span class="is-hidden-visually">{}</span> {}', there, icon("arrow", "forward"), gettext("towards"), here)


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The present address with some parameters changed; None drops one."""
    query = context["request"].GET.copy()
    query.pop("lang", None)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}" if query else context["request"].path


@register.simple_tag
def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "0%"


@register.filter
def percent_joined(text: str) -> str:
    """A sentence with its percent signs kept on the line of their numbers."""
    return text.replace(" %", "\u00a0%")


@register.filter
def said(line: Any) -> str:
    """A line of the history in words."""
    lifecycle = LIFECYCLES.get(line.object_type.split(".")[1])
    steps = {step.slug: step.label for step in lifecycle.transitions} if lifecycle else {}
    return str(steps.get(line.verb) or VERBS.get(line.verb) or line.verb)


def field_of(line: Any, name: str) -> Any:
    try:
        return apps.get_model(line.object_type)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        return None


@register.filter
def about_object(line: Any) -> str:
    """What kind of thing a line of the history is about."""
    try:
        return str(apps.get_model(line.object_type)._meta.verbose_name).capitalize()
    except LookupError:
        return ""


@register.filter
def status_words(line: Any, which: str) -> str:
    """The status before ("from") or after ("to") a step, in words."""
    value = getattr(line, f"{which}_status")
    field = field_of(line, "status")
    return str(dict(field.flatchoices).get(value, value)) if field else value


@register.filter
def touched(line: Any) -> list[str]:
    """What an edit changed, by the fields' own names; nothing for a step of a lifecycle."""
    names = []
    for name in line.before if not line.to_status else ():
        field = field_of(line, name)
        named = getattr(field, "_verbose_name", None)  # the name that the field was given, not the one that Django makes up
        words = (
            named or WORDS.get(name) or getattr(field, "verbose_name", None) or (field.related_model._meta.verbose_name_plural if field is not None else name)
        )
        names.append(str(words))
    return names


@register.filter
def days_then(line: Any) -> str:
    """The days that a step has moved, as they were; "" for a line that moved none."""
    then = [line.before.get(name) for name in ("starts_on", "ends_on")]
    return formats.days(*(date.fromisoformat(day) for day in then)) if line.to_status and all(then) else ""


@register.filter
def pairs(line: Any, which: str) -> list[tuple[str, str]]:
    """What a line says was "before" or "after", with the fields' own names."""
    found = []
    for name, value in getattr(line, which).items():
        field = field_of(line, name)
        label = getattr(field, "verbose_name", name) if field else name
        shown = dict(field.flatchoices).get(value, value) if field is not None and getattr(field, "flatchoices", None) else value
        found.append((str(label), "—" if shown in (None, "") else str(shown)))
    return found


@register.filter
def join_names(items: Any) -> str:
    """Names joined as the language joins them."""
    mark = "، " if formats.language() == "ar" else ", "
    return mark.join(str(item) for item in items)


@register.filter
def few(items: Any) -> str:
    """The names of the first three, and how many more."""
    more = len(items) - 3
    return format_html('{} <bdi dir="ltr">+{}</bdi>', join_names(items[:3]), formats.number(more)) if more > 0 else join_names(items) or "—"


@register.filter
def isolated(text: Any) -> str:
    return mark_safe(format_html("<bdi>{}</bdi>", text))  # noqa: S308 – format_html has escaped it


register.filter("month_name", lambda number: formats.month_name(int(number)))


@register.filter
def at(columns: Any, place: int) -> str:
    """The label of the column at `place`."""
    return str(columns[place].label)


@register.filter
def cell(value: Any) -> str:
    """A value of an export as it is shown on a page."""
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return formats.number(value)
    return str(value) if value not in (None, "") else "—"


@register.filter
def on_scale(score: float) -> str:
    """Where a score from 0 to 4 stands on a drawing whose scale runs from 4 % to 96 %."""
    return f"{4 + 23 * score:.1f}%"


@register.filter
def get_label(value: Any, choices: Any) -> str:
    return str(dict(choices).get(str(value), value))
