"""Who may do what: every persona × action × object, and every address × persona."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse

from accounts.policy import GRANTS, TECHNICIAN, Role, can
from activities import actions
from activities.actions import programmes
from activities.actions.calendar import make_feed
from activities.actions.certificates import link_of
from activities.actions.feedback import open_feedback
from activities.actions.invitations import register_person
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from core.files import attach
from core.formats import today
from core.lifecycle import LIFECYCLES, TransitionRefused, apply
from core.mail import unsubscribe_token
from core.models import Notice, SavedView
from evaluation.actions import save_answers
from evaluation.choices import Direction
from evaluation.models import Evaluation, Indicator
from library.models import Guide, LegalText
from partnerships.actions import add_comment, room
from partnerships.actions.amendments import draft_amendment
from partnerships.models import Agreement, Clause, Partnership, Signatory
from partnerships.papers.pdf import issued_pdf, whole
from support import actions as helping
from tests import factories
from tests.activities import guests, roster
from tests.cast import Cast, company
from tests.evaluation import measured, things
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.once]


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
    ahead = factories.planned(cast)
    for slug in ("submit", "approve"):
        actions.transition_activity(ahead, ACTIVITY[slug], by=None)
    session = actions.add_session(draft, by=cast.badr, kind="lecture", held_on=draft.starts_on, title="درس")
    photo = actions.add_photos(draft, by=cast.badr, uploads=[factories.picture()])[0]
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
    listed = roster.held(cast)
    (participant,) = roster.listed(cast, listed, "فاطمة")
    own = roster.certificate(participant, "ar", by=cast.badr)
    link = open_feedback(listed, by=cast.badr)
    seminar = roster.seminar(cast, further=[today() + timedelta(days=40)])
    invitation = roster.invited(cast, seminar, who=cast.dalia, place=cast.partner)
    seated = register_person(invitation, roster.person(cast, "سعاد", cast.partner), by=cast.dalia)
    programme = programmes.start_programme(cast.agreement, today().year, by=cast.badr)
    line = programmes.save_line(programme, None, by=cast.badr, kind="surgical", month=3)
    view = SavedView.objects.create(owner=cast.dalia, page="/activities/", name="عرض", query="status=validated")
    justification = factories.justified(cast)
    helped, wanted = justification.tranche.request, factories.support(cast)
    submitted = helping.submit_request(factories.support(cast, title="طلب ثالث"), by=cast.ziad)
    technology = helping.record_technology(cast.host, by=cast.badr, partnership=partnership, kind="device", name="جهاز", commissioned_on=today())
    feed, secret = make_feed(cast.dalia, name="هاتف")
    filed, waiting, scheduled = factories.filed_report(cast), factories.asked_report(cast), factories.scheduled_report(cast)
    ids = {
        **measured.everything(cast), **things.everything(cast, evaluation, answered), **guests.everything(cast, reported),
        "report": {"slug": "agreements-register"}, "run": {"pk": filed.pk}, "waiting-run": {"pk": waiting.pk}, "schedule": {"pk": scheduled.pk},
        "feed": {"pk": feed.pk}, "feed-secret": {"secret": secret},
        "professional": {"pk": participant.professional_id}, "listed": {"pk": listed.pk}, "participant": {"pk": participant.pk}, "seminar": {"pk": seminar.pk},
        "series": {"pk": seminar.series_id}, "invitation": {"pk": invitation.pk}, "registration": {"pk": invitation.pk, "person_pk": seated.pk},
        "certificate-link": {"token": link_of(own).rstrip("/").rsplit("/", 1)[1]}, "feedback-link": {"token": link.token},
        "support": {"pk": helped.pk}, "support-draft": {"pk": wanted.pk}, "supportrequest": {"pk": submitted.pk}, "budget": {"pk": helped.budget_id},
        "tranche": {"pk": helped.pk, "tranche_pk": justification.tranche_id}, "technology": {"pk": technology.pk},
        "justification": {"pk": helped.pk, "justification_pk": justification.pk},
        "saved-view": {"pk": view.pk}, "absence": {"pk": 1}, "bounce": {"pk": 1}, "token": {"token": unsubscribe_token(cast.dalia.pk, "reminders")},
        "programme": {"pk": programme.pk}, "programme-line": {"pk": programme.pk, "line_pk": line.pk},
        "ahead": {"pk": ahead.pk}, "validated": {"pk": evaluation.activity_id}, "session": {"pk": draft.pk, "session_pk": session.pk},
        "photo": {"pk": draft.pk, "photo_pk": photo.pk},
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


def built() -> World:
    return build(company())


@pytest.fixture
def world(db) -> World:
    return remembered(built)


def objects(cast: Cast) -> list[Any]:
    activity = factories.reported(cast)
    factories.questionnaire(1)
    evaluation = Evaluation.objects.get(activity=factories.validated(cast, ended=40))
    stated = [
        factories.need(cast), factories.offer(cast), factories.offer(cast, by=cast.hani, institution=cast.elsewhere), factories.assessment(cast),
        factories.interest(cast, "submit"), factories.proposal(cast),
        factories.proposal(cast, is_sent=False, host=cast.elsewhere),
        measured.measurement(cast), measured.referral(cast), factories.support(cast), guests.visitor_file(cast), guests.assessed(cast), guests.followed(cast, activity)[0],
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
reports-progress                      | 302 200 200 200 200 200 200 200 200 200
reports-equity                        | 302 200 200 200 200 200 200 200 200 200
reports-map                           | 302 200 200 200 200 200 200 200 200 200
public-switch                         | 302 403 403 403 403 403 403 403 403 200
public-figures                        | 404 404 404 404 404 404 404 404 404 404
report-files                          | 302 200 200 200 200 200 200 200 200 200
report-file-new      report           | 302 200 200 200 200 200 200 404 200 200
report-list-export                    | 302 405 405 405 405 405 405 405 405 405
report-file          waiting-run      | 302 200 404 404 404 404 404 404 404 404
report-file-download run              | 302 200 404 404 404 404 404 404 404 404
report-file-cancel   waiting-run      | 302 405 405 405 405 405 405 405 405 405
report-schedules                      | 302 403 403 403 200 403 403 403 403 403
report-schedule-new  report           | 302 403 403 403 200 403 403 403 403 403
report-schedule      schedule         | 302 404 404 404 200 404 404 404 404 404
report-schedule-edit schedule         | 302 404 404 404 200 404 404 404 404 404
report-schedule-stop schedule         | 302 404 404 404 200 404 404 404 404 404
figure               figure           | 302 200 200 200 200 200 200 403 403 200
search                                | 302 200 200 200 200 200 200 200 200 200
login                                 | 200 302 302 302 302 302 302 302 302 302
logout                                | 302 405 405 405 405 405 405 405 405 405
theme                                 | 302 405 405 405 405 405 405 405 405 405
notifications                         | 302 200 200 200 200 200 200 200 200 200
notifications-read                    | 302 405 405 405 405 405 405 405 405 405
notification         notice           | 302 404 200 404 404 404 404 404 404 404
saved-views                           | 302 200 200 200 200 200 200 200 200 200
saved-view           saved-view       | 302 404 200 404 404 404 404 404 404 404
notification-preferences              | 302 200 200 200 200 200 200 200 200 200
absence                               | 302 200 200 200 200 200 200 200 200 200
absence-end          absence          | 302 405 405 405 405 405 405 405 405 405
unsubscribe          token            | 200 200 200 200 200 200 200 200 200 200
operations                            | 302 403 403 403 200 403 403 403 403 200
operations-rules                      | 302 403 403 403 200 403 403 403 403 200
operations-preview                    | 302 403 403 403 200 403 403 403 403 200
operations-resend                     | 302 405 405 405 405 405 405 405 405 405
bounce-settle        bounce           | 302 405 405 405 405 405 405 405 405 405
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
interest-drop        returned         | 302 302 404 404 403 403 404 404 404 403
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
amendment-edit       amendment        | 302 200 200 404 200 403 403 404 403 403
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
offline                               | 200 200 200 200 200 200 200 200 200 200
offline-form                          | 302 200 200 200 200 403 403 403 403 403
queue                                 | 302 200 200 200 200 200 200 200 200 200
queue-session                         | 200 200 200 200 200 200 200 200 200 200
queue-compare                         | 302 405 405 405 405 405 405 405 405 405
service-worker                        | 200 200 200 200 200 200 200 200 200 200
activity-remind                       | 302 403 403 403 200 403 403 403 403 403
activity-map                          | 302 200 200 200 200 200 200 403 403 200
activity             activity         | 302 200 200 404 200 200 200 404 404 200
activity-report      draft            | 302 200 200 404 200 403 403 404 404 403
activity-edit        draft            | 302 200 200 404 200 403 403 404 404 403
activity-postpone    ahead            | 302 200 200 404 200 403 403 404 404 403
activity-dispute     activity         | 302 302 200 404 403 403 403 404 404 403
activity-correct     validated        | 302 403 403 404 200 403 403 404 404 403
activity-confirm     activity         | 302 405 405 405 405 405 405 405 405 405
activity-opinion     activity         | 302 403 403 404 403 200 403 404 404 403
session-new          activity         | 302 200 200 404 200 403 403 404 404 403
session              session          | 302 200 200 404 200 403 403 404 404 403
session-drop         session          | 302 405 405 405 405 405 405 405 405 405
photo-new            draft            | 302 200 200 404 200 403 403 404 404 403
photo                photo            | 302 200 200 404 200 200 200 404 404 200
photo-drop           photo            | 302 405 405 405 405 405 405 405 405 405
activity-step        activity validate | 302 403 403 404 200 403 403 404 404 403
calendar                              | 302 200 200 200 200 200 200 403 403 200
calendar-feeds                        | 302 200 200 200 200 200 200 403 403 200
calendar-feed-revoke feed             | 302 405 405 405 405 405 405 405 405 405
calendar-file        feed-secret      | 200 200 200 200 200 200 200 200 200 200
programmes                            | 302 200 200 200 200 200 200 403 403 200
programme            programme        | 302 200 200 404 200 200 200 404 404 200
programme-note       programme        | 302 200 200 404 200 403 403 404 404 403
programme-line-new   programme        | 302 200 200 404 200 403 403 404 404 403
programme-line       programme-line   | 302 200 200 404 200 403 403 404 404 403
programme-line-drop  programme-line   | 302 200 200 404 200 403 403 404 404 403
programme-copy       programme        | 302 405 405 405 405 405 405 405 405 405
programme-proposal   programme        | 302 200 200 404 200 403 403 404 404 403
programme-step       programme submit | 302 200 200 404 200 403 403 404 404 403
partnership-programmes partnership    | 302 200 200 404 200 200 200 404 404 200
programme-new        partnership      | 302 200 200 404 200 403 403 404 404 403
professionals                         | 302 200 200 200 200 200 403 403 403 200
professional-new                      | 302 200 200 200 200 403 403 403 403 403
professional         professional     | 302 200 200 404 200 200 404 404 404 200
professional-edit    professional     | 302 200 403 404 200 403 404 404 404 403
professional-data    professional     | 302 405 405 405 405 405 405 405 405 405
professional-erase   professional     | 302 403 403 404 200 403 404 404 404 200
participants         listed           | 302 200 200 404 200 200 200 404 404 200
participant-add      listed           | 302 200 200 404 200 403 403 404 404 403
presence             listed           | 302 200 200 404 200 403 403 404 404 403
scores               listed           | 302 200 200 404 200 403 403 404 404 403
head-counts          listed           | 302 200 200 404 200 403 403 404 404 403
participant-edit     participant      | 302 200 200 404 200 403 403 404 404 403
participant-drop     participant      | 302 405 405 405 405 405 405 405 405 405
certificates         listed           | 302 200 200 404 200 200 200 404 404 200
certificates-issue   listed           | 302 405 405 405 405 405 405 405 405 405
certificates-zip     listed           | 302 200 200 404 200 403 403 404 404 403
certificate          participant ar   | 302 200 200 404 200 404 404 404 404 404
own-certificate      certificate-link | 200 200 200 200 200 200 200 200 200 200
feedback             listed           | 302 200 200 404 200 200 200 404 404 200
feedback-open        listed           | 302 405 405 405 405 405 405 405 405 405
feedback-poster      listed           | 302 200 200 404 200 403 403 404 404 403
feedback-form        feedback-link    | 200 200 200 200 200 200 200 200 200 200
ministry-new                          | 302 403 403 403 200 403 403 403 403 403
series               series           | 302 200 200 404 200 200 404 404 404 200
invitations          seminar          | 302 200 200 404 200 200 404 404 404 200
invite               seminar          | 302 403 403 404 200 403 404 404 404 403
invitation-answer    invitation       | 302 405 405 405 405 405 405 405 405 405
invitation-seats     invitation       | 302 403 403 404 200 403 404 404 404 403
invitation-register  invitation       | 302 403 200 404 200 403 404 404 404 403
invitation-withdraw  registration     | 302 405 405 405 405 405 405 405 405 405
reciprocity          partnership      | 302 200 200 404 200 200 200 404 404 200
visitors                              | 302 200 200 200 200 403 403 403 403 200
visitor-new          activity         | 302 200 200 404 200 403 403 404 404 403
visitor              visitorfile      | 302 200 404 404 200 404 404 404 404 200
visitor-edit         visitorfile      | 302 200 404 404 200 404 404 404 404 403
visitor-paper        visitor-paper    | 302 200 404 404 200 404 404 404 404 403
visitor-paper-check  visitor-paper    | 302 403 404 404 200 404 404 404 404 403
visitor-papers-accept visitorfile     | 302 405 405 405 405 405 405 405 405 405
visitor-license      visitorfile      | 302 403 404 404 403 404 404 404 404 403
visitor-licence      licensed         | 302 200 404 404 200 404 404 404 404 200
visitor-step         visitorfile submit | 302 200 404 404 200 404 404 404 404 403
placement-new        placing          | 302 200 200 404 200 403 403 404 404 403
placement            placement        | 302 200 200 404 200 404 404 404 404 200
placement-edit       placement        | 302 200 200 404 200 404 404 404 404 403
placement-log        placement        | 302 405 405 405 405 405 405 405 405 405
placement-assess     placement        | 302 403 200 404 403 404 404 404 404 403
placement-paper      placement        | 302 200 200 404 200 404 404 404 404 200
cases                                 | 302 200 200 200 200 403 403 403 403 403
case-rates                            | 302 200 200 200 200 403 403 403 403 403
case-new             activity         | 302 200 403 404 403 403 403 404 404 403
case                 case             | 302 200 200 404 200 404 404 404 404 404
case-edit            case             | 302 200 403 404 403 404 404 404 404 404
case-drop            case             | 302 200 403 404 403 404 404 404 404 404
case-close           case             | 302 405 405 405 405 405 405 405 405 405
check-record         check            | 302 405 405 405 405 405 405 405 405 405
room-outcomes        partnership      | 302 200 200 404 200 200 200 404 404 200
kit                  activity         | 302 200 200 404 200 403 403 404 404 403
kit-pdf              activity         | 302 200 200 404 200 403 403 404 404 403
result-form          paper-code       | 302 302 302 404 302 302 302 404 404 302
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
evaluation-answer-part part           | 302 200 200 404 403 403 403 404 404 403
evaluation-evidence  evaluation       | 302 200 200 404 403 403 403 404 404 403
evaluation-evidence-drop evidence     | 302 405 405 405 405 405 405 405 405 405
evaluation-difficulties               | 302 403 403 403 200 403 403 403 403 403
evaluation-means                      | 302 403 403 403 200 403 403 403 403 403
evaluation-visit     answered         | 302 403 403 404 403 403 200 404 404 403
evaluation-visit-file answered        | 302 403 403 404 403 403 200 404 404 403
evaluation-evaluator evaluation       | 302 403 403 404 200 403 403 404 404 403
evaluation-dates     evaluation       | 302 403 403 404 200 403 403 404 404 403
evaluation-withdraw  scheduled        | 302 403 403 404 200 403 403 404 404 403
evaluation-pdf       concluded        | 302 200 200 404 200 404 200 404 404 404
evaluation-docx      concluded        | 302 200 200 404 200 404 200 404 404 404
partnership-evaluations partnership   | 302 200 200 404 200 200 200 404 404 200
evaluation-schedule  of-partnership   | 302 403 403 404 200 403 403 404 404 403
action-new           of-partnership   | 302 200 200 404 200 403 200 404 404 403
survey-new           of-partnership   | 302 200 200 404 403 403 403 404 404 403
actions                               | 302 200 200 200 200 200 200 403 403 200
action               actionpoint      | 302 200 200 404 200 200 200 404 404 200
action-edit          actionpoint      | 302 200 200 404 200 403 200 404 404 403
action-done          actionpoint      | 302 200 200 404 200 403 200 404 404 403
action-step          actionpoint cancel | 302 200 200 404 200 403 200 404 404 403
surveys                               | 302 200 200 200 200 200 200 403 403 200
survey               survey           | 302 200 200 404 200 200 200 404 404 200
survey-edit          survey           | 302 200 200 404 403 403 403 404 404 403
practices                             | 302 200 200 200 200 200 200 200 200 200
practice-new                          | 302 200 200 200 200 403 200 403 403 403
practice             practice         | 302 200 200 200 200 200 200 200 200 200
practice-edit        goodpractice     | 302 200 200 404 200 404 200 404 404 404
practice-adopt       practice         | 302 200 200 200 403 403 403 403 403 403
practice-step        goodpractice submit | 302 200 200 404 200 404 200 404 404 404
evaluation-step      evaluation validate | 302 403 403 404 200 403 403 404 404 403
indicators                            | 302 200 200 200 200 200 200 200 200 200
indicator            indicator        | 302 200 200 200 200 200 200 200 200 200
partnership-indicators partnership    | 302 200 200 404 200 200 200 404 404 200
partnership-indicator followed        | 302 200 200 404 200 200 200 404 404 200
target-new           partnership      | 302 200 200 404 200 403 403 404 404 403
target               target           | 302 200 200 404 200 403 403 404 404 403
target-drop          target           | 302 200 200 404 200 403 403 404 404 403
measurements                          | 302 200 200 200 200 200 200 403 403 200
measurement-new                       | 302 200 200 200 403 403 403 403 403 403
measurement          measurement      | 302 200 200 404 200 200 200 404 404 200
measurement-edit     measurement      | 302 200 403 404 403 403 403 404 404 403
measurement-drop     measurement      | 302 405 405 405 405 405 405 405 405 405
measurement-step     indicatorvalue return | 302 403 403 404 200 403 403 404 404 403
referrals                             | 302 200 200 200 200 200 403 403 200 200
referral-new                          | 302 200 200 200 200 403 403 403 403 403
referral-import                       | 302 200 200 200 200 403 403 403 403 403
referral-edit        referral         | 302 200 404 404 200 403 404 404 403 403
localisation                          | 302 200 200 200 200 200 403 200 200 200
measurement-list                      | 401 200 200 200 200 200 200 200 200 200
measurement-detail   measurement      | 401 200 200 404 200 200 200 404 404 200
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
activity-send-report draft            | 401 405 405 405 405 405 405 405 405 405
evaluation-list                       | 401 200 200 200 200 200 200 200 200 200
evaluation-detail    evaluation       | 401 200 200 404 200 200 200 404 404 200
indicator-list                        | 401 200 200 200 200 200 200 200 200 200
indicator-detail     indicator        | 401 200 200 200 200 200 200 200 200 200
specialty-list                        | 401 200 200 200 200 200 200 200 200 200
specialty-detail     specialty        | 401 200 200 200 200 200 200 200 200 200
region-list                           | 401 200 200 200 200 200 200 200 200 200
region-detail        region           | 401 200 200 200 200 200 200 200 200 200
support                               | 302 200 200 200 200 200 403 403 200 200
support-new                           | 302 200 200 200 403 403 403 403 403 403
support-request      support          | 302 200 404 404 200 200 404 404 200 200
support-edit         support-draft    | 302 200 404 404 404 404 404 404 404 404
support-step         supportrequest return | 302 403 404 404 200 403 404 404 200 403
support-opinion      supportrequest technical | 302 403 404 404 200 403 404 404 403 403
support-grant        supportrequest   | 302 403 404 404 403 403 404 404 403 403
support-answer       supportrequest   | 302 403 404 404 200 403 404 404 403 403
support-adviser      supportrequest   | 302 403 404 404 200 403 404 404 403 403
support-receipt      support          | 302 302 404 404 403 403 404 404 403 403
tranche-pay          tranche          | 302 403 404 404 403 403 404 404 200 403
tranche-justify      tranche          | 302 200 404 404 403 403 404 404 403 403
justification-check  justification    | 302 403 404 404 403 403 404 404 200 403
budgets                               | 302 403 403 403 200 403 403 403 200 200
budget-new                            | 302 403 403 403 403 403 403 403 200 403
budget               budget           | 302 404 404 404 200 404 404 404 200 200
budget-edit          budget           | 302 404 404 404 403 404 404 404 200 403
technologies                          | 302 200 200 200 200 200 200 403 200 200
technology-new                        | 302 200 200 200 200 403 403 403 403 403
technology           technology       | 302 200 200 404 200 200 200 404 200 200
technology-edit      technology       | 302 200 200 404 200 403 403 404 403 403
supportrequest-list                   | 401 200 200 200 200 200 200 200 200 200
supportrequest-detail supportrequest  | 401 200 404 404 200 200 404 404 200 200
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
