"""The sections that every activity's page has: figures, plan, people, sessions, photos and documents, history."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.policy import can
from activities import actions
from activities.actions.activities import FIXED_DAYS, OPEN_PLAN
from activities.choices import ActivityStatus, Part
from activities.models import Activity, Result
from activities.models.result import figure_label
from activities.panels import Panel
from core.files import attachments_of
from core.history import trail
from core.models import Attachment


def results_panel(activity: Activity, user: Any) -> Panel | None:
    """The figures first: totals, then line by line, disputes and corrections beside them."""
    rows = list(activity.results.all())
    if not rows:
        return None
    kind = activity.kind_of
    totals = actions.totals_of(activity)
    columns = [{"name": name, "label": figure_label(kind, name)} for name in kind.outcome_fields]
    more = [{"name": name, "label": figure_label(kind, name)} for name in kind.more_fields if totals[name]]
    context = {
        "figures": [{"label": figure_label(kind, name), "value": totals[name]} for name in kind.figures]
        + [{"label": kind.trained_label, "value": totals["trained"]}],
        "columns": columns,
        "rows": [{"row": row, "counts": counts_of(row, columns, zeros=True)} for row in rows],
        "more": [{"row": row, "counts": kept} for row in rows if (kept := counts_of(row, more))],
        "postponed": sum(row.operations_postponed for row in rows) if kind.plans_operations else 0,
        "corrections": activity.corrections.all(),
        "services": services_to_move(activity, user),
    }
    may_correct = activity.status == ActivityStatus.VALIDATED and can(user, "activity.correct", activity) and activity.reported_by_id != user.pk
    address = f"{activity.get_absolute_url()}correct/" if may_correct else ""
    return Panel("results", _("Results"), "activities/_results.html", context, place=10, address=address, button=_("Correct a figure"))


def counts_of(row: Result, columns: list[dict[str, str]], *, zeros: bool = False) -> list[dict[str, Any]]:
    """The counts of one line with their labels; those that are zero only where they are asked for."""
    found = [{**column, "value": getattr(row, column["name"])} for column in columns]
    return [item for item in found if zeros or item["value"]]


def services_to_move(activity: Activity, user: Any) -> list[Any]:
    """The partnership's services of these specialties: after validated care somebody may record a step on the autonomy ladder."""
    partnership = activity.partnership
    if activity.status != ActivityStatus.VALIDATED or partnership is None or not can(user, "partnership.keep_room", partnership):
        return []
    lines = partnership.service_lines.filter(specialty__in=[item.pk for item in activity.specialties.all()]).select_related("specialty", "partnership")
    return [line for line in lines if line.rung != line.target_rung]


def plan_panel(activity: Activity, user: Any) -> Panel:
    may_edit = activity.status in OPEN_PLAN | FIXED_DAYS and activity.partnership_id is not None and can(user, "activity.edit", activity)
    address = f"{activity.get_absolute_url()}edit/" if may_edit else ""
    context = {"volumes": activity.volumes.all(), "sites": activity.sites.all(), "sums": volume_sums(activity)}
    return Panel("plan", _("Plan"), "activities/_plan.html", context, place=20, address=address, button=_("Edit the plan"))


def volume_sums(activity: Activity) -> dict[str, int]:
    rows = list(activity.volumes.all())
    return {name: sum(getattr(row, name) for row in rows) for name in ("waiting", "consultations", "operations")}


def people_panel(activity: Activity, user: Any) -> Panel | None:
    """The people counted without names."""
    heads = [head for head in activity.participants.all() if not head.is_named]
    if not heads:
        return None
    parts = [{"label": activity.kind_of.trained_label if part == Part.TRAINED else part.label, "heads": [h for h in heads if h.part == part]} for part in Part]
    return Panel("heads", _("People"), "activities/_heads.html", {"parts": [part for part in parts if part["heads"]]}, place=30)


def sessions_panel(activity: Activity, user: Any) -> Panel:
    may_edit = activity.status != ActivityStatus.CANCELLED and can(user, "activity.edit", activity)
    address = f"{activity.get_absolute_url()}sessions/new/" if may_edit else ""
    context = {"sessions": activity.sessions.all(), "may_edit": may_edit}
    return Panel("sessions", _("Sessions"), "activities/_sessions.html", context, place=40, address=address, button=_("Add a session"))


def evaluations_panel(activity: Activity, user: Any) -> Panel | None:
    """Evaluations hang on an activity from further right."""
    rows = activity.evaluations.all() if can(user, "evaluation.view", activity) else []
    return Panel("evaluations", _("Follow-up"), "activities/_evaluations.html", {"evaluations": rows}, place=70) if rows else None


def photos_panel(activity: Activity, user: Any) -> Panel | None:
    photos = list(kept(activity).filter(role=actions.PHOTO))
    may_add = activity.reported_at is not None and can(user, "activity.report", activity)
    if not photos and not may_add:
        return None
    address = f"{activity.get_absolute_url()}photos/new/" if may_add else ""
    return Panel("photos", _("Photos"), "activities/_photos.html", {"photos": photos, "may_add": may_add}, place=80, address=address, button=_("Add photos"))


def documents_panel(activity: Activity, user: Any) -> Panel | None:
    documents = list(kept(activity).exclude(role=actions.PHOTO))
    return Panel("documents", "", "activities/_documents.html", {"documents": documents}, place=81) if documents else None


def history_panel(activity: Activity, user: Any) -> Panel:
    return Panel("history", "", "activities/_history.html", {"history": trail(activity)[:40]}, place=90)


def kept(activity: Activity) -> Any:
    return attachments_of(activity) if activity.pk else Attachment.objects.none()


OWN = (results_panel, plan_panel, people_panel, sessions_panel, evaluations_panel, photos_panel, documents_panel, history_panel)
