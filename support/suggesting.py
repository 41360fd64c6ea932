"""What an institution could ask for, read off its open needs: one line for each need that support in money can answer.

A need leads to a kind of support: equipment to equipment, training to training, works to infrastructure; care that is lacking to the journey of
a team. Needs of management, protocols and awareness ask for advice, not for money. A need that an open request names already is left out.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.formats import number
from partnerships.choices import NeedKind, Severity
from partnerships.models import Institution, Need, Offer
from partnerships.querysets import twinned_with
from support.choices import SupportKind, SupportStatus
from support.models import SupportRequest

AT_MOST = 8
OVER = (SupportStatus.REFUSED, SupportStatus.WITHDRAWN, SupportStatus.CLOSED)
PACKAGE = {  # kind of need → kind of support, the line that asks for it
    NeedKind.CARE: (SupportKind.FINANCIAL, gettext_lazy("Journey and consumables of a team: %(specialty)s")),
    NeedKind.EQUIPMENT: (SupportKind.EQUIPMENT, gettext_lazy("Equipment: %(specialty)s")),
    NeedKind.TRAINING: (SupportKind.TRAINING, gettext_lazy("Training: %(specialty)s")),
    NeedKind.INFRASTRUCTURE: (SupportKind.INFRASTRUCTURE, gettext_lazy("Works: %(specialty)s")),
}


@dataclass(frozen=True)
class Suggestion:
    """One line that could be asked for, the need behind it, and why, in words."""

    need: Need
    kind: SupportKind
    text: str
    reasons: list[str]


def suggest(institution: Institution) -> list[Suggestion]:
    """The lines that the open needs of `institution` suggest, the most severe first, then those with most people waiting; AT_MOST.

    The reasons name the severity, the people waiting, the way to the nearest place, and which twinned institution offers the same: no other
    offer is read, for the institution does not see it. Two queries. Writes nothing.
    """
    asked = SupportRequest.objects.filter(institution=institution).exclude(status__in=OVER).values("needs")
    needs = Need.objects.open().filter(institution=institution, kind__in=PACKAGE).exclude(pk__in=asked.filter(needs__isnull=False))
    rows = list(needs.select_related("specialty").order_by("-severity", "-waiting_count", "pk")[:AT_MOST])
    twins = Offer.objects.open().filter(institution__in=twinned_with(frozenset({institution.pk})), specialty__in=[need.specialty_id for need in rows])
    offers = list(twins.exclude(institution=institution).select_related("institution__region").order_by("pk")) if rows else []
    return [suggestion_for(need, [offer for offer in offers if (offer.specialty_id, offer.kind) == (need.specialty_id, need.kind)]) for need in rows]


def suggestion_for(need: Need, offers: list[Offer]) -> Suggestion:
    kind, text = PACKAGE[NeedKind(need.kind)]
    return Suggestion(need, kind, str(text) % {"specialty": need.specialty}, reasons_for(need, offers))


def reasons_for(need: Need, offers: list[Offer]) -> list[str]:
    """Why, in words, the weightiest first. No query when the institutions of the offers are loaded."""
    reasons = [_("severity %(severity)s of %(most)s") % {"severity": number(need.severity), "most": number(max(Severity.values))}]
    if need.waiting_count:
        words = ngettext("%(number)s person waiting", "%(number)s people waiting", need.waiting_count)
        reasons.append(words % {"number": number(need.waiting_count)})
    if need.nearest_km:
        words = _("%(km)s km to the nearest place") if not need.nearest_offer else _("%(km)s km to the nearest place, %(place)s")
        reasons.append(words % {"km": number(need.nearest_km), "place": need.nearest_offer})
    if offers:
        reasons.append(_("offered by %(institution)s, its twin") % {"institution": offers[0].institution.name})
    return reasons
