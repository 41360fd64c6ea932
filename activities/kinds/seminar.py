from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

SEMINAR = register(
    ActivityKind(
        slug="seminar",
        label=_("seminar"),
        log_label=_("Record a seminar"),
        icon="book",
        outcome_fields=("audience",),
        more_fields=("cases_discussed",),
        usual={"audience": 300, "cases_discussed": 40},
        sessions=("seminar", "lecture", "workshop"),
        asks_subject=True,
        for_ministry=True,
        at_either_side=True,
    )
)
