"""Every step from every status, two people at once, and the chain of the history."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from activities.actions import programmes
from core.history import first_broken
from core.lifecycle import LIFECYCLES, TransitionRefused, apply, available
from core.models import Change
from evaluation.actions import describe_practice, make_action_point
from evaluation.models import Evaluation
from library.models import LegalText
from partnerships.actions.amendments import draft_amendment
from partnerships.models import AgreementVisa, Intake
from tests import factories
from tests.activities import guests, roster
from tests.cast import Cast
from tests.evaluation import measured

pytestmark = [pytest.mark.django_db, pytest.mark.once_postgres]

LABELS = {
    "partnership": "partnerships",
    "agreement": "partnerships",
    "activity": "activities",
    "evaluation": "evaluation",
    "actionpoint": "evaluation",
    "goodpractice": "evaluation",
    "indicatorvalue": "evaluation",
    "intake": "partnerships",
    "interest": "partnerships",
    "legaltext": "library",
    "amendment": "partnerships",
    "matchproposal": "partnerships",
    "invitation": "activities",
    "supportrequest": "support",
    "justification": "support",
    "visitorfile": "activities",
    "programme": "activities",
}


def model_of(name: str) -> Any:
    return apps.get_model(LABELS[name], name)


def statuses(name: str) -> list[str]:
    return [value for value, _label in model_of(name)._meta.get_field("status").choices]


def ready(cast: Cast, name: str) -> Any:
    """An object that every guard lets through, so that only its status decides."""
    if name == "partnership":
        type(cast.agreement).objects.filter(pk=cast.agreement.pk).update(status="terminated")  # closing asks that none is in force
        return cast.partnership
    if name == "agreement":
        AgreementVisa.objects.bulk_create(AgreementVisa(agreement=cast.agreement, institution_id=pk, by=cast.ziad) for pk in cast.partnership.party_ids)
        return cast.agreement
    if name == "activity":
        activity = factories.reported(cast)
        activity.parties.update(confirmed_at=timezone.now(), confirmed_by=cast.badr)
        return activity
    if name == "legaltext":
        return LegalText.objects.create(country="DZ", kind="law", number="26-55", title_ar="قانون", subject="twinning", dated_on=timezone.now().date())
    if name == "amendment":
        return draft_amendment(cast.agreement, by=None, subject="تمديد", effective_on=cast.agreement.ends_on, ends_on=cast.agreement.ends_on)
    if name == "intake":
        return Intake.objects.create(title="قائمة", applied_at=timezone.now())
    if name == "interest":
        return factories.interest(cast)
    if name == "justification":
        return factories.justified(cast)
    if name == "supportrequest":
        return factories.support(cast)
    if name == "invitation":
        return roster.invited(cast, roster.seminar(cast), is_accepted=False, place=cast.partner)
    if name == "matchproposal":
        return factories.proposal(cast, "accepted", "accepted")
    if name == "visitorfile":
        return guests.visitor_file(cast, is_in_order=True)
    if name == "programme":
        made = programmes.start_programme(cast.agreement, timezone.now().year, by=cast.badr)
        programmes.save_line(made, None, by=cast.badr, kind="surgical", month=3)
        return made
    if name == "indicatorvalue":
        return measured.measurement(cast)
    if name == "actionpoint":
        return make_action_point(cast.partnership, by=cast.amal, text="مهمة", owner=cast.badr, due_on=timezone.localdate())
    if name == "goodpractice":
        return describe_practice(None, by=cast.badr, partnership=cast.partnership, title="ممارسة", problem="مشكل", solution="حل", outcome="أثر")
    factories.questionnaire(2)
    made = Evaluation.objects.get(activity=factories.validated(cast))
    made.sides.update(submitted_at=timezone.now(), submitted_by=cast.badr)
    return made


def put(obj: Any, status: str) -> Any:
    """The row as if it had this status; a fresh instance."""
    type(obj).objects.filter(pk=obj.pk).update(status=status)
    return type(obj).objects.get(pk=obj.pk)


def lines(obj: Any) -> int:
    return Change.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk).count()


@contextmanager
def tried(slug: str) -> Iterator[None]:
    """One step, undone afterwards, so that the next begins from the same rows; a failure names it."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    except Exception as error:
        error.add_note(f"step: {slug}")
        raise


def test_every_kind_with_a_lifecycle_is_tested():
    assert set(LIFECYCLES) == set(LABELS)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_steps_name_only_statuses_that_exist(name):
    for step in LIFECYCLES[name].transitions:
        assert {*step.sources, step.target} <= set(statuses(name)), step
        assert step.target not in step.sources, step
        assert not step.needs_reason or step.permission, step


