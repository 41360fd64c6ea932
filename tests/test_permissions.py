"""Who may do what: every persona × action × object, and every address × persona."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse

from accounts.policy import GRANTS, TECHNICIAN, Role, can
from activities import actions
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from core.files import attach
from core.formats import today
from core.lifecycle import LIFECYCLES, TransitionRefused, apply
from core.models import Notice
from evaluation.actions import save_answers
from evaluation.choices import Direction
from evaluation.models import Evaluation, Indicator
from library.models import Guide, LegalText
from partnerships.actions import add_comment, room
from partnerships.actions.amendments import draft_amendment
from partnerships.models import Agreement, Clause, Partnership, Signatory
from partnerships.papers.pdf import issued_pdf, whole
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """The cast, and one object of every kind that an address can name."""

    cast: Cast
    ids: dict[str, dict[str, Any]]


def build(cast: Cast) -> World:
    """A validated activity with an open evaluation, another answered by both sides, a reported one, a draft whose days are over, a document, a notice."""
    factories.questionnaire(3)
    evaluation = Evaluation.objects.get(activity=factories.validated(cast))
    answered = Evaluation.objects.get(activity=factories.validated(cast, ended=60))
    for who in (cast.badr, cast.dalia):
        save_answers(answered, by=who, answers=dict.fromkeys(answered.questionnaire.criteria.values_list("pk", flat=True), (3, "")), submit=True)
    reported = factories.reported(cast, ended=30)
    end = today() - timedelta(days=50)
    draft = actions.create_activity(by=cast.badr, kind="surgical", partnership=cast.partnership, starts_on=end - timedelta(days=2), ends_on=end)
    document = attach(cast.agreement, SimpleUploadedFile("scan.pdf", b"%PDF-1.4 scan"), role="signed_scan", by=cast.yasmine)
    indicator = Indicator.objects.create(code="TW01", name_ar="مؤشر", unit="count", direction=Direction.HIGHER)
    text = LegalText.objects.create(country="DZ", kind="law", number="26-99", title_ar="مشروع قانون", subject="twinning", status="consultation")
    guide = Guide.objects.create(slug="first-meeting", step="partnership", title_ar="دليل", body_ar="نص")
    notice = Notice.objects.filter(recipient=cast.dalia).order_by("pk")[0]
    need, offer, assessment = factories.need(cast), factories.offer(cast, by=cast.badr, institution=cast.host), factories.assessment(cast)
    interest, returned = factories.interest(cast, "submit"), factories.interest(cast, "submit", "return")
    Clause.objects.create(agreement=cast.agreement, order=1, heading_ar="الموضوع", text_ar="نص")
    seal = issued_pdf(whole(Agreement.objects.all()).get(pk=cast.agreement.pk), ("ar",))
    signatory = Signatory.objects.create(agreement=cast.agreement, institution=cast.host, name="زياد", capacity="المدير")
    amendment = draft_amendment(cast.agreement, by=cast.badr, subject="تمديد", effective_on=cast.agreement.ends_on, ends_on=cast.agreement.ends_on)
    drafted = factories.drafted(cast)
    clause = factories.clause(drafted, "parties")
    variant = factories.clause_models()[1]
    comment = add_comment(clause, by=cast.badr, text="تعليق")
    partnership = Partnership.objects.with_people().get(pk=cast.partnership.pk)
    meeting = room.save_meeting(partnership, None, by=cast.badr, title="لجنة", held_on=today())
    decision = room.record_decision(meeting, by=cast.badr, text="قرار")
    service = room.open_service_line(partnership, by=cast.badr, rung="visitors", specialty=cast.specialties[0])
    project = room.save_project(partnership, None, by=cast.badr, title="مشروع")
    point = room.name_focal_point(partnership, cast.host, by=cast.badr, name="نقطة")
    proposal, plan = factories.proposal(cast), factories.plan(cast)
    intake = factories.intake(cast)
    ids = {
        "intake": {"pk": intake.pk}, "intake-row": {"pk": intake.pk, "row_pk": intake.rows.all()[0].pk},
        "proposal": {"pk": proposal.pk}, "matchproposal": {"pk": proposal.pk}, "plan": {"pk": plan.pk},
        "pair": {"sender_pk": cast.partner.pk, "host_pk": cast.host.pk},
        "drafted": {"pk": drafted.pk}, "clause": {"pk": drafted.pk, "clause_pk": clause.pk},
        "variant": {"pk": drafted.pk, "clause_pk": clause.pk, "variant_pk": variant.pk},
        "comment": {"pk": drafted.pk, "clause_pk": clause.pk, "comment_pk": comment.pk},
        "need": {"pk": need.pk}, "offer": {"pk": offer.pk}, "assessment": {"pk": assessment.pk}, "interest": {"pk": interest.pk}, "returned": {"pk": returned.pk},
        "institution": {"pk": cast.host.pk}, "partnership": {"pk": cast.partnership.pk}, "of-partnership": {"partnership_pk": cast.partnership.pk},
        "agreement": {"pk": cast.agreement.pk}, "activity": {"pk": reported.pk}, "draft": {"pk": draft.pk}, "evaluation": {"pk": evaluation.pk},
        "answered": {"pk": answered.pk}, "document": {"pk": document.pk}, "notice": {"pk": notice.pk}, "message": {"message_id": notice.message_id}, "region": {"pk": cast.host.region_id},
        "specialty": {"code": cast.specialties[0].code}, "indicator": {"code": indicator.code}, "figure": {"slug": "operations"}, "legal-text": {"pk": text.pk}, "seal": {"code": seal.code}, "signatory": {"pk": signatory.pk}, "amendment": {"pk": amendment.pk}, "meeting": {"pk": meeting.pk}, "decision": {"pk": decision.pk}, "service": {"pk": service.pk}, "project": {"pk": project.pk}, "focal-point": {"pk": point.pk}, "guide": {"slug": guide.slug}, "": {},
    }  # fmt: skip
    return World(cast, ids)


@pytest.fixture
def world(cast) -> World:
    return build(cast)


def objects(cast: Cast) -> list[Any]:
    activity = factories.reported(cast)
    factories.questionnaire(1)
    evaluation = Evaluation.objects.get(activity=factories.validated(cast, ended=40))
    stated = [
        factories.need(cast), factories.offer(cast), factories.offer(cast, by=cast.hani, institution=cast.elsewhere), factories.assessment(cast),
        factories.interest(cast, "submit"), factories.proposal(cast),
        factories.proposal(cast, is_sent=False, host=cast.elsewhere),
    ]  # fmt: skip
    return [cast.partnership, cast.agreement, activity, evaluation, cast.host, cast.elsewhere, *stated]


def test_policy_and_queries_agree_for_every_person_action_and_object(cast):
    """`can()` and `visible_to()` are two answers to one question."""
    things = [type(thing).objects.get(pk=thing.pk) for thing in objects(cast)]
    differing, allowed = [], 0
    for name, user in cast.people.items():
        for action in GRANTS:
            for thing in things:
                says = can(user, action, thing)
                shows = type(thing).objects.visible_to(user, action).filter(pk=thing.pk).exists()
                allowed += says
                if says != shows:
                    differing.append((name, action, str(thing), says, shows))

    assert differing == []
    assert 0 < allowed < len(cast.people) * len(GRANTS) * len(things)


def test_policy_and_queries_agree_about_an_activity_without_a_partnership(cast):
    activity = Activity.objects.create(kind="study", starts_on=today(), ends_on=today())
    activity.parties.create(institution=cast.host, side="host")

    for name, user in cast.people.items():
        for action in (action for action in GRANTS if action.startswith("activity.")):
            shown = Activity.objects.visible_to(user, action).filter(pk=activity.pk).exists()
            assert can(user, action, activity) == shown, (name, action)
    assert can(cast.badr, "activity.view", activity)
    assert can(cast.ranya, "activity.view", activity)
    assert not can(cast.dalia, "activity.view", activity)


def test_grants_know_only_roles_of_the_closed_set():
    assert {role for grants in GRANTS.values() for role in grants} <= {*Role.values, TECHNICIAN}
    steps = {transition.permission for table in LIFECYCLES.values() for transition in table.transitions} - {None}
    assert steps <= set(GRANTS)


def test_membership_that_ended_or_has_not_begun_opens_nothing(cast):
    for dates in ({"valid_to": today() - timedelta(days=1)}, {"valid_to": None, "valid_from": today() + timedelta(days=1)}):
        cast.badr.memberships.update(**dates)
        badr = type(cast.badr).objects.get(pk=cast.badr.pk)

        assert [action for action in GRANTS if can(badr, action)] == []
        assert not type(cast.partnership).objects.visible_to(badr).exists()


def test_person_who_left_may_nothing(cast):
    cast.amal.is_active = False
    cast.tarek.is_active = False

    assert [action for action in GRANTS if can(cast.amal, action) or can(cast.tarek, action)] == []


def test_nobody_validates_what_they_wrote(cast):
    activity = factories.reported(cast, by=cast.amal)
    actions.counter_confirm_activity(activity, by=cast.dalia)

    with pytest.raises(TransitionRefused) as refusal:
        apply(activity, ACTIVITY["validate"], by=cast.amal)
    assert refusal.value.code == "author"
    assert Activity.objects.get().status == "counter_confirmed"
    apply(activity, ACTIVITY["validate"], by=cast.hoda)
    assert Activity.objects.get().status == "validated"


def test_administrator_is_bound_by_the_policy(client, cast):
    activity = factories.confirmed(cast)

    assert cast.tarek.has_perm("activity.view", activity) is True
    assert cast.tarek.has_perm("activity.validate", activity) is False
    with pytest.raises(TransitionRefused):
        apply(activity, ACTIVITY["validate"], by=cast.tarek)
    client.force_login(cast.tarek)
    assert client.post(f"/activities/{activity.pk}/steps/validate/").status_code == 403
    assert Activity.objects.get().status == "counter_confirmed"


PERSONAS = ("anonymous", "badr", "dalia", "hani", "amal", "ranya", "essam", "omar", "fatma", "tarek")

# name of the address, the object it names and a slug, then the status for each of PERSONAS
TABLE = """
home                                  | 302 200 200 200 200 200 200 200 200 200
reports                               | 302 200 200 200 200 200 200 200 200 200
figure               figure           | 302 200 200 200 200 200 200 403 403 200
search                                | 302 200 200 200 200 200 200 200 200 200
login                                 | 200 302 302 302 302 302 302 302 302 302
logout                                | 302 405 405 405 405 405 405 405 405 405
theme                                 | 302 405 405 405 405 405 405 405 405 405
notifications                         | 302 200 200 200 200 200 200 200 200 200
notifications-read                    | 302 405 405 405 405 405 405 405 405 405
notification         notice           | 302 404 200 404 404 404 404 404 404 404
open-notice          message          | 302 404 302 404 404 404 404 404 404 404
institutions                          | 302 200 200 200 200 200 200 403 200 200
institution          institution      | 302 200 200 200 200 200 200 404 200 200
institution-map                       | 302 200 200 200 200 200 200 403 200 200
deficits                              | 302 403 403 403 200 403 403 403 403 200
matching                              | 302 200 200 200 200 200 403 403 403 200
matching-weights                      | 302 403 403 403 403 403 403 403 403 403
match-pair           pair             | 302 404 404 404 200 404 404 404 404 200
proposals                             | 302 200 200 200 200 200 403 403 403 200
proposal             proposal         | 302 200 200 404 200 200 404 404 404 200
proposal-answer      proposal         | 302 403 403 404 403 403 404 404 404 403
proposal-send-again  proposal         | 302 405 405 405 405 405 405 405 405 405
proposal-step        matchproposal withdraw | 302 403 403 404 200 403 404 404 404 403
plans                                 | 302 403 403 403 200 403 403 403 403 200
plan-compare                          | 302 403 403 403 200 403 403 403 403 200
plan                 plan             | 302 404 404 404 200 404 404 404 404 200
plan-left-out        plan             | 302 404 404 404 200 404 404 404 404 200
plan-propose         plan             | 302 405 405 405 405 405 405 405 405 405
institution-new                       | 302 403 403 403 200 403 403 403 403 403
institutions-verify                   | 302 403 403 403 200 403 403 403 403 403
institution-doubles                   | 302 403 403 403 200 403 403 403 403 403
institution-merge    institution      | 302 403 403 403 200 403 403 404 403 403
intakes                               | 302 403 403 403 200 403 403 403 403 403
intake-sample                         | 302 403 403 403 404 403 403 403 403 403
intake               intake           | 302 404 404 404 200 404 404 404 404 404
intake-columns       intake           | 302 404 404 404 200 404 404 404 404 404
intake-row           intake-row       | 302 405 405 405 405 405 405 405 405 405
intake-step          intake import    | 302 404 404 404 200 404 404 404 404 404
institutions-compare                  | 302 200 200 200 200 200 403 403 403 200
institution-edit     institution      | 302 200 403 403 200 403 403 404 403 403
institution-part     institution departments | 302 200 403 403 200 403 403 404 403 403
institution-check    institution      | 302 405 405 405 405 405 405 405 405 405
institution-verify   institution      | 302 403 403 403 200 403 403 404 403 403
need-new             institution      | 302 200 403 403 200 403 403 404 403 403
offer-new            institution      | 302 200 403 403 200 403 403 404 403 403
assessment-new       institution      | 302 200 403 403 200 403 403 404 403 403
needs                                 | 302 200 200 200 200 200 403 403 403 200
need-edit            need             | 302 200 403 404 200 403 404 404 404 403
need-close           need             | 302 200 403 404 200 403 404 404 404 403
offers                                | 302 200 200 200 200 200 403 403 403 200
offer-edit           offer            | 302 200 403 404 200 403 404 404 404 403
offer-close          offer            | 302 200 403 404 200 403 404 404 404 403
assessment           assessment       | 302 200 200 404 200 200 404 404 404 200
interests                             | 302 200 200 200 200 200 403 403 403 200
interest-new                          | 302 200 200 200 403 403 403 403 403 403
interest             interest         | 302 200 404 404 200 200 404 404 404 200
interest-edit        returned         | 302 200 404 404 403 403 404 404 404 403
interest-support     interest         | 302 405 405 405 405 405 405 405 405 405
interest-step        interest take_up | 302 403 404 404 200 403 404 404 404 403
partnerships                          | 302 200 200 200 200 200 200 403 403 200
partnership-new                       | 302 403 403 403 200 403 403 403 403 403
partnership          partnership      | 302 200 200 404 200 200 200 404 404 200
partnership-step     partnership close | 302 403 403 404 403 403 403 404 404 403
agreement-new        of-partnership   | 302 200 200 404 200 403 403 404 404 403
room-edit            partnership      | 302 200 200 404 200 403 403 404 404 403
document-add         partnership      | 302 200 200 404 200 403 403 404 404 403
focal-point-new      partnership      | 302 200 200 404 200 403 403 404 404 403
focal-point-drop     focal-point      | 302 200 200 404 200 403 403 404 404 403
service-new          partnership      | 302 200 200 404 200 403 403 404 404 403
service              service          | 302 200 200 404 200 403 403 404 404 403
project-new          partnership      | 302 200 200 404 200 403 403 404 404 403
project-edit         project          | 302 200 200 404 200 403 403 404 404 403
meetings             partnership      | 302 200 200 404 200 200 200 404 404 200
meeting-new          partnership      | 302 200 200 404 200 403 200 404 404 403
meeting              meeting          | 302 200 200 404 200 200 200 404 404 200
meeting-edit         meeting          | 302 200 200 404 200 403 200 404 404 403
decision-done        decision         | 302 405 405 405 405 405 405 405 405 405
discussion           partnership      | 302 200 200 404 200 200 200 404 404 200
timeline             partnership      | 302 200 200 404 200 200 200 404 404 200
agreements                            | 302 200 200 200 200 200 200 403 200 200
agreement            agreement        | 302 200 200 404 200 200 200 404 200 200
agreement-sign       agreement        | 302 403 403 404 200 403 403 404 403 403
agreement-renew      agreement        | 302 200 200 404 200 403 403 404 403 403
agreement-notice     agreement        | 302 403 403 404 403 403 403 404 403 403
agreement-terminate  agreement        | 302 403 403 404 403 403 403 404 403 403
amendment-new        agreement        | 302 200 200 404 200 403 403 404 403 403
party-signature      signatory        | 302 403 403 404 200 403 403 404 403 403
amendment            amendment        | 302 200 200 404 200 200 200 404 200 200
amendment-reword     amendment        | 302 200 200 404 200 403 403 404 403 403
amendment-sign       amendment        | 302 403 403 404 200 403 403 404 403 403
amendment-step       amendment abandon | 302 200 200 404 200 403 403 404 403 403
agreement-text       drafted          | 302 200 200 404 200 200 200 404 200 200
agreement-changes    drafted          | 302 200 200 404 200 200 200 404 200 200
agreement-terms      drafted          | 302 200 200 404 200 403 403 404 403 403
agreement-signatories drafted         | 302 200 200 404 200 403 403 404 403 403
agreement-begin      drafted          | 302 405 405 405 405 405 405 405 405 405
agreement-hand-over  drafted          | 302 405 405 405 405 405 405 405 405 405
clause               clause           | 302 200 200 404 200 200 200 404 200 200
clause-new           drafted          | 302 200 200 404 200 403 403 404 403 403
clause-variant       variant          | 302 200 200 404 200 403 403 404 403 403
clause-inclusion     clause           | 302 405 405 405 405 405 405 405 405 405
clause-move          clause           | 302 405 405 405 405 405 405 405 405 405
clause-comment       clause           | 302 405 405 405 405 405 405 405 405 405
comment-settle       comment          | 302 405 405 405 405 405 405 405 405 405
agreement-visa       agreement        | 302 405 405 405 405 405 405 405 405 405
agreement-step       agreement cancel | 302 200 200 404 200 403 403 404 403 403
agreement-pdf        agreement        | 302 200 200 404 200 200 200 404 200 200
agreement-docx       agreement        | 302 200 200 404 200 200 200 404 200 200
verify-ask                            | 200 200 200 200 200 200 200 200 200 200
verify               seal             | 200 200 200 200 200 200 200 200 200 200
document             document         | 302 200 200 404 200 200 200 404 200 200
activities                            | 302 200 200 200 200 200 200 403 403 200
activity-new                          | 302 200 200 200 200 403 403 403 403 403
activity             activity         | 302 200 200 404 200 200 200 404 404 200
activity-report      draft            | 302 200 200 404 200 403 403 404 404 403
activity-dispute     activity         | 302 200 200 404 403 403 403 404 404 403
activity-confirm     activity         | 302 405 405 405 405 405 405 405 405 405
activity-opinion     activity         | 302 403 403 404 403 200 403 404 404 403
session-new          activity         | 302 200 200 404 200 403 403 404 404 403
activity-step        activity validate | 302 403 403 404 200 403 403 404 404 403
agreement-cite       agreement        | 302 200 200 404 200 403 403 404 403 403
library                               | 302 200 200 200 200 200 200 200 200 200
library-new                           | 302 403 403 403 200 403 403 403 403 403
legal-text           legal-text       | 302 200 200 200 200 200 200 200 200 200
legal-text-edit      legal-text       | 302 403 403 403 200 403 403 403 403 403
legal-text-file      legal-text       | 302 403 403 403 200 403 403 403 403 403
legal-text-link      legal-text       | 302 403 403 403 200 403 403 403 403 403
legal-text-consult   legal-text       | 302 403 403 403 200 403 403 403 403 403
legal-text-opinion   legal-text       | 302 200 200 200 403 200 200 403 200 403
legal-text-step      legal-text publish | 302 403 403 403 200 403 403 403 403 403
guides                                | 302 200 200 200 200 200 200 200 200 200
guide                guide            | 302 200 200 200 200 200 200 200 200 200
evaluations                           | 302 200 200 200 200 200 200 403 403 200
evaluation           evaluation       | 302 200 200 404 200 200 200 404 404 200
evaluation-answer    evaluation       | 302 200 200 404 403 403 403 404 404 403
evaluation-review    answered         | 302 403 403 404 200 403 200 404 404 403
evaluation-step      evaluation validate | 302 403 403 404 200 403 403 404 404 403
token                                 | 405 405 405 405 405 405 405 405 405 405
me                                    | 401 200 200 200 200 200 200 200 200 200
institution-list                      | 401 200 200 200 200 200 200 200 200 200
institution-detail   institution      | 401 200 200 200 200 200 200 404 200 200
partnership-list                      | 401 200 200 200 200 200 200 200 200 200
partnership-detail   partnership      | 401 200 200 404 200 200 200 404 404 200
agreement-list                        | 401 200 200 200 200 200 200 200 200 200
agreement-detail     agreement        | 401 200 200 404 200 200 200 404 200 200
activity-list                         | 401 200 200 200 200 200 200 200 200 200
activity-detail      activity         | 401 200 200 404 200 200 200 404 404 200
evaluation-list                       | 401 200 200 200 200 200 200 200 200 200
evaluation-detail    evaluation       | 401 200 200 404 200 200 200 404 404 200
indicator-list                        | 401 200 200 200 200 200 200 200 200 200
indicator-detail     indicator        | 401 200 200 200 200 200 200 200 200 200
specialty-list                        | 401 200 200 200 200 200 200 200 200 200
specialty-detail     specialty        | 401 200 200 200 200 200 200 200 200 200
region-list                           | 401 200 200 200 200 200 200 200 200 200
region-detail        region           | 401 200 200 200 200 200 200 200 200 200
schema                                | 200 200 200 200 200 200 200 200 200 200
api-docs                              | 200 200 200 200 200 200 200 200 200 200
healthz                               | 200 200 200 200 200 200 200 200 200 200
readyz                                | 200 200 200 200 200 200 200 200 200 200
"""


def rows() -> dict[str, tuple[list[str], dict[str, int]]]:
    """The table as {name: ([object, slug], {persona: status})}."""
    found = {}
    for line in TABLE.strip().splitlines():
        address, codes = (part.split() for part in line.split("|"))
        found[address[0]] = (address[1:], dict(zip(PERSONAS, map(int, codes), strict=True)))
    return found


ROWS = rows()


def address(world: World, name: str) -> str:
    parts = ROWS[name][0]
    slug = {"slug": parts[1]} if len(parts) > 1 else {}
    return reverse(name, kwargs={**world.ids[parts[0] if parts else ""], **slug})


def walk(patterns: Any = None, prefix: str = "") -> list[tuple[str, str]]:
    """Every address of the portal as (name, route); the Django admin has its own permissions and tests."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith("admin/"):
            continue
        found += [(pattern.name or "", route)] if isinstance(pattern, URLPattern) else walk(pattern.url_patterns, route)
    return found


