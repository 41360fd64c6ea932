"""Arithmetic of a two-sided evaluation: values in, values out, no queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDE = 1.0  # points of difference of two means of a domain from which the sides are said to disagree widely
WIDE_ON_ONE = 2  # the same for a single criterion
LOW = 2.0  # a mean below this is low
HIGHEST = 4

Scores = Mapping[int, int | None]  # a criterion's key: 0 to 4, or None for not applicable


@dataclass(frozen=True)
class DomainScore:
    """Means of one domain on the 0–4 scale; None where nobody gave a score. `before` is that of both sides last time."""

    domain: str
    name: str
    sender: float | None
    host: float | None
    visitor: float | None = None
    before: float | None = None

    @property
    def gap(self) -> float | None:
        """Absolute difference of the two means, in points."""
        return None if self.sender is None or self.host is None else abs(self.sender - self.host)

    @property
    def both(self) -> float | None:
        """The mean of the two sides' means; that of one side where the other gave none."""
        return mean([self.sender, self.host])

    @property
    def change(self) -> float | None:
        """Points gained or lost since last time."""
        return None if self.both is None or self.before is None else self.both - self.before

    @property
    def is_wide(self) -> bool:
        return self.gap is not None and round(self.gap, 6) >= WIDE

    @property
    def is_low(self) -> bool:
        return self.both is not None and self.both < LOW


@dataclass(frozen=True)
class CriterionScore:
    """One criterion, both sides beside each other; `before` is the mean of both sides last time."""

    key: int
    number: int
    name: str
    sender: int | None
    host: int | None
    before: float | None = None

    @property
    def gap(self) -> int | None:
        return None if self.sender is None or self.host is None else abs(self.sender - self.host)

    @property
    def both(self) -> float | None:
        return mean([self.sender, self.host])

    @property
    def change(self) -> float | None:
        return None if self.both is None or self.before is None else self.both - self.before

    @property
    def is_wide(self) -> bool:
        return self.gap is not None and self.gap >= WIDE_ON_ONE

    @property
    def is_low(self) -> bool:
        return self.both is not None and self.both < LOW


def mean(scores: Iterable[float | None]) -> float | None:
    """The mean of the scores given; “not applicable” (None) does not count. None when nothing was scored."""
    given = [score for score in scores if score is not None]
    return sum(given) / len(given) if given else None


def of_hundred(counts: Sequence[int]) -> float | None:
    """The mean of marks on a scale to 100; `counts` says how many gave 0, 1, 2, 3 and 4. None when nobody answered."""
    people = sum(counts)
    return 100 * sum(mark * count for mark, count in enumerate(counts)) / (HIGHEST * people) if people else None


def by_domain(
    criteria: Sequence[tuple[int, str, str]],
    sender: Scores,
    host: Scores,
    visitor: Mapping[str, float | None] | None = None,
    before: Mapping[str, float | None] | None = None,
) -> list[DomainScore]:
    """One DomainScore per domain, widest disagreement first.

    `criteria` are (key, domain slug, domain name) in order; `sender` and `host` map a criterion's key to 0–4 or None;
    `visitor` and `before` map a domain's slug to its mean at the evaluator's visit and last time.
    """
    names = {domain: name for _key, domain, name in criteria}
    scores = [
        DomainScore(
            domain,
            name,
            mean(sender.get(key) for key, other, _name in criteria if other == domain),
            mean(host.get(key) for key, other, _name in criteria if other == domain),
            (visitor or {}).get(domain),
            (before or {}).get(domain),
        )
        for domain, name in names.items()
    ]
    return sorted(scores, key=lambda score: (-(score.gap if score.gap is not None else -1), list(names).index(score.domain)))


def to_discuss(scores: Iterable[CriterionScore]) -> list[CriterionScore]:
    """What the joint review looks at first: wide disagreements, widest first, then low means, lowest first."""
    found = [score for score in scores if score.is_wide or score.is_low]
    return sorted(found, key=lambda score: (not score.is_wide, -(score.gap or 0), score.both if score.both is not None else HIGHEST, score.number))
