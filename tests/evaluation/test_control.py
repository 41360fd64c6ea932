"""Charts of process behaviour against published examples, and each rule against figures made for it."""

import pytest

from evaluation.control import Difference, Rule, Verdict, p_chart, xmr

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates of ten batches.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# D. C. Montgomery, Introduction to Statistical Quality Control, example 6.1: faulty cans in 30 samples of 50.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]


def rules(behaviour) -> list[set[Rule]]:
    return [{rule for rule, _way in signals} for signals in behaviour.signals]


def test_xmr_agrees_with_the_published_example_of_nist():
    chart = xmr(FLOW)

    assert chart.centre[0] == pytest.approx(50.81)
    assert chart.upper[0] == pytest.approx(55.8041, abs=0.001)
    assert chart.lower[0] == pytest.approx(45.8159, abs=0.001)
    assert chart.ranges[:3] == [None, pytest.approx(2.0), pytest.approx(2.3)]
    assert chart.range_limit == pytest.approx(3.268 * 1.8778, abs=0.001)
    assert chart.verdict == Verdict.USUAL


def test_p_chart_agrees_with_the_published_example_of_montgomery():
    chart = p_chart(CANS, [50] * 30)

    assert chart.centre[0] == pytest.approx(23.13, abs=0.01)
    assert chart.upper[0] == pytest.approx(41.02, abs=0.01)
    assert chart.lower[0] == pytest.approx(5.24, abs=0.01)
    assert [place + 1 for place, found in enumerate(rules(chart)) if Rule.BEYOND in found] == [15, 23]


def test_p_chart_has_limits_of_its_own_for_every_number_behind_a_figure():
    chart = p_chart([20, 5, 30, 2, 12, 8, 6, 10], [100, 25, 100, 4, 50, 40, 30, 60])

    middle = 93 / 409
    assert chart.centre[0] == pytest.approx(100 * middle)
    assert chart.upper[1] == pytest.approx(100 * (middle + 3 * (middle * (1 - middle) / 25) ** 0.5))
    assert chart.lower[1] == 0  # kept within 0 and 100
    assert chart.upper[3] > chart.upper[0]


def test_below_eight_figures_nothing_is_read_into_them():
    chart = xmr([1, 2, 3, 4, 5, 6, 100])

    assert chart.verdict == Verdict.TOO_FEW
    assert chart.upper == [None] * 7
    assert not any(chart.signals)
    assert p_chart([1, 2, None], [10, 10, None]).verdict == Verdict.TOO_FEW
    assert xmr([]).verdict == Verdict.TOO_FEW


def test_one_figure_beyond_the_limits_is_a_signal():
    chart = xmr([8, 14] * 6 + [36])  # mean 12.92, mean range 7.33, upper limit 32.4

    assert rules(chart) == [set()] * 12 + [{Rule.BEYOND}]
    assert chart.verdict == Verdict.RISE


def test_eight_in_a_row_on_one_side_are_a_signal_and_seven_are_not():
    low, high = [10, 12, 11, 12, 10, 12, 11, 12], [14, 16, 15, 14, 16, 15, 14, 16]

    assert all(Rule.SIDE in found for found in rules(xmr(low + high)))
    assert xmr(low + high).verdict == Verdict.RISE
    assert xmr(high + low).verdict == Verdict.FALL
    assert not any(Rule.SIDE in found for found in rules(xmr([10, 10, 10, 10, 10, 10, 10, 11, 11, 11, 11, 11, 11, 11])))


def test_six_in_a_row_rising_are_a_signal_and_five_are_not():
    rising = [10, 12, 10, 12, 7, 8, 9, 10, 11, 12]

    assert [Rule.WAY in found for found in rules(xmr(rising))] == [False] * 4 + [True] * 6
    assert not any(Rule.WAY in found for found in rules(xmr([10, 12, 10, 12, 8, 9, 10, 11, 12, 10])))


def test_two_of_three_beyond_two_sigmas_on_one_side_are_a_signal():
    values = [10, 14, 10, 14, 10, 14, 10, 14, 10, 14, 20, 12, 20]  # mean 13.23, mean range 4.83, sigma 4.28: 20 is within two
    wider = [10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 17.5, 11, 17.5]  # mean 11.86, mean range 2.92, sigma 2.59: 17.5 is 2.18 sigmas up

    assert not any(Rule.NEAR in found for found in rules(xmr(values)))
    assert [place for place, found in enumerate(rules(xmr(wider))) if Rule.NEAR in found] == [11, 13]


def test_gaps_are_stepped_over_and_keep_their_place():
    chart = xmr([10, None, 12, 10, 12, 10, 12, 10, None, 12], floor=0)

    assert chart.centre[1] is None
    assert chart.centre[0] == 11
    assert chart.ranges[:3] == [None, None, 2]
    assert len(chart.signals) == 10
    assert chart.is_enough


def test_limits_do_not_leave_what_is_possible():
    assert xmr([0, 5, 0, 5, 0, 5, 0, 5], floor=0).lower[0] == 0
    assert xmr([95, 100, 95, 100, 95, 100, 95, 100], floor=0, ceiling=100).upper[0] == 100


def test_old_signal_says_nothing_about_today():
    assert xmr([25, *[10, 11, 10, 9] * 5]).verdict == Verdict.USUAL


def test_difference_of_differences_is_the_change_beyond_that_of_the_others():
    found = Difference(10, 18, 12, 15, 4)

    assert (found.change, found.change_others, found.net) == (8, 3, 5)
    assert Difference(10, None, 12, 15).net is None
