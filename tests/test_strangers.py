"""By content: a word that stands in everything of one partnership is found by nobody outside it, on any route."""

import io
import logging
import re
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts.models import Absence, User
from accounts.policy import Role
from activities import actions
from activities.actions import programmes
from activities.actions.feedback import give_feedback, open_feedback
from activities.actions.people import add_participant
from activities.choices import SessionKind
from activities.models import (
    Activity,
    CalendarFeed,
    FollowUpCase,
    FollowUpCheck,
    Invitation,
    Participant,
    Placement,
    PlacementEntry,
    PlacementObjective,
    PlannedActivity,
    Professional,
    Programme,
    Series,
    Session,
    VisitorFile,
    VisitorPaper,
)
from activities.papers.codes import code_of
from core.files import attach
from core.folding import fold
from core.formats import today
from core.lifecycle import LIFECYCLES
from core.mail import unsubscribe_token
from core.models import Attachment, Bounce, Change, Notice, SavedView
from evaluation.actions import add_evidence, save_answers
from evaluation.models import ActionPoint, Evaluation, EvaluationSide, GoodPractice, Indicator, IndicatorTarget, IndicatorValue, ReferralStatistic, Survey
from partnerships.actions import add_clause, add_comment, close_statement, create_partnership, edit_clause, edit_institution, room, set_departments
from partnerships.actions.amendments import draft_amendment
from partnerships.forms import PART_FORMS
from partnerships.models import (
    Agreement,
    Amendment,
    AreaScore,
    Clause,
    ClauseComment,
    ClauseModel,
    Decision,
    Department,
    FocalPoint,
    Institution,
    Intake,
    IntakeRow,
    Interest,
    MatchProposal,
    Meeting,
    Membership,
    Message,
    NationalPlan,
    Need,
    NeedsAssessment,
    Offer,
    Partnership,
    Project,
    Region,
    ServiceLine,
    Signatory,
)
from reports.dashboards.lists import ACTIVITIES
from reports.headline import HEADLINES
from reports.models import ReportRun, ReportSchedule
from reports.registry import REGISTRY
from support import actions as helping
from support.models import Justification, SupportLine, SupportRequest, TechnologyIntroduced
from support.models import Opinion as SupportOpinion
from tests import factories
from tests.activities import guests, roster
from tests.cast import SECRET, Cast, person, signed_agreement
from tests.evaluation import measured, things
from tests.test_permissions import ROWS
from tests.test_templates import FRAGMENTED

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUESTIONS = 6  # addresses with a question that a page is asked by, beyond those of `variants`
KEY = "نورس"  # what is searched for: it stands beside SECRET in everything that a search box looks through
ALONE = "عصفور"  # what one side answers alone
LISTS = (
    "institutions",
    "needs",
    "offers",
    "interests",
    "partnerships",
    "agreements",
    "activities",
    "professionals",
    "programmes",
    "visitors",
    "cases",
    "evaluations",
    "measurements",
    "referrals",
    "support",
    "technologies",
    "reports",
    "reports-progress",
    "reports-equity",
    "reports-map",
    "search",
    "home",
    "notifications",
)
NAMED = {
    "absence": Absence, "bounce": Bounce, "run": ReportRun, "waiting-run": ReportRun, "schedule": ReportSchedule,
    "professional": Professional, "listed": Activity, "participant": Participant, "seminar": Activity, "series": Series, "invitation": Invitation,
    "institution": Institution, "partnership": Partnership, "of-partnership": Partnership, "agreement": Agreement, "activity": Activity, "ahead": Activity, "validated": Activity,
    "draft": Activity, "evaluation": Evaluation, "document": Attachment, "notice": Notice, "region": Region, "need": Need, "offer": Offer,
    "assessment": NeedsAssessment, "interest": Interest, "returned": Interest,
    "scheduled": Evaluation, "concluded": Evaluation, "actionpoint": ActionPoint, "goodpractice": GoodPractice, "practice": GoodPractice, "survey": Survey,
    "meeting": Meeting, "service": ServiceLine, "project": Project, "focal-point": FocalPoint, "decision": Decision, "signatory": Signatory, "amendment": Amendment,
    "measurement": IndicatorValue, "indicatorvalue": IndicatorValue, "target": IndicatorTarget, "referral": ReferralStatistic,
    "visitorfile": VisitorFile, "licensed": VisitorFile, "placing": Activity, "placement": Placement, "case": FollowUpCase,
    "saved-view": SavedView, "programme": Programme, "feed": CalendarFeed, "drafted": Agreement, "proposal": MatchProposal, "matchproposal": MatchProposal, "plan": NationalPlan, "intake": Intake,
    "support": SupportRequest, "support-draft": SupportRequest, "supportrequest": SupportRequest, "technology": TechnologyIntroduced,
}  # fmt: skip


