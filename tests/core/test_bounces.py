"""Mail that comes back: what is believed, what it leads to, what ends it."""

import io
import mailbox
import uuid
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.management.commands import record_bounces
from accounts.models import User
from core.bounces import settle_bounces
from core.mail import unsubscribe_token
from core.models import Bounce, Notice, NoticePreference
from core.outbox import tell
from tests.cast import person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def sent(db) -> Notice:
    """A notice that went out to one reader."""
    reader = person("reader")
    tell([reader], "interest_submitted", reader, "/", {})
    Notice.objects.update(state="done", sent_at=timezone.now())
    return Notice.objects.get()


def report(address: str, *, status: str = "5.1.1", action: str = "failed", message_id: str = "", headers_only: bool = False, diagnostic: str = "") -> bytes:
    """What a mail server writes, as in RFC 3464."""
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"], whole["To"], whole["Subject"] = "MAILER-DAEMON@mx.example", "tawama@example.org", "Undelivered Mail Returned to Sender"
    whole.attach(MIMEText("I'm sorry to have to inform you"))
    status_part = MIMEMultipart()  # only to carry the type
    status_part.set_type("message/delivery-status")
    about_server, about_recipient = Message(), Message()
    about_server["Reporting-MTA"] = "dns; mx.example"
    about_recipient["Final-Recipient"] = f"rfc822; {address}"
    about_recipient["Action"], about_recipient["Status"] = action, status
    about_recipient["Diagnostic-Code"] = diagnostic or "smtp; 550 5.1.1 no such user"
    status_part.set_payload([about_server, about_recipient])
    whole.attach(status_part)
    if message_id:
        original = EmailMessage()
        original["Message-ID"], original["To"] = message_id, address
        if headers_only:
            returned = MIMEText(original.as_string(), "rfc822-headers")
        else:
            original.set_content("نص")
            returned = MIMEMessage(original)
        whole.attach(returned)
    return whole.as_bytes()


def id_of(notice: Notice) -> str:
    return f"<{notice.message_id}@tawama.example>"


def read(content: bytes, monkeypatch, capsys) -> str:
    monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": io.BytesIO(content)})())
    call_command("record_bounces")
    said = capsys.readouterr().out
    return next((part.split()[1] for part in said.strip().split(", ") if not part.startswith("0 ")), "")


@pytest.mark.parametrize("headers_only", [False, True])
def test_lasting_bounce_ends_mail_to_that_address_until_it_is_settled(sent, monkeypatch, capsys, headers_only):
    reader = sent.recipient
    tell([reader], "interest_submitted", reader, "/", {}, rung="waiting")

    assert read(report(reader.email, message_id=id_of(sent), headers_only=headers_only), monkeypatch, capsys) == "lasting"

    assert Notice.objects.get(rung="waiting").state == "inbox"
    tell([reader], "interest_submitted", reader, "/", {}, rung="later")
    assert Notice.objects.get(rung="later").state == "inbox"
    assert Notice.objects.filter(event="mail_returned", recipient=reader, state="inbox").count() == 1
    settle_bounces(reader, by=None)
    tell([reader], "interest_submitted", reader, "/", {}, rung="mended")
    assert Notice.objects.get(rung="mended").state == "due"


def test_same_report_twice_and_one_that_comes_late_change_nothing(sent, monkeypatch, capsys):
    content = report(sent.recipient.email, message_id=id_of(sent))

    assert [read(content, monkeypatch, capsys), read(content, monkeypatch, capsys)] == ["lasting", "known"]
    settle_bounces(sent.recipient, by=None)
    assert read(report(sent.recipient.email, status="5.4.4", message_id=id_of(sent)), monkeypatch, capsys) == "known"
    assert not Bounce.objects.filter(settled_at=None).exists()


@pytest.mark.parametrize(("status", "action"), [("4.2.2", "failed"), ("4.4.1", "delayed"), ("5.2.2", "failed")])
def test_passing_bounce_is_counted_and_mail_goes_on(sent, monkeypatch, capsys, status, action):
    assert read(report(sent.recipient.email, status=status, action=action, message_id=id_of(sent)), monkeypatch, capsys) == "passing"

    assert [bounce.is_lasting for bounce in Bounce.objects.all()] == [False]
    tell([sent.recipient], "interest_submitted", sent.recipient, "/", {}, rung="later")
    assert Notice.objects.get(rung="later").state == "due"


