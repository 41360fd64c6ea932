from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

SURGICAL = register(
    ActivityKind(
        slug="surgical",
        label=_("surgical days"),
        log_label=_("Record surgical days"),
        icon="calendar",
        outcome_fields=("consultations", "operations_planned", "operations_done", "transferred"),
        usual={"consultations": 150, "operations_planned": 60, "operations_done": 60, "transferred": 15},
        uses_checklist=True,
    )
)