def fill(row: models.Model, word: str) -> None:
    """Put `word` into every field of the row that people write into; search columns get KEY as well."""
    texts = {}
    for field in row._meta.concrete_fields:
        is_line = isinstance(field, models.CharField) and field.max_length >= 100 and not field.choices and not field.unique
        if isinstance(field, models.URLField):
            texts[field.name] = f"https://example.org/{word}"
        elif field.name == "search_text":
            texts[field.name] = fold(f"{KEY} {word}")
        elif is_line or isinstance(field, models.TextField):
            texts[field.name] = f"{KEY} {word}"
    type(row).objects.filter(pk=row.pk).update(**texts)


def furnish_care(cast: Cast, activity: Activity) -> None:
    """Papers of a visiting specialist, a placement that was assessed, somebody who is followed under the code QZX-071."""
    guests.everything(cast, activity)
    rows = [row for model in (VisitorFile, VisitorPaper, Placement, PlacementObjective, PlacementEntry) for row in model.objects.all()]
    for row in [*rows, *Professional.objects.filter(institution__in=[cast.host, guests.abroad()])]:
        fill(row, SECRET)
    VisitorFile.objects.exclude(licence_number="").update(licence_number=SECRET)


def furnish_people(cast: Cast) -> None:
    """Names in the roster, on a list of participants and on a certificate; a seminar of the ministry at the host's, to which Hani is not invited."""
    listed = roster.held(cast)
    somebody = roster.person(cast, SECRET, email=f"{SECRET}@example.org", rank=SECRET)
    participant = add_participant(listed, somebody, by=cast.badr)
    roster.certificate(participant, "ar", by=cast.badr)
    link = open_feedback(listed, by=cast.badr)
    for _answer in range(5):
        give_feedback(link, uid=uuid.uuid4(), comment=SECRET, useful=4, taught=4, organised=4, will_use=4)
    seminar = roster.seminar(cast, name=SECRET, note=SECRET, further=[today() + timedelta(days=50)])
    roster.invited(cast, seminar, who=cast.dalia, place=cast.partner)
    for row in (somebody, seminar.series):
        fill(row, SECRET)


def furnish(cast: Cast) -> None:
    """One of everything in the room of the cast's partnership."""
    partnership = Partnership.objects.with_people().get(pk=cast.partnership.pk)
    meeting = room.save_meeting(partnership, None, by=cast.badr, title=SECRET, held_on=today())
    room.record_decision(meeting, by=cast.badr, text=SECRET)
    room.open_service_line(partnership, by=cast.badr, rung="visitors", specialty=cast.specialties[0], name=SECRET)
    room.save_project(partnership, None, by=cast.badr, title=SECRET)
    room.name_focal_point(partnership, cast.host, by=cast.badr, name=SECRET)
    room.write_message(partnership, by=cast.badr, text=SECRET)
    Signatory.objects.create(agreement=cast.agreement, institution=cast.host, name=SECRET, capacity=SECRET)
    agreement = factories.drafted(cast)
    clause = factories.clause(agreement, "parties")
    add_clause(agreement, by=cast.badr, texts={"heading_ar": SECRET, "text_ar": SECRET})
    edit_clause(clause, by=cast.badr, texts={"text_ar": SECRET, "text_fr": SECRET})
    add_comment(clause, by=cast.badr, text=SECRET)
    programme = programmes.start_programme(cast.agreement, today().year, by=cast.badr, note=SECRET)
    programmes.save_line(programme, None, by=cast.badr, kind="surgical", month=3, note=SECRET)
    draft_amendment(cast.agreement, by=cast.badr, subject=SECRET, effective_on=cast.agreement.ends_on, ends_on=cast.agreement.ends_on)


