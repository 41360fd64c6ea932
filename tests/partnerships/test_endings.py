"""Signing by all parties, amending, renewing, giving notice, terminating; the reminders around them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.actions import transition_activity
from activities.lifecycle import ACTIVITY
from activities.rules import covering_agreement
from core.formats import day, today
from core.lifecycle import TransitionRefused, apply
from core.models import Change, Notice
from evaluation.models import ReminderRule
from evaluation.reminders import send_due
from partnerships.actions import draft_agreement, sign_agreement, transition_agreement
from partnerships.actions.amendments import draft_amendment, reword_clause, sign_amendment, text_on, transition_amendment
from partnerships.actions.endings import give_notice, record_party_signature, renew_agreement, terminate_agreement
from partnerships.lifecycle import AGREEMENT, AMENDMENT
from partnerships.models import Agreement, AgreementVisa, Amendment, Clause, Signatory
from tests.factories import paper, planned

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.pdf", paper())


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def approved(cast) -> Agreement:
    agreement = draft_agreement(cast.partnership, by=cast.badr, kind="convention", starts_on=today() + 600 * DAY, ends_on=today() + 900 * DAY)
    Clause.objects.create(agreement=agreement, order=1, heading_ar="الموضوع", text_ar="نص", text_fr="Texte")
    Signatory.objects.create(agreement=agreement, institution=cast.host, name="زياد", capacity="المدير")
    Signatory.objects.create(agreement=agreement, institution=cast.partner, name="ياسمين", capacity="المديرة")
    AgreementVisa.objects.bulk_create(AgreementVisa(agreement=agreement, institution_id=pk, by=cast.ziad) for pk in cast.partnership.party_ids)
    Agreement.objects.filter(pk=agreement.pk).update(status="review")
    return transition_agreement(fresh(agreement), AGREEMENT["approve"], by=cast.hoda)


def amendment(cast, **more) -> Amendment:
    given = {"subject": "تعديل التكفل", "effective_on": today() + 10 * DAY, **more}
    return draft_amendment(cast.agreement, by=cast.badr, **given)


def clause(cast) -> Clause:
    return Clause.objects.create(agreement=cast.agreement, order=1, heading_ar="المال", text_ar="يتحمل الطرف الأول السفر.", text_fr="Le premier paie.")


def refused(code: str):
    class Refused:
        def __enter__(self):
            self.caught = pytest.raises(TransitionRefused)
            self.info = self.caught.__enter__()

        def __exit__(self, *error):
            swallowed = self.caught.__exit__(*error)
            assert self.info.value.code == code
            return swallowed

    return Refused()


def test_paper_is_signed_once_every_party_has_its_day(cast):
    agreement = approved(cast)
    first, second = agreement.signatories.all()
    record_party_signature(first, by=cast.ziad, signed_on=today())

    with refused("signature_missing"):
        sign_agreement(fresh(agreement), by=cast.amal, signed_on=today(), scan=scan())
    record_party_signature(second, by=cast.yasmine, signed_on=today())
    sign_agreement(fresh(agreement), by=cast.amal, signed_on=today(), scan=scan())

    assert fresh(agreement).status == "signed"
    assert Change.objects.filter(verb="party_signed").count() == 2


def test_page_of_the_signature_says_whose_day_is_missing_before_anything_is_uploaded(client, cast):
    agreement = approved(cast)
    first, second = agreement.signatories.all()
    record_party_signature(first, by=cast.ziad, signed_on=today())
    client.force_login(cast.amal)
    address = f"{agreement.get_absolute_url()}sign/"

    page = client.get(address).content.decode()
    assert f'href="/signatories/{second.pk}/signed/"' in page
    assert f'href="/signatories/{first.pk}/signed/"' not in page
    early = client.post(address, {"signed_on": (today() - DAY).strftime("%d/%m/%Y"), "scan": scan()})
    assert list(early.context["form"].errors) == ["signed_on"]


@pytest.mark.parametrize(("days", "code"), [(1, "signed_in_future"), (-1, "signed_before_approval")])
def test_party_does_not_sign_ahead_or_before_the_approval(cast, days, code):
    person = approved(cast).signatories.first()

    with refused(code):
        record_party_signature(person, by=cast.ziad, signed_on=today() + days * DAY)
    assert Signatory.objects.filter(signed_on=None).count() == 2


def test_amendment_is_worded_reviewed_signed_and_holds_from_its_day(cast):
    text, made = clause(cast), amendment(cast)
    reword_clause(made, text, {"ar": "تتحمل الوزارة السفر.", "fr": "Le ministère paie."}, by=cast.badr)
    transition_amendment(made, AMENDMENT["submit"], by=cast.dalia)
    assert set(Notice.objects.filter(event="amendment_to_sign").values_list("recipient", flat=True)) == {cast.amal.pk, cast.hoda.pk}

    sign_amendment(made, by=cast.amal, signed_on=today(), scan=scan())

    assert Amendment.objects.get().status == "signed"
    assert not Amendment.objects.get().is_effective
    assert text_on(cast.agreement, today()) == {}
    assert text_on(cast.agreement, today() + 10 * DAY)[text.pk].text_ar == "تتحمل الوزارة السفر."
    assert Clause.objects.get().text_ar == "يتحمل الطرف الأول السفر."


def test_one_amendment_is_open_at_a_time(cast):
    first = amendment(cast)

    with refused("amendment_open"):
        amendment(cast)
    transition_amendment(first, AMENDMENT["abandon"], by=cast.badr, reason="لم يعد لازماً")
    assert amendment(cast).number == 2


def test_nothing_but_suspension_and_termination_while_an_amendment_is_open(cast):
    amendment(cast)
    apply(cast.agreement, AGREEMENT["suspend"], by=cast.hoda, reason="تعليق")

    with refused("amendment_open"):
        apply(fresh(cast.agreement), AGREEMENT["resume"], by=cast.hoda, reason="استئناف")
    terminate_agreement(fresh(cast.agreement), by=cast.hoda, from_day=today(), reason="باتفاق الطرفين", document=scan(), by_consent=True)
    assert fresh(cast.agreement).status == "terminated"


def test_amendment_that_prolongs_moves_the_end_when_it_is_signed(cast):
    before = cast.agreement.ends_on
    made = amendment(cast, ends_on=before + 90 * DAY)
    transition_amendment(made, AMENDMENT["submit"], by=cast.badr)
    assert fresh(cast.agreement).ends_on == before

    sign_amendment(made, by=cast.amal, signed_on=today(), scan=scan())

    assert fresh(cast.agreement).ends_on == before + 90 * DAY


@pytest.mark.parametrize(("given", "code"), [({"effective_on": today() - 2000 * DAY}, "outside"), ({"ends_on": today() - DAY}, "end_before_start")])
def test_amendment_with_impossible_days_is_refused(cast, given, code):
    with refused(code):
        amendment(cast, **given)
    assert Amendment.objects.count() == 0


def test_empty_amendment_is_not_handed_in_and_a_clause_needs_every_language(cast):
    made, text = amendment(cast), clause(cast)

    with refused("nothing_changes"):
        transition_amendment(made, AMENDMENT["submit"], by=cast.badr)
    with refused("text_missing"):
        reword_clause(made, text, {"ar": "نص"}, by=cast.badr)


def test_draft_of_an_amendment_is_edited_and_one_without_clauses_is_amended_by_its_paper(client, cast):
    made = amendment(cast)
    client.force_login(cast.badr)
    address = f"{made.get_absolute_url()}edit/"
    typed = {"subject": "تعديل المرافقة", "effective_on": (today() + 20 * DAY).strftime("%d/%m/%Y"), "version": made.version}

    assert f'href="{address}"' in client.get(made.get_absolute_url()).content.decode()
    assert client.post(address, typed).status_code == 302
    changed = Amendment.objects.get()
    assert (changed.subject, changed.effective_on, changed.ends_on) == ("تعديل المرافقة", today() + 20 * DAY, None)
    stale = client.post(address, {**typed, "subject": "غيره"})
    assert (stale.status_code, bool(stale.context["differences"])) == (400, True)
    transition_amendment(changed, AMENDMENT["submit"], by=cast.badr)
    assert client.get(address).status_code == 302
    assert client.post(address, {**typed, "version": changed.version}).status_code == 400


def test_renewal_follows_the_old_agreement_and_is_begun_once(cast):
    start = cast.agreement.ends_on + DAY
    renewal = renew_agreement(fresh(cast.agreement), by=cast.badr, starts_on=start, ends_on=start + 365 * DAY)

    assert (renewal.renews, renewal.kind, renewal.languages) == (cast.agreement, cast.agreement.kind, cast.agreement.languages)
    with refused("renewal_there"):
        renew_agreement(fresh(cast.agreement), by=cast.dalia, starts_on=start, ends_on=start + 365 * DAY)


def test_termination_waits_for_the_notice_unless_all_agree(cast):
    with refused("notice_missing"):
        terminate_agreement(cast.agreement, by=cast.hoda, from_day=today() + 90 * DAY, reason="سبب", document=scan())
    give_notice(cast.agreement, by=cast.ziad, given_on=today(), reason="نقص الإمكانيات")
    give_notice(cast.agreement, by=cast.yasmine, given_on=today(), reason="مرة أخرى")
    with refused("notice_too_short"):
        terminate_agreement(fresh(cast.agreement), by=cast.hoda, from_day=today() + 29 * DAY, reason="سبب", document=scan())

    terminate_agreement(fresh(cast.agreement), by=cast.hoda, from_day=today() + 30 * DAY, reason="سبب", document=scan())

    ended = fresh(cast.agreement)
    assert (ended.status, ended.phase, ended.terminated_on) == ("terminated", "in_force", today() + 30 * DAY)
    assert Agreement.objects.in_force().filter(pk=ended.pk).exists()
    assert not Agreement.objects.in_force(today() + 30 * DAY).filter(pk=ended.pk).exists()
    assert Change.objects.filter(verb="notice").count() == 1
    assert not Agreement.objects.ending_within(28).filter(pk=ended.pk).exists()
    assert Agreement.objects.ending_within(29).by_last_day().get(pk=ended.pk).last_day == today() + 29 * DAY


def test_no_day_after_the_termination_is_planned_or_approved_under_the_agreement(cast):
    planned_before = planned(cast, starts_in=60)
    transition_activity(planned_before, ACTIVITY["submit"], by=cast.badr)
    terminate_agreement(cast.agreement, by=cast.hoda, from_day=today() + 30 * DAY, reason="باتفاق الطرفين", document=scan(), by_consent=True)

    assert covering_agreement(cast.partnership, today() + 28 * DAY, today() + 29 * DAY) == cast.agreement
    assert covering_agreement(cast.partnership, today() + 28 * DAY, today() + 30 * DAY) is None
    with pytest.raises(ValidationError):
        planned(cast, starts_in=40)
    with refused("outside_agreement"):
        transition_activity(planned_before, ACTIVITY["approve"], by=cast.amal)


@pytest.mark.parametrize(("who", "code"), [("badr", "not_allowed"), ("hani", "not_allowed"), ("amal", "not_allowed")])
def test_notice_is_given_by_a_director_or_the_head(cast, who, code):
    with refused(code):
        give_notice(cast.agreement, by=cast.people[who], given_on=today(), reason="سبب")


def test_termination_needs_its_document_and_a_reason(cast):
    with refused("document_missing"):
        terminate_agreement(cast.agreement, by=cast.hoda, from_day=today(), reason="سبب", by_consent=True)
    with refused("reason_missing"):
        terminate_agreement(cast.agreement, by=cast.hoda, from_day=today(), reason=" ", document=scan(), by_consent=True)


def test_story_of_an_ending_by_page(client, cast):
    base = cast.agreement.get_absolute_url()
    client.force_login(cast.badr)
    made = client.post(
        f"{base}amendments/new/",
        {"subject": "تمديد", "effective_on": today().strftime("%d/%m/%Y"), "ends_on": (cast.agreement.ends_on + 30 * DAY).strftime("%d/%m/%Y")},
    )
    paper = Amendment.objects.get()
    assert made["Location"] == paper.get_absolute_url()
    assert client.get(base).status_code == client.get(paper.get_absolute_url()).status_code == 200
    assert client.post(f"{paper.get_absolute_url()}steps/submit/").status_code == 302
    client.force_login(cast.amal)
    wrong = client.post(f"{paper.get_absolute_url()}sign/", {"signed_on": (today() + DAY).strftime("%d/%m/%Y"), "scan": scan()})
    assert wrong.status_code == 400
    assert client.post(f"{paper.get_absolute_url()}sign/", {"signed_on": today().strftime("%d/%m/%Y"), "scan": scan()}).status_code == 302
    client.force_login(cast.ziad)
    assert client.post(f"{base}notice/", {"given_on": today().strftime("%d/%m/%Y"), "reason": "انتهى الغرض"}).status_code == 302
    client.force_login(cast.hoda)
    late = {"from_day": (today() + 40 * DAY).strftime("%d/%m/%Y"), "reason": "انتهى الغرض", "document": scan()}
    assert client.post(f"{base}terminate/", late).status_code == 302

    assert fresh(cast.agreement).status == "terminated"
    assert Amendment.objects.get().status == "signed"
    client.force_login(cast.hani)
    assert client.get(paper.get_absolute_url()).status_code == 404


def test_page_says_from_which_day_a_termination_by_consent_takes_effect(client, cast):
    from_day = today() + 30 * DAY
    terminate_agreement(cast.agreement, by=cast.hoda, from_day=from_day, reason="باتفاق الطرفين", document=scan(), by_consent=True)
    client.force_login(cast.badr)

    notice = client.get(cast.agreement.get_absolute_url()).content.decode().split('<div class="notice is-wait">')[1].split("</p>")[0]

    assert day(from_day) in notice


def rule(trigger: str, offsets: str) -> None:
    ReminderRule.objects.create(code="T1", trigger=trigger, name_ar="قاعدة", offsets=offsets, audience="directors")


def test_last_day_for_notice_of_a_tacit_renewal_is_reminded_once(cast):
    rule("tacit_renewal_notice", "-30|-7")
    working_day = cast.agreement.ends_on - 30 * DAY - 6 * DAY
    while working_day.weekday() in {4, 5}:
        working_day -= DAY
    Agreement.objects.filter(pk=cast.agreement.pk).update(renewal="tacit")

    first, again = send_due(working_day), send_due(working_day)

    assert (first, again) == (2, 0)
    give_notice(fresh(cast.agreement), by=cast.ziad, given_on=today(), reason="سبب")
    Notice.objects.all().delete()
    assert send_due(working_day + DAY) == 0


def test_approved_paper_that_nobody_signs_is_reminded(cast):
    rule("approved_unsigned", "15")
    approved(cast)

    assert send_due(today() + 14 * DAY) == 0
    assert send_due(today() + 15 * DAY) == 2


def test_papers_that_wait_come_with_the_longest_first(client, cast):
    first, second = (
        approved(cast),
        draft_agreement(cast.partnership, by=cast.badr, kind="convention", starts_on=today() + 1000 * DAY, ends_on=today() + 1100 * DAY),
    )
    transition_agreement(second, AGREEMENT["negotiate"], by=cast.badr)
    client.force_login(cast.amal)

    page = client.get("/agreements/?waiting=yes").content.decode()
    file = b"".join(client.get("/agreements/?waiting=yes&export=csv").streaming_content).decode()

    assert page.index(first.get_absolute_url()) < page.index(second.get_absolute_url())
    assert cast.agreement.get_absolute_url() not in page
    assert len(file.strip().splitlines()) == 3
