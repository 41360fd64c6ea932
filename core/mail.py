"""Mail: composing a notice as HTML and plain text in its reader's language, and a folder as a mail server."""

import os
import smtplib
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from email.header import Header
from email.mime.base import MIMEBase
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from core.formats import language
from core.models import Notice
from core.text import HARMFUL, STACKED_MARKS
from core.topics import Topic, topic_of_notice

ATTACHMENTS: dict[str, Callable[[Notice], list[MIMEBase]]] = {}


def attach_to(events: Iterable[str], source: Callable[[Notice], list[MIMEBase]]) -> None:
    """Let an app put files into the e-mails of these events: `source(notice)` makes them, in the reader's language, when the message is sent."""
    ATTACHMENTS.update(dict.fromkeys(events, source))


def in_each_language(name: str, say: Callable[[], Any]) -> dict[str, str]:
    """{"name_ar": …, "name_fr": …, "name_en": …}: words that a notice keeps, whatever its reader's language will be."""
    found = {}
    for code, _label in settings.LANGUAGES:
        with translation.override(code):
            found[f"{name}_{code}"] = str(say())
    return found


NEUTRAL = {code: None for code in HARMFUL if not 0x2066 <= code <= 0x2069}  # isolates of our own names stay
SUBJECT_AT_MOST = 69  # characters, so that "Subject: " and it stay within a line of 78
LISTED = 40  # items of a digest
UNSUBSCRIBE = "accounts.unsubscribe"  # salt of the tokens


def spoken(words: dict[str, Any]) -> dict[str, Any]:
    """The words of a notice in the active language: `name_ar` becomes `name`, `…_on` becomes a date. Neutral: they are people's own."""
    found = {key: neutral(value) for key, value in words.items()}
    for key, value in words.items():
        if key.endswith(f"_{language()}"):
            found[key[:-3]] = neutral(value)
        elif key.endswith("_on") and value:
            found[key] = date.fromisoformat(value)
    return found


def neutral(value: Any) -> Any:
    """Text without what turns the line round or hides; isolates are closed within it."""
    if not isinstance(value, str):
        return value
    text = STACKED_MARKS.sub(r"\1", value.translate(NEUTRAL))
    return text + "\u2069" * max(0, sum(char in "\u2066\u2067\u2068" for char in text) - text.count("\u2069"))


def subject_of(notice: Notice) -> str:
    """The one line that says what a notice is about, in the active language; also the title of its inbox entry."""
    return " ".join(render_to_string(f"emails/{notice.event}.subject.txt", spoken(notice.words)).split())


