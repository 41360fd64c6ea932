"""Agreements on paper: PDF, Word, codes, and what the public may know."""

import hashlib
import io
import re
import zipfile
from datetime import date, timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from core.formats import today
from core.lifecycle import TransitionRefused, apply
from core.models import Change, Seal
from core.seals import look_up
from partnerships.actions import draft_agreement
from partnerships.lifecycle import AGREEMENT
from partnerships.models import Agreement, Clause, Signatory
from partnerships.papers.pdf import draft_pdf, issued_pdf, whole
from partnerships.papers.word import word_file
from partnerships.papers.words import duration

pytestmark = pytest.mark.django_db
SIGNER = "هدهد"


def with_text(agreement: Agreement) -> Agreement:
    Clause.objects.create(
        agreement=agreement, order=1, heading_ar="الأطراف", heading_fr="Parties", text_ar="أُبرمت هذه الاتفاقية بين:\n{parties}", text_fr="Entre :\n{parties}"
    )
    Clause.objects.create(
        agreement=agreement,
        order=2,
        heading_ar="المدة",
        heading_fr="Durée",
        text_ar="تسري من {starts_on} إلى {ends_on}.\n\nالهاتف \u2066+213 21 00 00 00\u2069.",
        text_fr="Du {starts_on} au {ends_on}.",
    )
    Clause.objects.create(agreement=agreement, order=3, heading_ar="متروكة", text_ar="لا تظهر", is_included=False)
    Signatory.objects.create(agreement=agreement, institution=agreement.partnership.hosts[0], name=SIGNER, capacity="المدير")
    return whole(Agreement.objects.all()).get(pk=agreement.pk)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_pdf_carries_the_text_in_reading_order_and_is_archival(cast):
    agreement = with_text(cast.agreement)

    pdf = issued_pdf(agreement, ("ar",)).file.read()

    text = " ".join(words_of(pdf).split())
    assert "مستشفى الجنوب" in text
    assert "أبرمت هذه الاتفاقية بين" in text
    assert text.index("الأطراف") < text.index("المدة")
    assert "لا تظهر" not in text
    assert "{" not in text
    assert b"pdfaid" in pdf


def test_two_languages_side_by_side(cast):
    text = words_of(draft_pdf(with_text(cast.agreement), ("ar", "fr")))

    assert "Entre" in text
    assert "تسري من" in text


def test_draft_says_so_on_every_page_and_has_no_code(cast):
    agreement = with_text(draft_agreement(cast.partnership, by=cast.badr, kind="convention", starts_on=date(2031, 1, 1), ends_on=date(2031, 12, 31)))

    with override("en"):
        text = words_of(draft_pdf(agreement, ("fr",)))

    assert not re.search(r"/verify/", text)
    assert Seal.objects.count() == 0
    with pytest.raises(TransitionRefused) as refusal:
        issued_pdf(agreement, ("fr",))
    assert refusal.value.code == "not_final"


def test_agreement_recorded_from_paper_has_no_text_to_issue(client, cast):
    with pytest.raises(TransitionRefused) as refusal:
        issued_pdf(whole(Agreement.objects.all()).get(pk=cast.agreement.pk), ("ar",))
    assert refusal.value.code == "no_text"
    client.force_login(cast.badr)
    assert client.get(f"{cast.agreement.get_absolute_url()}text.pdf").status_code == 404


def test_paper_is_issued_once_and_never_changes(client, cast):
    agreement = with_text(cast.agreement)
    client.force_login(cast.badr)
    address = f"{agreement.get_absolute_url()}text.pdf?language=ar"

    first = b"".join(client.get(address).streaming_content)
    Clause.objects.update(text_ar="نص آخر")
    second = b"".join(client.get(address).streaming_content)

    assert first == second
    assert Seal.objects.count() == 1
    assert Change.objects.filter(verb="issue").count() == 1