def spill(cast: Cast) -> tuple[Activity, Evaluation]:
    """Everything of the cast's partnership carries SECRET; Hani has a partnership of his own with Dalia's hospital."""
    factories.questionnaire(2)
    evaluation = Evaluation.objects.get(activity=factories.validated(cast, ended=40))
    for who in (cast.badr, cast.dalia):
        answers = {criterion.pk: (3, SECRET) for criterion in evaluation.questionnaire.criteria.all()}
        save_answers(evaluation, by=who, answers=answers, remarks=SECRET, submit=True)
    activity = factories.reported(cast)
    actions.add_session(activity, by=cast.badr, kind=SessionKind.LECTURE, held_on=activity.starts_on, title=SECRET)
    actions.dispute_activity(activity, by=cast.dalia, result=activity.results.all()[0], figure="consultations", expected=39, reason=SECRET)
    for thing in (cast.partnership, cast.agreement, activity, evaluation):
        attach(thing, SimpleUploadedFile("scan.pdf", f"%PDF-1.4 {SECRET}".encode()), role="signed_scan", by=cast.badr)
    state_inside(cast)
    furnish(cast)
    follow_up(cast)
    furnish_people(cast)
    furnish_care(cast, activity)
    measured.everything(cast)
    for row in [*IndicatorValue.objects.all(), *IndicatorTarget.objects.all(), *ReferralStatistic.objects.all()]:
        fill(row, SECRET)
    factories.proposal(cast)
    factories.plan(cast)
    factories.intake(cast, SECRET)
    justification = factories.justified(cast)
    factories.support(cast)
    helping.record_technology(cast.host, by=cast.badr, partnership=cast.partnership, kind="device", name=SECRET, commissioned_on=today())
    attach(justification, SimpleUploadedFile("scan.pdf", f"%PDF-1.4 {SECRET}".encode()), role="justification", by=cast.badr)
    inside = [activity.sites, activity.sessions, activity.disputes, activity.participants, evaluation.sides, cast.host.departments]
    inside += [
        model.objects
        for model in (
            FocalPoint,
            ServiceLine,
            Project,
            Meeting,
            Decision,
            Message,
            NeedsAssessment,
            AreaScore,
            Interest,
            MatchProposal,
            NationalPlan,
            SupportRequest,
            SupportLine,
            SupportOpinion,
            Justification,
            TechnologyIntroduced,
        )
    ]
    inside += [cast.host.needs, cast.host.offers, Programme.objects, PlannedActivity.objects]
    of_a_twin = {"object_type": "partnerships.offer", "object_id__in": cast.partner.offers.values("pk")}  # Hani's hospital is to be its twin as well
    changes = Change.objects.exclude(**of_a_twin)
    rows = [cast.partnership, cast.agreement, *Activity.objects.all(), evaluation, *Attachment.objects.all(), *changes]
    for row in [*rows, *(row for manager in inside for row in manager.all())]:
        fill(row, SECRET)
    Notice.objects.update(words={"partnership_ar": SECRET, "partnership_fr": SECRET, "partnership_en": SECRET, "reason": SECRET})
    own = create_partnership(by=None, senders=[cast.partner], hosts=[cast.elsewhere], specialties=cast.specialties, started_on=today())
    signed_agreement(own)
    factories.filed_report(cast)
    factories.asked_report(cast)
    factories.scheduled_report(cast)
    factories.filed_report(cast, cast.hani)
    return activity, evaluation


