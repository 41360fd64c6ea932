"""The reading vocabulary of institutions, partnerships and agreements."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.policy import Reach
from accounts.scoping import ScopedQuerySet
from core.formats import today


class MembershipQuerySet(models.QuerySet):
    def in_force(self, on: date | None = None) -> Self:
        on = on or today()
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def people(self, role: str, **where: object) -> models.QuerySet:
        """The active users who hold `role` today, for example people("coordinator", institution=…)."""
        from accounts.models import User  # a leaf of this queryset's own callers

        return User.objects.filter(is_active=True, memberships__in=self.in_force().filter(role=role, **where)).distinct()


class RegionQuerySet(models.QuerySet):
    def on(self, day: date) -> Self:
        """The regions that exist on `day`: Algeria went from 48 to 58 and to 69."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class InstitutionQuerySet(ScopedQuerySet):
    view_action = "institution.view"

    def within(self, reach: Reach) -> Q:
        return Q(pk__in=reach.institutions) | Q(region__in=reach.regions)


def through_parties(parties: models.QuerySet, reach: Reach) -> Q:
    """Rows one of whose parties the reach covers. A subquery, so that no row comes twice."""
    return Q(pk__in=parties.filter(Q(institution__in=reach.institutions) | Q(institution__region__in=reach.regions)).values("partnership")) | Q(
        pk__in=reach.partnerships
    )


class PartnershipQuerySet(ScopedQuerySet):
    view_action = "partnership.view"

    def within(self, reach: Reach) -> Q:
        from partnerships.models import PartnershipParty  # the models import this module

        return through_parties(PartnershipParty.objects.all(), reach)

    def with_people(self) -> Self:
        return self.prefetch_related("parties__institution__kind", "parties__institution__region", "specialties")

    def running(self) -> Self:
        return self.filter(status="active")


class AgreementQuerySet(ScopedQuerySet):
    view_action = "agreement.view"

    def within(self, reach: Reach) -> Q:
        from partnerships.models import Partnership

        return Q(partnership__in=Partnership.objects.filter(Partnership.objects.all().within(reach)).values("pk"))

    def signed_within(self, start: date | None, end: date | None) -> Self:
        rows = self.filter(signed_on__isnull=False)
        if start:
            rows = rows.filter(signed_on__gte=start)
        return rows.filter(signed_on__lte=end) if end else rows

    def in_force(self, on: date | None = None) -> Self:
        on = on or today()
        return self.filter(status="signed", starts_on__lte=on, ends_on__gte=on)

    def ended(self, on: date | None = None) -> Self:
        return self.filter(status="signed", ends_on__lt=on or today())

    def ending_within(self, days: int) -> Self:
        return self.in_force().filter(ends_on__lte=today() + timedelta(days=days))


def has_agreement_in_force() -> Exists:
    """For annotating partnerships."""
    from partnerships.models import Agreement

    return Exists(Agreement.objects.in_force().filter(partnership=OuterRef("pk")))
