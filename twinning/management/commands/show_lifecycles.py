from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models
from django.utils.translation import override

from core.lifecycle import LIFECYCLES, Lifecycle, Transition

INTRODUCTION = """\
# Lifecycles

Generated from the tables of transitions by `manage.py show_lifecycles`; edit those (`lifecycle.py` of each app), not this
page. A permission is an action of [policy.md](policy.md). “the portal” means that no person takes the step: it follows from
what people did. What an app further right has added is shown with its address. Statuses that follow from dates, such as
“in force” or “report overdue”, are derived and never stored, so they are not here.
"""
HEADINGS = ("transition", "from", "to", "permission", "guards", "effects added", "needs reason", "final")


class Command(BaseCommand):
    help = "Print every lifecycle as a Markdown table, added guards and effects included. docs/lifecycles.md is this output."

    def handle(self, *args, **options):
        with override("en"):
            self.stdout.write("\n".join([INTRODUCTION, *(line for name in sorted(LIFECYCLES) for line in section(LIFECYCLES[name]))]).rstrip())


def section(lifecycle: Lifecycle) -> list[str]:
    field = status_field(lifecycle)
    order = [value for value, _label in field.choices or ()]
    return [
        f"## {lifecycle.name.capitalize()}",
        "",
        f"Begins as {field.default}. Statuses: {', '.join(order)}.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"{'| --- ' * len(HEADINGS)}|",
        *(row(lifecycle, transition, order) for transition in lifecycle.transitions),
        "",
    ]


def status_field(lifecycle: Lifecycle) -> models.Field:
    """The field that the lifecycle moves; a lifecycle is named after its model."""
    model = next(model for model in apps.get_models() if model._meta.model_name == lifecycle.name)
    return model._meta.get_field("status")


def row(lifecycle: Lifecycle, transition: Transition, order: list[str]) -> str:
    added = lifecycle.added_guards.get(transition.slug, ())
    cells = [
        f"{transition.slug}: {transition.label}",
        ", ".join(sorted(map(str, transition.sources), key=order.index)),
        str(transition.target),
        f"`{transition.permission}`" if transition.permission else "the portal",
        ", ".join([*(f"`{guard.__name__}`" for guard in transition.guards), *map(address, added)]),
        ", ".join(map(address, lifecycle.added_effects.get(transition.slug, ()))),
        "yes" if transition.needs_reason else "",
        "yes" if transition.is_final else "",
    ]
    return "| " + " | ".join(cells) + " |"


def address(function: Callable[..., Any]) -> str:
    return f"`{function.__module__}.{function.__qualname__}`"
