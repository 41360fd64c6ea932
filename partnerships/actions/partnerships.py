"""Beginning partnerships, and the steps of their lifecycle."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from core.formats import today
from core.history import changing, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.numbering import next_code
from partnerships.choices import Origin, Reach, Side
from partnerships.models import Institution, Partnership, PartnershipParty, Specialty


def create_partnership(
    *,
    by: User | None,
    senders: Iterable[Institution],
    hosts: Iterable[Institution],
    specialties: Iterable[Specialty] = (),
    facilitators: Iterable[Institution] = (),
    funders: Iterable[Institution] = (),
    origin: str = Origin.PROGRAMME,
    started_on: date | None = None,
    goals: str = "",
    source: str = "",
) -> Partnership:
    """Begin a partnership between institutions that exist; its code counts up within the year it began.

    National when both sides are of one country. Embassies and agencies help as facilitators, others as funders. Raises TransitionRefused when a side is empty or on both sides.
    """
    senders, hosts = list(senders), list(hosts)
    taken = {place.pk for place in [*senders, *hosts]}
    facilitators = [place for place in facilitators if place.pk not in taken]
    taken |= {place.pk for place in facilitators}
    funders = [place for place in funders if place.pk not in taken]
    refuse_unless(by, "partnership.create")
    if not senders or not hosts or {place.pk for place in senders} & {place.pk for place in hosts}:
        raise TransitionRefused("side_missing", _("A partnership needs a supporting and a benefiting institution."))
    year = (started_on or today()).year
    with changing():
        countries = {place.country_id for place in [*senders, *hosts]}
        partnership = Partnership.objects.create(
            code=next_code(Partnership.objects.all(), f"PT-{year}-", places=3),
            reach=Reach.NATIONAL if len(countries) == 1 else Reach.INTERNATIONAL,
            origin=origin,
            started_on=started_on,
            goals=goals,
            source=source,
        )
        PartnershipParty.objects.bulk_create(
            PartnershipParty(partnership=partnership, institution=place, side=side)
            for side, places in ((Side.SENDER, senders), (Side.HOST, hosts), (Side.FACILITATOR, facilitators), (Side.FUNDER, funders))
            for place in places
        )
        partnership.specialties.set(specialties)
        partnership.refresh_search_text()
        record(
            partnership, "create", by=by, to_status=partnership.status,
            after={"senders": [place.code for place in senders], "hosts": [place.code for place in hosts]},
        )  # fmt: skip
    return partnership


def transition_partnership(partnership: Partnership, transition: Transition, *, by: User | None, reason: str = "") -> Partnership:
    """Take a step of the partnership's lifecycle that carries nothing but a reason."""
    by_itself(transition, by)
    apply(partnership, transition, by=by, reason=reason)
    return partnership


def note_activity(partnership: Partnership, day: date) -> None:
    """Remember the last day on which something happened; called by the activities. One UPDATE."""
    Partnership.objects.filter(pk=partnership.pk).exclude(last_activity_on__gte=day).update(last_activity_on=day)
