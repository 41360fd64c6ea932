from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

LECTURE = register(
    ActivityKind(
        slug="lecture",
        label=_("lecture"),
        log_label=_("Record a lecture"),
        icon="book",
        outcome_fields=("audience",),
        usual={"audience": 200},
        sessions=("lecture",),
        asks_subject=True,
        for_ministry=True,
        at_either_side=True,
    )
)
