"""Runs inside a throw-away portal, as a process of its own: `python -m tests.services.inside <deed> [number]`."""

import json
import random
import sys
import threading
import time
from datetime import timedelta

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402 – Django must be set up first
from django.db import connection, transaction  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.recorder import MigrationRecorder  # noqa: E402

from accounts.models import User  # noqa: E402
from activities.actions import validate_activity  # noqa: E402
from activities.models import Activity  # noqa: E402
from core import outbox  # noqa: E402
from core.editing import EditConflict  # noqa: E402
from core.formats import today  # noqa: E402
from core.history import first_broken  # noqa: E402
from core.lifecycle import TransitionRefused  # noqa: E402
from core.models import Change  # noqa: E402
from core.tasks import sweep  # noqa: E402
from evaluation.choices import AnsweringSide, EvaluationKind, EvaluationStatus  # noqa: E402
from evaluation.models import Evaluation, EvaluationRule, EvaluationSide, Questionnaire, ReminderRule  # noqa: E402
from evaluation.reminders import send_due  # noqa: E402
from partnerships.actions import draft_agreement, edit_clause, give_visa, sign_agreement, transition_agreement  # noqa: E402
from partnerships.actions.endings import record_party_signature  # noqa: E402
from partnerships.lifecycle import AGREEMENT  # noqa: E402
from partnerships.models import Agreement, ClauseText, Partnership, Signatory  # noqa: E402
from tests import cast, factories  # noqa: E402
from twinning.celery import app as celery  # noqa: E402


