"""Requests for support that wait for somebody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.policy import Role, institutions_of
from core.formats import as_day
from core.money import money
from reports.waiting.rows import AT_MOST, DECISION_DAYS, Waiting
from support.choices import JustificationStatus, SupportStatus
from support.models import Justification, SupportRequest, Tranche

DESKS = {  # role → the statuses in which a request waits for it
    Role.DIRECTOR: (SupportStatus.DRAFT, SupportStatus.RETURNED), Role.OFFICER: (SupportStatus.SUBMITTED,),
    Role.FINANCE: (SupportStatus.TECHNICAL,), Role.HEAD: (SupportStatus.FINANCIAL,),
}  # fmt: skip


def support_on_the_desk(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Requests for support that wait for this person's opinion, decision or signature."""
    wanted = {status for role in roles & set(DESKS) for status in DESKS[Role(role)]}
    rows = SupportRequest.objects.visible_to(user).filter(status__in=wanted).select_related("institution__kind", "institution__region").order_by("pk")
    if not roles & {Role.OFFICER, Role.HEAD, Role.FINANCE}:
        rows = rows.filter(institution__in=institutions_of(user))
    for request in rows[:AT_MOST]:
        due = as_day(request.updated_at) + timedelta(days=DECISION_DAYS)
        yield Waiting(request.title, f"{request.institution.name} · {request.status_label}", due, request.get_absolute_url(), _("Open the request"))


def tranches_to_justify(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = Tranche.objects.to_justify().filter(request__institution__in=institutions_of(user)).select_related("request__institution")
    for tranche in rows.order_by("justify_by", "pk")[:AT_MOST]:
        left = money(tranche.left, tranche.request.currency)
        address = f"{tranche.request.get_absolute_url()}tranches/{tranche.pk}/justify/"
        yield Waiting(_("Justify %(amount)s") % {"amount": left}, tranche.request.title, tranche.justify_by, address, _("Justify what was spent"))


def tranches_to_pay(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = Tranche.objects.filter(paid_on=None, request__status=SupportStatus.GRANTED).select_related("request__institution")
    for tranche in rows.order_by("planned_on", "pk")[:AT_MOST]:
        due = tranche.planned_on or tranche.request.granted_on
        address = f"{tranche.request.get_absolute_url()}tranches/{tranche.pk}/pay/"
        amount = money(tranche.amount, tranche.request.currency)
        yield Waiting(
            _("Pay %(amount)s") % {"amount": amount}, f"{tranche.request.institution.name} · {tranche.request.title}", due, address, _("Record the payment")
        )


def justifications_to_check(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = Justification.objects.visible_to(user, "support.check_justification").filter(status=JustificationStatus.SUBMITTED)
    for item in rows.select_related("tranche__request__institution").order_by("at", "pk")[:AT_MOST]:
        request = item.tranche.request
        address = f"{request.get_absolute_url()}justifications/{item.pk}/"
        yield Waiting(
            _("Check the justification"), f"{request.institution.name} · {money(item.amount, request.currency)}",
            as_day(item.at) + timedelta(days=DECISION_DAYS), address, _("Check the justification"),
        )  # fmt: skip
