"""The reading vocabulary of support."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncDate

from accounts.policy import Reach
from accounts.scoping import ScopedQuerySet
from core.formats import today
from partnerships.querysets import of_regions, partnerships_of

MONEY: DecimalField = DecimalField(max_digits=17, decimal_places=3)


class SupportQuerySet(ScopedQuerySet):
    view_action = "support.view"

    def within(self, reach: Reach) -> Q:
        return Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__")

    def with_people(self) -> Self:
        return self.select_related("institution__kind", "institution__region", "institution__country", "partnership", "adviser", "budget")

    def without_drafts_except(self, mine: models.QuerySet) -> Self:
        """What was handed in, and the drafts out of `mine`: an institution's drafts are its own."""
        return self.exclude(~Q(pk__in=mine), status="draft")

    def with_totals(self) -> Self:
        """Each with `asked`, `paid` and `justified`, in the currency of the request."""
        from support.models import Justification, SupportLine, Tranche  # the models import this module

        zero = Value(0, output_field=MONEY)

        def total(rows: models.QuerySet, key: str, amount: models.Expression | F) -> Coalesce:
            return Coalesce(Subquery(rows.order_by().values(key).annotate(total=Sum(amount)).values("total"), output_field=MONEY), zero)

        return self.annotate(
            asked=total(SupportLine.objects.filter(request=OuterRef("pk")), "request", F("quantity") * F("unit_price")),
            paid=total(Tranche.objects.filter(request=OuterRef("pk"), paid_on__isnull=False), "request", F("amount")),
            justified=total(Justification.objects.filter(tranche__request=OuterRef("pk"), status="accepted"), "tranche__request", F("amount")),
        )

    def with_cost(self) -> Self:
        """with_totals, and what the cost per patient is made of: `spent_from`, `spent_until` and `patients`."""
        from activities.models import Result  # the models import this module
        from support.models import Justification, Tranche

        paid = Tranche.objects.filter(request=OuterRef("pk"), paid_on__isnull=False).order_by("paid_on", "pk")
        accepted = Justification.objects.filter(tranche__request=OuterRef("pk"), status="accepted").order_by("-at", "-pk")
        rows = self.with_totals().annotate(spent_from=Subquery(paid.values("paid_on")[:1]), spent_until=TruncDate(Subquery(accepted.values("at")[:1])))
        seen = Result.objects.filter(
            activity__partnership=OuterRef("partnership"), activity__status="validated",
            activity__ends_on__gte=OuterRef("spent_from"), activity__ends_on__lte=OuterRef("spent_until"),
        )  # fmt: skip
        counted = seen.order_by().values("activity__partnership").annotate(total=Sum(F("consultations") + F("operations_done"))).values("total")
        return rows.annotate(patients=Coalesce(Subquery(counted, output_field=models.IntegerField()), 0))


class JustificationQuerySet(ScopedQuerySet):
    view_action = "support.view"

    def within(self, reach: Reach) -> Q:
        return Q(tranche__request__institution__in=reach.institutions) | of_regions(reach.regions, "tranche__request__institution__")


class TrancheQuerySet(models.QuerySet):
    def with_covered(self) -> Self:
        """Each with `covered`: what is justified of it, accepted or waiting to be checked. Its `left` is the rest."""
        from support.models import Justification  # the models import this module

        given = Justification.objects.filter(tranche=OuterRef("pk"), status__in=["submitted", "accepted"]).order_by().values("tranche")
        covered = Coalesce(Subquery(given.annotate(total=Sum("amount")).values("total"), output_field=MONEY), Value(0, output_field=MONEY))
        return self.annotate(covered=covered)

    def to_justify(self) -> Self:
        """Paid, and less is justified than was paid."""
        return self.with_covered().filter(paid_on__isnull=False, covered__lt=F("amount"))

    def overdue(self, on: date | None = None) -> Self:
        """Those whose day of justification has passed."""
        return self.to_justify().filter(justify_by__lt=on or today())


class TechnologyQuerySet(ScopedQuerySet):
    view_action = "technology.view"

    def within(self, reach: Reach) -> Q:

        return Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__") | Q(partnership__in=partnerships_of(reach))
