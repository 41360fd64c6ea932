from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

MEDICAL = register(
    ActivityKind(
        slug="medical",
        label=_("medical days"),
        log_label=_("Record medical days"),
        icon="clipboard",
        outcome_fields=("consultations", "explorations", "transferred", "transfers_avoided"),
        usual={"consultations": 400, "explorations": 120, "transferred": 20, "transfers_avoided": 60},
    )
)
