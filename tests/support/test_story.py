"""The whole life of a request over the pages' own requests: from an open need to the closed file, and the block by what is owed in between."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.formats import today
from support.models import Budget, Justification, SupportRequest, Tranche
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def acts(client, cast):
    """`acts(who, address, form)` posts as somebody and follows; the page that comes of it."""

    def act(who: str, address: str, form: dict | None = None) -> str:
        client.force_login(cast.people[who])
        response = client.get(address) if form is None else client.post(address, form, follow=True)
        assert response.status_code == 200, (who, address, response.context and response.context["form"].errors)
        return response.content.decode()

    return act


def asked(cast, need, title: str) -> dict:
    return {
        "uid": str(uuid.uuid4()), "kind": "equipment", "title": title, "reasons": "نقص في القاعة", "currency": "DZD", "partnership": cast.partnership.pk,
        "needs": [need.pk] if need else [], "lines": "3", "line-0-text": "حاضنة", "line-0-quantity": "٢", "line-0-unit_price": "150 000,00",
    }  # fmt: skip


def test_request_goes_from_the_need_to_the_closed_file(acts, cast):
    budget = Budget.objects.create(year=today().year, source="state", name="التوأمة", amount=1_000_000)
    need = factories.need(cast, specialty=cast.specialties[0], kind="equipment")

    assert f'value="{need.pk}"' in acts("badr", "/support/new/")
    acts("badr", "/support/new/", asked(cast, need, "حاضنات"))
    request = SupportRequest.objects.get()
    root = request.get_absolute_url()
    assert f"{root}steps/submit/" not in acts("badr", root)  # the director's
    assert f"{root}steps/submit/" in acts("ziad", root)
    acts("ziad", f"{root}steps/submit/", {})
    assert f"{root}opinions/technical/" in acts("amal", root)
    acts("amal", f"{root}opinions/technical/", {"stance": "favourable", "text": "مطابق"})
    acts("fatma", f"{root}opinions/financial/", {"stance": "favourable", "amount": "280000"})
    acts("hoda", f"{root}grant/", {"amount": "300000", "budget": budget.pk, "tranche_1": "200000", "tranche_2": "100000"})
    first, second = Tranche.objects.order_by("number")
    day = today().strftime("%d/%m/%Y")
    for tranche in (first, second):
        due = (today() + timedelta(days=90)).strftime("%d/%m/%Y")
        acts("fatma", f"{root}tranches/{tranche.pk}/pay/", {"paid_on": day, "reference": f"OV-{tranche.number}", "justify_by": due})

    Tranche.objects.filter(pk=first.pk).update(justify_by=today() - timedelta(days=1))
    acts("badr", "/support/new/", asked(cast, None, "طلب ثان"))
    other = SupportRequest.objects.get(title="طلب ثان").get_absolute_url()
    page = acts("ziad", other)
    assert f"{root}tranches/{first.pk}/justify/" in page  # what is owed, and the way to it
    acts("ziad", f"{other}steps/submit/", {})
    assert SupportRequest.objects.get(title="طلب ثان").status == "draft"

    for tranche in (first, second):
        bill = SimpleUploadedFile("facture.pdf", factories.paper(), "application/pdf")
        form = {"uid": str(uuid.uuid4()), "amount": str(tranche.amount), "note": "فواتير", "file": bill}
        acts("badr", f"{root}tranches/{tranche.pk}/justify/", form)
    acts("ziad", f"{other}steps/submit/", {})
    assert SupportRequest.objects.get(title="طلب ثان").status == "submitted"

    handed, returned = Justification.objects.order_by("pk")
    acts("fatma", f"{root}justifications/{returned.pk}/", {"verdict": "return", "remark": "تنقص الفاتورة"})
    assert "تنقص الفاتورة" in acts("badr", root)
    bill = SimpleUploadedFile("facture.pdf", factories.paper(), "application/pdf")
    acts("badr", f"{root}tranches/{second.pk}/justify/", {"uid": str(uuid.uuid4()), "amount": "100000", "note": "كاملة", "file": bill})
    for justification in (handed, Justification.objects.latest("pk")):
        acts("fatma", f"{root}justifications/{justification.pk}/", {"verdict": "accept"})
    request.refresh_from_db()
    assert request.status == "justified"
    assert f"{root}steps/close/" in acts("fatma", root)
    acts("fatma", f"{root}steps/close/", {})
    request.refresh_from_db()
    assert request.status == "closed"


def test_same_form_sent_again_with_other_lines_says_that_it_was_saved_before(client, cast):
    form = asked(cast, None, "حاضنات")
    client.force_login(cast.badr)

    first, second = (client.post("/support/new/", form) for _time in range(2))
    third = client.post("/support/new/", {**form, "line-0-quantity": "3"})

    kept = SupportRequest.objects.get()
    assert first["Location"] == second["Location"] == kept.get_absolute_url()
    assert (third.status_code, kept.lines.get().quantity) == (400, 2)
    assert f'<a href="{kept.get_absolute_url()}">' in third.content.decode()
    assert 'value="3"' in third.content.decode()


def test_number_of_another_institutions_request_is_refused_without_a_word_about_it(client, cast):
    form = asked(cast, None, "حاضنات")
    client.force_login(cast.badr)
    client.post("/support/new/", form)
    client.force_login(cast.dalia)

    answer = client.post("/support/new/", form)

    assert (answer.status_code, SupportRequest.objects.count()) == (400, 1)
    assert SupportRequest.objects.get().get_absolute_url() not in answer.content.decode()


def test_advice_is_asked_without_lines_or_money(client, cast):
    client.force_login(cast.ziad)
    address = "/support/new/?kind=guidance"
    page = client.get(address).content.decode()
    assert 'name="line-0-text"' not in page
    assert 'name="rate"' not in page

    answer = client.post(address, {"kind": "guidance", "currency": "DZD", "title": "اتفاقية إطار", "reasons": "كيف تُجدد اتفاقية إطار؟"})

    request = SupportRequest.objects.get()
    assert answer["Location"] == request.get_absolute_url()
    assert (request.kind, request.reasons, request.lines.count()) == ("guidance", "كيف تُجدد اتفاقية إطار؟", 0)
    edit = client.get(f"{request.get_absolute_url()}edit/").content.decode()
    assert 'name="line-0-text"' not in edit
