"""Questionnaires change by versions: one that has been answered is never edited, a new version replaces it."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused, not_allowed
from evaluation.choices import EvaluationStatus
from evaluation.models import Criterion, Evaluation, EvaluationRule, Questionnaire

name_verbs(new_version=_("New version begun"), put_in_use=_("Put in use"))


def refuse_unless_administrator(by: User | None) -> None:
    """Questionnaires are edited in the administration."""
    if by is not None and not (by.is_active and by.is_superuser):
        raise not_allowed()


def new_version(questionnaire: Questionnaire, *, by: User | None) -> Questionnaire:
    """A copy under the next number, to be edited; it is used once it is put in use.

    Raises TransitionRefused while another new version waits to be put in use.
    """
    refuse_unless_administrator(by)
    with changing():
        last = Questionnaire.objects.filter(slug=questionnaire.slug).aggregate(last=Max("edition"))["last"]
        newest = Questionnaire.objects.get(slug=questionnaire.slug, edition=last)
        if not newest.is_current and not newest.is_used:
            raise TransitionRefused("already_there", _("A new version has been begun already: edit that one."))
        names = {name: getattr(questionnaire, name) for name in ("slug", "purpose", "name_ar", "name_fr", "name_en")}
        copy = Questionnaire.objects.create(**names, edition=last + 1, is_current=False)
        fields = [field.attname for field in Criterion._meta.concrete_fields if field.attname not in ("id", "questionnaire_id")]
        Criterion.objects.bulk_create(
            Criterion(questionnaire=copy, **{name: getattr(criterion, name) for name in fields}) for criterion in questionnaire.criteria.all()
        )
        record(copy, "new_version", by=by, after={"edition": copy.edition, "copied_from": questionnaire.edition})
    return copy


def put_in_use(questionnaire: Questionnaire, *, by: User | None) -> Questionnaire:
    """From now on evaluations are opened with this version; those that have opened keep theirs.

    Rules and evaluations that have not opened follow. Raises TransitionRefused for a questionnaire without questions.
    """
    refuse_unless_administrator(by)
    with changing():
        if questionnaire.is_current:
            return questionnaire
        if not questionnaire.criteria.exists():
            raise TransitionRefused("empty", _("A questionnaire needs at least one question."))
        family = Questionnaire.objects.filter(slug=questionnaire.slug)
        before = family.filter(is_current=True).values_list("edition", flat=True).first()
        family.update(is_current=False)
        family.filter(pk=questionnaire.pk).update(is_current=True)
        questionnaire.is_current = True
        EvaluationRule.objects.filter(questionnaire__in=family).update(questionnaire=questionnaire)
        Evaluation.objects.filter(questionnaire__in=family, status=EvaluationStatus.SCHEDULED).update(questionnaire=questionnaire)
        record(questionnaire, "put_in_use", by=by, before={"edition": before}, after={"edition": questionnaire.edition})
    return questionnaire
