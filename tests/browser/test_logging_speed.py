"""How long it takes to record days on a phone in Arabic: interactions counted in a real browser, and the time a person needs.

A tap, a choice or a filled field is one interaction. To the browser's own time is added what a hand and an eye need: 1.2 s
to find and touch a thing, 0.25 s for each key (the operators of the keystroke-level model, rounded up).
"""

import re
import time

import pytest

pytestmark = pytest.mark.browser

REACH, KEY = 1.2, 0.25  # seconds


class Hand:
    """One person's thumb: does things on the page and counts them."""

    def __init__(self, page):
        self.page, self.interactions, self.keys, self.began = page, 0, 0, time.monotonic()

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.interactions += 1

    def choose(self, name: str, value: str) -> None:
        self.page.select_option(f"[name={name}]", value)
        self.interactions += 1

    def fill(self, name: str, text: str) -> None:
        self.page.locator(f"[name^={name}]").first.fill(text)
        self.interactions += 1
        self.keys += len(text)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began + REACH * self.interactions + KEY * self.keys


SAVED = re.compile(r"/activities/\d+/$")


def test_like_last_time_takes_four_interactions(visit):
    visitor = visit("coordinator.south", has_touch=True)
    visitor.page.goto("/")
    hand = Hand(visitor.page)

    hand.tap("a[href='/activities/new/?like=last']")
    before = visitor.page.input_value("[name=line-0-consultations]")
    hand.fill("line-0-consultations", "47")
    hand.tap("button[value=review]")
    hand.tap("button[value=save]")
    visitor.page.wait_for_url(SAVED)
    seconds = hand.seconds

    assert before not in ("", "47")  # the figures of the last time stood there
    assert (hand.interactions, visitor.troubles) == (4, [])
    assert seconds <= 20


def test_first_surgical_day_takes_at_most_twelve_interactions(visit):
    visitor = visit("coordinator.south", has_touch=True)
    visitor.page.goto("/")
    hand = Hand(visitor.page)

    hand.tap(".tabbar a[href='/activities/new/']")
    hand.tap("li:nth-child(2) > * a[href^='?partnership=']")  # not the one of the other test: the same days would look recorded already
    hand.choose("line-0-specialty", "general-surgery")
    for name, figure in (("consultations", "31"), ("operations_planned", "8"), ("operations_done", "7"), ("transferred", "1")):
        hand.fill(f"line-0-{name}", figure)
    hand.fill("trained_doctors", "3")
    hand.fill("team_", "6")
    hand.tap("button[value=review]")
    hand.tap("button[value=save]")
    visitor.page.wait_for_url(SAVED)
    seconds = hand.seconds

    assert visitor.does_not_scroll_sideways()
    assert hand.interactions <= 12
    assert seconds <= 60
    assert visitor.troubles == []
