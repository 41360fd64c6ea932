"""Issued documents that anybody can check: made once, kept under a code by chance, compared by fingerprint.

An app says in `describe()` what may be told in public about a document of one kind of object. A document of an object
that nobody describes, or whose describer answers None, does not exist for the public.
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from core.history import changing, record
from core.models import Attachment, Seal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
CODE_LENGTH = 26  # 130 bits


@dataclass(frozen=True)
class Facts:
    """What the public may know of a document: lines of (label, value), its state now as (words, tone); void when it no longer holds."""

    title: str
    state: tuple[str | Promise, str]
    lines: list[tuple[str | Promise, str]] = field(default_factory=list)
    is_void: bool = False


DESCRIBERS: dict[str, Callable[[Any], Facts | None]] = {}


def describe(label: str, describer: Callable[[Any], Facts | None]) -> None:
    """Say who describes documents of objects with this label ("partnerships.agreement")."""
    DESCRIBERS[label] = describer


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def typed_signs(typed: str) -> str:
    """What somebody typed from paper, as the alphabet has it: any case, spaces or hyphens between, O for 0, I or L for 1."""
    return "".join(char for char in typed.upper() if char.isalnum()).translate(str.maketrans("OIL", "011"))


def read_code(typed: str) -> str:
    """The code behind what people type; "" when it cannot be one."""
    code = typed_signs(typed)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def spaced(code: str) -> str:
    """A code in groups, for reading aloud and typing."""
    return "-".join([code[:6], code[6:11], code[11:16], code[16:21], code[21:]])


class PlainPaper:
    """Leaves a document as it is: the parties sign it by hand. The place for an electronic signature, see PAPER_SIGNER."""

    def sign(self, content: bytes) -> bytes:
        """The bytes that are kept and given out; raises nothing, changes nothing."""
        return content


def issue(obj: models.Model, kind: str, language: str, render: Callable[[str], bytes], *, revision: int = 0, by: Any = None) -> Seal:
    """The document of `obj` in one language and version: the one issued before, or a new one made by `render(code)`.

    Issued once: later calls give the same file. `render` gets the code that the document must carry. Audited.
    """
    key = {"object_type": obj._meta.label_lower, "object_id": obj.pk, "kind": kind, "language": language, "revision": revision}
    if there := Seal.objects.filter(**key).first():
        return there
    code = new_code()
    content = import_string(settings.PAPER_SIGNER)().sign(render(code))  # outside the transaction: typesetting takes a moment
    seal = Seal(**key, code=code, sha256=hashlib.sha256(content).hexdigest(), size=len(content), issued_by=by)
    seal.file.save(f"{uuid.uuid4().hex}.pdf", ContentFile(content), save=False)
    try:
        with changing(), transaction.atomic():
            seal.save()
            record(obj, "issue", by=by, after={"document": kind, "language": language, "sha256": seal.sha256})
    except IntegrityError:  # somebody else issued it in the same moment: theirs counts
        seal.file.delete(save=False)
        return Seal.objects.get(**key)
    return seal


def look_up(typed: str) -> tuple[Seal, Facts] | None:
    """The document behind a code and what may be told about it; None for everything that the public may not know."""
    code = read_code(typed)
    seal = Seal.objects.filter(code=code).first() if code else None
    describer = DESCRIBERS.get(seal.object_type) if seal else None
    if seal is None or describer is None:
        return None
    obj = apps.get_model(seal.object_type).objects.filter(pk=seal.object_id).first()
    facts = describer(obj) if obj is not None else None
    return (seal, facts) if facts is not None else None


def same_file(seal: Seal, content: bytes) -> bool:
    """Whether `content` is the document as issued, in any of its languages, or a scan that was attached to the same object."""
    digest = hashlib.sha256(content).hexdigest()
    whose = {"object_type": seal.object_type, "object_id": seal.object_id, "sha256": digest}
    return Seal.objects.filter(**whose).exists() or Attachment.objects.filter(**whose).exists()
