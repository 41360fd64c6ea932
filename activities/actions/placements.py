"""Whatever changes placements: who learns what, where and from whom, the log, the assessment by the receiving side."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role, can, institutions_of
from activities.actions.activities import words_about
from activities.choices import PlacementResult
from activities.models import Activity, Placement, PlacementEntry, PlacementObjective, Professional
from activities.querysets import with_own_parties
from activities.rules import refuse
from core.editing import edit
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.outbox import tell
from partnerships.models import Department, Membership
from partnerships.querysets import with_parties

name_verbs(assess=_("Placement assessed"), log_entry=_("Line of the log written"))

OBJECTIVES_AT_MOST = 12
BEST = 4  # of the marks from 0


def whole(rows: Any) -> Any:
    """Placements with everything that a page and a paper read."""
    return rows.select_related(
        "activity__partnership", "trainee__institution", "trainee__profession", "trainee__specialty", "supervisor__institution", "supervisor__profession",
        "from_department__specialty", "from_department__institution", "to_department__specialty", "to_department__institution", "assessed_by",
    ).prefetch_related(
        "objectives", "entries__by", with_own_parties("activity__"),
        with_parties("activity__partnership__"), "activity__invitations",
    )  # fmt: skip


def may_learn(activity: Activity) -> Any:
    """Who can be a trainee or a supervisor: the professionals of the parties, those of the activity's people first."""
    parties = [party.institution_id for party in activity.parties.all()]
    return Professional.objects.listed().filter(institution__in=parties, left_on=None).select_related("institution", "profession").order_by("name", "pk")


def departments_of(activity: Activity) -> Any:
    parties = [party.institution_id for party in activity.parties.all()]
    return Department.objects.filter(institution__in=parties).select_related("institution", "specialty").order_by("institution", "specialty")


def receiving_ids(placement: Placement) -> set[int]:
    """The institutions that receive the trainee: the department's, or every party but the trainee's own."""
    if placement.to_department_id:
        return {placement.to_department.institution_id} - {placement.trainee.institution_id}
    return {party.institution_id for party in placement.activity.parties.all()} - {placement.trainee.institution_id}


def may_assess(placement: Placement, user: User) -> bool:
    """The receiving side assesses, never the trainee’s own, nor the trainee."""
    mine = institutions_of(user)
    if placement.trainee.user_id == user.pk or placement.trainee.institution_id in mine:
        return False
    return can(user, "placement.assess", placement) and bool(mine & receiving_ids(placement))


def problems_with_placement(activity: Activity, values: dict[str, Any], placement: Placement | None) -> dict[str, str]:
    """Errors by field: who and where must belong to the parties, and a trainee learns somewhere else than at home."""
    found = {}
    parties = {party.institution_id for party in activity.parties.all()}
    trainee, supervisor = values["trainee"], values.get("supervisor")
    to_department, from_department = values.get("to_department"), values.get("from_department")
    if trainee.institution_id not in parties:
        found["trainee"] = now_in_words("The trainee must belong to one of the parties.")
    if activity.placements.filter(trainee=trainee).exclude(pk=placement.pk if placement else None).exists():
        found["trainee"] = now_in_words("This trainee has a placement in this activity already.")
    if to_department and to_department.institution_id not in parties:
        found["to_department"] = now_in_words("The department must belong to one of the parties.")
    if to_department and to_department.institution_id == trainee.institution_id:
        found["to_department"] = now_in_words("A placement takes place at another institution than the trainee’s own.")
    if from_department and from_department.institution_id != trainee.institution_id:
        found["from_department"] = now_in_words("The department of origin belongs to the trainee’s institution.")
    if supervisor and supervisor.pk == trainee.pk:
        found["supervisor"] = now_in_words("Nobody supervises themselves.")
    elif supervisor and to_department and supervisor.institution_id != to_department.institution_id:
        found["supervisor"] = now_in_words("The supervisor belongs to the institution that receives.")
    return found


