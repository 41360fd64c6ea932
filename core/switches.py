"""What the ministry turns on or off for the whole portal, with a line in the history each time."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.history import changing, name_verbs, record
from core.models import Switch

name_verbs(turn_on=_("Turned on"), turn_off=_("Turned off"))


def is_on(name: str) -> bool:
    """Whether it is on; what was never turned on is off. One query."""
    return Switch.objects.filter(name=name, is_on=True).exists()


def turn(name: str, on: bool, *, by: Any) -> bool:
    """Turn it on or off; whether that changed anything. The caller has asked the policy."""
    with changing():
        switch, _is_new = Switch.objects.get_or_create(name=name)
        if switch.is_on == on:
            return False
        switch.is_on = on
        switch.save()
        record(switch, "turn_on" if on else "turn_off", by=by, before={"is_on": not on}, after={"is_on": on})
    return True