def state_inside(cast: Cast) -> None:
    """What the host keeps for itself and its twins, and interest that twins do not read either."""
    factories.need(cast)
    close_statement(factories.need(cast, specialty=cast.specialties[1]), by=cast.badr, reason=SECRET)
    factories.offer(cast, by=cast.badr, institution=cast.host)
    factories.assessment(cast, summary=SECRET)
    set_departments(cast.host, [{"specialty": cast.specialties[0], "head": SECRET}], by=cast.badr)
    edit_institution(cast.host, {"phone": SECRET, "email": f"{SECRET}@example.org"}, by=cast.badr)
    for steps in ((), ("submit",), ("submit", "return"), ("submit", "take_up", "accept")):
        factories.interest(cast, *steps)
        factories.interest(cast, *steps, by=cast.dalia, institution=cast.partner)


def follow_up(cast: Cast) -> None:
    """What evaluations lead to in the cast's partnership."""
    open_one = things.opened(cast, kind="mid_term")
    save_answers(open_one, by=cast.badr, answers=things.answers(open_one, 1, comment=SECRET), remarks=SECRET)
    add_evidence(open_one, by=cast.badr, upload=SimpleUploadedFile(f"{SECRET}.pdf", f"%PDF-1.4 {SECRET}".encode()))
    done = things.reviewed(cast, kind="final")
    for row in (things.point(cast, text=SECRET, evaluation=done), things.practice(cast, title=SECRET), things.survey(cast), *done.difficulty_list.all()):
        fill(row, SECRET)


@pytest.fixture(autouse=True)
def _unwritten():
    """Thousands of refusals are asked for here; writing each to the log takes longer than refusing it."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def forms_of(*words: str) -> list[str]:
    """A word as it may stand in an answer: plain, escaped for JSON, and SECRET folded as a search column has it."""
    return [form for word in words for form in {word, word.encode("ascii", "backslashreplace").decode(), *([fold(word)] if word == SECRET else [])}]


def said(response) -> str:
    """Everything that an answer says, headers too; sheets unpacked, escapes undone."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    text = body.decode("utf-8", "replace")
    undone = [undo(text) for undo, sign in ((unescape, "&"), (unquote, "%")) if sign in text]
    return "\n".join([text, *undone, *(unquote(f"{name}: {value}") for name, value in response.headers.items())])


def addresses() -> Iterator[str]:
    """Every address of the portal, filled with every row there is."""
    for name, (parts, _codes) in ROWS.items():
        named = parts[0] if parts else ""
        if named == "figure":
            yield from (reverse(name, args=[figure.slug]) for figure in (*HEADLINES, ACTIVITIES))
        elif named == "report":
            yield from (reverse(name, args=[slug]) for slug in REGISTRY)
        elif named == "message":
            yield from (reverse(name, args=[notice.message_id]) for notice in Notice.objects.all())
        elif named == "token":
            yield from (reverse(name, args=[unsubscribe_token(key, "reminders")]) for key in User.objects.values_list("pk", flat=True))
        elif named == "pair":
            keys = list(Institution.objects.values_list("pk", flat=True))
            yield from (reverse(name, args=[sender, host]) for sender in keys for host in keys)
        elif not named:
            yield reverse(name)
        elif named in ("clause", "variant", "comment"):
            yield from (reverse(name, kwargs=keys) for keys in in_a_text(named))
        elif named == "programme-line":
            yield from (reverse(name, args=[line.programme_id, line.pk]) for line in PlannedActivity.objects.all())
        elif named == "followed":
            codes = Indicator.objects.values_list("code", flat=True)
            yield from (reverse(name, args=[pk, code]) for pk in Partnership.objects.values_list("pk", flat=True) for code in codes)
        elif named == "visitor-paper":
            yield from (reverse(name, args=[row.file_id, row.pk]) for row in VisitorPaper.objects.all())
        elif named == "check":
            yield from (reverse(name, args=[row.case_id, row.pk]) for row in FollowUpCheck.objects.all())
        elif named == "paper-code":
            yield from (reverse(name, args=[code_of(pk)]) for pk in Activity.objects.values_list("pk", flat=True))
        elif named == "session":
            yield from (reverse(name, args=[row.activity_id, row.pk]) for row in Session.objects.all())
        elif named == "photo":
            yield from (reverse(name, args=[row.object_id, row.pk]) for row in Attachment.objects.filter(object_type="activities.activity"))
        elif named == "part":
            yield from (reverse(name, args=[row.pk, "d1"]) for row in Evaluation.objects.all())
        elif named == "evidence":
            sides = EvaluationSide.objects.values_list("evaluation", flat=True)
            yield from (reverse(name, args=[pk, document.pk]) for pk in set(sides) for document in Attachment.objects.filter(object_type__endswith="side"))
        elif named == "intake-row":
            yield from (reverse(name, args=[row.intake_id, row.pk]) for row in IntakeRow.objects.all())
        elif named in NAMED:
            key = "partnership_pk" if named == "of-partnership" else "pk"
            for pk in NAMED[named].objects.values_list("pk", flat=True):
                slugs = [{"slug": slug} for slug in slugs_of(named, parts)] if len(parts) > 1 else [{}]
                yield from (reverse(name, kwargs={key: pk, **slug}) for slug in slugs)


