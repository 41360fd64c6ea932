"""The figures of a report, one by one: what the other side agrees with or disputes, and what the ministry corrects later."""

from collections.abc import Iterable
from dataclasses import dataclass

from activities.choices import Part
from activities.models import Activity, Participant, Result
from activities.models.result import figure_label


@dataclass(frozen=True)
class Figure:
    """One number of a report. `name` is a count of a result, or the people of one cadre or institution ("trained:doctors")."""

    row: Result | Participant
    name: str
    value: int
    site_name: str
    specialty_name: str
    label: str

    @property
    def key(self) -> str:
        """Names it in a form: the row and the count."""
        return f"{'r' if isinstance(self.row, Result) else 'p'}{self.row.pk}-{self.name.replace(':', '-')}"

    @property
    def field(self) -> str:
        """The field of the row that holds it."""
        return self.name if isinstance(self.row, Result) else "count"


@dataclass(frozen=True)
class OtherFigure:
    """What somebody holds to be right in the place of a figure, and why."""

    figure: Figure
    value: int
    reason: str


@dataclass(frozen=True)
class Group:
    """The figures of one site in one specialty, or of the people; `more` are those that few fill in."""

    title: str
    specialty: str
    figures: list[Figure]
    more: list[Figure]

    @property
    def all(self) -> list[Figure]:
        return self.figures + self.more


def figures_of(activity: Activity) -> list[Group]:
    """Every figure of a report in the order of its page: line by line, then the people counted without names.

    Reads `results__site__institution`, `results__specialty` and `participants__institution`.
    """
    kind = activity.kind_of
    found = []
    for row in activity.results.all():
        site, specialty = str(row.site), str(row.specialty or "")

        def figure(name: str, row: Result = row, site: str = site, specialty: str = specialty) -> Figure:
            return Figure(row, name, getattr(row, name), site, specialty, figure_label(kind, name))

        found.append(Group(site, specialty, [figure(name) for name in kind.outcome_fields], [figure(name) for name in kind.more_fields]))
    for part in Part:
        heads = [head for head in activity.participants.all() if head.part == part and not head.is_named]
        people = [Figure(head, name_of(head), head.count, str(head.institution or ""), "", head.get_cadre_display() or str(head.institution)) for head in heads]
        if people:
            found.append(Group(str(part.label), "", people, []))
    return found


def name_of(head: Participant) -> str:
    return f"{head.part}:{head.cadre}" if head.cadre else head.part


def by_key(groups: Iterable[Group]) -> dict[str, Figure]:
    return {figure.key: figure for group in groups for figure in group.all}
