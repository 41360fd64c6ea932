from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

WORKSHOP = register(
    ActivityKind(
        slug="workshop",
        label=_("training workshop"),
        log_label=_("Record a training workshop"),
        icon="book",
        outcome_fields=("audience",),
        more_fields=("cases_discussed",),
        usual={"audience": 60, "cases_discussed": 40},
        sessions=("workshop", "lecture"),
        asks_subject=True,
        for_ministry=True,
        at_either_side=True,
    )
)