def in_a_text(named: str) -> list[dict[str, int]]:
    """The keys of every clause, of its other wordings, of its comments."""
    clauses = [{"pk": clause.agreement_id, "clause_pk": clause.pk} for clause in Clause.objects.all()]
    if named == "variant":
        return [{**keys, "variant_pk": model.pk} for keys in clauses for model in ClauseModel.objects.all()]
    if named == "comment":
        return [{"pk": row.agreement_id, "clause_pk": row.clause_id, "comment_pk": row.pk} for row in ClauseComment.objects.all()]
    return clauses


def slugs_of(named: str, parts: list[str]) -> list[str]:
    """Every step of an object with a lifecycle; every part of a profile."""
    return [step.slug for step in LIFECYCLES[named].transitions] if named in LIFECYCLES else list(PART_FORMS) if named == "institution" else parts[1:]


def variants() -> Iterator[str]:
    """Lists, exports and searches with the word that would find the rows."""
    for name in LISTS:
        yield from (f"{reverse(name)}?{query}" for query in (f"q={KEY}", "export=csv", "export=xlsx", f"q={KEY}&export=csv", "page=2", "sort=-code", "lang=fr"))
    yield from (f"/reports/{figure.slug}/?export={kind}" for figure in (*HEADLINES, ACTIVITIES) for kind in ("csv", "xlsx"))
    for name in (name for name in ROWS if name.endswith("-list")):
        yield from (f"{reverse(name)}?{query}" for query in (f"search={KEY}", f"q={KEY}", "page_size=500", "format=api"))
    for pk in Partnership.objects.values_list("pk", flat=True):
        yield from (f"/activities/new/?partnership={pk}&{query}" for query in ("like=last", "mode=plan"))


def has_fragment(address: str) -> bool:
    """Whether a part of the page can be asked for alone; `test_templates.py` sees to it that no other page has one."""
    try:
        return "export=" not in address and resolve(urlsplit(address).path).url_name in FRAGMENTED
    except Resolver404:
        return False


def crawl(client: Client) -> Iterator[tuple[str, str]]:
    """Ask for all that is known and all that is linked, pages as a fragment too: (status and address, what was said)."""
    client.raise_request_exception = False
    known = {*addresses(), *variants()}
    waiting, seen, questions = sorted(known), set(), Counter()
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("/admin/", "/static/", "/logout/")):
            continue
        seen.add(address)
        asked = urlsplit(address)
        if asked.query and address not in known:  # what pages link to themselves by: orders, pages, chips that drop a filter
            questions[asked.path] += 1
            if questions[asked.path] > QUESTIONS:
                continue
        for headers in ({}, {"HX-Request": "true"}) if has_fragment(address) else ({},):
            response = client.get(address, headers=headers)
            text = said(response)
            yield f"{response.status_code} {address}", text
            if "?" not in address and response.headers.get("Content-Type", "").startswith("text/html"):
                links = [urlsplit(urljoin(address, unescape(link))) for link in re.findall(r'(?:href|action)="([^"]+)"', text)]
                waiting += [f"{link.path}?{link.query}" if link.query else link.path for link in links if not link.netloc and "lang=" not in link.query]
    assert len(seen) > 150


