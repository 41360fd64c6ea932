from django.utils.translation import gettext_lazy as _

from activities.kinds import LISTS, SEEN, ActivityKind, register

MIXED = register(
    ActivityKind(
        slug="mixed",
        label=_("mixed mission"),
        log_label=_("Record a mixed mission"),
        icon="calendar",
        outcome_fields=("consultations", "explorations", "operations_planned", "operations_done", "transferred"),
        more_fields=("transfers_avoided", *LISTS, "cases_discussed", "audience", *SEEN),
        usual={
            "consultations": 400,
            "explorations": 120,
            "operations_planned": 60,
            "operations_done": 60,
            "transferred": 20,
            "transfers_avoided": 60,
            "operating_lists": 20,
            "complications": 5,
            "audience": 300,
        },
        sessions=("examination", "check_up", "operating_list", "workshop", "lecture", "seminar", "awareness"),
        is_mission=True,
        uses_checklist=True,
    )
)
