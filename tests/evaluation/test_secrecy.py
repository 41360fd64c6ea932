"""By content: what one side answers alone is found by nobody else before its time, on any route that can name the evaluation."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.policy import Role
from core.formats import today
from core.models import Attachment, Change, Notice
from evaluation import actions
from evaluation.models import Evaluation, EvaluationSide
from evaluation.reminders import send_due
from partnerships.models import Membership
from tests.evaluation.things import answers, opened, short, step, upload
from tests.test_permissions import ROWS
from tests.test_strangers import forms_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ALONE = "عصفور"  # stands in the comments, remarks and file names of the host
FOUND = "حسون"  # stands in what the evaluator found
OTHERS = ("dalia", "amal", "essam", "ranya", "tarek")  # the other side, the ministry, the evaluator, the region, the administrator


@pytest.fixture
def half(cast) -> Evaluation:
    """Badr has answered half of it with evidence, and Essam has written what he found; nobody has handed in."""
    short("visit-15", "visit")
    made = opened(cast)
    actions.save_answers(made, by=cast.badr, answers=dict(list(answers(made, 1, comment=ALONE).items())[:3]), remarks=ALONE)
    actions.add_evidence(made, by=cast.badr, upload=upload(f"{ALONE}.pdf", f"%PDF-1.4 {ALONE}".encode()), number=2)
    actions.assign_evaluator(made, cast.essam, by=cast.amal)
    made.refresh_from_db()
    actions.record_visit(made, by=cast.essam, answers={}, findings=FOUND)
    actions.add_visit_file(made, by=cast.essam, upload=upload(f"{FOUND}.pdf", f"%PDF-1.4 {FOUND}".encode()))
    send_due(made.due_on)
    return Evaluation.objects.with_people().get(pk=made.pk)


def hand_in(evaluation: Evaluation, who: User, comment: str = "") -> None:
    actions.save_answers(evaluation, by=who, answers=answers(evaluation, 1, comment=comment), submit=True)


def routes(evaluation: Evaluation, *, with_admin: bool = False) -> Iterator[str]:
    """Every address that can name the evaluation, its partnership or a file; lists with exports; API; administration.

    What the other addresses say to the other side, `test_strangers` walks through.
    """
    named = {
        **{key: [evaluation.pk] for key in ("evaluation", "answered", "scheduled", "concluded")}, "partnership": [evaluation.partnership_id],
        "document": list(Attachment.objects.values_list("pk", flat=True)), "notice": list(Notice.objects.values_list("pk", flat=True)),
    }  # fmt: skip
    for name, (parts, _codes) in ROWS.items():
        kind = parts[0] if parts else ""
        if kind in ("part", "evidence"):
            yield from (reverse(name, args=[evaluation.pk, key]) for key in (("d1", "d2") if kind == "part" else named["document"]))
        elif kind in named:
            yield from (reverse(name, args=[pk, *parts[1:]]) for pk in named[kind])
    yield from (reverse(name) for name in ("home", "evaluations", "actions", "notifications", "evaluation-means", "evaluation-difficulties", "evaluation-list"))
    yield from (f"{reverse(name)}?{query}" for name in ("evaluations", "actions") for query in ("export=csv&whose=all", "export=xlsx&whose=all"))
    yield f"{reverse('search')}?q={evaluation.partnership.code}"
    yield from (f"{evaluation.get_absolute_url()}report.{kind}?language=fr" for kind in ("pdf", "docx"))
    for model in (Evaluation, EvaluationSide, Attachment, Change, Notice) if with_admin else ():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (base, f"{base}{evaluation.pk}/history/")
        yield from (f"{base}{pk}/change/" for pk in model.objects.order_by("-pk").values_list("pk", flat=True)[:4])


def finds(client, evaluation: Evaluation, who: User, *words: str) -> set[str]:
    """The routes that tell `who` one of the words, and those that broke."""
    client.raise_request_exception = False
    client.force_login(who)
    told = set()
    for address in routes(evaluation, with_admin=who.is_superuser):
        response = client.get(address)
        text = said(response)
        if response.status_code >= 500 or any(form in text for form in forms_of(*words)):
            told.add(f"{response.status_code} {address}")
    return told


def test_draft_is_found_by_whoever_writes_it_only(client, cast, half):
    """What Badr has answered so far, and what Essam has found so far."""
    closed_to = {"dalia": (ALONE, FOUND), "amal": (ALONE, FOUND), "ranya": (ALONE, FOUND), "tarek": (ALONE, FOUND), "essam": (ALONE,), "badr": (FOUND,)}

    told = {name: finds(client, half, cast.people[name], *words) for name, words in closed_to.items()}

    assert {name: routes for name, routes in told.items() if routes} == {}
    evidence, photo = Attachment.objects.order_by("pk")
    address = half.get_absolute_url()
    for who, word, pages in (
        (cast.badr, ALONE, (f"{address}answer/", f"{address}answer/d1/", address, f"/documents/{evidence.pk}/")),
        (cast.essam, FOUND, (f"{address}visit/", address, f"/documents/{photo.pk}/")),
    ):
        client.force_login(who)
        assert [page for page in pages if word not in said(client.get(page))] == []  # otherwise nothing above could fail


def test_how_far_the_other_side_has_come_shows_nowhere(client, cast, half):
    """Pages that speak of the evaluation are the same to the letter before and after the other side has saved."""
    pages = [address for address in routes(half) if address.startswith(("/evaluations/", "/partnerships/", "/api/v1/evaluations", "/notifications/"))]
    client.force_login(cast.dalia)

    def seen() -> dict[str, str]:
        return {address: said(client.get(address)).partition("csrfmiddlewaretoken")[0] for address in pages if "export=xlsx" not in address}

    before = seen()
    actions.save_answers(half, by=cast.badr, answers=answers(half, 4, comment="جديد"), remarks="جديد")
    after = seen()

    assert {address for address in before if before[address] != after[address]} == set()
    assert len(before) > 15


def test_history_keeps_a_fingerprint_and_neither_marks_nor_names(cast, half):
    side = half.sides.get(side="host")
    lines = Change.objects.filter(object_type="evaluation.evaluationside", object_id=side.pk)

    assert [set(line.after) for line in lines.order_by("pk")] == [{"fingerprint"}, {"sha256"}]
    assert not any(ALONE in str([line.before, line.after, line.reason]) for line in Change.objects.all())
    before = lines.order_by("pk")[0].after["fingerprint"]
    actions.save_answers(half, by=cast.badr, answers=answers(half, 2))
    assert lines.latest("pk").after["fingerprint"] != before


def test_handed_in_answers_stay_closed_until_the_other_side_has_answered_too(client, cast, half):
    hand_in(half, cast.badr, ALONE)
    assert finds(client, half, cast.dalia, ALONE) == set()

    hand_in(half, cast.dalia)
    half.refresh_from_db()
    readers = set()
    for name in OTHERS:
        client.force_login(cast.people[name])
        readers |= {name} if ALONE in said(client.get(half.get_absolute_url())) else set()
    assert readers == {"dalia", "amal", "essam"}  # the region and the administrator read the published report


def test_after_the_due_day_a_late_side_answers_before_it_reads(client, cast, half):
    hand_in(half, cast.badr, ALONE)
    Evaluation.objects.update(due_on=today() - timedelta(days=1))
    address = half.get_absolute_url()

    def reads(who: User) -> bool:
        client.force_login(who)
        return ALONE in said(client.get(address))

    assert [name for name in OTHERS if reads(cast.people[name])] == ["amal", "essam"]
    both = Membership.objects.create(user=cast.amal, role=Role.COORDINATOR, institution=cast.partner, valid_from=today())
    assert not reads(User.objects.get(pk=both.user_id))  # who answers for the late side does not look from another seat

    hand_in(half, cast.dalia)
    assert reads(cast.dalia)


def test_published_report_opens_the_evidence_to_the_region(client, cast, half):
    hand_in(half, cast.badr)
    hand_in(half, cast.dalia)
    half.refresh_from_db()
    actions.record_visit(half, by=cast.essam, answers={}, findings=FOUND, visited_on=today(), hand_in=True)
    actions.review_evaluation(half, by=cast.essam, achievements="أ", difficulties="ب", decisions="ج")
    evidence = Attachment.objects.get(role="evidence-2")
    client.force_login(cast.ranya)
    assert client.get(f"/documents/{evidence.pk}/").status_code == 404

    step(step(half, "validate", cast.amal), "publish", cast.hoda)

    assert client.get(f"/documents/{evidence.pk}/").status_code == 200
    assert FOUND in said(client.get(half.get_absolute_url()))


def test_evidence_is_taken_off_by_its_own_side_until_it_hands_in(client, cast, half, django_capture_on_commit_callbacks):
    evidence = Attachment.objects.get(role="evidence-2")
    address = f"{half.get_absolute_url()}evidence/{evidence.pk}/drop/"
    client.force_login(cast.dalia)
    assert client.post(address).status_code == 404
    client.force_login(cast.badr)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address)
    assert not Attachment.objects.filter(pk=evidence.pk).exists()
    assert not evidence.file.storage.exists(evidence.file.name)

    kept = actions.add_evidence(half, by=cast.badr, upload=upload())
    hand_in(half, cast.badr)
    client.post(f"{half.get_absolute_url()}evidence/{kept.pk}/drop/")
    assert Attachment.objects.filter(pk=kept.pk).exists()
