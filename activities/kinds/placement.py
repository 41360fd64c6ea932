from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

PLACEMENT = register(
    ActivityKind(
        slug="placement",
        label=_("placement"),
        log_label=_("Record a placement"),
        icon="user",
        outcome_fields=("cases_discussed",),
        words={"cases_discussed": _("cases followed")},
        trained_label=_("Trainees"),
        usual={"cases_discussed": 60},
        sessions=("workshop", "operating_list", "examination", "lecture"),
        at_either_side=True,
        has_placements=True,
    )
)
