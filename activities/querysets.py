"""The reading vocabulary of activities."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.policy import Reach, scope_for
from accounts.scoping import ScopedQuerySet
from activities.choices import OFF
from core.formats import today
from partnerships.choices import TAKING_PART
from partnerships.querysets import PLACE, of_regions, partnerships_of, twins_of, with_parties

REPORT_DUE_DAYS = 15  # after the last day; reminders and indicators of late reports count by it
AWAITING_REPORT = ("approved", "confirmed")


def with_own_parties(path: str = "") -> models.Prefetch:
    """The parties of an activity, as `with_parties` has those of a partnership. `path` leads to the activity."""
    party = apps.get_model("activities", "ActivityParty")
    rows = party.objects.select_related("institution__region", "institution__country", "institution__kind")
    return models.Prefetch(f"{path}parties", rows.order_by("pk"))


def with_figures(activities: Any) -> Any:
    """Activities with what a line of a list or register reads of their results."""
    return activities.with_people().prefetch_related("results", "participants")


def with_own_places(path: str = "") -> models.Prefetch:
    """What a row of a list reads of them, as `with_places`."""
    party = apps.get_model("activities", "ActivityParty")
    return models.Prefetch(f"{path}parties", party.objects.select_related("institution__region").only("activity", *PLACE).order_by("pk"))


def own_activities_of(reach: Reach) -> frozenset[int]:
    """The keys of the activities without a partnership that a reach covers through their own parties, read once a request."""
    from activities.models import ActivityParty  # the models import this module

    mine = Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__")
    rows = ActivityParty.objects.filter(mine, activity__partnership=None).order_by()
    return reach.once("own activities", lambda: rows.values_list("activity", flat=True))


def invited_to(reach: Reach) -> frozenset[int]:
    """The keys of the activities of the ministry to which a reach covers an invitation, read once a request."""
    from activities.models import Invitation  # the models import this module

    rows = Invitation.objects.filter(Invitation.objects.all().within(reach), activity__partnership=None).order_by()
    return reach.once("invitations", lambda: rows.values_list("activity", flat=True))


class ActivityQuerySet(ScopedQuerySet):
    view_action = "activity.view"

    def within(self, reach: Reach) -> Q:
        """Parties see their partnership whole; an activity without one is seen by its own parties."""
        return Q(partnership__in=partnerships_of(reach)) | Q(pk__in=own_activities_of(reach))

    def visible_to(self, user: Any, action: str = "") -> Self:
        """To see, an invitation to an activity of the ministry is enough; to write it is not."""
        if action and action != self.view_action:
            return super().visible_to(user, action)
        reach = scope_for(user, self.view_action)
        if reach.everything:
            return self.all()
        return self.filter(self.within(reach) | Q(pk__in=invited_to(reach))) if reach else self.none()

    def with_people(self) -> Self:
        return self.select_related("partnership").prefetch_related(with_own_parties(), "specialties", "invitations")

    def validated(self) -> Self:
        return self.filter(status="validated")

    def report_owed(self, on: date | None = None) -> Self:
        """Held, and nobody has reported yet."""
        return self.filter(status__in=AWAITING_REPORT, ends_on__lt=on or today())

    def report_overdue(self, on: date | None = None) -> Self:
        return self.report_owed(on).filter(ends_on__lt=(on or today()) - timedelta(days=REPORT_DUE_DAYS))


class TotalQuerySet(ScopedQuerySet):
    view_action = "report.view"

    def within(self, reach: Reach) -> Q:
        """The totals of the activities that a reach covers: the same as `ActivityQuerySet.within`."""
        from activities.models import PartySetMember  # the models import this module

        mine = Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__")
        own = PartySetMember.objects.filter(mine).values("party_set")
        return Q(party_set__partnership__in=partnerships_of(reach)) | Q(party_set__partnership=None, party_set__in=own)


class OfActivityQuerySet(ScopedQuerySet):
    """Rows that belong to one activity and are seen by whoever keeps it."""

    view_action = "visitor.view"

    def within(self, reach: Reach) -> Q:
        return Q(activity__partnership__in=partnerships_of(reach)) | Q(activity__in=own_activities_of(reach))


class PartyQuerySet(models.QuerySet):
    def unconfirmed(self) -> Self:
        """Those that have to say yet that they take part."""
        return self.filter(confirmed_at=None, side__in=TAKING_PART)


class PlacementQuerySet(OfActivityQuerySet):
    view_action = "placement.view"

    def to_assess(self) -> Self:
        """Over, of an activity that took place as planned, and not assessed; the longest over first."""
        over = self.filter(assessed_at=None, activity__ends_on__lt=today()).exclude(activity__status__in=OFF)
        return over.select_related("trainee", "activity").order_by("activity__ends_on", "pk")


class CaseQuerySet(OfActivityQuerySet):
    view_action = "case.view"

    def visible_to(self, user: Any, action: str = "") -> Self:
        """Both sides read; only the host that follows the people writes."""
        if not action or action.endswith(".view"):
            return super().visible_to(user, action)
        reach = scope_for(user, action)
        if reach.everything:
            return self.all()
        others = self.within(replace(reach, institutions=frozenset()))
        return self.filter(Q(institution__in=reach.institutions) | others) if reach else self.none()

    def open_transfers(self) -> Self:
        """Sent to another hospital, at once or later, and nobody has said yet how that ended."""
        return self.filter(Q(reason="transferred") | Q(pk__in=self.model.objects.filter(checks__outcome="transferred").values("pk")), closed_on=None)

    def with_people(self) -> Self:
        return self.select_related("activity__partnership", "institution", "specialty", "procedure").prefetch_related("checks")


class CheckQuerySet(models.QuerySet):
    def owed(self, on: date | None = None) -> Self:
        """Due and not recorded yet."""
        return self.filter(outcome="", due_on__lte=on or today())


class ProfessionalQuerySet(ScopedQuerySet):
    view_action = "professional.view"

    def within(self, reach: Reach) -> Q:
        return Q(institution__in=reach.institutions | twins_of(reach)) | of_regions(reach.regions, "institution__")

    def listed(self) -> Self:
        """Without those whose personal data were erased."""
        return self.filter(erased_at=None)


class ParticipantQuerySet(models.QuerySet):
    """People of activities. Who counts in a figure is said here and in `Participant.is_counted`, nowhere else."""

    def counted(self) -> Self:
        """Head-counts, and named people who were present: each once. Whoever registered, waits or stayed away counts nowhere."""
        return self.filter(presence="present")

    def named(self) -> Self:
        return self.filter(professional__isnull=False)

    def head_counts(self) -> Self:
        """What the report form writes and replaces; named people are kept by the page of participants."""
        return self.filter(professional=None)

    def expected(self) -> Self:
        """Named people whose presence nobody has recorded yet."""
        return self.named().filter(presence="registered")


class InvitationQuerySet(ScopedQuerySet):
    """Invitations to activities of the ministry: read by the invited and by whoever keeps the activity, answered by the invited."""

    view_action = "activity.view"

    def within(self, reach: Reach) -> Q:
        return Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__")

    def visible_to(self, user: Any, action: str = "") -> Self:
        if action and action != self.view_action:
            return super().visible_to(user, action)
        reach = scope_for(user, self.view_action)
        if reach.everything:
            return self.all()
        from activities.models import ActivityParty  # the models import this module

        mine = Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__")
        kept = ActivityParty.objects.filter(mine).values("activity")
        return self.filter(self.within(reach) | Q(activity__in=kept)) if reach else self.none()


class ProgrammeQuerySet(ScopedQuerySet):
    view_action = "programme.view"

    def within(self, reach: Reach) -> Q:
        return Q(agreement__partnership__in=partnerships_of(reach))

    def with_people(self) -> Self:
        return self.select_related("agreement__partnership").prefetch_related(with_parties("agreement__partnership__"))
