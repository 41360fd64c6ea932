"""Reports that tell how it went: the country, a region, an institution, a partnership, a specialty."""

from django.utils.translation import gettext_lazy as _

from reports.definitions.sections import WHOLE
from reports.registry import Report, register

register(
    Report(
        "national", _("National report"), _("The country in figures, what is late, what ends soon, difficulties and decisions."), "report.view", sections=WHOLE
    )
)
register(
    Report(
        "partnership", _("Report of a partnership"), _("One partnership: what was done, how far its services have come, what is late and what was decided."),
        "partnership.view", ("period", "partnership"), ("partnership",), sections=WHOLE,
    )
)  # fmt: skip
register(
    Report(
        "institution", _("Report of an institution"), _("One institution on either side: what it gave and what it received."),
        "partnership.view", ("period", "institution"), ("institution",), sections=WHOLE,
    )
)  # fmt: skip
register(
    Report(
        "region", _("Report of a region"), _("What the institutions of one region received."), "report.view", ("period", "region"), ("region",), sections=WHOLE
    )
)
register(
    Report(
        "specialty", _("Report of a specialty"), _("One specialty over the country: results by region, services on the autonomy ladder."),
        "report.view", ("period", "specialty"), ("specialty",), sections=WHOLE,
    )
)  # fmt: skip
