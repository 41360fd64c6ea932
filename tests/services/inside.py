"""Runs inside a throw-away portal, as a process of its own: `python -m tests.services.inside <deed> [number]`."""

import json
import sys
import threading
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 – Django must be set up first
from django.db import connection, transaction  # noqa: E402

from activities.actions import validate_activity  # noqa: E402
from activities.models import Activity  # noqa: E402
from core.formats import today  # noqa: E402
from core.history import first_broken  # noqa: E402
from core.lifecycle import TransitionRefused  # noqa: E402
from core.models import Change  # noqa: E402
from core.tasks import sweep  # noqa: E402
from evaluation.choices import AnsweringSide, EvaluationKind, EvaluationStatus  # noqa: E402
from evaluation.models import Evaluation, EvaluationSide, Questionnaire  # noqa: E402
from evaluation.reminders import send_due  # noqa: E402
from tests import cast, factories  # noqa: E402


@transaction.atomic
def make(number: int) -> None:
    """The company of the tests, and so many open evaluations, due today, that both of its sides owe."""
    company = cast.company()
    call_command("load_reference")
    questionnaire = Questionnaire.objects.get(slug="partnership-28")
    evaluations = Evaluation.objects.bulk_create(
        Evaluation(
            partnership=company.partnership, kind=EvaluationKind.FOLLOW_UP, questionnaire=questionnaire,
            opens_on=today() - timedelta(days=1), due_on=today(), status=EvaluationStatus.OPEN,
        )
        for _ in range(number)
    )  # fmt: skip
    EvaluationSide.objects.bulk_create(EvaluationSide(evaluation=evaluation, side=side) for evaluation in evaluations for side in AnsweringSide.values)


def owe() -> None:
    """Write what is due and nudge; deliver nothing."""
    print(send_due())


def nudge() -> None:
    sweep.delay()


def race() -> None:
    """Two threads validate one activity at the same moment; prints what each got, and what the trail says."""
    company = cast.company()
    factories.questionnaire()
    activity = factories.confirmed(company)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def validate() -> None:
        mine = Activity.objects.get(pk=activity.pk)
        start.wait()
        try:
            validate_activity(mine, by=company.amal)
            outcomes.append("validated")
        except TransitionRefused as refusal:
            outcomes.append(f"refused: {refusal.code}")
        finally:
            connection.close()

    threads = [threading.Thread(target=validate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = Change.objects.filter(object_type="activities.activity", object_id=activity.pk, verb="validate").count()
    followups = Evaluation.objects.filter(activity=activity).count()
    whole = first_broken() is None
    print(json.dumps({"outcomes": sorted(outcomes), "lines": lines, "evaluations": followups, "trail_is_whole": whole}))


if __name__ == "__main__":
    {"make": make, "owe": owe, "nudge": nudge, "race": race}[sys.argv[1]](*map(int, sys.argv[2:]))
