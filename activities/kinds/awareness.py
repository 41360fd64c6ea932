from django.utils.translation import gettext_lazy as _

from activities.kinds import SEEN, ActivityKind, register

AWARENESS = register(
    ActivityKind(
        slug="awareness",
        label=_("awareness action"),
        log_label=_("Record an awareness action"),
        icon="bell",
        outcome_fields=("audience", "explorations"),
        more_fields=SEEN,
        words={
            "audience": _("patients and public reached"),
            "explorations": _("screenings"),
            "men": _("men reached"),
            "women": _("women reached"),
            "children": _("children reached"),
        },
        trained_label=_("Staff reached"),
        usual={"audience": 600, "explorations": 300},
        sessions=("awareness", "lecture"),
        asks_subject=True,
        for_ministry=True,
    )
)
