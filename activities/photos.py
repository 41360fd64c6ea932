"""Photos of activities: made smaller and written anew, so that nothing of where and when they were taken stays in them."""

import io
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.files import KINDS, checked

LONGEST = 1600  # pixels of the longer side; enough for a page, light enough for a poor line
SMALL = 240  # pixels of the longer side on the page of an activity


def without_traces(upload: Any) -> SimpleUploadedFile:
    """The picture as JPEG, at most LONGEST pixels: pixels only, nothing of the camera. Raises ValidationError for what is no picture."""
    content, _media_type = checked(upload, ("image/jpeg", "image/png"))
    name = PurePath(upload.name).stem or "photo"
    made = SimpleUploadedFile(f"{name}{KINDS['image/jpeg']}", shrunk(content, LONGEST), "image/jpeg")
    checked(made)  # here, where nobody waits for it
    return made


def shrunk(content: bytes, longest: int) -> bytes:
    """A picture as JPEG with at most `longest` pixels on its longer side, on white where it was transparent."""
    picture = Image.open(io.BytesIO(content))
    picture.draft("RGB", (longest, longest))  # JPEG only: decodes a smaller picture at once
    flat = Image.new("RGB", picture.size, "white")
    layer = picture.convert("RGBA") if picture.mode in {"RGBA", "LA", "P"} else picture.convert("RGB")
    flat.paste(layer, mask=layer if layer.mode == "RGBA" else None)
    flat.thumbnail((longest, longest))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=80)
    return out.getvalue()
