"""Owing and delivering: who is told how, what a broken mail server leads to, what a person can do about it."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import choose_rhythms, end_absence, set_absence
from accounts.models import User
from core import outbox
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Bounce, Change, Notice, NoticeState, Rhythm
from core.outbox import AWAY, STALE_AFTER, deliver_due, send_again, tell
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(db) -> User:
    return person("reader")


def told(*people: User, event: str = "interest_submitted", rung: str = "") -> int:
    return tell(people, event, people[0], "/", {}, rung=rung)


def states() -> list[str]:
    return sorted(Notice.objects.values_list("state", flat=True))


def stale() -> None:
    Notice.objects.filter(state=NoticeState.CLAIMED).update(claimed_at=timezone.now() - 2 * STALE_AFTER)


# --- How somebody is told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rhythm", "state"), [("at_once", "due"), ("daily", "held"), ("weekly", "held"), ("never", "inbox")])
def test_rhythm_of_the_topic_decides_about_the_mail(reader, rhythm, state):
    choose_rhythms(reader, {"matching": rhythm}, by=reader)

    told(reader)

    assert states() == [state]
    assert Notice.objects.get().topic == "matching"


def test_deadlines_come_at_once_whatever_somebody_chose(reader):
    assert choose_rhythms(reader, {"deadlines": Rhythm.NEVER, "matching": Rhythm.NEVER, "nonsense": Rhythm.NEVER}, by=reader) == {"matching": "never"}

    told(reader, event="agreement_end_reminder")

    assert states() == ["due"]


def test_choice_is_kept_in_the_history_and_twice_changes_nothing(reader):
    choose_rhythms(reader, {"matching": "daily"}, by=reader)
    choose_rhythms(reader, {"matching": "daily"}, by=reader)

    assert [(line.before, line.after) for line in Change.objects.filter(verb="choose_rhythms")] == [({"matching": "at_once"}, {"matching": "daily"})]


def test_person_whose_mail_comes_back_or_who_left_is_told_in_the_portal_only(reader):
    other, gone = person("other"), person("gone")
    Bounce.objects.create(recipient=reader, address=reader.email, is_lasting=True)
    Bounce.objects.create(recipient=other, address=other.email, is_lasting=False)
    told(reader, other, gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    deliver_due()

    assert dict(Notice.objects.values_list("recipient__name", "state")) == {"Reader": "inbox", "Other": "done", "Gone": "inbox"}
    assert [message.to for message in mail.outbox] == [[other.email]]


# --- In somebody's place ------------------------------------------------------------------------------------------


@pytest.fixture
def away(cast):
    """Badr is away; a colleague of the same hospital stands in, who holds no coordinator's role in the unrelated one."""
    return set_absence(cast.badr, by=cast.badr, deputy=cast.ziad, starts_on=today(), ends_on=today() + timedelta(days=5))


def test_deputy_is_told_as_well_and_the_message_says_in_whose_place(cast, away):
    tell([cast.badr], "meeting_called", cast.partnership, "/", {"partnership_ar": "الشراكة", "title": "لجنة", "held_on": today().isoformat()})

    assert {(notice.recipient, notice.instead_of) for notice in Notice.objects.all()} == {(cast.badr, None), (cast.ziad, cast.badr)}
    deliver_due()
    for_deputy = next(message for message in mail.outbox if message.to == [cast.ziad.email])
    assert "Badr" in for_deputy.body
    assert "Badr" in for_deputy.alternatives[0][0]


def test_deputy_hears_nothing_of_what_a_deputy_may_not_see(cast):
    set_absence(cast.amal, by=cast.amal, deputy=cast.hoda, starts_on=today(), ends_on=today())
    set_absence(cast.ziad, by=cast.ziad, deputy=cast.badr, starts_on=today(), ends_on=today())
    cast.badr.memberships.update(valid_to=today() - timedelta(days=1))

    tell([cast.ziad], "meeting_called", cast.partnership, "/", {})
    tell([cast.amal], "interest_submitted", cast.amal, "/", {})  # nothing that the policy speaks of

    assert {notice.recipient for notice in Notice.objects.all()} == {cast.ziad, cast.amal}


def test_deputy_who_is_told_anyway_is_told_once(cast, away):
    tell([cast.ziad, cast.badr], "meeting_called", cast.partnership, "/", {})

    assert sorted(Notice.objects.values_list("recipient__name", "instead_of")) == [("Badr", None), ("Ziad", None)]


def test_nobody_stands_in_before_or_after_the_days(cast, away):
    end_absence(away, by=cast.badr)
    set_absence(cast.badr, by=cast.badr, deputy=cast.ziad, starts_on=today() + timedelta(days=1), ends_on=today() + timedelta(days=2))

    tell([cast.badr], "meeting_called", cast.partnership, "/", {})

    assert Notice.objects.count() == 1


