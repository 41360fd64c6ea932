"""A worker ends itself when it hears nothing any more, never while it is busy."""

from datetime import UTC, datetime, timedelta

import pytest

from core.tasks import sweep
from twinning.celery import DEAF_AFTER, LONGEST, Work, work

LONG_AGO = timedelta(seconds=DEAF_AFTER + 60)


def test_worker_is_deaf_once_nothing_was_heard_for_long():
    now = datetime.now(UTC)

    assert not Work().is_deaf(now)
    assert Work().is_deaf(now - LONG_AGO)


def test_task_in_hand_is_a_sign_of_life_and_so_is_its_end():
    heard, mine = datetime.now(UTC) - LONG_AGO, Work()

    mine.begin(task_id="long")
    assert not mine.is_deaf(heard)
    mine.end(task_id="long")
    assert not mine.is_deaf(heard)
    mine.ended = heard
    assert mine.is_deaf(heard)


def test_task_that_hangs_is_none():
    mine = Work()
    mine.in_hand["hangs"] = datetime.now(UTC) - timedelta(seconds=LONGEST + 1)

    assert mine.is_deaf(datetime.now(UTC) - LONG_AGO)


@pytest.mark.django_db
def test_worker_knows_what_it_has_in_hand(monkeypatch):
    seen = []
    monkeypatch.setattr("core.outbox.deliver_due", lambda: seen.append(dict(work.in_hand)))

    sweep.apply(task_id="one")

    assert list(seen[0]) == ["one"]
    assert not work.in_hand
