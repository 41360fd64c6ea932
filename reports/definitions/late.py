"""Everything that is late today."""

from django.utils.translation import gettext_lazy as _

from reports.definitions.lines import LATE_COLUMNS, late_rows
from reports.registry import Report, register

register(
    Report(
        "late-list", _("What is late"), _("Missing reports, evaluations, action points and justifications, the longest overdue first; with a period, those due in it."),
        "activity.view", ("period", "region", "specialty"), columns=LATE_COLUMNS, rows=late_rows,
    )
)  # fmt: skip
