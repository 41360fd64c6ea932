"""Scans of signed papers: one PDF, or photos from a phone that become one; checked so that they can be read later."""

import io
from collections.abc import Sequence
from time import gmtime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageStat

from core.files import checked

PAGES_AT_MOST = 200
PHOTOS_AT_MOST = 30
READABLE_PIXELS = 900  # the longer side of a photo of one page
UNDATED = gmtime(0)  # the same photos make the same file, whenever they are sent
FLAT = 8.0  # standard deviation of grey below which a photo shows nothing


def one_scan(uploads: Sequence[Any]) -> SimpleUploadedFile:
    """The uploads as one PDF: a PDF as it is, or photos one page each in the order given.

    Raises ValidationError for anything else, for a PDF that is protected, damaged or too long, and for photos that cannot
    be read: too small, or all of one shade.
    """
    kinds = [checked(upload, ("application/pdf", "image/jpeg", "image/png")) for upload in uploads]
    if any(media_type == "application/pdf" for _content, media_type in kinds):
        if len(kinds) > 1:
            raise ValidationError(_("Send one PDF, or photos of the pages; not both together."), code="mixed")
        check_pdf(kinds[0][0])
        return SimpleUploadedFile(uploads[0].name, kinds[0][0], "application/pdf")
    if len(kinds) > PHOTOS_AT_MOST:
        raise ValidationError(_("At most %(count)s photos at once.") % {"count": PHOTOS_AT_MOST}, code="too_many")
    pages = [legible(content, place) for place, (content, _media_type) in enumerate(kinds, 1)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150, creationDate=UNDATED, modDate=UNDATED)
    return SimpleUploadedFile("scan.pdf", out.getvalue(), "application/pdf")


def check_pdf(content: bytes) -> None:
    """Raise ValidationError unless the PDF opens without a password and has a bearable number of pages."""
    import pypdfium2  # a library in C that only a scan needs

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ValidationError(_("The PDF is protected by a password: save it without one, then send it again."), code="protected") from error
        raise ValidationError(_("The PDF cannot be opened: it is damaged. Scan the paper again."), code="damaged") from error
    try:
        pages = len(document)
    finally:
        document.close()
    if not 1 <= pages <= PAGES_AT_MOST:
        raise ValidationError(_("A signed paper has between 1 and %(count)s pages.") % {"count": PAGES_AT_MOST}, code="too_long")


def legible(content: bytes, place: int) -> Image.Image:
    """The photo of one page, upright, in shades that a printer can show. Raises ValidationError when nothing can be read."""
    photo = Image.open(io.BytesIO(content)).convert("RGB")
    if max(photo.size) < READABLE_PIXELS:
        raise ValidationError(_("Photo %(place)s is too small to be read: take it closer, with the whole page in view.") % {"place": place}, code="too_small")
    if ImageStat.Stat(photo.convert("L")).stddev[0] < FLAT:
        raise ValidationError(_("Photo %(place)s shows nothing: it is too dark or too light. Take it again in good light.") % {"place": place}, code="flat")
    photo.thumbnail((2400, 2400))
    return photo
