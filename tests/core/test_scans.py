"""Signed papers as people bring them: a PDF, or photos from a phone."""

import io
from pathlib import Path
from time import sleep

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from core.scans import one_scan
from tests.factories import paper


def photo(size: tuple[int, int] = (900, 1200), kind: str = "JPEG", blank: bool = False) -> SimpleUploadedFile:
    picture = Image.new("RGB", size, "white")
    if not blank:
        ImageDraw.Draw(picture).rectangle((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill="black")
    out = io.BytesIO()
    picture.save(out, kind)
    return SimpleUploadedFile(f"page.{kind.lower()}", out.getvalue())


def pages(upload: SimpleUploadedFile) -> int:
    document = pypdfium2.PdfDocument(upload.read())
    try:
        return len(document)
    finally:
        document.close()


def test_photos_become_one_pdf_in_their_order():
    made = one_scan([photo(), photo((1200, 900), "PNG"), photo()])

    assert made.name == "scan.pdf"
    assert pages(made) == 3


def test_same_photos_make_the_same_file_whenever_they_are_sent():
    made = one_scan([photo()]).read()
    sleep(1.1)

    assert one_scan([photo()]).read() == made


def test_pdf_stays_as_it_is():
    content = paper(2)

    assert one_scan([SimpleUploadedFile("عقد.pdf", content)]).read() == content


@pytest.mark.parametrize(
    ("uploads", "code"),
    [
        ([photo((300, 400))], "too_small"),
        ([photo(blank=True)], "flat"),
        ([SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")], "damaged"),
        ([SimpleUploadedFile("a.pdf", paper(201))], "too_long"),
        ([SimpleUploadedFile("a.pdf", paper()), photo()], "mixed"),
        ([SimpleUploadedFile("a.pdf", b"MZ\x90 a program")], "wrong_kind"),
        ([photo() for _page in range(31)], "too_many"),
    ],
    ids=["small", "blank", "damaged", "long", "mixed", "program", "many"],
)
def test_what_cannot_be_read_later_is_refused_now(uploads, code):
    with pytest.raises(ValidationError) as refusal:
        one_scan(uploads)

    assert refusal.value.code == code


def test_protected_pdf_is_refused_with_what_helps():
    protected = (Path(__file__).parent / "protected.pdf").read_bytes()

    with pytest.raises(ValidationError) as refusal:
        one_scan([SimpleUploadedFile("a.pdf", protected)])

    assert refusal.value.code == "protected"
