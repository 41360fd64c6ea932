from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

EXTERNAL_VISIT = register(
    ActivityKind(
        slug="external_visit",
        label=_("external visit"),
        log_label=_("Record an external visit"),
        icon="building",
        outcome_fields=("audience",),
        words={"audience": _("people met")},
        usual={"audience": 100},
        sessions=("seminar",),
        asks_subject=True,
        for_ministry=True,
        at_either_side=True,
    )
)
