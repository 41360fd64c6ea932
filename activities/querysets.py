"""The reading vocabulary of activities."""

from datetime import date, timedelta
from typing import Self

from django.db.models import Q

from accounts.policy import Reach
from accounts.scoping import ScopedQuerySet
from core.formats import today
from partnerships.querysets import of_regions

REPORT_DUE_DAYS = 15  # after the last day; design decision shared with the reminder of late reports
AWAITING_REPORT = ("approved", "confirmed")


class ActivityQuerySet(ScopedQuerySet):
    view_action = "activity.view"

    def within(self, reach: Reach) -> Q:
        """Parties see their partnership whole; an activity without one is seen by its own parties."""
        from activities.models import ActivityParty  # the models import this module
        from partnerships.models import Partnership

        seen = Partnership.objects.filter(Partnership.objects.all().within(reach))
        own = ActivityParty.objects.filter(Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__"))
        return Q(partnership__in=seen.values("pk")) | Q(partnership=None, pk__in=own.values("activity"))

    def with_people(self) -> Self:
        return self.select_related("partnership").prefetch_related("parties__institution__region", "parties__institution__country", "specialties")

    def validated(self) -> Self:
        return self.filter(status="validated")

    def held_within(self, start: date | None, end: date | None) -> Self:
        """Those that ended in a period; either end may be open."""
        rows = self
        if start:
            rows = rows.filter(ends_on__gte=start)
        return rows.filter(ends_on__lte=end) if end else rows

    def report_owed(self, on: date | None = None) -> Self:
        """Held, and nobody has reported yet."""
        return self.filter(status__in=AWAITING_REPORT, ends_on__lt=on or today())

    def report_overdue(self, on: date | None = None) -> Self:
        return self.report_owed(on).filter(ends_on__lt=(on or today()) - timedelta(days=REPORT_DUE_DAYS))
