"""The kinds of activity, each a module with the same contract. Nothing else in the portal asks “which kind is it?”."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class ActivityKind:
    """What one kind of activity needs.

    `outcome_fields` are the counts of a result line, in the order of the form; `usual` is the count per line above which
    the form asks for a second look; `is_mission` says that a team travels, which the headline figure counts.
    """

    slug: str
    label: str | Promise
    log_label: str | Promise
    icon: str
    outcome_fields: tuple[str, ...]
    usual: dict[str, int]
    is_mission: bool = True
    uses_checklist: bool = False


REGISTRY: dict[str, ActivityKind] = {}


def register(kind: ActivityKind) -> ActivityKind:
    REGISTRY[kind.slug] = kind
    return kind


def kind_choices() -> list[tuple[str, str | Promise]]:
    """For model fields: a callable, so that a new kind needs no migration."""
    return [(kind.slug, kind.label) for kind in REGISTRY.values()]


from activities.kinds import medical, study, surgical  # noqa: E402, F401 – they register themselves with the above
