"""Mail that comes back: read from the messages of mail servers (RFC 3464), kept, and acted upon.

A lasting bounce means that the address takes no mail: the person is told in the portal only, until somebody has mended the
address and settled the bounce. A passing one (box full, server away) is counted. Only the Message-ID of a notice, which
nobody but its recipient has seen, makes a bounce lasting: anybody can write a letter that looks like one.
"""

import email
import mailbox
import re
import smtplib
import sys
import uuid
from collections.abc import Iterable, Iterator
from email import policy
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.history import changing, record
from core.models import Bounce, Notice, NoticeState
from core.text import clean

LONGEST = 1_000_000  # bytes of one message that are read
OUR_ID = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@", re.I)
LASTING_REFUSAL = re.compile(r"\b5\.(1\.[1236]|1\.10|2\.1)\b")  # no such person, no such place, switched off: not a matter of the sender


def blocked(people: Iterable[int]) -> set[int]:
    """Those of `people` to whom mail comes back for good."""
    return set(Bounce.objects.filter(recipient__in=people, is_lasting=True, settled_at=None).values_list("recipient_id", flat=True))


def note_bounce(notice: Notice, *, address: str, is_lasting: bool, text: str) -> Bounce | None:
    """Keep that a notice came back; None when that is known already, or was settled after the notice went out.

    After a lasting one the person's waiting mail stays in the inbox, and the inbox says why.
    """
    with transaction.atomic():
        same = Bounce.objects.filter(notice=notice, is_lasting=is_lasting)
        settled_since = Bounce.objects.filter(recipient=notice.recipient, settled_at__gte=notice.sent_at or notice.created_at)
        if same.exists() or settled_since.exists():
            return None
        bounce = Bounce.objects.create(recipient=notice.recipient, notice=notice, address=address[:254], is_lasting=is_lasting, text=text[:300])
        if is_lasting:
            Notice.objects.filter(recipient=notice.recipient, state__in=[NoticeState.DUE, NoticeState.HELD]).update(state=NoticeState.INBOX)
            Notice.objects.get_or_create(
                rule="mail", object_type="core.bounce", object_id=bounce.pk, due_on=timezone.localdate(), rung="returned", recipient=notice.recipient,
                defaults={"event": "mail_returned", "topic": "portal", "words": {"address": bounce.address}, "path": "/notifications/", "state": NoticeState.INBOX},
            )  # fmt: skip
    return bounce


def note_refusal(notice: Notice, error: Exception) -> None:
    """The server would not take the address at all: a bounce on the spot, when it says that there is no such person."""
    for code, words in getattr(error, "recipients", {}).values() if isinstance(error, smtplib.SMTPRecipientsRefused) else ():
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        if code >= 500 and LASTING_REFUSAL.search(said):
            note_bounce(notice, address=notice.recipient.email, is_lasting=True, text=f"{code} {said}")


def settle_bounces(person: Any, *, by: Any, reason: str = "") -> int:
    """The address has been mended, or it was a mistake: the person gets mail again; how many bounces that settles."""
    with changing():
        count = Bounce.objects.filter(recipient=person, settled_at=None).update(settled_at=timezone.now())
        if count:
            record(person, "settle_bounces", by=by, reason=reason, after={"bounces": count})
    return count


# --- Reading what mail servers write ------------------------------------------------------------------------------


def messages_in(path: str) -> Iterator[Message]:
    """Every message of a folder (Maildir, or one file each), an mbox, a file with one message; "-" is the standard input."""
    if path == "-":
        yield parse(sys.stdin.buffer.read(LONGEST))
        return
    place = Path(path)
    if place.is_dir():
        for folder in [place / "new", place / "cur"] if (place / "new").is_dir() else [place]:
            for file in sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")):
                yield parse(file.read_bytes()[:LONGEST])
        return
    with place.open("rb") as file:
        begins = file.read(5)
    if begins == b"From ":
        box = mailbox.mbox(place, factory=None, create=False)
        for key in box.iterkeys():
            yield parse(box.get_bytes(key)[:LONGEST])
        box.close()
    else:
        yield parse(place.read_bytes()[:LONGEST])


def parse(content: bytes) -> Message:
    return email.message_from_bytes(content, policy=policy.default)


def reports(message: Message) -> Iterator[tuple[str, bool, str]]:
    """(address, lasting, what the server said) for each recipient that a delivery report names as failed or delayed."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            action = str(block.get("Action", "")).strip().lower()
            address = address_of(block.get("Original-Recipient")) or address_of(block.get("Final-Recipient"))
            if not address or action not in {"failed", "delayed"}:
                continue
            status = str(block.get("Status", "")).strip()
            said = clean(" ".join(f"{status} {block.get('Diagnostic-Code', '')}".split()))
            yield address, action == "failed" and status.startswith("5") and not is_full(status), said


def is_full(status: str) -> bool:
    """A full box or a message that is too large passes, whatever class the server gives it."""
    return status.split(" ")[0] in {"5.2.2", "5.2.3", "5.3.4"}


def address_of(field: Any) -> str:
    """ "rfc822; somebody@example.org" → the address, in lower case."""
    return clean(str(field or "")).rpartition(";")[2].strip().strip("<>").lower()


def notice_in(message: Message) -> Notice | None:
    """The notice that a report is about: by the Message-ID among the headers that came back."""
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            payload = part.get_payload()
            text = payload[0].as_string() if isinstance(payload, list) and payload else str(payload)
            if (found := re.search(r"^Message-ID:\s*(\S+)", text, re.I | re.M)) and (known := OUR_ID.match(found[1])):
                return Notice.objects.filter(message_id=uuid.UUID(known[1])).select_related("recipient").first()
    return None


def record_report(message: Message, people: Any) -> str:
    """What one message led to: "lasting", "passing", "known", "foreign" (not about mail of ours) or "none" (no report at all).

    `people` are the users, so that an address without a Message-ID can be counted as a passing bounce.
    """
    outcome = "none"
    notice = notice_in(message)
    for address, is_lasting, said in reports(message):
        if notice is not None:
            found = note_bounce(notice, address=notice.recipient.email, is_lasting=is_lasting, text=f"{address}: {said}")
            outcome = ("lasting" if is_lasting else "passing") if found else "known"
        elif not has_origin(message) and (person := people.filter(email=address).first()):
            Bounce.objects.create(recipient=person, address=address, is_lasting=False, text=said[:300])
            outcome = "passing"
        else:
            outcome = "foreign"
    return outcome


def has_origin(message: Message) -> bool:
    """The report brings headers of the message that failed."""
    return any(part.get_content_type() in {"message/rfc822", "text/rfc822-headers"} for part in message.walk())


def unsubscribe_token(message: Message) -> str:
    """The token of a letter "unsubscribe <token>", which the mailto: of List-Unsubscribe makes; "" for any other."""
    found = re.search(r"unsubscribe[:\s]+([\w:.\-]{20,400})", str(message.get("Subject", "")), re.I)
    return found[1] if found and isinstance(message, EmailMessage) else ""