def test_letter_that_only_looks_like_a_report_silences_nobody(sent, monkeypatch, capsys):
    """Anybody can write one: without a Message-ID that only the recipient has seen, it is counted and no more."""
    forged = report(sent.recipient.email, message_id=f"<{uuid.uuid4()}@tawama.example>")

    assert read(forged, monkeypatch, capsys) == "foreign"
    assert read(report(sent.recipient.email), monkeypatch, capsys) == "passing"
    assert read(report("nobody@example.org"), monkeypatch, capsys) == "foreign"
    assert not Bounce.objects.filter(is_lasting=True).exists()


def test_forwarded_mail_is_known_by_its_message_id(sent, monkeypatch, capsys):
    assert read(report("somewhere.else@example.net", message_id=id_of(sent)), monkeypatch, capsys) == "lasting"

    bounce = Bounce.objects.get()
    assert (bounce.recipient, bounce.address) == (sent.recipient, sent.recipient.email)
    assert "somewhere.else@example.net" in bounce.text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"From: a\n\nhello", b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nfoo"])  # fmt: skip
def test_any_other_letter_is_left_alone(sent, monkeypatch, capsys, content):
    assert read(content, monkeypatch, capsys) == "none"
    assert not Bounce.objects.exists()


def test_nul_in_an_address_ends_nothing(sent, monkeypatch, capsys):
    assert read(report("some\x00body@example.org"), monkeypatch, capsys) == "foreign"
    assert read(report("some\x00body@example.org", message_id=id_of(sent), diagnostic="smtp; 550\x005.1.1"), monkeypatch, capsys) == "lasting"
    assert Bounce.objects.get().text == "somebody@example.org: 5.1.1 smtp; 5505.1.1"


def test_letter_that_cannot_be_dealt_with_does_not_keep_the_others_from_being_read(sent, tmp_path, monkeypatch, capsys, caplog):
    (tmp_path / "1.eml").write_bytes(b"Subject: first\n\n")
    (tmp_path / "2.eml").write_bytes(report(sent.recipient.email, message_id=id_of(sent)))
    whole = record_bounces.record_report
    monkeypatch.setattr(record_bounces, "record_report", lambda message, people: 1 / 0 if message["Subject"] == "first" else whole(message, people))

    call_command("record_bounces", str(tmp_path))

    assert capsys.readouterr().out.strip() == "1 lasting, 0 passing, 0 known, 0 unsubscribed, 0 foreign, 0 none, 1 failed"
    assert "left unread" in caplog.text


def test_mbox_maildir_and_folder_are_read(sent, tmp_path, capsys):
    content = report(sent.recipient.email, message_id=id_of(sent))
    box = mailbox.mbox(tmp_path / "box")
    box.add(content)
    box.add(b"Subject: hello\n\nhello")
    box.close()
    maildir = mailbox.Maildir(tmp_path / "maildir")
    maildir.add(content)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "1.eml").write_bytes(content)

    call_command("record_bounces", str(tmp_path / "box"), str(tmp_path / "maildir"), str(tmp_path / "folder"))

    assert capsys.readouterr().out.strip() == "1 lasting, 0 passing, 2 known, 0 unsubscribed, 0 foreign, 1 none"


def test_letter_that_unsubscribes_is_obeyed_when_its_token_is_true(sent, monkeypatch, capsys):
    token = unsubscribe_token(sent.recipient_id, "matching")

    assert read(f"Subject: unsubscribe {token[:-2]}zz\n\n".encode(), monkeypatch, capsys) == "foreign"
    assert read(f"Subject: unsubscribe {token}\n\n".encode(), monkeypatch, capsys) == "unsubscribed"
    assert list(NoticePreference.objects.values_list("user", "topic", "rhythm")) == [(sent.recipient_id, "matching", "never")]


def test_new_address_of_a_person_settles_the_old_one(sent, client):
    admin = User.objects.create_superuser("boss@example.org", "secret", name="Boss")
    Bounce.objects.create(recipient=sent.recipient, address=sent.recipient.email, is_lasting=True)
    client.force_login(admin)
    address = f"/admin/accounts/user/{sent.recipient_id}/change/"

    answer = client.post(address, {"email": "new@example.org", "name": "Reader", "language": "ar", "theme": "auto", "is_active": "on", "groups": [], "user_permissions": []})  # fmt: skip

    assert answer.status_code == 302
    assert not Bounce.objects.filter(settled_at=None).exists()
