"""Mail: composing a notice as HTML and plain text in its reader's language, and a folder as a mail server."""

import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from core.formats import language
from core.models import Notice


def in_each_language(name: str, say: Callable[[], Any]) -> dict[str, str]:
    """{"name_ar": …, "name_fr": …, "name_en": …}: words that a notice keeps, whatever its reader's language will be."""
    found = {}
    for code, _label in settings.LANGUAGES:
        with translation.override(code):
            found[f"{name}_{code}"] = str(say())
    return found


def spoken(words: dict[str, Any]) -> dict[str, Any]:
    """The words of a notice in the active language: `name_ar` becomes `name`, `…_on` becomes a date."""
    found = dict(words)
    for key, value in words.items():
        if key.endswith(f"_{language()}"):
            found[key[:-3]] = value
        elif key.endswith("_on") and value:
            found[key] = date.fromisoformat(value)
    return found


def subject_of(notice: Notice) -> str:
    """The one line that says what a notice is about, in the active language; also the title of its inbox entry."""
    return " ".join(render_to_string(f"emails/{notice.event}.subject.txt", spoken(notice.words)).split())


def compose(notice: Notice, connection: Any) -> EmailMultiAlternatives:
    """The e-mail of a notice: one action, a plain twin, the same Message-ID at every attempt.

    Links carry PORTAL_BASE_URL, never the address of a request.
    """
    reader = notice.recipient
    with translation.override(reader.language):
        base = settings.PORTAL_BASE_URL
        words = spoken(notice.words)
        context = {
            **words,
            "subject": subject_of(notice),
            "body": render_to_string(f"emails/{notice.event}.body.txt", words).strip(),
            "button": render_to_string([f"emails/{notice.event}.button.txt", "emails/base.button.txt"], words).strip(),
            "action_url": f"{base}/n/{notice.message_id}/",
            "why_url": f"{base}/notifications/{notice.pk}/",
            "inbox_url": f"{base}/notifications/",
            "language": reader.language,
            "direction": "rtl" if reader.language == "ar" else "ltr",
            "align": "right" if reader.language == "ar" else "left",
        }
        text = render_to_string("emails/base.txt", context)
        html = render_to_string("emails/base.html", context)
    message = EmailMultiAlternatives(
        context["subject"],
        text,
        to=[reader.email],
        connection=connection,
        headers={
            "Message-ID": f"<{notice.message_id}@{urlsplit(base).hostname}>",
            "List-Unsubscribe": f"<{context['inbox_url']}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": reader.language,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


class FolderBackend(BaseEmailBackend):
    """One .eml file per message in EMAIL_FILE_PATH, named by its Message-ID: sending it again is the same file."""

    repeatable = True

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = "".join(char for char in message["Message-ID"].split("@")[0] if char.isalnum() or char == "-")
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes(linesep="\r\n"))
            os.replace(temporary, folder / f"{name}.eml")  # whole or absent, whatever is killed meanwhile
        return len(email_messages)
