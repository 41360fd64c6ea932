"""Mail: composing a notice as HTML and plain text in its reader's language, and a folder as a mail server."""

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from core.models import Notice


def subject_of(notice: Notice) -> str:
    """The one line that says what a notice is about, in the active language; also the title of its inbox entry."""
    return " ".join(render_to_string(f"emails/{notice.event}.subject.txt", notice.words).split())


def compose(notice: Notice, connection: Any) -> EmailMultiAlternatives:
    """The e-mail of a notice: one action, a plain twin, the same Message-ID at every attempt.

    Links carry PORTAL_BASE_URL, never the address of a request.
    """
    with translation.override(notice.recipient.language):
        base = settings.PORTAL_BASE_URL
        context = {
            **notice.words,
            "notice": notice,
            "subject": subject_of(notice),
            "action_url": f"{base}/n/{notice.message_id}/",
            "why_url": f"{base}/notifications/{notice.pk}/",
            "preferences_url": f"{base}/notifications/",
            "language": notice.recipient.language,
            "direction": "rtl" if notice.recipient.language == "ar" else "ltr",
            "align": "right" if notice.recipient.language == "ar" else "left",
        }
        text = render_to_string([f"emails/{notice.event}.txt", "emails/base.txt"], context)
        html = render_to_string([f"emails/{notice.event}.html", "emails/base.html"], context)
    host = urlsplit(base).hostname
    message = EmailMultiAlternatives(
        context["subject"],
        text,
        to=[notice.recipient.email],
        connection=connection,
        headers={
            "Message-ID": f"<{notice.message_id}@{host}>",
            "List-Unsubscribe": f"<{context['preferences_url']}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": notice.recipient.language,
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
