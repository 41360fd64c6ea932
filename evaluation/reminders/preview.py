"""Who would get what on a day. Writes nothing."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from accounts.models import User
from core.digests import AT_MOST
from core.mail import subject_of
from core.models import NoticeState
from core.outbox import Telling, first_states, notice_of, stand_ins
from evaluation.models import ReminderRule
from evaluation.reminders.audiences import Directory
from evaluation.reminders.engine import active_rules, found_by, parted
from evaluation.reminders.explaining import when

SHOWN = 300  # rows of the page
LOOKED_AT = 3_000  # reminders after which the preview stops: it says so


@dataclass(frozen=True)
class Row:
    """One reminder that one person would get, in words."""

    person: User
    title: str
    path: str
    rule: ReminderRule
    moment: str
    how: str  # at_once, held, inbox
    instead_of: User | None


@dataclass
class Preview:
    rows: list[Row] = field(default_factory=list)
    by_rule: Counter[str] = field(default_factory=Counter)
    by_person: Counter[int] = field(default_factory=Counter)
    total: int = 0
    is_cut: bool = False

    @property
    def digests(self) -> int:
        """How many people would get one digest in place of many messages."""
        return sum(count > AT_MOST for count in self.by_person.values())


HOW = {NoticeState.DUE: "at_once", NoticeState.HELD: "held", NoticeState.INBOX: "inbox"}


def preview(on: date, code: str = "") -> Preview:
    """What the rules (or one of them) would tell on `on`, as things stand now; deputies of today included."""
    directory, found = Directory(on), Preview()
    people: dict[int, User] = dict(directory.people)
    for rule in active_rules():
        if code and rule.code != code:
            continue
        for batch in found_by(rule, on, directory):
            tellings = [*batch, *stand_ins(batch)]
            for telling, state in zip(tellings, first_states(tellings), strict=True):
                found.total += 1
                found.by_rule[rule.code] += 1
                found.by_person[telling.recipient_id] += state == NoticeState.DUE
                if len(found.rows) < SHOWN:
                    found.rows.append(row_of(telling, state, rule, people))
            if found.total >= LOOKED_AT:
                found.is_cut = True
                return found
    return found


def row_of(telling: Telling, state: str, rule: ReminderRule, people: dict[int, User]) -> Row:
    notice = notice_of(telling, state)
    person = people.get(telling.recipient_id) or User.objects.get(pk=telling.recipient_id)
    return Row(
        person, subject_of(notice) if notice else "", telling.path, rule, when(parted(telling.rung)[0]), HOW.get(NoticeState(state), ""),
        people.get(telling.instead_of_id) if telling.instead_of_id else None,
    )  # fmt: skip
