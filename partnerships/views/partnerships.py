from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from core.exporters import Column
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from partnerships import actions
from partnerships.filters import PartnershipFilters
from partnerships.forms import PartnershipForm
from partnerships.models import Membership, Partnership
from partnerships.querysets import with_places
from partnerships.views.room import overview, related

COLUMNS = (
    Column("code", gettext_lazy("Code"), 14), Column("senders", gettext_lazy("Supporting institutions"), 44), Column("hosts", gettext_lazy("Benefiting institutions"), 44),
    Column("status", gettext_lazy("Status"), 14), Column("specialties", gettext_lazy("Specialties"), 40), Column("started_on", gettext_lazy("Since"), 13),
    Column("last_activity_on", gettext_lazy("Last activity"), 13),
)  # fmt: skip


def row(partnership: Partnership) -> list[object]:
    return [
        partnership.code, "، ".join(map(str, partnership.senders)), "، ".join(map(str, partnership.hosts)), partnership.status_label,
        "، ".join(map(str, partnership.specialties.all())), partnership.started_on, partnership.last_activity_on,
    ]  # fmt: skip


def listed(rows):
    """What a row of the page reads."""
    return rows.prefetch_related(with_places(), "specialties")


def partnership_list(request: HttpRequest) -> HttpResponse:
    """The partnerships that this person may see."""
    require(request.user, "partnership.view")
    return list_page(
        request,
        queryset=Partnership.objects.visible_to(request.user),
        filters=PartnershipFilters,
        sorts={"code": ["code"], "last_activity": [F("last_activity_on").desc(nulls_last=True)], "started": ["started_on"]},
        default_sort="last_activity",
        columns=COLUMNS,
        row=row,
        related=related,
        shown=listed,
        name="partnerships",
        page="partnerships/partnership_list.html",
        fragment="partnerships/_partnership_list.html",
        extra={"may_create": can(request.user, "partnership.create")},
    )


def partnership_detail(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.view", pk)
    people = Membership.objects.in_force().filter(institution__in=partnership.party_ids).select_related("user", "institution")
    context = {
        "partnership": partnership,
        "people": people,
        "activities": partnership.activities.select_related("partnership").prefetch_related("specialties").order_by("-starts_on", "-pk")[:12],
        "agreements": partnership.agreements.order_by("-starts_on", "-pk")[:20],
        "steps": steps_for(partnership, request.user),
        "history": trail(partnership)[:30],
        "may_draft": can(request.user, "agreement.draft", partnership),
        "may_record": can(request.user, "activity.create", partnership) and partnership.status == "active",
    }
    return render(request, "partnerships/partnership_detail.html", {**context, **overview(partnership, request.user)})


def partnership_new(request: HttpRequest) -> HttpResponse:
    require(request.user, "partnership.create")
    form = PartnershipForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            partnership = actions.create_partnership(by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The partnership is made. Next: its first agreement."))
            return redirect(partnership)
    return render(request, "partnerships/partnership_new.html", {"form": form}, status=400 if form.is_bound else 200)


def partnership_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, related(Partnership.objects.all()), pk, slug, actions.transition_partnership)
