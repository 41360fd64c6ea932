"""The reading vocabulary of evaluations."""

from dataclasses import replace
from datetime import date
from typing import Any, Self

from django.db.models import Q

from accounts.policy import Reach, scope_for
from accounts.scoping import ScopedQuerySet
from core.formats import today
from evaluation.choices import ActionStatus, EvaluationStatus, PracticeStatus, ValueStatus
from partnerships.querysets import OfPartnershipQuerySet as PartnershipRows
from partnerships.querysets import of_regions, partnerships_of, with_parties


class EvaluationQuerySet(ScopedQuerySet):
    view_action = "evaluation.view"

    def within(self, reach: Reach) -> Q:
        return Q(partnership__in=partnerships_of(reach))

    def with_people(self) -> Self:
        return self.select_related("partnership", "activity").prefetch_related("sides", with_parties("partnership__"))

    def waiting(self) -> Self:
        """Open, and at least one side has not answered."""
        return self.filter(status=EvaluationStatus.OPEN)

    def overdue(self, on: date | None = None) -> Self:
        return self.waiting().filter(due_on__lt=on or today())


class SideQuerySet(ScopedQuerySet):
    """What the sides answered. That an evaluation is seen does not open its answers: `evaluation.secrecy` says who reads them."""

    view_action = "evaluation.view"

    def within(self, reach: Reach) -> Q:
        return Q(evaluation__partnership__in=partnerships_of(reach))


class SurveyQuerySet(PartnershipRows):
    view_action = "survey.view"


class OfPartnershipQuerySet(PartnershipRows):
    """Targets: seen by whoever sees the partnership's measurements."""

    view_action = "measurement.view"


class MeasurementQuerySet(PartnershipRows):
    """Typed figures: read by whoever sees the partnership, written and approved by the institution that measured."""

    view_action = "measurement.view"

    def visible_to(self, user: Any, action: str = "") -> Self:
        if not action or action.endswith(".view"):
            return super().visible_to(user, action)
        reach = scope_for(user, action)
        if reach.everything:
            return self.all()
        others = replace(reach, institutions=frozenset())
        own = Q(institution__in=reach.institutions)
        return self.filter(own | self.within(others) if others else own) if reach else self.none()

    def with_people(self) -> Self:
        return self.select_related("indicator", "institution", "partnership", "recorded_by", "approved_by").prefetch_related(
            "parts", with_parties("partnership__")
        )

    def approved(self) -> Self:
        return self.filter(status=ValueStatus.APPROVED)


class ActionPointQuerySet(PartnershipRows):
    view_action = "action_point.view"

    def open(self) -> Self:
        return self.filter(status=ActionStatus.OPEN)

    def overdue(self, on: date | None = None) -> Self:
        return self.open().filter(due_on__lt=on or today())


class PracticeQuerySet(ScopedQuerySet):
    """A validated practice is everybody's; until then its partnership's and the ministry's."""

    view_action = "practice.view"

    def within(self, reach: Reach) -> Q:
        return Q(partnership__in=partnerships_of(reach))

    def visible_to(self, user: Any, action: str = "") -> Self:
        """Whoever may read practices reads the validated ones; the others only where they are written and decided."""
        rows = super().visible_to(user, action)
        if action not in ("", self.view_action):
            return rows
        reach = scope_for(user, "practice.describe")
        own = Q(created_by=user.pk) | self.within(reach) if reach else Q(created_by=user.pk)
        return rows if reach.everything else rows.filter(Q(status=PracticeStatus.VALIDATED) | own)

    def validated(self) -> Self:
        return self.filter(status=PracticeStatus.VALIDATED)


class ReferralQuerySet(ScopedQuerySet):
    view_action = "referral.view"

    def within(self, reach: Reach) -> Q:
        return Q(institution__in=reach.institutions) | of_regions(reach.regions) | of_regions(reach.regions, "institution__")
