"""Files told by content, kept under random names, served through the permission check."""

import io
import zipfile
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from activities.photos import without_traces
from core.files import attach, attachments_of, checked, drop_attachments
from core.formats import today
from core.forms import ScanField
from core.history import changing
from core.models import Change
from partnerships import actions
from partnerships.lifecycle import AGREEMENT
from tests.factories import paper

PDF = paper()


def photo_with_position() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "camera"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.pdf", b"MZ\x90\x00 a program"), ("scan.pdf", b"<html><script>alert(1)</script>"), ("list.xlsx", zipped("a.txt")), ("empty.pdf", b""),
        ("macro.xlsx", zipped("xl/workbook.xml", "xl/vbaProject.bin")), ("photo.jpg", b"\xff\xd8\xff\xe0 not a photo"),
    ],
)  # fmt: skip
def test_renamed_file_is_refused(name, content):
    with pytest.raises(ValidationError):
        checked(SimpleUploadedFile(name, content))


def test_photo_loses_its_position():
    content, media_type = checked(SimpleUploadedFile("photo.jpg", photo_with_position()))

    assert media_type == "image/jpeg"
    assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.django_db
@pytest.mark.parametrize("cleaned", [lambda upload: ScanField().clean(upload), without_traces])
def test_picture_that_a_form_has_checked_is_not_decoded_again_by_the_one_writer(cast, monkeypatch, cleaned):
    upload = cleaned(SimpleUploadedFile("photo.jpg", photo_with_position()))
    monkeypatch.setattr(Image, "open", None)

    document = attach(cast.agreement, upload, role="document", by=cast.amal)

    monkeypatch.undo()
    assert not Image.open(document.file).getexif()


@pytest.mark.django_db
def test_document_is_served_to_parties_only(client, cast):
    with changing():
        document = attach(cast.agreement, SimpleUploadedFile("عقد\u202e.pdf", PDF), role="signed_scan", by=cast.amal)

    client.force_login(cast.badr)
    response = client.get(f"/documents/{document.pk}/")
    client.force_login(cast.hani)
    stranger = client.get(f"/documents/{document.pk}/")

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert "\u202e" not in document.title
    assert document.title not in document.file.name
    assert stranger.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("ملف 123456 بن علي.pdf", "وثيقة.pdf"), ("patient_45821.pdf", "وثيقة.pdf"), ("0550 12 34 56.pdf", "وثيقة.pdf"),
        ("محضر 2026-11-22.pdf", "محضر 2026-11-22.pdf"), ("Scan_20261122_101530.pdf", "Scan_20261122_101530.pdf"),
    ],
)  # fmt: skip
def test_name_of_a_file_is_no_patient_s_and_never_in_the_history(cast, name, title):
    document = attach(cast.agreement, SimpleUploadedFile(name, PDF), role="termination", by=cast.amal)

    assert document.title == title
    assert Change.objects.get(verb="attach").after == {"document": "termination", "media_type": "application/pdf", "sha256": document.sha256}


@pytest.mark.django_db
def test_dropped_file_goes_with_the_commit_and_stays_after_a_rollback(cast, django_capture_on_commit_callbacks):
    document = attach(cast.agreement, SimpleUploadedFile("a.pdf", PDF), role="document", by=cast.amal)
    storage, name = document.file.storage, document.file.name

    with django_capture_on_commit_callbacks(execute=True), suppress(RuntimeError), transaction.atomic():
        drop_attachments(attachments_of(cast.agreement))
        raise RuntimeError
    there = storage.exists(name), attachments_of(cast.agreement).count()
    with django_capture_on_commit_callbacks(execute=True):
        drop_attachments(attachments_of(cast.agreement))

    assert there == (True, 1)
    assert (storage.exists(name), attachments_of(cast.agreement).count()) == (False, 0)


@pytest.mark.django_db
def test_signature_needs_a_scan_and_no_future_day(client, cast):
    draft = actions.draft_agreement(cast.partnership, by=cast.badr, kind="convention", starts_on=today(), ends_on=today())
    for slug, who in (("negotiate", cast.badr), ("request_visa", cast.dalia)):
        actions.transition_agreement(draft, AGREEMENT[slug], by=who)
    actions.give_visa(draft, by=cast.ziad)
    actions.give_visa(draft, by=cast.yasmine)
    actions.transition_agreement(draft, AGREEMENT["approve"], by=cast.hoda)
    client.force_login(cast.amal)

    future = client.post(f"/agreements/{draft.pk}/sign/", {"signed_on": "01/01/2090", "scan": SimpleUploadedFile("a.pdf", PDF)})
    fake = client.post(f"/agreements/{draft.pk}/sign/", {"signed_on": "22/11/2026", "scan": SimpleUploadedFile("a.pdf", b"MZ")})
    good = client.post(f"/agreements/{draft.pk}/sign/", {"signed_on": today().strftime("%d/%m/%Y"), "scan": SimpleUploadedFile("a.pdf", PDF)})

    draft.refresh_from_db()
    assert (future.status_code, fake.status_code, good.status_code) == (400, 400, 302)
    assert draft.status == "signed"
    assert draft.phase == "in_force"
