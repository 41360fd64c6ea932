"""Rates after a mission: hand-computed figures, and nothing below five."""

from datetime import date
from itertools import pairwise

import pytest
from django.utils import translation

from activities.outcomes import Check, Rate, few, figures, percent, wilson, window

ON = date(2026, 11, 30)
PAST, AHEAD = date(2026, 11, 1), date(2026, 12, 20)


def case(*outcomes: str, due: date = PAST) -> list[Check]:
    """Checks at day 7, 30 and 90; the last one is ahead."""
    return [Check(day, due if day < 90 else AHEAD, outcome) for day, outcome in zip((7, 30, 90), (*outcomes, ""), strict=False)]


def test_figures_of_twelve_people_as_counted_by_hand():
    cases = [case("well", "well")] * 5
    cases += [case("complication", "well"), case("well", "complication"), case("readmitted", "well"), case("died", "died")]
    cases += [case("lost", "lost"), case("well", ""), case("", "", due=AHEAD)]

    found = figures(cases, ON)

    assert (found.cases, found.due, found.recorded, found.lost) == (12, 11, 9, 1)
    assert (found.completeness.part, found.completeness.whole) == (9, 11)
    assert (found.complication.part, found.readmission.part, found.mortality.part) == (2, 1, 1)
    assert {rate.whole for rate in (found.complication, found.readmission, found.mortality)} == {9}
    assert found.complication.value == pytest.approx(2 / 9)


def test_horizon_of_a_week_does_not_count_what_came_later():
    cases = [case("well", "complication")] * 3 + [case("complication", "well")] * 2 + [case("", "")]

    week, month = figures(cases, ON, 7), figures(cases, ON, 30)

    assert (week.due, week.recorded, week.complication.part) == (6, 5, 2)
    assert (month.due, month.recorded, month.complication.part) == (6, 5, 5)


def test_what_is_recorded_before_its_day_counts_as_due_and_an_empty_group_has_nothing():
    early = [Check(7, PAST, "died"), Check(30, AHEAD, "died"), Check(90, AHEAD, "died")]

    assert (figures([early], ON).due, figures([early], ON).mortality.part) == (1, 1)
    nobody = figures([], ON)
    assert (nobody.cases, nobody.due, nobody.mortality.value, nobody.mortality.interval_words) == (0, 0, None, "")


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(1, 20, 0.0089, 0.2361), (0, 10, 0.0, 0.2775), (5, 5, 0.5655, 1.0), (50, 100, 0.4038, 0.5962)],  # by the formula of Wilson, on paper
)
def test_interval_of_wilson(part, whole, low, high):
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.0001)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 2), (-1, 4)])
def test_interval_of_nobody_or_of_more_than_all_is_an_error(part, whole):
    with pytest.raises(ValueError, match=r"\d"):
        wilson(part, whole)


def test_rate_below_five_people_says_neither_the_rate_nor_the_counts():
    with translation.override("en"):
        small, none, large = Rate(1, 4), Rate(0, 0), Rate(1, 20)

        assert (small.value, small.interval, small.words) == (None, None, "fewer than five cases")
        assert none.words == "nobody yet"
        assert large.words == "5%"
        assert large.interval_words == "the true rate lies between 1% and 24%, with a certainty of 95%"
        assert [few(0), few(4), few(5)] == ["0", "fewer than five", "5"]
        assert figures([case("well", "well")] * 3, ON).due_words == "fewer than five cases"
        assert figures([case("well", "well")] * 5 + [case("well", "")], ON).due_words == "5 of 6"
        assert percent(0.125) == "12%"


def test_window_of_each_check_ends_where_the_next_one_begins():
    treated = date(2026, 1, 1)
    windows = [window(treated, day) for day in (7, 30, 90, 365)]

    assert windows[0] == (date(2026, 1, 5), date(2026, 1, 21))
    assert [(later[0] - earlier[1]).days for earlier, later in pairwise(windows)] == [1, 1, 1]