@pytest.mark.parametrize("name", LIFECYCLES)
def test_step_from_any_other_status_is_refused_and_writes_nothing(cast, name):
    obj = ready(cast, name)
    for step in LIFECYCLES[name].transitions:
        for status in [status for status in statuses(name) if status not in step.sources]:
            with tried(f"{step.slug} from {status}"):
                fresh = put(obj, status)
                before, total = lines(obj), Change.objects.count()

                with pytest.raises(TransitionRefused) as refusal:
                    apply(fresh, step, by=None, reason="سبب")

                assert refusal.value.code == "wrong_status"
                assert (fresh.status, type(obj).objects.get(pk=obj.pk).status) == (status, status)
                assert (lines(obj), Change.objects.count()) == (before, total)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_step_from_its_own_status_is_taken_and_written_down_once(cast, name):
    obj = ready(cast, name)
    for step in LIFECYCLES[name].transitions:
        for status in sorted(step.sources):
            with tried(f"{step.slug} from {status}"):
                fresh, before = put(obj, status), lines(obj)

                apply(fresh, step, by=None, reason="سبب")

                assert (fresh.status, type(obj).objects.get(pk=obj.pk).status) == (step.target, step.target)
                assert lines(obj) == before + 1
                line = Change.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk).order_by("-pk")[0]
                assert (line.verb, line.from_status, line.to_status, line.reason) == (step.slug, status, step.target, "سبب")


@pytest.mark.parametrize("name", LIFECYCLES)
def test_two_people_at_once_make_one_step(cast, name):
    obj = ready(cast, name)
    for step in LIFECYCLES[name].transitions:
        with tried(step.slug):
            first = put(obj, sorted(step.sources)[0])
            second = type(obj).objects.get(pk=obj.pk)
            before = lines(obj)

            apply(first, step, by=None, reason="الأول")
            with pytest.raises(TransitionRefused) as refusal:
                apply(second, step, by=None, reason="الثاني")

            assert refusal.value.code == "overtaken"
            assert second.status == step.target  # what the second person is told is how it is now
            assert lines(obj) == before + 1
            assert not Change.objects.filter(reason="الثاني").exists()


@pytest.mark.parametrize("name", LIFECYCLES)
def test_step_that_needs_a_reason_is_refused_without_one(cast, name):
    obj = ready(cast, name)
    for step in [step for step in LIFECYCLES[name].transitions if step.needs_reason]:
        for reason in ("", "  \n"):
            with tried(step.slug):
                fresh = put(obj, sorted(step.sources)[0])

                with pytest.raises(TransitionRefused) as refusal:
                    apply(fresh, step, by=None, reason=reason)

                assert refusal.value.code == "reason_missing"
                assert type(obj).objects.get(pk=obj.pk).status == sorted(step.sources)[0]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_step_is_refused_to_a_stranger(cast, name):
    obj = ready(cast, name)
    for step in LIFECYCLES[name].transitions:
        with tried(step.slug):
            fresh = put(obj, sorted(step.sources)[0])

            with pytest.raises(TransitionRefused) as refusal:
                apply(fresh, step, by=cast.hani, reason="سبب")

            assert refusal.value.code == "not_allowed"
            assert available(fresh, cast.hani) == []


def test_history_of_a_story_is_whole(cast):
    factories.validated(cast)

    assert Change.objects.count() > 5
    assert first_broken() is None


@pytest.mark.parametrize(
    "changed",
    [{"reason": "غيره"}, {"by_name": "Somebody"}, {"to_status": "cancelled"}, {"after": {"consultations": 1}}, {"object_id": 999}, {"at": timezone.now()}],
    ids=lambda changed: next(iter(changed)),
)
def test_history_names_the_line_that_was_altered(cast, changed):
    factories.validated(cast)
    line = Change.objects.order_by("pk")[3]

    Change.objects.filter(pk=line.pk).update(**changed)

    assert first_broken().pk == line.pk


def test_history_names_the_line_after_one_that_is_gone(cast):
    factories.validated(cast)
    gone, following = Change.objects.order_by("pk")[3:5]

    Change.objects.filter(pk=gone.pk).delete()

    assert first_broken().pk == following.pk


def test_history_tells_of_lines_missing_at_the_end(cast):
    factories.validated(cast)

    Change.objects.filter(pk__in=list(Change.objects.order_by("-pk").values_list("pk", flat=True)[:2])).delete()

    assert first_broken() == "2 lines are missing at the end"
