"""What patients and staff answered on paper, typed as counts: how many gave each mark, never who."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from activities.models import Activity
from core.editing import EditConflict, SavedBefore
from core.formats import today
from core.history import changing, record
from core.lifecycle import TransitionRefused
from evaluation.choices import QuestionnairePurpose
from evaluation.models import Questionnaire, Survey, SurveyCount
from partnerships.models import Partnership

SURVEYED = (QuestionnairePurpose.PATIENTS, QuestionnairePurpose.STAFF)

Counts = Mapping[int, Sequence[int]]  # a question's key: how many gave 0, 1, 2, 3 and 4


def check_counts(questionnaire: Questionnaire, respondents: int, counts: Counts) -> dict[int, list[int]]:
    """The counts of this questionnaire's questions. Raises TransitionRefused when a question has more answers than people."""
    if questionnaire.purpose not in SURVEYED:
        raise TransitionRefused("not_a_survey", _("Choose a questionnaire for patients or for staff."))
    if respondents < 1:
        raise TransitionRefused("nobody", _("Say how many people answered."))
    found = {}
    for criterion in questionnaire.criteria.all():
        given = list(counts.get(criterion.pk, (0, 0, 0, 0, 0)))
        if len(given) != 5 or min(given) < 0:
            raise TransitionRefused("wrong_counts", _("Type a whole number, for example 12."))
        if sum(given) > respondents:
            raise TransitionRefused(
                f"too_many_{criterion.pk}", _("Question %(number)s has more answers than people who answered.") % {"number": criterion.number}
            )
        found[criterion.pk] = given
    return found


def record_survey(
    partnership: Partnership,
    *,
    by: User | None,
    questionnaire: Questionnaire,
    held_on: date,
    respondents: int,
    counts: Counts,
    activity: Activity | None = None,
    uid: uuid.UUID | None = None,
) -> Survey:
    """Keep a survey; the same `uid` again, with the same content, gives the one that is there.

    Raises TransitionRefused for somebody who may not, a day ahead, an activity of another partnership, counts that cannot
    be, and a `uid` that names a survey out of sight; SavedBefore when the survey of this `uid` says something else.
    """
    refuse_unless(by, "survey.record", partnership)
    values = check_survey(partnership, questionnaire, held_on, respondents, counts, activity)
    uid = uid or uuid.uuid4()
    with changing():
        if there := Survey.objects.filter(uid=uid).select_related("partnership").first():
            if there.partnership_id != partnership.pk:
                raise TransitionRefused("uid_taken", _("This number names something else already."))
            if not says_the_same(there, questionnaire, held_on, respondents, activity, values):
                raise SavedBefore(there)
            return there
        survey = Survey.objects.create(
            uid=uid, partnership=partnership, activity=activity, questionnaire=questionnaire, held_on=held_on, respondents=respondents, created_by=by
        )
        write_counts(survey, values)
        record(survey, "create", by=by, after={"questionnaire": questionnaire.slug, "held_on": held_on, "respondents": respondents})
    return survey


def correct_survey(survey: Survey, *, by: User, version: int, held_on: date, respondents: int, counts: Counts, activity: Activity | None = None) -> Survey:
    """Type a survey anew. Raises TransitionRefused like `record_survey`, EditConflict when somebody was faster."""
    refuse_unless(by, "survey.record", survey)
    values = check_survey(survey.partnership, survey.questionnaire, held_on, respondents, counts, activity)
    with changing():
        current = Survey.objects.get(pk=survey.pk)
        if current.version != version:
            raise EditConflict(current)
        before = facts(current)
        survey.held_on, survey.respondents, survey.activity, survey.version = held_on, respondents, activity, version + 1
        survey.save(update_fields=["held_on", "respondents", "activity", "version", "updated_at"])
        survey.counts.all().delete()
        write_counts(survey, values)
        record(survey, "edit", by=by, before=before, after=facts(survey))
    return survey


def check_survey(
    partnership: Partnership, questionnaire: Questionnaire, held_on: date, respondents: int, counts: Counts, activity: Activity | None
) -> dict[int, list[int]]:
    if held_on > today():
        raise TransitionRefused("in_future", _("The day cannot be in the future."))
    if activity is not None and activity.partnership_id != partnership.pk:
        raise TransitionRefused("other_partnership", _("This activity belongs to another partnership."))
    return check_counts(questionnaire, respondents, counts)


def says_the_same(
    survey: Survey, questionnaire: Questionnaire, held_on: date, respondents: int, activity: Activity | None, values: dict[int, list[int]]
) -> bool:
    kept = {row.criterion_id: [getattr(row, f"n{mark}") for mark in range(5)] for row in survey.counts.all()}
    given = {"held_on": held_on, "respondents": respondents, "activity": activity.pk if activity else None}
    return survey.questionnaire_id == questionnaire.pk and facts(survey) == given and kept == values


def facts(survey: Survey) -> dict[str, Any]:
    return {"held_on": survey.held_on, "respondents": survey.respondents, "activity": survey.activity_id}


def write_counts(survey: Survey, values: dict[int, list[int]]) -> None:
    SurveyCount.objects.bulk_create(
        SurveyCount(survey=survey, criterion_id=key, **{f"n{mark}": count for mark, count in enumerate(given)}) for key, given in values.items()
    )