def shortened(line: str, at_most: int = SUBJECT_AT_MOST) -> str:
    """A line of at most so many characters, with an ellipsis at a word where it was cut."""
    if len(line) <= at_most:
        return line
    cut = line[: at_most - 2]
    return neutral((cut[: cut.rfind(" ")] if " " in cut[at_most // 2 :] else cut) + "…")[:at_most]


def unsubscribe_token(user_id: int, topic: str) -> str:
    """What proves, without a login, that its holder may switch off e-mail about a topic for this person."""
    return signing.Signer(salt=UNSUBSCRIBE).sign(f"{user_id}:{topic}")


def who_unsubscribes(token: str) -> tuple[int, str]:
    """(person, topic) of a token. Raises BadSignature."""
    person, _colon, topic = signing.Signer(salt=UNSUBSCRIBE).unsign(token).partition(":")
    return int(person), topic


def items_of(digest: Notice) -> list[dict[str, Any]]:
    """What a digest tells, in the active language: {"title", "address", "due_on"}, the earliest due first."""
    told = digest.told.order_by("due_on", "pk")[:LISTED]
    return [{"title": subject_of(notice), "address": f"{settings.PORTAL_BASE_URL}/n/{notice.message_id}/", "due_on": notice.due_on} for notice in told]


class FoldedMessage(EmailMultiAlternatives):
    """Counts the name of the header when it folds an encoded subject, which Django's does not."""

    def message(self):
        made = super().message()
        if not str(self.subject).isascii():
            made.replace_header("Subject", Header(str(self.subject), "utf-8", header_name="Subject").encode())
        return made


def compose(notice: Notice, connection: Any) -> EmailMultiAlternatives:
    """The e-mail of a notice: one action, a plain twin, the same Message-ID at every attempt.

    Links carry PORTAL_BASE_URL, never the address of a request.
    """
    reader = notice.recipient
    topic = topic_of_notice(notice)
    with translation.override(reader.language):
        base = settings.PORTAL_BASE_URL
        words = spoken(notice.words)
        items = items_of(notice) if notice.event == "digest" else []
        context = {
            **words,
            "subject": shortened(subject_of(notice)),
            "body": render_to_string(f"emails/{notice.event}.body.txt", words).strip(),
            "button": render_to_string([f"emails/{notice.event}.button.txt", "emails/base.button.txt"], words).strip(),
            "items": items,
            "more": max(0, notice.words.get("count", 0) - len(items)) if items else 0,
            "instead_of": neutral(str(notice.instead_of)) if notice.instead_of else "",
            "action_url": f"{base}/n/{notice.message_id}/",
            "why_url": f"{base}/notifications/{notice.pk}/",
            "inbox_url": f"{base}/notifications/",
            "choose_url": f"{base}/notifications/preferences/",
            "language": reader.language,
            "direction": "rtl" if reader.language == "ar" else "ltr",
            "align": "right" if reader.language == "ar" else "left",
        }
        text = render_to_string("emails/base.txt", context)
        html = render_to_string("emails/base.html", context)
        parts = ATTACHMENTS[notice.event](notice) if notice.event in ATTACHMENTS else []
    message = FoldedMessage(context["subject"], text, to=[reader.email], connection=connection, headers=headers_of(notice, topic))
    message.attach_alternative(html, "text/html")
    for part in parts:
        message.attach(part)
    return message


def headers_of(notice: Notice, topic: Topic) -> dict[str, str]:
    """The Message-ID, and how to unsubscribe: with one click (RFC 8058) where the topic may be switched off."""
    base = settings.PORTAL_BASE_URL
    found = {
        "Message-ID": f"<{notice.message_id}@{urlsplit(base).hostname}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": notice.recipient.language,
    }
    if topic.is_fixed and notice.event != "digest":
        return {**found, "List-Unsubscribe": f"<{base}/notifications/preferences/>"}
    token = unsubscribe_token(notice.recipient_id, "*" if notice.event == "digest" else topic.slug)
    letter = f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}?subject=unsubscribe%20{quote(token)}"
    return {**found, "List-Unsubscribe": f"<{base}/unsubscribe/{token}/>, <{letter}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


class CarefulSMTP(smtplib.SMTP):
    """Knows whether the text of the last message was on its way: before that, a broken line has surely sent nothing."""

    has_spoken = False
    _in_data = False

    def data(self, msg):
        self._in_data = True
        try:
            return super().data(msg)
        finally:
            self._in_data = False

    def send(self, s):
        if self._in_data and s != "data\r\n":
            self.has_spoken = True
        super().send(s)


class CarefulSSL(CarefulSMTP, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class SmtpBackend(EmailBackend):
    """Django's, which can tell after a failure whether the message may have left."""

    @property
    def connection_class(self):
        return CarefulSSL if self.use_ssl else CarefulSMTP

    @property
    def has_spoken(self) -> bool:
        return getattr(self.connection, "has_spoken", False)

    def send_messages(self, email_messages):
        self.open()
        if self.connection is not None:
            self.connection.has_spoken = False
        return super().send_messages(email_messages)

    def abandon(self) -> None:
        """Let go of a broken line without another word on it."""
        if self.connection is not None:
            smtplib.SMTP.close(self.connection)
            self.connection = None


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
