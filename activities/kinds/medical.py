from django.utils.translation import gettext_lazy as _

from activities.kinds import SEEN, ActivityKind, register

MEDICAL = register(
    ActivityKind(
        slug="medical",
        label=_("medical days"),
        log_label=_("Record medical days"),
        icon="clipboard",
        outcome_fields=("consultations", "explorations", "transferred", "transfers_avoided"),
        more_fields=("cases_discussed", "complications", *SEEN),
        usual={"consultations": 400, "explorations": 120, "transferred": 20, "transfers_avoided": 60, "complications": 5},
        sessions=("examination", "check_up", "lecture", "workshop", "awareness"),
        is_mission=True,
        is_common=True,
    )
)
