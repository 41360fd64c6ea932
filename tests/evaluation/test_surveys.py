"""Satisfaction of patients and staff in aggregate; few answers are shown to nobody else."""

import uuid
from datetime import timedelta

import pytest

from core.formats import today
from core.lifecycle import TransitionRefused
from evaluation import actions, reading
from evaluation.models import Survey
from tests import factories
from tests.cast import person
from tests.evaluation.things import folder, short, survey

pytestmark = pytest.mark.django_db


def refused(code: str, deed, *args, **given) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        deed(*args, **given)
    assert refusal.value.code.startswith(code)


def test_means_are_of_a_hundred(cast):
    made = survey(cast, people=10)
    first, _second = made.counts.order_by("criterion__number")
    type(first).objects.filter(pk=first.pk).update(n4=5, n0=5)

    questions = reading.questions_of(made, cast.amal)

    assert [(question.people, question.mean) for question in questions] == [(10, 50), (10, 100)]
    assert reading.satisfaction_of(Survey.objects.get(), cast.amal) == 75


def test_counts_that_cannot_be_are_refused(cast):
    questionnaire = short("patients-8", "patients")
    key = questionnaire.criteria.all()[0].pk

    refused("too_many", survey, cast, people=3, counts={key: (0, 0, 0, 2, 2)})
    refused("nobody", survey, cast, people=0, counts={})
    refused("in_future", survey, cast, held_on=today() + timedelta(days=1))
    refused("not_allowed", survey, cast, by=cast.amal)
    refused("not_a_survey", survey, cast, questionnaire=short("partnership-28", "sides"))
    refused("other_partnership", survey, cast, activity=factories.Activity.objects.create(kind="surgical", starts_on=today(), ends_on=today()))


def test_same_number_again_is_the_same_survey(cast):
    uid = uuid.uuid4()

    assert survey(cast, uid=uid) == survey(cast, uid=uid)
    refused("uid_reused", survey, cast, uid=uid, people=40)
    assert Survey.objects.get().respondents == 12
    other = type(cast.partnership).objects.create(code="PT-X")
    refused(
        "uid_taken", actions.record_survey, other, by=None, questionnaire=short("patients-8", "patients"), held_on=today(), respondents=2, counts={}, uid=uid
    )


def test_few_answers_are_seen_where_they_were_typed_only(client, cast):
    made = survey(cast, people=4)
    colleague = person("colleague", "coordinator", institution=cast.host)

    def reads(user) -> tuple[bool, bool]:
        client.force_login(user)
        detail = client.get(made.get_absolute_url()).content.decode()
        sheet = b"".join(client.get("/surveys/?export=csv").streaming_content).decode().splitlines()[1]
        return ('<dd class="figure">' in detail, ",4,100" in sheet)

    assert reads(cast.badr) == reads(colleague) == (True, True)
    for name in ("dalia", "amal", "ranya", "essam", "tarek"):
        assert reads(cast.people[name]) == (False, False), name
    client.force_login(cast.dalia)
    assert client.get(f"{made.get_absolute_url()}edit/").status_code == 302
    assert reading.questions_of(made, cast.amal)[0].counts is None


def test_question_that_few_answered_is_hidden_in_a_large_survey(cast):
    made = survey(cast, people=30)
    first = made.counts.earliest("criterion__number")
    type(first).objects.filter(pk=first.pk).update(n4=2)

    assert [question.counts for question in reading.questions_of(made, cast.dalia)] == [None, [0, 0, 0, 0, 30]]


def test_survey_is_typed_and_corrected_on_a_page(client, cast):
    questionnaire = short("patients-8", "patients")
    first, second = questionnaire.criteria.all()
    client.force_login(cast.badr)
    address = f"{folder(cast).get_absolute_url()}surveys/new/"
    assert f"questionnaire={questionnaire.slug}" in client.get(address).content.decode()
    form = {
        "uid": str(uuid.uuid4()),
        "held_on": f"{today():%d/%m/%Y}",
        "respondents": "٢٠",
        f"n4_{first.pk}": "15",
        f"n3_{first.pk}": "5",
        f"n2_{second.pk}": "20",
    }

    wrong = client.post(f"{address}?questionnaire={questionnaire.slug}", {**form, f"n0_{second.pk}": "1"})
    assert wrong.status_code == 400
    assert f'href="#id_n4_{second.pk}"' in wrong.content.decode()
    for _time in range(2):
        assert client.post(f"{address}?questionnaire={questionnaire.slug}", form).status_code == 302
    made = Survey.objects.get()
    assert [question.counts for question in reading.questions_of(made, cast.badr)] == [[0, 0, 0, 5, 15], [0, 0, 20, 0, 0]]

    corrected = {**form, "version": made.version, f"n2_{second.pk}": "19"}
    assert client.post(f"{made.get_absolute_url()}edit/", corrected).status_code == 302
    assert client.post(f"{made.get_absolute_url()}edit/", corrected).status_code == 400  # somebody was faster
    assert reading.questions_of(Survey.objects.get(), cast.badr)[1].counts == [0, 0, 19, 0, 0]
