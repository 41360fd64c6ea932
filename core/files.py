"""Files from outside: told by content, not by name; photos re-encoded; kept under a random name."""

import hashlib
import io
import re
import uuid
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.history import changing, record
from core.models import Attachment
from core.text import clean, no_patient_identity

KINDS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
WRONG_KIND = _("Only PDF, JPEG, PNG, XLSX and DOCX files are kept. This file is something else, whatever its name says.")
Image.MAX_IMAGE_PIXELS = 60_000_000
DAY = re.compile(r"(?<!\d)20\d\d[-_. ]?(?:0[1-9]|1[0-2])[-_. ]?(?:0[1-9]|[12]\d|3[01])(?!\d)")  # cameras and scanners write it: nobody's number


def kind_by_content(head: bytes, whole: Any) -> str:
    """The media type that the bytes themselves show; "" when it is none of KINDS."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return ""
    if head.startswith(b"PK"):
        try:
            names = zipfile.ZipFile(whole).namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return ""
        if any("vbaProject" in name for name in names):
            return ""
        if "xl/workbook.xml" in names:
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        if "word/document.xml" in names:
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return ""
    return found if found in {"image/jpeg", "image/png"} and found in KINDS else ""


def checked(upload: Any, allowed: tuple[str, ...] = tuple(KINDS)) -> tuple[bytes, str]:
    """The safe bytes and the media type of an uploaded file. Raises ValidationError with what helps.

    Photos are decoded and written again, which drops the position and anything hidden behind the picture. The outcome stays
    with the upload: what a form has checked is not done again while `changing()` keeps other writers waiting.
    """
    known: tuple[bytes, str] | None = getattr(upload, "safe", None)
    if known and known[1] in allowed:
        return known
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(_("The file is larger than 15 MB. A lower resolution of the scan is enough."), code="too_large")
    content = upload.read()
    upload.seek(0)
    media_type = kind_by_content(content[:2048], io.BytesIO(content))
    if media_type not in allowed:
        raise ValidationError(WRONG_KIND, code="wrong_kind")
    if media_type.startswith("image/"):
        try:
            picture = Image.open(io.BytesIO(content))
            picture.load()
            if picture.getexif().get(0x0112):
                from PIL import ImageOps  # only pictures with an orientation need it

                picture = ImageOps.exif_transpose(picture)
            out = io.BytesIO()
            if media_type == "image/jpeg":
                picture.convert("RGB").save(out, "JPEG", quality=88)
            else:
                picture.save(out, "PNG")
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise ValidationError(_("The picture could not be read: the file is damaged or too large."), code="damaged") from error
        content = out.getvalue()
    upload.safe = content, media_type
    return content, media_type


Gate = Callable[[Any, Attachment, Any], bool]
GATES: dict[str, Gate] = {}


def guard_files(label: str, gate: Gate) -> None:
    """Let an app say who opens files of its objects, beyond seeing the object: `gate(object, attachment, user)`.

    `label` is like "partnerships.agreement". The administration does not list files behind a gate.
    """
    GATES[label] = gate


def may_open(obj: models.Model, attachment: Attachment, user: Any) -> bool:
    """Whether `user`, who sees `obj`, may open this file of it."""
    gate = GATES.get(obj._meta.label_lower)
    return gate is None or gate(obj, attachment, user)


def title_of(name: str) -> str:
    """The name that a file came with, without its ending; "" when it looks like a patient's identity."""
    stem = clean(PurePath(name).stem)[:120]
    try:
        no_patient_identity(DAY.sub(" ", stem).replace("_", " "))
    except ValidationError:
        return ""
    return stem


def file_name(name: str) -> str:
    """The same with its ending."""
    stem = title_of(name)
    return stem and f"{stem}{clean(PurePath(name).suffix)[:20]}"


def attach(obj: models.Model, upload: Any, *, role: str, by: Any, is_secret: bool = False) -> Attachment:
    """Keep an uploaded file with `obj`; audited. The history, which cannot forget, never keeps its name; of a secret one the fingerprint only.

    Raises ValidationError when the file is refused.
    """
    content, media_type = checked(upload)
    title = title_of(upload.name) or str(_("document"))
    with changing():
        attachment = Attachment(
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            role=role,
            title=title + KINDS[media_type],
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            uploaded_by=by,
        )
        attachment.file.save(f"{uuid.uuid4().hex}{KINDS[media_type]}", ContentFile(content), save=False)
        attachment.save()
        what = {} if is_secret else {"document": role, "media_type": media_type}
        record(obj, "attach", by=by, after={**what, "sha256": attachment.sha256})
    return attachment


def attachments_of(obj: models.Model) -> models.QuerySet[Attachment]:
    return Attachment.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk).order_by("-pk")


def is_attached(obj: models.Model, upload: Any) -> bool:
    """Whether this very file is kept with `obj` already."""
    content, _media_type = checked(upload)
    return attachments_of(obj).filter(sha256=hashlib.sha256(content).hexdigest()).exists()


def discard(file: FieldFile) -> None:
    """Remove a kept file, and only once the change that gives it up is written: a rollback leaves the row with its file."""
    if file.name:
        transaction.on_commit(partial(file.storage.delete, file.name), robust=True)


def drop_attachments(attachments: models.QuerySet[Attachment]) -> int:
    """Delete documents, their files too; how many. The caller records it."""
    rows = list(attachments)
    for attachment in rows:
        discard(attachment.file)
        attachment.delete()
    return len(rows)


def served(attachment: Attachment) -> FileResponse:
    """An attachment as a download. The caller has checked who asks."""
    return download(attachment.file.open("rb"), attachment.title, attachment.media_type)


def download(content: Any, name: str, media_type: str) -> FileResponse:
    """An open file as a download that no browser will run and no cache keeps."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
