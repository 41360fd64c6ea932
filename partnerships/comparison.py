"""Two profiles side by side: what one needs and the other offers, and what neither has. Values in, values out, no queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Side:
    """What is compared of one institution; the lists are loaded."""

    institution: Any
    needs: Sequence[Any]  # open, with their specialty
    offers: Sequence[Any]  # open, with their specialty
    departments: Sequence[Any]  # with their specialty
    staff: Sequence[Any]  # with their profession
    equipment: Sequence[Any]
    procedures: Sequence[Any]
    scores: Sequence[Any] = ()  # of the latest assessment

    @property
    def covered(self) -> set[int]:
        """The specialties that it has a department in or offers to bring."""
        return {row.specialty_id for row in (*self.departments, *self.offers)}


@dataclass(frozen=True)
class MetNeed:
    """A need of one, and the offer of the other that answers it, or None."""

    need: Any
    offer: Any | None


@dataclass
class Comparison:
    """`staff` and `areas` hold (label, value of a, value of b); `equipment` and `procedures` (item, a has it, b has it)."""

    needs_of_a: list[MetNeed] = field(default_factory=list)
    needs_of_b: list[MetNeed] = field(default_factory=list)
    staff: list[tuple[Any, int, int]] = field(default_factory=list)
    equipment: list[tuple[Any, bool, bool]] = field(default_factory=list)
    procedures: list[tuple[Any, bool, bool]] = field(default_factory=list)
    specialties: list[tuple[Any, bool, bool]] = field(default_factory=list)
    areas: list[tuple[Any, Any, Any]] = field(default_factory=list)
    neither_specialties: list[Any] = field(default_factory=list)
    neither_equipment: list[Any] = field(default_factory=list)


def met(needs: Iterable[Any], offers: Iterable[Any]) -> list[MetNeed]:
    """Each need with the offer in the same specialty and of the same kind that answers it."""
    by_subject = {(offer.specialty_id, offer.kind): offer for offer in offers}
    return [MetNeed(need, by_subject.get((need.specialty_id, need.kind))) for need in needs]


def either(mine: Iterable[Any], theirs: Iterable[Any]) -> list[tuple[Any, bool, bool]]:
    """Everything that one or both have, as (item, a has it, b has it), in the order of its code."""
    first, second = {item.pk: item for item in mine}, {item.pk: item for item in theirs}
    items = sorted((first | second).values(), key=lambda item: item.code)
    return [(item, item.pk in first, item.pk in second) for item in items]


def compare(a: Side, b: Side, main_equipment: Iterable[tuple[Any, set[int]]]) -> Comparison:
    """What the two have, need and lack. `main_equipment` is every piece with the keys of the specialties that need it.

    “Neither has”: specialties that one of them needs and neither has a department in or offers; equipment that a specialty
    needed by one of them cannot do without and neither has.
    """
    wanted = {need.specialty_id: need.specialty for need in (*a.needs, *b.needs)}
    has = {item.pk for item in (*a.equipment, *b.equipment)}
    counts = [{row.profession_id: row.count for row in side.staff} for side in (a, b)]
    professions = {row.profession_id: row.profession for row in (*a.staff, *b.staff)}
    scores = [{score.area: score for score in side.scores} for side in (a, b)]
    areas = list(dict.fromkeys(score.area for score in (*a.scores, *b.scores)))
    return Comparison(
        needs_of_a=met(a.needs, b.offers),
        needs_of_b=met(b.needs, a.offers),
        staff=[(item, counts[0].get(pk, 0), counts[1].get(pk, 0)) for pk, item in sorted(professions.items(), key=lambda pair: pair[1].code)],
        equipment=either(a.equipment, b.equipment),
        procedures=either(a.procedures, b.procedures),
        specialties=either((row.specialty for row in a.departments), (row.specialty for row in b.departments)),
        areas=[((scores[0].get(area) or scores[1][area]).get_area_display(), scores[0].get(area), scores[1].get(area)) for area in areas],
        neither_specialties=[item for pk, item in sorted(wanted.items(), key=lambda pair: pair[1].code) if pk not in a.covered | b.covered],
        neither_equipment=[item for item, specialties in main_equipment if item.pk not in has and specialties & wanted.keys()],
    )
