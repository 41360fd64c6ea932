"""One record as the portal has it and as a device holds it: where the two differ, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from activities.choices import Cadre, Checklist, Part
from activities.kinds import ActivityKind
from activities.models import Activity
from activities.models.result import figure_label
from activities.rules import HeadCount, ResultLine
from core.formats import days, number

Figures = dict[str, int]


def lines_of(activity: Activity) -> list[ResultLine]:
    """The results that the portal has, as a report brings them."""
    names = activity.kind_of.all_fields
    rows = activity.results.select_related("site__institution", "specialty")
    return [ResultLine(row.site.institution, row.site.place, row.specialty, {name: getattr(row, name) for name in names}) for row in rows]


def heads_of(activity: Activity) -> list[HeadCount]:
    rows = activity.participants.head_counts().select_related("institution")
    return [HeadCount(head.part, head.institution, head.cadre, head.count) for head in rows]


def figures(kind: ActivityKind, lines: Iterable[ResultLine], people: Iterable[HeadCount]) -> Figures:
    """Every count that is not zero, by what it is called: site, specialty and figure, or who took part."""
    found: Figures = {}
    for line in lines:
        place = " · ".join(filter(None, [str(line.institution or line.place), str(line.specialty or "")]))
        found |= {f"{place} · {figure_label(kind, name)}": value for name, value in line.counts.items() if value}
    for head in people:
        name = " · ".join(filter(None, [str(Part(head.part).label), str(Cadre(head.cadre).label) if head.cadre else "", str(head.institution or "")]))
        found[name] = found.get(name, 0) + head.count
    return {name: value for name, value in found.items() if value}


def words(checklist: str, over_plan_reason: str, note: str) -> dict[str, str]:
    return {
        _("Surgical safety checklist"): str(Checklist(checklist).label) if checklist else "",
        _("Why more was done than planned"): over_plan_reason,
        _("Notes"): note,
    }


def differences(activity: Activity, said: dict[str, Any], report: dict[str, Any]) -> list[dict[str, str]]:
    """Where a record differs from the activity, as {"label", "kept", "typed"}: the table of components/conflict.html.

    `said` are its kind, first and last day, where it names them; `report` is what `report_activity` takes.
    """
    kind = activity.kind_of
    found: list[tuple[str, str, str]] = []
    if "kind" in said:
        found.append((str(_("Kind")), str(activity.get_kind_display()), str(dict(Activity._meta.get_field("kind").flatchoices).get(said["kind"], ""))))
    if "starts_on" in said:
        found.append((str(_("Days")), days(activity.starts_on, activity.ends_on), days(said["starts_on"], said["ends_on"])))
    kept, typed = figures(kind, lines_of(activity), heads_of(activity)), figures(kind, report["lines"], report["people"])
    found += [(name, number(kept.get(name, 0)), number(typed.get(name, 0))) for name in dict.fromkeys([*kept, *typed])]
    mine = words(report["checklist"], report["over_plan_reason"], report["note"])
    for name, text in words(activity.checklist, activity.over_plan_reason, activity.note).items():
        found.append((str(name), text or "—", mine[name] or "—"))
    return [{"label": label, "kept": one, "typed": other} for label, one, other in found if one != other]
