"""The register of support: what was asked, granted, paid and justified."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exporters import Column
from core.money import rounded
from evaluation.indicators import rows
from reports.registry import Asked, Report, register
from support.choices import SupportStatus
from support.models import SupportRequest

COLUMNS = (
    Column("code", _("Number"), 16), Column("institution", _("Institution"), 34), Column("region", _("Region"), 16), Column("kind", _("Kind"), 14),
    Column("title", _("Subject"), 34), Column("status", _("Status"), 18), Column("currency", _("Currency"), 9), Column("asked", _("Asked"), 16),
    Column("granted", _("Granted"), 16), Column("paid", _("Paid"), 16), Column("justified", _("Justified"), 16), Column("granted_on", _("Granted on"), 13),
)  # fmt: skip


def lines(asked: Asked) -> Iterator[list[Any]]:
    """Requests that were handed in; with a period those granted in it. Drafts stay where they are written."""
    found = SupportRequest.objects.visible_to(asked.user).exclude(status=SupportStatus.DRAFT).filter(rows.institution_place(asked.scope))
    found = found.filter(asked.period.within("granted_on")).with_people().with_totals()
    for request in found.order_by("pk").iterator(chunk_size=500):

        def amount(value: Decimal | None, currency: str = request.currency) -> Decimal | None:
            return None if value is None else rounded(value, currency)

        place = request.institution
        yield [
            request.code, place.name, place.region.name if place.region else "", str(request.get_kind_display()), request.title, str(request.status_label),
            request.currency, amount(request.asked), amount(request.granted), amount(request.paid), amount(request.justified), request.granted_on,
        ]  # fmt: skip


register(
    Report(
        "support-register", _("Register of support"), _("Requests for support with what was granted, paid and justified; with a period, those granted in it."),
        "support.view", ("period", "region"), columns=COLUMNS, rows=lines,
    )
)  # fmt: skip
