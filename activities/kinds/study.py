from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

STUDY = register(
    ActivityKind(
        slug="study",
        label=_("study days"),
        log_label=_("Record study days"),
        icon="book",
        outcome_fields=("audience",),
        usual={"audience": 300},
        is_mission=False,
    )
)
