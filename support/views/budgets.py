from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.policy import can
from core.deeds import done, kept
from core.history import trail
from core.profile import home
from support.actions.budgets import execution, save_budget
from support.forms import BudgetForm
from support.models import Budget, SupportRequest
from support.views.sections import section_tabs


def budget_list(request: HttpRequest) -> HttpResponse:
    """Budgets by year, what is granted out of them, paid and justified."""
    require(request.user, "budget.view")
    budgets = list(Budget.objects.all())
    rows = [{"budget": budget, **figures} for budget, figures in zip(budgets, execution(budgets), strict=True)]
    totals: dict[str, Decimal] = {name: sum((row[name] for row in rows), Decimal(0)) for name in ("granted", "paid", "justified")}
    context = {
        "rows": rows, "totals": totals, "amount": Budget.objects.aggregate(total=Sum("amount", default=Decimal(0)))["total"], "currency": home().currency,
        "tabs": section_tabs(request.user, "budgets"), "may_keep": can(request.user, "budget.keep"),
    }  # fmt: skip
    return render(request, "support/budget_list.html", context)


def budget_or_404(request: HttpRequest, pk: int) -> Budget:
    """Not there for whoever may not see budgets."""
    if not can(request.user, "budget.view"):
        raise Http404
    return get_object_or_404(Budget, pk=pk)


def budget_detail(request: HttpRequest, pk: int) -> HttpResponse:
    budget = budget_or_404(request, pk)
    (figures,) = execution([budget])
    context: dict[str, Any] = {
        "budget": budget, **figures, "left": budget.amount - figures["granted"], "currency": home().currency,
        "requests": SupportRequest.objects.filter(budget=budget).with_people().with_totals().order_by("-granted_on", "-pk")[:200],
        "may_keep": can(request.user, "budget.keep"), "history": trail(budget)[:20],
    }  # fmt: skip
    return render(request, "support/budget_detail.html", context)


def budget_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new budget, or another amount for one that exists."""
    budget = budget_or_404(request, pk) if pk else None
    require(request.user, "budget.keep")
    initial = {name: getattr(budget, name) for name in ("year", "source", "name", "amount", "version")} if budget else {}
    form = BudgetForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("year", "source", "name", "amount")}
        deed = lambda: save_budget(budget, by=request.user, version=form.cleaned_data["version"], **values)  # noqa: E731
        if saved := done(form, deed, {"below_grants": "amount", "too_fine": "amount", "twice": "name"}):
            messages.success(request, _("The budget is saved."))
            return redirect(saved)
    context = {"form": form, "budget": budget, "differences": kept(form), "currency": home().currency}
    return render(request, "support/budget_form.html", context, status=400 if form.is_bound else 200)
