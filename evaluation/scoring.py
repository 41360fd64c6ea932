"""Arithmetic of a two-sided evaluation: values in, values out, no queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDE = 1.0  # points of difference on the 0–4 scale from which two sides are said to disagree widely
LOW = 2.0  # a mean below this is low


@dataclass(frozen=True)
class DomainScore:
    """Means of one domain on the 0–4 scale; None when a side gave no score."""

    domain: str
    name: str
    sender: float | None
    host: float | None

    @property
    def gap(self) -> float | None:
        """Absolute difference of the two means, in points."""
        return None if self.sender is None or self.host is None else abs(self.sender - self.host)

    @property
    def is_wide(self) -> bool:
        return self.gap is not None and round(self.gap, 6) >= WIDE

    @property
    def is_low(self) -> bool:
        known = [mean for mean in (self.sender, self.host) if mean is not None]
        return bool(known) and sum(known) / len(known) < LOW


def mean(scores: Iterable[int | None]) -> float | None:
    """The mean of the scores given; “not applicable” (None) does not count. None when nothing was scored."""
    given = [score for score in scores if score is not None]
    return sum(given) / len(given) if given else None


def by_domain(criteria: Sequence[tuple[int, str, str]], sender: dict[int, int | None], host: dict[int, int | None]) -> list[DomainScore]:
    """One DomainScore per domain, widest disagreement first.

    `criteria` are (key, domain slug, domain name) in order; `sender` and `host` map a criterion's key to 0–4 or None.
    """
    names = {domain: name for _key, domain, name in criteria}
    scores = [
        DomainScore(
            domain,
            name,
            mean(sender.get(key) for key, other, _name in criteria if other == domain),
            mean(host.get(key) for key, other, _name in criteria if other == domain),
        )
        for domain, name in names.items()
    ]
    return sorted(scores, key=lambda score: (-(score.gap if score.gap is not None else -1), list(names).index(score.domain)))
