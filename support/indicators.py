"""Indicators counted from support: TW31, TW41, TW44. Amounts in the home currency, at the rate recorded with each request."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.profile import home
from evaluation.indicators import rows
from evaluation.indicators.registry import NOTHING, Figure, amount, computes, share
from evaluation.indicators.scope import Cell
from support.actions.requests import COMMITTED
from support.models import SupportRequest, TechnologyIntroduced, Tranche
from support.querysets import MONEY

Cells = Sequence[Cell]


def at_home(field: str, to: str = "") -> Case:
    """An amount in the home currency; `to` leads from the row to its request, for example "request__"."""
    rate = F(f"{to}rate")
    same = When(Q(**{f"{to}currency": home().currency}) | Q(**{f"{to}rate": None}), then=F(field))
    return Case(same, default=F(field) * rate, output_field=MONEY)


def technologies_of(cell: Cell) -> Q:
    scope, period = cell
    own = Q(specialty=scope.specialty) if scope.specialty else Q()
    place = Q(partnership=scope.partnership) if scope.partnership else rows.institution_place(scope)
    return period.within("commissioned_on") & place & own


@computes("TW31")
def technologies_in_use(cells: Cells) -> list[Figure]:
    """Devices, medicines and techniques put into service in the period and still in use after six months."""
    reach = cells[0][0].reach
    known = TechnologyIntroduced.objects.filter(rows.reached_institutions(reach), in_use=True)
    said = rows.tally(known, cells, technologies_of, found=lambda where: Count("pk", filter=where))
    return [amount(one["found"]) for one in said]


def requests_of(cell: Cell) -> Q:
    """Requests granted in the period: of the institutions of a place, or for a partnership."""
    scope, period = cell
    place = Q(partnership=scope.partnership) if scope.partnership else rows.institution_place(scope)
    return period.within("granted_on") & place


def sums(cells: Cells) -> list[dict[str, Any]]:
    """For each cell what was granted, and what of it has been paid and justified since."""
    reach = cells[0][0].reach
    granted = SupportRequest.objects.filter(rows.reached_institutions(reach), status__in=COMMITTED, granted__gt=0).with_totals()
    asked = {name: at_home(name) for name in ("granted", "paid", "justified")}
    annotated = granted.annotate(**{f"{name}_home": value for name, value in asked.items()})
    zero = Value(Decimal(0), output_field=MONEY)
    measures = {name: lambda where, field=f"{name}_home": Sum(field, filter=where, default=zero) for name in asked}
    return rows.tally(annotated, cells, requests_of, **measures)


def justified_share(cell: Cell) -> list[tuple[str | Promise, float]]:
    (said,) = sums([cell])
    return [(_("justified of what was paid, in percent"), 100 * float(said["justified"]) / float(said["paid"]))] if said["paid"] else []


@computes("TW41", justified_share)
def funding_execution(cells: Cells) -> list[Figure]:
    """What has been paid of the grants of the period. The part is a second figure: what has been justified of what was paid."""
    return [share(float(said["paid"]), float(said["granted"])) for said in sums(cells)]


def payments_of(cell: Cell) -> Q:
    scope, period = cell
    place = Q(request__partnership=scope.partnership) if scope.partnership else rows.institution_place(scope, "request__institution")
    return period.within("paid_on") & place


@computes("TW44")
def cost_per_patient(cells: Cells) -> list[Figure]:
    """Paid in the period for partnerships, for each consultation and operation of these partnerships in the same period.

    Nothing where either side is not known. In the home currency.
    """
    reach = cells[0][0].reach
    tranches = Tranche.objects.filter(rows.reached_institutions(reach, "request__institution"), request__partnership__isnull=False, paid_on__isnull=False)
    paid = rows.tally(
        tranches.annotate(home=at_home("amount", "request__")), cells, payments_of,
        total=lambda where: Sum("home", filter=where, default=Value(Decimal(0), output_field=MONEY)),
    )  # fmt: skip
    funded = Tranche.objects.filter(request__partnership__isnull=False, paid_on__isnull=False).values("request__partnership")
    seen = rows.tally(
        rows.results(cells).filter(activity__partnership__in=funded), cells, rows.in_results,
        consultations=lambda where: Sum("consultations", filter=where, default=0), operations=lambda where: Sum("operations_done", filter=where, default=0),
    )  # fmt: skip
    found = []
    for money, people in zip(paid, seen, strict=True):
        total, patients = float(money["total"]), people["consultations"] + people["operations"]
        found.append(Figure(total / patients, total, patients, patients) if total and patients else NOTHING)
    return found