def test_every_address_has_a_row_and_every_row_an_address():
    names = [name for name, _route in walk()]

    assert sorted(names) == sorted(ROWS)


@pytest.mark.parametrize("persona", PERSONAS)
def test_address_answers_each_person_as_the_table_says(client, world, persona):
    client.raise_request_exception = False
    if persona != "anonymous":
        client.force_login(world.cast.people[persona])
    expected = {name: codes[persona] for name, (_parts, codes) in ROWS.items()}
    answers = {name: client.get(address(world, name)) for name in ROWS}

    assert {name: answer.status_code for name, answer in answers.items()} == expected
    if persona == "anonymous":
        doors = {name: answer["Location"].split("?")[0] for name, answer in answers.items() if answer.status_code == 302}
        assert set(doors.values()) == {"/login/"}


def test_token_opens_what_its_person_may_see_and_no_more(client, world):
    given = client.post("/api/v1/token/", {"email": "hani@example.org", "password": "secret"}, content_type="application/json").json()
    with_token = {"headers": {"Authorization": f"Token {given['token']}"}}

    assert client.get("/api/v1/me/", **with_token).json()["email"] == "hani@example.org"
    assert client.get("/api/v1/activities/", **with_token).json()["results"] == []
    assert client.get(address(world, "activity-detail"), **with_token).status_code == 404
