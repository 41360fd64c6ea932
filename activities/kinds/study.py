from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

STUDY = register(
    ActivityKind(
        slug="study",
        label=_("study days"),
        log_label=_("Record study days"),
        icon="book",
        outcome_fields=("audience",),
        more_fields=("cases_discussed",),
        usual={"audience": 300, "cases_discussed": 40},
        sessions=("lecture", "workshop", "seminar"),
        asks_subject=True,
        for_ministry=True,
        at_either_side=True,
        is_common=True,
    )
)
