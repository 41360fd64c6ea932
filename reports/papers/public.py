"""What anybody with the code of a report may know about it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.seals import Facts
from partnerships.models import Institution, Partnership, Region, Specialty
from reports.choices import RunState
from reports.models import ReportRun
from reports.registry import asked_of

KEPT = {"region": Region, "specialty": Specialty, "institution": Institution}


def facts_about(run: ReportRun) -> Facts | None:
    """Which report, of when, about which place or specialty; no figure of it, and nobody's name."""
    if run.state != RunState.DONE:
        return None
    of_when = asked_of({name: run.parameters.get(name, "") for name in ("since", "until")}, None)
    lines: list[tuple[Any, str]] = [(_("Period"), of_when.period_words)]
    for name, label in (("region", _("Region")), ("institution", _("Institution")), ("specialty", _("Specialty"))):
        thing = KEPT[name].objects.filter(pk=int(run.parameters[name])).first() if run.parameters.get(name) else None
        if thing is not None:
            lines.append((label, thing.name))
    if key := run.parameters.get("partnership"):
        lines += [(_("Partnership"), one.code) for one in Partnership.objects.filter(pk=int(key))]
    return Facts(str(run.title), (pgettext("of a report", "issued"), "done"), lines)
