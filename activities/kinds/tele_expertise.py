from django.utils.translation import gettext_lazy as _

from activities.kinds import ActivityKind, register

TELE_EXPERTISE = register(
    ActivityKind(
        slug="tele_expertise",
        label=_("tele-expertise session"),
        log_label=_("Record a tele-expertise session"),
        icon="link",
        outcome_fields=("cases_discussed", "transferred", "transfers_avoided"),
        more_fields=("explorations",),
        words={"explorations": _("explorations read")},
        usual={"cases_discussed": 30, "transferred": 10, "transfers_avoided": 30, "explorations": 60},
        sessions=("examination", "seminar"),
        at_either_side=True,
    )
)