@pytest.mark.parametrize(("first", "last", "deputy", "code"), [(0, -1, "ziad", "ends_first"), (-9, -2, "ziad", "wrong_days"), (0, 3, "dalia", "no_colleague"), (2, 9, "ziad", "overlaps")])  # fmt: skip
def test_absence_that_makes_no_sense_is_refused(cast, away, first, last, deputy, code):
    days = {"starts_on": today() + timedelta(days=first), "ends_on": today() + timedelta(days=last)}

    with pytest.raises(TransitionRefused) as refusal:
        set_absence(cast.badr, by=cast.badr, deputy=cast.people[deputy], **days)
    assert refusal.value.code == code


# --- A mail server that fails -------------------------------------------------------------------------------------


class Server:
    """A connection that fails where a test wants it to."""

    repeatable = False

    def __init__(self):
        self.open_error = self.send_error = None
        self.has_spoken = False
        self.opened = self.closed = 0
        self.sent: list[str] = []

    def open(self):
        self.opened += 1
        if self.open_error:
            raise self.open_error

    def close(self):
        self.closed += 1

    def send_messages(self, messages):
        if self.send_error:
            raise self.send_error
        self.sent += [message.extra_headers["Message-ID"] for message in messages]
        return len(messages)


@pytest.fixture
def server(monkeypatch) -> Server:
    made = Server()
    monkeypatch.setattr(outbox.mail, "get_connection", lambda: made)
    return made


def test_absent_server_costs_one_look_and_after_the_cap_a_person_is_asked(reader, server):
    told(reader, person("second"))
    server.open_error = ConnectionRefusedError("nobody")

    for attempt in (1, 2, 3):
        deliver_due()
        assert server.opened == attempt, "one look for all, not one for each"
        stale()
    assert states() == ["needs_person"] * 2
    assert {notice.last_error.startswith(AWAY) for notice in Notice.objects.all()} == {True}


def test_what_waited_only_for_the_server_goes_out_by_itself_once_it_is_back(reader, server):
    told(reader)
    Notice.objects.update(state=NoticeState.NEEDS_PERSON, attempts=3, last_error=f"{AWAY}ConnectionRefusedError", claimed_at=timezone.now())

    deliver_due()
    assert states() == ["needs_person"], "not asked again before five minutes have passed"
    Notice.objects.update(claimed_at=timezone.now() - outbox.PROBE_AFTER * 2)
    deliver_due()

    assert states() == ["done"]
    assert len(server.sent) == 1


@pytest.mark.parametrize(
    ("error", "has_spoken", "state"),
    [
        (smtplib.SMTPDataError(451, b"later"), True, "claimed"),
        (smtplib.SMTPServerDisconnected("gone"), False, "claimed"),
        (TimeoutError("hangs"), False, "claimed"),
        (smtplib.SMTPServerDisconnected("gone"), True, "unknown"),
        (TimeoutError("hangs"), True, "unknown"),
    ],
)
def test_broken_line_is_tried_again_only_when_the_message_surely_did_not_leave(reader, server, error, has_spoken, state):
    told(reader)
    server.send_error, server.has_spoken = error, has_spoken

    deliver_due()

    assert states() == [state]
    assert server.closed >= 1, "a broken line serves nobody"
    server.send_error = None
    stale()
    deliver_due()
    assert len(server.sent) == (state == "claimed")


def test_refused_thrice_waits_for_a_person_who_gives_a_reason(reader, server):
    told(reader)
    server.send_error = smtplib.SMTPDataError(552, b"too large")
    for _attempt in range(3):
        deliver_due()
        stale()
    assert states() == ["needs_person"]

    with pytest.raises(TransitionRefused):
        send_again(Notice.objects.all(), by=reader, reason=" ")
    assert send_again(Notice.objects.all(), by=reader, reason="القرص كان ممتلئاً") == 1
    server.send_error = None
    deliver_due()

    assert states() == ["done"]
    line = Change.objects.get(verb="send_again")
    assert (line.reason, line.from_status, line.to_status) == ("القرص كان ممتلئاً", "needs_person", "due")
    assert send_again(Notice.objects.all(), by=reader, reason="مرة أخرى") == 0, "what was sent is not sent again"


def test_address_that_the_server_knows_not_is_not_written_to_again(reader, server):
    told(reader)
    server.send_error = smtplib.SMTPRecipientsRefused({reader.email: (550, b"5.1.1 no such user")})

    deliver_due()

    assert Bounce.objects.get().is_lasting
    told(reader, rung="again")
    assert Notice.objects.get(rung="again").state == "inbox"
    assert Notice.objects.filter(event="mail_returned", recipient=reader).count() == 1


def test_refusal_that_is_ours_blames_no_address(reader, server):
    told(reader)
    server.send_error = smtplib.SMTPRecipientsRefused({reader.email: (554, b"5.7.1 relay access denied")})

    deliver_due()

    assert not Bounce.objects.exists()


def test_poison_row_is_tried_thrice_and_the_others_pass(reader):
    others = [person(f"p{place}") for place in range(3)]
    told(reader, *others)
    Notice.objects.filter(recipient=reader).update(event="no_such_event")

    for _attempt in range(4):
        deliver_due()
        stale()

    assert states() == ["done"] * 3 + ["needs_person"]
    assert Notice.objects.get(recipient=reader).attempts == 3
