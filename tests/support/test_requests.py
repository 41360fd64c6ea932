"""A request for support from the need to the closed justification; nothing is paid twice, nothing above what was granted."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from core.models import Notice
from core.money import CURRENCY_WORDS, in_home_currency, money, rounded
from support import actions
from support.lifecycle import SUPPORTREQUEST
from support.models import Budget, SupportRequest, Tranche
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def budget(db):
    return Budget.objects.create(year=today().year, source="state", name="التوأمة", amount=Decimal(1_000_000))


def decided(cast, budget, amount=300_000, tranches=()):
    request = actions.submit_request(factories.support(cast), by=cast.ziad)
    actions.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    actions.give_opinion(request, "financial", by=cast.fatma, stance="reserved", text="ثمن مرتفع", amount=Decimal(280_000))
    return actions.grant_request(request, by=cast.hoda, amount=Decimal(amount), budget=budget, first_tranches=tranches)


def code_of(call) -> str:
    with pytest.raises(TransitionRefused) as refusal:
        call()
    return refusal.value.code


def test_whole_life_of_a_request(cast, budget):
    request = decided(cast, budget, tranches=[(Decimal(200_000), None), (Decimal(100_000), today() + timedelta(days=60))])
    first, second = request.tranches.all()
    actions.pay_tranche(first, by=cast.fatma, paid_on=today(), reference="OV-1")
    actions.pay_tranche(second, by=cast.fatma, paid_on=today(), reference="OV-2")
    assert request.status == "paid"
    for tranche in (first, second):
        handed = actions.justify(tranche, by=cast.badr, amount=tranche.amount, note="فواتير")
        actions.check_justification(handed, by=cast.fatma, accepts=True)
    request.refresh_from_db()
    assert request.status == "justified"
    actions.transition_request(request, SUPPORTREQUEST["close"], by=cast.fatma)

    assert request.status == "closed"
    assert [line.verb for line in trail(request)][:3] == ["close", "justify", "accept_justification"]
    row = SupportRequest.objects.with_totals().get(pk=request.pk)
    assert (row.asked, row.paid, row.justified) == (300_000, 300_000, 300_000)
    told = set(Notice.objects.filter(object_type="support.supportrequest").values_list("event", "recipient__name"))
    assert {("support_submitted", "Amal"), ("support_to_finance", "Fatma"), ("support_to_decide", "Hoda"), ("support_granted", "Ziad")} <= told


def test_overdue_justification_blocks_the_next_request_until_it_is_handed_in(cast, budget):
    request = decided(cast, budget)
    (tranche,) = request.tranches.all()
    actions.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")
    next_one = factories.support(cast, title="طلب آخر")
    Tranche.objects.update(justify_by=today() - timedelta(days=1))

    assert code_of(lambda: actions.submit_request(next_one, by=cast.ziad)) == "justification_overdue"

    handed = actions.justify(tranche, by=cast.badr, amount=tranche.amount, note="فواتير")
    assert actions.submit_request(next_one, by=cast.ziad).status == "submitted"
    actions.check_justification(handed, by=cast.fatma, accepts=False, remark="ناقصة")
    another = factories.support(cast, title="ثالث")
    assert code_of(lambda: actions.submit_request(another, by=cast.ziad)) == "justification_overdue"
    advice = factories.support(cast, kind="guidance", title="سؤال", lines=[])
    assert actions.submit_request(advice, by=cast.ziad).status == "submitted"


def test_payment_happens_once_and_never_above_the_grant(cast, budget):
    request = decided(cast, budget)
    (tranche,) = request.tranches.all()
    same = Tranche.objects.get(pk=tranche.pk)
    actions.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")

    assert code_of(lambda: actions.pay_tranche(same, by=cast.fatma, paid_on=today(), reference="OV-2")) == "paid_already"
    assert Tranche.objects.get(pk=tranche.pk).reference == "OV-1"
    assert code_of(lambda: actions.justify(tranche, by=cast.badr, amount=tranche.amount + 1, note="…")) == "amount_wrong"
    assert code_of(lambda: actions.justify(tranche, by=cast.badr, amount=Decimal(-1), note="…")) == "amount_wrong"
    uid = uuid.uuid4()
    once = actions.justify(tranche, by=cast.badr, amount=Decimal(200_000), note="…", uid=uid)
    assert actions.justify(tranche, by=cast.badr, amount=Decimal(200_000), note="…", uid=uid) == once
    assert code_of(lambda: actions.justify(tranche, by=cast.badr, amount=Decimal(100_000), note="…", uid=uid)) == "uid_reused"
    assert code_of(lambda: actions.justify(tranche, by=cast.badr, amount=Decimal(100_001), note="…")) == "amount_wrong"


def test_justification_sent_again_is_compared_with_its_papers(cast, budget):
    (tranche,) = decided(cast, budget).tranches.all()
    actions.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")
    bill = SimpleUploadedFile("facture.pdf", factories.paper(), "application/pdf")
    given = {"by": cast.badr, "amount": Decimal(200_000), "note": "…", "uid": uuid.uuid4()}
    once = actions.justify(tranche, files=[bill], **given)

    assert actions.justify(tranche, files=[bill], **given) == once
    other = SimpleUploadedFile("facture.pdf", factories.paper(2), "application/pdf")
    assert code_of(lambda: actions.justify(tranche, files=[other], **given)) == "uid_reused"


def test_number_of_another_tranches_justification_is_refused(cast, budget):
    first, second = decided(cast, budget, tranches=[(Decimal(200_000), None), (Decimal(100_000), today())]).tranches.all()
    uid = uuid.uuid4()
    for tranche in (first, second):
        actions.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")
    actions.justify(first, by=cast.badr, amount=Decimal(100_000), note="…", uid=uid)

    assert code_of(lambda: actions.justify(second, by=cast.badr, amount=Decimal(100_000), note="…", uid=uid)) == "uid_taken"


def test_grant_stays_within_what_was_asked_and_what_is_left(cast, budget):
    request = actions.submit_request(factories.support(cast), by=cast.ziad)
    actions.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    actions.give_opinion(request, "financial", by=cast.fatma, stance="favourable")

    def grant(amount, **given):
        return lambda: actions.grant_request(request, by=cast.hoda, amount=Decimal(amount), **{"budget": budget, **given})

    assert code_of(grant(300_001)) == "amount_wrong"
    assert code_of(grant("0.001")) == "amount_wrong"
    assert code_of(grant(0)) == "nothing_granted"
    assert code_of(grant(10, budget=None)) == "budget_missing"
    assert code_of(grant(300, first_tranches=[(Decimal(100), None)])) == "tranches_differ"
    for first, second in ((-1, 5), (9, 5)):
        parts = [(Decimal(150), today() + timedelta(days=first)), (Decimal(150), today() + timedelta(days=second))]
        assert code_of(grant(300, first_tranches=parts)) == "planned_wrong"
    Budget.objects.update(amount=299_999)
    budget.refresh_from_db()
    assert code_of(grant(300_000)) == "budget_spent"
    assert actions.committed(budget) == 0
    grant(250_000)()
    assert actions.committed(budget) == 250_000


def test_opinion_against_is_reasoned_and_proposes_no_amount_to_the_head(client, cast, budget):
    request = actions.submit_request(factories.support(cast), by=cast.ziad)
    actions.give_opinion(request, "technical", by=cast.amal, stance="favourable")

    def say(**given):
        return lambda: actions.give_opinion(request, "financial", by=cast.fatma, **given)

    assert code_of(say(stance="against")) == "words_missing"
    assert code_of(say(stance="reserved", text="ثمن مرتفع", amount=Decimal(300_001))) == "amount_wrong"
    say(stance="against", text="خارج الأولويات", amount=Decimal(1000))()
    client.force_login(cast.hoda)
    assert client.get(f"{request.get_absolute_url()}grant/").context["form"]["amount"].value() is None


def test_head_reads_what_another_currency_comes_to_at_home(client, cast, budget):
    given = {"currency": "EUR", "rate": Decimal(150), "rate_on": today(), "rate_source": "بنك الجزائر"}
    request = actions.submit_request(factories.support(cast, lines=[actions.Line("جهاز", 1, Decimal("12000.5"))], **given), by=cast.ziad)
    actions.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    actions.give_opinion(request, "financial", by=cast.fatma, stance="favourable", amount=Decimal(10_000))
    client.force_login(cast.hoda)
    address = f"{request.get_absolute_url()}grant/"

    page = client.get(address).content.decode()
    assert money(Decimal(1_800_075), "DZD") in page
    assert money(Decimal(1_500_000), "DZD") in page
    assert f"({CURRENCY_WORDS['EUR']})" in page
    refusal = client.post(address, {"amount": "10000", "budget": budget.pk}).context["form"].errors["budget"][0]
    assert money(Decimal(1_500_000), "DZD") in refusal


def test_in_kind_is_received_and_closed_without_money(cast, budget):
    request = actions.submit_request(factories.support(cast), by=cast.ziad)
    actions.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    actions.give_opinion(request, "financial", by=cast.fatma, stance="favourable")
    actions.grant_request(request, by=cast.hoda, amount=Decimal(0), in_kind="جهازان من المخزون المركزي")

    actions.confirm_receipt(request, by=cast.badr, note="استلمنا الجهازين")

    assert request.status == "justified"


def test_guidance_is_answered_by_a_named_adviser(cast):
    request = actions.submit_request(factories.support(cast, kind="guidance", lines=[]), by=cast.ziad)

    assert code_of(lambda: actions.assign_adviser(request, by=cast.hoda, adviser=cast.badr)) == "no_adviser"
    actions.assign_adviser(request, by=cast.hoda, adviser=cast.amal)
    actions.answer_request(request, by=cast.amal, answer="ابدأوا بالاتفاقية الإطار")

    assert (request.status, request.adviser) == ("answered", cast.amal)
    assert Notice.objects.filter(event="support_answered", recipient=cast.badr).exists()


def test_coordinator_drafts_the_director_submits(cast):
    request = factories.support(cast)

    assert code_of(lambda: actions.submit_request(request, by=cast.badr)) == "not_allowed"
    assert code_of(lambda: factories.support(cast, by=cast.hani)) == "not_allowed"
    assert code_of(lambda: factories.support(cast, currency="EUR")) == "rate_missing"
    assert code_of(lambda: factories.support(cast, lines=[actions.Line("…", 1, Decimal("0.001"))])) == "too_fine"
    abroad = factories.support(
        cast, currency="EUR", rate=Decimal("145.25"), rate_on=today(), rate_source="بنك الجزائر", lines=[actions.Line("…", 3, Decimal("10.01"))]
    )
    assert abroad.at_home(actions.asked_of(abroad)) == Decimal("4361.86")  # 30.03 × 145.25 = 4361.8575


def test_dinars_of_kuwait_have_three_decimals():
    assert rounded(Decimal("1.0005"), "KWD") == Decimal("1.001")
    assert rounded(Decimal("1.005"), "DZD") == Decimal("1.01")
    assert in_home_currency(Decimal(2), "USD", None) is None
