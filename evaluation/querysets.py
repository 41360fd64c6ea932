"""The reading vocabulary of evaluations."""

from datetime import date
from typing import Self

from django.db.models import Q

from accounts.policy import Reach
from accounts.scoping import ScopedQuerySet
from core.formats import today
from evaluation.choices import EvaluationStatus


class EvaluationQuerySet(ScopedQuerySet):
    view_action = "evaluation.view"

    def within(self, reach: Reach) -> Q:
        from partnerships.models import Partnership  # kept out of the import of the models

        return Q(partnership__in=Partnership.objects.filter(Partnership.objects.all().within(reach)).values("pk"))

    def with_people(self) -> Self:
        return self.select_related("partnership", "activity").prefetch_related(
            "sides", "partnership__parties__institution__region", "partnership__parties__institution__country"
        )

    def waiting(self) -> Self:
        """Open, and at least one side has not answered."""
        return self.filter(status=EvaluationStatus.OPEN)

    def overdue(self, on: date | None = None) -> Self:
        return self.waiting().filter(due_on__lt=on or today())
