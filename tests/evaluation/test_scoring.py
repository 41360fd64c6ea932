"""Arithmetic of two sides, against figures computed by hand."""

from evaluation.scoring import DomainScore, by_domain, mean


def test_not_applicable_does_not_count():
    assert mean([4, None, 2]) == 3
    assert mean([None, None]) is None


def test_widest_disagreement_comes_first_and_is_said_from_one_point():
    criteria = [(1, "a", "A"), (2, "a", "A"), (3, "b", "B")]

    scores = by_domain(criteria, {1: 4, 2: 4, 3: 3}, {1: 3, 2: 3, 3: 3})

    assert scores == [DomainScore("a", "A", 4, 3), DomainScore("b", "B", 3, 3)]
    assert [score.is_wide for score in scores] == [True, False]


def test_low_mean_is_under_two_over_both_sides():
    assert DomainScore("a", "A", 1, 2.5).is_low
    assert not DomainScore("a", "A", 2, 2).is_low
    assert not DomainScore("a", "A", None, None).is_low
