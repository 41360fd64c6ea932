from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import get_for
from activities.reciprocity import Flow, Ledger, counted_activities, ledger, stays_of
from partnerships.models import Partnership
from partnerships.views.room import related, tabs


def ledger_of(partnership: Partnership) -> Ledger:
    """The ledger of one partnership; its parties are loaded. Four queries."""
    sides = {party.institution_id: party.side for party in partnership.parties.all()}
    return ledger(stays_of(counted_activities().filter(partnership=partnership)), sides)


def partnership_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """Who went to whom in one partnership, each way and by institution."""
    partnership = get_for(request.user, related(Partnership.objects.all()), "partnership.view", pk)
    made = ledger_of(partnership)
    context = {"partnership": partnership, "tabs": tabs(partnership, "reciprocity"), "ledger": made, "institutions": lines(partnership, made)}
    return render(request, "activities/reciprocity.html", context)


def lines(partnership: Partnership, made: Ledger) -> list[dict[str, Any]]:
    """One line for each party that sent or received somebody."""
    found = []
    for party in partnership.parties.all():
        sent, received = made.sent.get(party.institution_id), made.received.get(party.institution_id)
        if sent or received:
            found.append({"institution": party.institution, "side": party.get_side_display(), "sent": sent or Flow(), "received": received or Flow()})
    return found