def leaks(client: Client, *words: str) -> set[str]:
    """The addresses that say one of `words`, and those that broke: a page that fails has not been looked at."""
    return {address for address, text in crawl(client) if address.startswith("5") or any(form in text for form in forms_of(*words))}


def test_stranger_finds_nothing_by_reading(client, cast):
    """Neither the word, nor a code, nor a link to what he may not see."""
    activity, evaluation = spill(cast)
    links = [f'href="{row.get_absolute_url()}"' for row in (cast.partnership, cast.agreement, activity, evaluation)]
    client.force_login(cast.hani)

    assert leaks(client, SECRET, "QZX-071", cast.partnership.code, str(activity.uid), str(cast.agreement.uid), *links) == set()


def test_officer_finds_the_word_wherever_it_belongs(client, cast):
    """Otherwise the test above could not fail."""
    activity, evaluation = spill(cast)
    written = Clause.objects.filter(text_fr=SECRET).latest("pk")
    root = written.agreement.get_absolute_url()
    client.force_login(cast.amal)
    pages = [
        cast.partnership.get_absolute_url(), cast.agreement.get_absolute_url(), activity.get_absolute_url(), evaluation.get_absolute_url(),
        f"/evaluations/{evaluation.pk}/review/", written.get_absolute_url(), f"{root}text/", f"{root}changes/?from=0", f"{root}text.docx", f"/api/v1/partnerships/{cast.partnership.pk}/", f"/api/v1/activities/{activity.pk}/",
        cast.host.get_absolute_url(), *(row.get_absolute_url() for row in (NeedsAssessment.objects.get(), *Interest.objects.exclude(status="draft"))),
        "/needs/?export=csv", "/offers/?export=csv", "/interests/?export=csv",
        f"/api/v1/activities/?search={KEY}", *(f"/documents/{attachment.pk}/" for attachment in Attachment.objects.filter(media_type="application/pdf")),
    ]  # fmt: skip

    assert [page for page in pages if SECRET not in said(client.get(page))] == []
    rows = {"partnerships": cast.partnership, "agreements": cast.agreement, "activities": activity, "evaluations": evaluation, "search": cast.partnership}
    assert [name for name, row in rows.items() if f'href="{row.get_absolute_url()}"' not in said(client.get(f"{reverse(name)}?q={KEY}"))] == []
    files = [f"/{name}/?q={KEY}&export={kind}" for name in ("partnerships", "agreements", "activities", "evaluations") for kind in ("csv", "xlsx")]
    assert [file for file in [*files, "/reports/missions/?export=xlsx"] if cast.partnership.code not in said(client.get(file))] == []


def everything() -> list[list[dict]]:
    models = (
        Partnership,
        Agreement,
        Activity,
        Evaluation,
        Change,
        Attachment,
        Institution,
        Department,
        Need,
        Offer,
        NeedsAssessment,
        Interest,
        VisitorFile,
        VisitorPaper,
        FollowUpCase,
        FollowUpCheck,
        Placement,
    )
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_stranger_changes_and_learns_nothing_by_writing(client, cast):
    spill(cast)
    before = everything()
    client.force_login(cast.hani)
    form = {"reason": "سبب", "stage": "submit", "signed_on": "01/01/2026", "opinion": "favourable", "title": "جلسة", "figure": "1:consultations"}
    own = [row.get_absolute_url() for model in (Partnership, Agreement) for row in model.objects.visible_to(cast.hani)]
    own += [f"/offers/{offer.pk}/" for offer in Offer.objects.visible_to(cast.hani)]
    own += [f"/reports/documents/{run.pk}/" for run in ReportRun.objects.visible_to(cast.hani)]
    own += [run.get_absolute_url() for run in ReportRun.objects.visible_to(cast.hani)]
    own += [path for notice in cast.hani.notices.all() for path in (f"/notifications/{notice.pk}/", f"/n/{notice.message_id}/")]
    open_to_all = (*own, "/institutions/", "/regions/")
    targets = {address for address in addresses() if re.search(r"/\d+/|/n/", address) and not address.removeprefix("/api/v1").startswith(open_to_all)}
    wrong = []
    for address in sorted(targets):
        in_api = address.startswith("/api/")
        for method in ("post", "put", "patch", "delete") if in_api else ("post",):
            answer = getattr(client, method)(address, form, **({"content_type": "application/json"} if in_api else {}))
            if answer.status_code not in {404, 405} or any(word in said(answer) for word in forms_of(SECRET, cast.partnership.code)):
                wrong.append((method, address, answer.status_code))

    register = {address for address in addresses() if address.startswith(f"{cast.host.get_absolute_url()}") and address != cast.host.get_absolute_url()}
    wrong += [(address, answer) for address in sorted(register) if (answer := client.post(address, form).status_code) not in {403, 404, 405}]

    assert len(targets) > 60
    assert len(register) > 10
    assert wrong == []
    assert everything() == before


