"""Budgets of the ministry: what may be spent, and what became of it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from core.editing import edit
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.money import money, refuse_finer
from support.actions.requests import COMMITTED, committed, home_currency
from support.models import Budget, SupportRequest

name_verbs(edit_budget=_("Budget edited"))


def save_budget(budget: Budget | None, *, by: User | None, version: int | None = None, **values: Any) -> Budget:
    """A new budget, or another content of one. Never below what has been granted out of it, never finer than the currency. Raises EditConflict."""
    refuse_unless(by, "budget.keep")
    refuse_finer(home_currency(), values["amount"])
    with changing():
        twins = Budget.objects.filter(year=values["year"], source=values["source"], name=values["name"]).exclude(pk=budget.pk if budget else None)
        if twins.exists():
            raise TransitionRefused("twice", _("There is a budget of this name for this year and source already."))
        if budget is None:
            budget = Budget.objects.create(**values)
            record(budget, "create", by=by, after=values)
            return budget
        if values["amount"] < committed(budget):
            words = {"granted": money(committed(budget), home_currency())}
            raise TransitionRefused("below_grants", _("%(granted)s has been granted out of this budget already.") % words)
        edit(budget, values, by=by, version=version, verb="edit_budget")
    return budget


def execution(budgets: Sequence[Budget]) -> list[dict[str, Decimal]]:
    """For each budget what is granted, paid and justified out of it, in the home currency. One query for all."""
    found = {budget.pk: {"granted": Decimal(0), "paid": Decimal(0), "justified": Decimal(0)} for budget in budgets}
    rows = SupportRequest.objects.filter(budget__in=found, status__in=COMMITTED).with_totals()
    for row in rows:
        for name in ("granted", "paid", "justified"):
            found[row.budget_id][name] += row.at_home(getattr(row, name)) or Decimal(0)
    return [found[budget.pk] for budget in budgets]
