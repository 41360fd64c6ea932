"""What anybody with the code of an agreement may know about it."""

from django.utils.translation import gettext_lazy as _

from core.formats import day
from core.seals import Facts
from partnerships.choices import AgreementStatus
from partnerships.models import Agreement

PUBLIC = frozenset({AgreementStatus.SIGNED, AgreementStatus.SUSPENDED, AgreementStatus.TERMINATED})


def facts_about(agreement: Agreement) -> Facts | None:
    """Parties, kind, dates and state now; nothing about people, and nothing at all before the signature."""
    if agreement.status not in PUBLIC:
        return None
    parties = [party.institution.name for party in agreement.partnership.parties.select_related("institution")]
    lines = [
        (_("Kind"), agreement.title),
        *((_("Party"), name) for name in parties),
        (_("Signed on"), day(agreement.signed_on)),
        (_("Start"), day(agreement.starts_on)),
        (_("End"), day(agreement.ends_on)),
    ]
    if agreement.terminated_on:
        lines.append((_("Terminated with effect from"), day(agreement.terminated_on)))
    return Facts(agreement.title, (agreement.status_label, agreement.tone), lines)