@pytest.mark.parametrize("whose", [1, 2])
def test_uid_of_somebody_else_is_refused_without_what_it_names(client, cast, whose):
    """Repeating a number that one has seen somewhere gives away nothing, whether the partnership named is one's own or not."""
    activity, _evaluation = spill(cast)
    partnership = cast.partnership if whose == 1 else Partnership.objects.visible_to(cast.hani).order_by("pk")[0]
    client.force_login(cast.hani)
    day = today().isoformat()
    body = {"uid": str(activity.uid), "kind": "surgical", "partnership": partnership.code, "starts_on": day, "ends_on": day}
    body["results"] = [{"site": cast.elsewhere.code, "specialty": "urology", "consultations": 3}]

    answer = client.post("/api/v1/activities/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "uid_taken")
    assert not any(word in said(answer) for word in forms_of(SECRET))
    assert "current" not in answer.json()


def test_answers_that_are_only_saved_stay_hidden_after_the_due_day(client, cast):
    """All that one side answers alone: `evaluation/test_secrecy.py`. The due day opens what was handed in, never a draft."""
    factories.questionnaire(3)
    evaluation = Evaluation.objects.get(activity=factories.validated(cast))
    answers = {criterion.pk: (1, ALONE) for criterion in evaluation.questionnaire.criteria.all()}
    save_answers(evaluation, by=cast.badr, answers=answers, remarks=ALONE)
    Evaluation.objects.update(due_on=today() - timedelta(days=1))

    for who in (cast.dalia, cast.amal, cast.essam):
        client.force_login(who)
        for page in ("", "answer/", "review/"):
            assert ALONE not in said(client.get(f"{evaluation.get_absolute_url()}{page}")), (who, page)


def test_answers_of_one_side_are_not_reviewed_before_the_other_has_handed_in(client, cast):
    """The joint review reads both; its page is no way round for a person of the other side, nor for anybody else."""
    factories.questionnaire(3)
    evaluation = Evaluation.objects.get(activity=factories.validated(cast))
    answers = {criterion.pk: (1, ALONE) for criterion in evaluation.questionnaire.criteria.all()}
    save_answers(evaluation, by=cast.badr, answers=answers, remarks=ALONE, submit=True)
    Membership.objects.create(user=cast.dalia, role=Role.EVALUATOR, partnership=cast.partnership, valid_from=today())
    shown = set()
    for who in (cast.dalia, cast.essam, cast.amal):
        client.force_login(who)
        shown |= {(str(who), page) for page in ("", "review/") if ALONE in said(client.get(f"{evaluation.get_absolute_url()}{page}"))}

    assert shown == set()


def test_reader_of_figures_who_also_coordinates_sees_rows_of_the_own_partnerships_only(client, cast):
    """Two roles in one person: the figures of the nation, but the rows behind them only within what may be seen."""
    factories.validated(cast)
    both = person("both", Role.COORDINATOR, institution=cast.elsewhere)
    Membership.objects.create(user=both, role=Role.OBSERVER, valid_from=today())
    client.force_login(both)

    pages = [f"/reports/{figure.slug}/{ending}" for figure in (*HEADLINES, ACTIVITIES) for ending in ("", "?export=csv", "?export=xlsx")]

    assert [page for page in pages if cast.partnership.code in said(client.get(page))] == []
