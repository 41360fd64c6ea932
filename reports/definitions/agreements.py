"""The register of agreements."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exporters import Column
from partnerships.models import Agreement
from partnerships.querysets import with_partnership
from reports.definitions.lines import of_partnerships
from reports.headline import ends_of
from reports.registry import Asked, Report, register

COLUMNS = (
    Column("agreement", _("Agreement"), 30), Column("partnership", _("Partnership"), 14), Column("sender", _("Supporting institution"), 34),
    Column("host", _("Benefiting institution"), 34), Column("status", _("Status"), 18), Column("signed_on", _("Signed on"), 13),
    Column("starts_on", _("Start"), 13), Column("ends_on", _("End"), 13),
)  # fmt: skip


def lines(asked: Asked) -> Iterator[list[Any]]:
    """Every agreement that the asker sees; with a period those signed in it."""
    found = of_partnerships(asked, Agreement.objects.visible_to(asked.user))
    if asked.period.start or asked.period.end:
        found = found.signed_within(asked.period.start, asked.period.end)
    for agreement in with_partnership(found).order_by("year", "number").iterator(chunk_size=500):
        yield [
            agreement.title, agreement.partnership.code, *ends_of(agreement.partnership), str(agreement.status_label), agreement.signed_on,
            agreement.starts_on, agreement.ends_on,
        ]  # fmt: skip


register(
    Report(
        "agreements-register", _("Register of agreements"), _("Every agreement with its parties, dates and status; with a period, those signed in it."),
        "agreement.view", ("period", "region", "specialty"), columns=COLUMNS, rows=lines,
    )
)  # fmt: skip