def save_placement(
    activity: Activity, placement: Placement | None, *, by: User | None, objectives: Sequence[str], version: int | None = None, **values: Any
) -> Placement:
    """Plan a placement inside an activity, or change it until it is assessed. `objectives` are lines of text, in order.

    Objectives that are left out are gone; those that stay keep their marks. Raises ValidationError `by_field`,
    TransitionRefused for a kind without placements or after the assessment, EditConflict when somebody was faster.
    """
    refuse_unless(by, "placement.keep", activity)
    if not activity.kind_of.has_placements:
        raise TransitionRefused("no_placements", _("This kind of activity has no placements."))
    objectives = list(dict.fromkeys(text for text in objectives if text))
    with changing():
        if placement is not None:
            placement.refresh_from_db(fields=["assessed_at"])
            if placement.assessed_at:
                raise TransitionRefused("assessed", _("The placement is assessed: nothing changes now."))
        found = problems_with_placement(activity, values, placement)
        if not objectives:
            found["objectives"] = now_in_words("Name at least one thing to be learnt.")
        elif len(objectives) > OBJECTIVES_AT_MOST:
            found["objectives"] = now_in_words("At most %(count)s objectives.") % {"count": OBJECTIVES_AT_MOST}
        refuse(found)
        if placement is None:
            placement = Placement.objects.create(activity=activity, **values)
            write_objectives(placement, objectives)
            record(placement, "create", by=by, after={"activity": activity.pk, "trainee": values["trainee"].pk, "objectives": objectives})
        else:
            before = [item.text for item in placement.objectives.all()]
            edit(placement, values, by=by, version=version, also={"objectives": (before, objectives)})
            write_objectives(placement, objectives)
    return placement


def write_objectives(placement: Placement, texts: Sequence[str]) -> None:
    kept = {item.text: item for item in placement.objectives.all()}
    placement.objectives.exclude(text__in=texts).delete()
    PlacementObjective.objects.bulk_create(PlacementObjective(placement=placement, text=text) for text in texts if text not in kept)


def write_log(placement: Placement, *, by: User | None, done_on: date, text: str) -> PlacementEntry:
    """Note what the trainee did on a day. The same line twice is one. Raises ValidationError `by_field` for a day outside."""
    refuse_unless(by, "placement.keep", placement)
    activity = placement.activity
    if done_on > today():
        refuse({"done_on": now_in_words("The day cannot be in the future.")})
    if not activity.starts_on <= done_on <= activity.ends_on:
        refuse({"done_on": now_in_words("The day lies outside the placement.")})
    with changing():
        entry, is_new = PlacementEntry.objects.get_or_create(placement=placement, done_on=done_on, text=text, defaults={"by": by})
        if is_new:
            record(placement, "log_entry", by=by, after={"done_on": done_on})
    return entry


def assess_placement(
    placement: Placement, *, by: User, marks: dict[int, tuple[int, str]], result: str, remark: str = "", version: int | None = None
) -> Placement:
    """Assess a placement that is over: a mark from 0 to 4 and a remark for each objective, the result, a word about it all.

    `marks` is {objective: (mark, remark)}. The trainee’s own coordinators are told. An assessment may be corrected by the
    side that gave it; the history says that it changed, never what was said of somebody. Raises TransitionRefused before the last day, for the trainee’s own
    side; ValidationError `by_field` when a mark is missing or out of range.
    """
    if not may_assess(placement, by):
        raise TransitionRefused("not_receiving", _("A placement is assessed by the side that received the trainee."))
    if placement.activity.ends_on > today():
        raise TransitionRefused("not_over", _("The last day has not come yet: a placement is assessed once it is over."))
    objectives = list(placement.objectives.all())
    found = {f"mark_{item.pk}": now_in_words("Give a mark from 0 to 4.") for item in objectives if not 0 <= marks.get(item.pk, (-1, ""))[0] <= BEST}
    if result not in PlacementResult.values:
        found["result"] = now_in_words("Say whether the objectives were reached.")
    refuse(found)
    with changing():
        before = [[item.text, item.mark, item.remark] for item in objectives]
        is_first = placement.assessed_at is None
        for item in objectives:
            item.mark, item.remark = marks[item.pk]
        PlacementObjective.objects.bulk_update(objectives, ["mark", "remark"])
        after = [[item.text, item.mark, item.remark] for item in objectives]
        values = {"result": result, "remark": remark, "assessed_by": by, **({"assessed_at": timezone.now()} if is_first else {})}
        edit(placement, values, by=by, version=version, verb="assess", also={"objectives": (before, after)}, private=["remark", "objectives"])
        if is_first:
            people = [
                membership.user
                for membership in Membership.objects.in_force()
                .filter(role=Role.COORDINATOR, institution=placement.trainee.institution_id)
                .select_related("user")
            ]
            words = words_about(placement.activity, trainee=placement.trainee.name)
            tell([person for person in people if person.pk != by.pk], "placement_assessed", placement, placement.get_absolute_url(), words)
    return placement