def test_public_sees_parties_and_state_and_nobody_by_name(client, cast):
    seal = issued_pdf(with_text(cast.agreement), ("ar",))

    answer = client.get(f"/verify/{seal.code}/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert cast.host.name_ar in page
    assert SIGNER not in page
    apply(cast.agreement, AGREEMENT["suspend"], by=cast.hoda, reason="سبب خفي")
    page = client.get(f"/verify/{seal.code}/").content.decode()
    assert str(Agreement.objects.get(pk=cast.agreement.pk).status_label) in page
    assert "سبب خفي" not in page


def test_public_knows_nothing_before_the_signature(client, cast):
    draft = with_text(
        draft_agreement(cast.partnership, by=cast.badr, kind="convention", starts_on=today() + timedelta(days=900), ends_on=today() + timedelta(days=1000))
    )
    Agreement.objects.filter(pk=draft.pk).update(status="approved")
    seal = issued_pdf(whole(Agreement.objects.all()).get(pk=draft.pk), ("ar",))

    answer = client.get(f"/verify/{seal.code}/")

    assert look_up(seal.code) is None
    assert answer.status_code == 404
    assert cast.host.name_ar not in answer.content.decode()


def test_file_is_compared_by_its_fingerprint_and_not_kept(client, cast):
    seal = issued_pdf(with_text(cast.agreement), ("ar",))
    genuine = seal.file.read()
    seen = []

    for content in (genuine, genuine + b"\n% changed"):
        answer = client.post(f"/verify/{seal.code}/", {"file": SimpleUploadedFile("paper.pdf", content, "application/pdf")})
        seen.append("is-late" in answer.content.decode())
    wrong = client.post(f"/verify/{seal.code}/", {"file": SimpleUploadedFile("x.pdf", b"MZ\x90 a program")})

    assert seen == [False, True]
    assert wrong.status_code == 400
    assert Seal.objects.count() == 1


def test_codes_cannot_be_tried_out_one_after_another(client):
    codes = [client.get(f"/verify/{'0' * 25}{place % 10}/").status_code for place in range(25)]

    assert codes[:20] == [404] * 20
    assert set(codes[20:]) == {429}


def test_typed_code_leads_to_its_page(client, cast):
    seal = issued_pdf(with_text(cast.agreement), ("ar",))

    assert client.get("/verify/", {"code": seal.code.lower()})["Location"] == f"/verify/{seal.code}/"
    assert client.get("/verify/").status_code == 200
    assert client.get("/verify/", {"code": "abc"}).status_code == 400


def test_stranger_gets_neither_pdf_nor_word(client, cast):
    agreement = with_text(cast.agreement)
    client.force_login(cast.hani)

    assert [client.get(f"{agreement.get_absolute_url()}text.{kind}").status_code for kind in ("pdf", "docx")] == [404, 404]


def test_word_file_is_right_to_left(cast):
    content = word_file(with_text(cast.agreement), ("ar", "fr"))

    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "<w:bidi/>" in body
    assert "<w:rtl/>" in body
    assert "<w:bidiVisual/>" in body
    assert "مستشفى الجنوب" in body
    assert body.index("<w:bidi/>") < body.index("</w:pPr>")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2026, 2, 17), date(2027, 2, 16), "1 year"), (date(2026, 1, 1), date(2026, 12, 31), "1 year"), (date(2026, 1, 1), date(2028, 12, 31), "3 years"),
        (date(2026, 1, 1), date(2026, 6, 30), "6 months"), (date(2026, 3, 10), date(2026, 3, 19), "10 days"), (date(2024, 2, 29), date(2025, 2, 28), "1 year"),
    ],
)  # fmt: skip
def test_duration_is_said_in_the_largest_whole_unit(start, end, said):
    with override("en"):
        assert duration(Agreement(starts_on=start, ends_on=end)) == said


class Stamp:
    """Stands for an electronic signature: what it gives back is what is kept."""

    def sign(self, content: bytes) -> bytes:
        return content + b"\n% signed"


def test_signer_of_the_settings_has_the_last_word_on_what_is_kept(settings, cast):
    settings.PAPER_SIGNER = "tests.partnerships.test_papers.Stamp"

    seal = issued_pdf(with_text(cast.agreement), ("ar",))

    content = seal.file.read()
    assert content.endswith(b"% signed")
    assert seal.sha256 == hashlib.sha256(content).hexdigest()