def tables() -> None:
    """Every table as it is now, at once: the way there by migrations has tests of its own and takes most of a minute."""
    modules, settings.MIGRATION_MODULES = settings.MIGRATION_MODULES, {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    settings.MIGRATION_MODULES = modules
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(None).disk_migrations:
        recorder.record_applied(app, name)


@transaction.atomic
def make(number: int) -> None:
    """The company of the tests, and so many open evaluations, due today, that both of its sides owe."""
    company = cast.company()
    call_command("load_reference")
    ReminderRule.objects.exclude(code="R16").update(is_active=False)
    ReminderRule.objects.update(is_urgent=True)  # each by itself: otherwise so many to one person become one digest
    EvaluationRule.objects.update(is_active=False)
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


def beat() -> None:
    """A scheduler in a hurry: the reminders every two seconds, the sweep too."""
    for job in celery.conf.beat_schedule.values():
        job["schedule"] = 2.0
    celery.Beat(loglevel="warning", pidfile=None).run()


def deliver(rounds: int) -> None:
    """So many attempts to deliver, as impatient as a test: the mail server is waited for one second, a claim too."""
    settings.EMAIL_TIMEOUT = 1
    outbox.STALE_AFTER = timedelta(seconds=1)
    outbox.PROBE_AFTER = timedelta(seconds=1)
    for _round in range(rounds):
        outbox.deliver_due()
        time.sleep(1.1)


def calm() -> None:
    """The reminders as they are delivered: nothing is urgent."""
    ReminderRule.objects.update(is_urgent=False)


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


def settle() -> None:
    """The company, and three drafts with a text that is complete."""
    company = cast.company()
    call_command("load_reference")
    for place in range(3):
        start = today() + timedelta(days=800 + 400 * place)
        agreement = draft_agreement(company.partnership, by=company.badr, kind="convention", starts_on=start, ends_on=start + timedelta(days=364))
        for institution, name in ((company.host, "زياد"), (company.partner, "ياسمين")):
            Signatory.objects.create(agreement=agreement, institution=institution, name=name, capacity="المدير")


def walk(seed: int) -> None:
    """Eighty random steps by random people on random agreements, also drafting new ones; prints how many were taken."""
    chance = random.Random(seed)
    people = list(User.objects.filter(memberships__isnull=False).order_by("pk").distinct())
    partnership = Partnership.objects.with_people().get()
    taken = 0
    for _step in range(80):
        person = chance.choice(people)
        agreement = Agreement.objects.order_by("?").first()
        try:
            deed = chance.random()
            if deed < 0.08:
                start = today() + timedelta(days=chance.randint(800, 3000))
                draft_agreement(partnership, by=person, kind="convention", starts_on=start, ends_on=start + timedelta(days=364))
            elif deed < 0.3:
                give_visa(agreement, by=person)
            elif deed < 0.4:
                signatory = agreement.signatories.order_by("?").first()
                if signatory:
                    record_party_signature(signatory, by=person, signed_on=today())
            elif deed < 0.5:
                sign_agreement(agreement, by=person, signed_on=today(), scan=SimpleUploadedFile("scan.pdf", b"%PDF-1.4 scan"))
            else:
                transition_agreement(agreement, chance.choice(AGREEMENT.transitions), by=person, reason="سبب")
            taken += 1
        except TransitionRefused:
            pass
    print(taken)


def look() -> None:
    """What must hold after any walk, as JSON."""
    agreements = list(Agreement.objects.all())
    numbers: dict[int, list[int]] = {}
    for agreement in agreements:
        numbers.setdefault(agreement.year, []).append(agreement.number)
    gaps = [year for year, found in numbers.items() if sorted(found) != list(range(1, len(found) + 1))]
    wrong = []
    for agreement in agreements:
        steps = list(
            Change.objects.filter(object_type="partnerships.agreement", object_id=agreement.pk)
            .exclude(to_status="")
            .order_by("pk")
            .values_list("from_status", "to_status", "verb")
        )
        status = steps[0][1]
        for before, after, verb in steps[1:]:
            table = next((step for step in AGREEMENT.transitions if step.slug == verb), None)
            if before != status or table is None or after != table.target or before not in table.sources:
                wrong.append([agreement.pk, verb, before, after])
            status = after
        if status != agreement.status:
            wrong.append([agreement.pk, "end", status, agreement.status])
        signed = agreement.status in {"signed", "suspended", "terminated"}
        if signed and agreement.signed_on is None:
            wrong.append([agreement.pk, "signed without a day", "", ""])
        if agreement.status in {"approved"} and agreement.visas.count() < 2:
            wrong.append([agreement.pk, "approved without visas", "", ""])
    walked = Change.objects.filter(object_type="partnerships.agreement").exclude(to_status="").count()
    print(json.dumps({"agreements": len(agreements), "gaps": gaps, "wrong": wrong, "steps": walked, "trail_is_whole": first_broken() is None}))


def write_at_once(number: int) -> None:
    """So many coordinators, a thread each, add one word to the same clause and one to another; prints what is left of it.

    Whoever was overtaken reads the clause again and saves again, as the page offers.
    """
    company = cast.company()
    agreement = factories.drafted(company)
    people = [cast.person(f"writer{place}", "coordinator", institution=company.host) for place in range(number)]
    start = threading.Barrier(number)
    conflicts: list[str] = []

    def write(person: User, word: str) -> None:
        start.wait()
        try:
            for slug in ("media", "money"):
                while True:
                    clause = factories.clause(agreement, slug)
                    try:
                        edit_clause(clause, by=person, texts={"text_ar": f"{clause.text_ar} {word}"}, version=clause.version)
                        break
                    except EditConflict:
                        conflicts.append(word)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(person, f"[{place}]")) for place, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    agreement.refresh_from_db()
    words = {f"[{place}]" for place in range(number)}
    kept = [len(words & set(factories.clause(agreement, slug).text_ar.split())) for slug in ("media", "money")]
    versions = list(ClauseText.objects.filter(clause__agreement=agreement, revision__gt=1).order_by("revision").values_list("revision", flat=True))
    said = {
        "kept": kept, "revision": agreement.revision, "versions": versions == list(range(2, 2 * number + 2)), "conflicts": len(conflicts),
        "lines": Change.objects.filter(verb="edit_clause").count(), "trail_is_whole": first_broken() is None,
    }  # fmt: skip
    print(json.dumps(said))


if __name__ == "__main__":
    {
        "tables": tables,
        "beat": beat,
        "deliver": deliver,
        "calm": calm,
        "settle": settle,
        "walk": walk,
        "look": look,
        "make": make,
        "owe": owe,
        "nudge": nudge,
        "race": race,
        "write_at_once": write_at_once,
    }[sys.argv[1]](*map(int, sys.argv[2:]))
