"""What institutions need and can give, and how they see themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from core.editing import edit
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from partnerships.choices import AssessmentArea
from partnerships.models import AreaScore, Institution, Need, NeedsAssessment, Offer

name_verbs(
    state_need=_("Need stated"), edit_need=_("Need edited"), close_need=_("Need closed"), state_offer=_("Offer stated"),
    edit_offer=_("Offer edited"), close_offer=_("Offer closed"), assess=_("Needs assessed"),
)  # fmt: skip

OPEN_ALREADY = {
    "need": _("A need in this specialty and of this kind is open already: change that one, or close it first."),
    "offer": _("An offer in this specialty and of this kind is open already: change that one, or close it first."),
}


class OpenAlready(TransitionRefused):
    """The institution has an open one in the same specialty and of the same kind; `existing` is it."""

    def __init__(self, existing: Any):
        super().__init__("open_already", OPEN_ALREADY[existing._meta.model_name])
        self.existing = existing


def state_need(institution: Institution, *, by: User | None, **values: Any) -> Need:
    """An institution says what it lacks. Raises OpenAlready when it has said so before."""
    return state(Need, institution, by=by, values=values)


def state_offer(institution: Institution, *, by: User | None, **values: Any) -> Offer:
    """An institution says what it can bring to others. Raises OpenAlready when it has said so before."""
    return state(Offer, institution, by=by, values=values)


def state(model: Any, institution: Institution, *, by: User | None, values: dict[str, Any]) -> Any:
    name = model._meta.model_name
    refuse_unless(by, f"{name}.state", institution)
    procedures = values.pop("procedures", [])
    with changing():
        only_one_open(model, institution, values["specialty"], values.get("kind", "care"))
        stated = model.objects.create(institution=institution, **values)
        stated.procedures.set(procedures)
        record(stated, f"state_{name}", by=by, after={"institution": institution, **values, "procedures": list(procedures)})
    return stated


def only_one_open(model: type[models.Model], institution: Institution, specialty: Any, kind: str, besides: int | None = None) -> None:
    existing = model.objects.filter(institution=institution, specialty=specialty, kind=kind, closed_on=None).exclude(pk=besides).first()
    if existing is not None:
        raise OpenAlready(existing)


def edit_statement(stated: Need | Offer, values: dict[str, Any], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Change an open need or offer; what changed, by field. Raises EditConflict, and OpenAlready as above."""
    name = stated._meta.model_name
    refuse_unless(by, f"{name}.state", stated)
    with changing():
        if type(stated).objects.filter(pk=stated.pk, closed_on=None).first() is None:
            raise TransitionRefused("closed", _("This is closed: state a new one."))
        only_one_open(type(stated), stated.institution, values.get("specialty", stated.specialty), values.get("kind", stated.kind), besides=stated.pk)
        return edit(stated, values, by=by, version=version, verb=f"edit_{name}")


def close_statement(stated: Need | Offer, *, by: User | None, reason: str) -> None:
    """It is met, given up or no longer offered, for a reason. Raises TransitionRefused when it is closed already."""
    name = stated._meta.model_name
    refuse_unless(by, f"{name}.state", stated)
    if not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
    with changing():
        if not type(stated).objects.filter(pk=stated.pk, closed_on=None).update(closed_on=today(), version=F("version") + 1):
            raise TransitionRefused("closed", _("This is closed already: someone else acted first."))
        stated.refresh_from_db(fields=["closed_on", "version"])
        record(stated, f"close_{name}", by=by, reason=reason, before={"closed_on": None}, after={"closed_on": stated.closed_on})


def record_assessment(
    institution: Institution, *, by: User | None, scores: Mapping[str, tuple[int, int, str]], assessed_on: date | None = None, summary: str = ""
) -> NeedsAssessment:
    """Keep one look of an institution at itself: {area: (now, target, comment)}, every area once, scores from 0 to 4.

    Raises TransitionRefused for a day ahead, an area without scores and a target below where things are now.
    """
    refuse_unless(by, "assessment.record", institution)
    assessed_on = assessed_on or today()
    if assessed_on > today():
        raise TransitionRefused("assessed_ahead", _("The day of the assessment cannot be in the future."))
    if set(scores) != set(AssessmentArea.values):
        raise TransitionRefused("area_missing", _("Every area needs where it stands now and its target."))
    if any(not 0 <= now <= target <= 4 for now, target, _comment in scores.values()):
        raise TransitionRefused("target_below", _("A target cannot be below where the area stands now."))
    with changing():
        assessment = NeedsAssessment.objects.create(institution=institution, assessed_on=assessed_on, assessed_by=by, summary=summary)
        AreaScore.objects.bulk_create(
            AreaScore(assessment=assessment, area=area, now=scores[area][0], target=scores[area][1], comment=scores[area][2])
            for area in AssessmentArea.values
        )  # fmt: skip
        record(assessment, "assess", by=by, after={"assessed_on": assessed_on, "scores": {area: list(given) for area, given in scores.items()}})
    return assessment
