"""The kinds of activity, each a module with the same contract. Nothing else in the portal asks “which kind is it?”."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRAINED = _("People trained")


@dataclass(frozen=True)
class ActivityKind:
    """What one kind of activity needs.

    `outcome_fields` are the counts of a result line that everybody fills in, in the order of the form; `more_fields` stand
    behind “more figures”. `usual` is the count per line above which the form asks for a second look. `words` rename a count
    where the kind calls it otherwise. `is_mission` says that a team travels, which the headline figure counts.
    """

    slug: str
    label: str | Promise
    log_label: str | Promise
    icon: str
    outcome_fields: tuple[str, ...]
    usual: Mapping[str, int]
    more_fields: tuple[str, ...] = ()
    words: Mapping[str, str | Promise] = field(default_factory=dict)
    trained_label: str | Promise = TRAINED
    sessions: tuple[str, ...] = ()  # the kinds of session inside its days, the likeliest first
    is_mission: bool = False
    uses_checklist: bool = False
    asks_purpose: bool = False  # the purpose of a visit belongs to it
    asks_subject: bool = False  # it is known by its subject: a lecture, a seminar
    for_ministry: bool = False  # may belong to no partnership
    at_either_side: bool = False  # may take place at the supporting institutions as well
    needs_licences: bool = False  # specialists from abroad practise: licensed before the team is confirmed
    has_placements: bool = False  # trainees with objectives, supervised and assessed
    is_common: bool = False  # among the first that are offered

    @property
    def all_fields(self) -> tuple[str, ...]:
        """Every count that a result line of this kind may hold."""
        return (*self.outcome_fields, *self.more_fields)

    @property
    def figures(self) -> tuple[str, ...]:
        """The counts that stand for it: at the head of its page, in the totals of its form. At most three."""
        return tuple(name for name in self.outcome_fields if name != "operations_planned")[:3]

    @property
    def plans_consultations(self) -> bool:
        return "consultations" in self.all_fields

    @property
    def plans_operations(self) -> bool:
        return "operations_planned" in self.all_fields

    @property
    def plans_volumes(self) -> bool:
        """Patients are waiting for it."""
        return self.plans_consultations or self.plans_operations


REGISTRY: dict[str, ActivityKind] = {}


def register(kind: ActivityKind) -> ActivityKind:
    REGISTRY[kind.slug] = kind
    return kind


def kind_choices() -> list[tuple[str, str | Promise]]:
    """For model fields: a callable, so that a new kind needs no migration."""
    return [(kind.slug, kind.label) for kind in REGISTRY.values()]


def missions() -> list[str]:
    """The kinds for which a team travels."""
    return [kind.slug for kind in REGISTRY.values() if kind.is_mission]


SEEN = ("men", "women", "children")
LISTS = ("operating_lists", "lists_with_checklist", "complications")

MODULES = (  # in the order of the menus
    "surgical", "medical", "mixed", "visiting", "study", "workshop", "lecture", "seminar", "awareness", "placement", "tele_expertise", "external_visit",
)  # fmt: skip
for _module in MODULES:  # they register themselves with the above
    import_module(f"activities.kinds.{_module}")
