from django.utils.translation import gettext_lazy as _

from activities.kinds import LISTS, SEEN, ActivityKind, register

VISITING = register(
    ActivityKind(
        slug="visiting",
        label=_("visiting mission"),
        log_label=_("Record a visiting mission"),
        icon="user",
        outcome_fields=("consultations", "operations_planned", "operations_done", "cases_discussed"),
        more_fields=("explorations", "transferred", "transfers_avoided", *LISTS, "audience", *SEEN),
        usual={
            "consultations": 80,
            "operations_planned": 25,
            "operations_done": 25,
            "cases_discussed": 60,
            "explorations": 60,
            "transferred": 10,
            "transfers_avoided": 40,
            "operating_lists": 15,
            "complications": 4,
            "audience": 200,
        },
        sessions=("operating_list", "examination", "check_up", "lecture", "workshop"),
        is_mission=True,
        uses_checklist=True,
        asks_purpose=True,
        needs_licences=True,
    )
)
