from django.utils.translation import gettext_lazy as _

from activities.kinds import LISTS, SEEN, ActivityKind, register

SURGICAL = register(
    ActivityKind(
        slug="surgical",
        label=_("surgical days"),
        log_label=_("Record surgical days"),
        icon="calendar",
        outcome_fields=("consultations", "operations_planned", "operations_done", "transferred"),
        more_fields=("explorations", "transfers_avoided", *LISTS, *SEEN),
        usual={
            "consultations": 150,
            "operations_planned": 60,
            "operations_done": 60,
            "transferred": 15,
            "explorations": 120,
            "transfers_avoided": 60,
            "operating_lists": 20,
            "complications": 5,
        },
        sessions=("operating_list", "examination", "check_up", "lecture", "workshop", "awareness"),
        is_mission=True,
        uses_checklist=True,
        is_common=True,
    )
)
