"""The reading vocabulary of institutions, partnerships and agreements."""

from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least

from accounts.policy import Reach, institutions_of
from accounts.scoping import ScopedQuerySet
from core.formats import language, today
from core.models import Change


class MembershipQuerySet(models.QuerySet):
    def in_force(self, on: date | None = None) -> Self:
        on = on or today()
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def people(self, role: str, **where: object) -> models.QuerySet:
        """The active users who hold `role` today, for example people("coordinator", institution=…)."""
        from accounts.models import User  # a leaf of this queryset's own callers

        return User.objects.filter(is_active=True, memberships__in=self.in_force().filter(role=role, **where)).distinct()


class NameInLanguage(F):
    """The name in the language that is active when the rows are read: a form’s field is made once, for readers of every language."""

    def __init__(self) -> None:
        super().__init__("name_ar")

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        return F(f"name_{language()}").resolve_expression(*args, **kwargs)


class SpecialtyQuerySet(models.QuerySet):
    def by_name(self) -> Self:
        """In the order of the names that the reader sees: how a menu lists them."""
        return self.order_by(NameInLanguage(), "code")


class RegionQuerySet(models.QuerySet):
    def on(self, day: date) -> Self:
        """The regions that exist on `day`: Algeria went from 48 to 58 and to 69."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).filter(Q(valid_to=None) | Q(valid_to__gt=day))


def of_regions(regions: frozenset[int], prefix: str = "") -> Q:
    """Institutions of these regions, and of regions that their directorates still look after."""
    if not regions:
        return Q(**{f"{prefix}pk__in": ()})
    looked_after = Q(**{f"{prefix}region__parent__in": regions, f"{prefix}region__installed_on__gt": today()})
    return Q(**{f"{prefix}region__in": regions}) | looked_after


def with_parties(path: str = "") -> models.Prefetch:
    """What names, places and scopes read of the parties of a partnership, for `prefetch_related`: one query. `path` leads to it, such as "partnership__"."""
    party = apps.get_model("partnerships", "PartnershipParty")
    rows = party.objects.select_related("institution__region", "institution__country", "institution__kind")
    return models.Prefetch(f"{path}parties", rows.order_by("pk"))


def with_partnership(rows: models.QuerySet) -> Any:
    """Rows of a partnership with what names it: one query more."""
    return rows.select_related("partnership").prefetch_related(with_parties("partnership__"))


PLACE = ("side", *(f"institution__{of}name_{language}" for of in ("", "region__") for language in ("ar", "fr", "en")))


def with_places(path: str = "") -> models.Prefetch:
    """What a row of a list reads of the parties, no more: sides and places; lighter than `with_parties`."""
    party = apps.get_model("partnerships", "PartnershipParty")
    return models.Prefetch(f"{path}parties", party.objects.select_related("institution__region").only("partnership", *PLACE).order_by("pk"))


def twinned_with(institutions: frozenset[int]) -> models.QuerySet:
    """The keys of the institutions that share a partnership with one of these; one cancelled before it began opens no door."""
    from partnerships.models import PartnershipParty  # the models import this module

    common = PartnershipParty.objects.filter(institution__in=institutions).exclude(partnership__status="cancelled").values("partnership")
    return PartnershipParty.objects.filter(partnership__in=common).values("institution")


def partnerships_of(reach: Reach) -> frozenset[int]:
    """The keys of the partnerships that a reach covers. Nearly every rule starts from them: as keys, read once a request,
    they cost less than the same subquery in each query, and an index serves them."""
    from partnerships.models import Partnership  # the models import this module

    return reach.once("partnerships", lambda: Partnership.objects.filter(Partnership.objects.all().within(reach)).order_by().values_list("pk", flat=True))


def twins_of(reach: Reach) -> frozenset[int]:
    """The keys of the institutions that show each other what twins do, read once a request."""
    if not reach.twinned:
        return frozenset()
    return reach.once("twins", lambda: reach.twinned.union(twinned_with(reach.twinned).values_list("institution", flat=True)))


class InstitutionQuerySet(ScopedQuerySet):
    view_action = "institution.view"

    def within(self, reach: Reach) -> Q:
        return Q(pk__in=reach.institutions | twins_of(reach)) | of_regions(reach.regions)

    def listed(self) -> Self:
        """Without the doubles that were merged into another."""
        return self.filter(merged_into=None)

    def with_old_profile(self) -> Self:
        """Those whose profile nobody has looked through for a year, or ever."""
        from partnerships.models.institution import PROFILE_LASTS  # the models import this module

        return self.exclude(profile_checked_on__gte=today() - PROFILE_LASTS)

    def bulk_create(self, objs, *args, **kwargs):
        made = super().bulk_create(objs, *args, **kwargs)
        self._keep_words(made)
        return made

    def bulk_update(self, objs, fields, *args, **kwargs):
        objs = list(objs)
        changed = super().bulk_update(objs, fields, *args, **kwargs)
        if "search_text" in fields:
            self._keep_words(objs)
        return changed

    def _keep_words(self, institutions) -> None:
        from partnerships.models.institution import keep_words  # the models import this module

        for first in range(0, len(institutions), 1_000):
            keep_words(institutions[first : first + 1_000])

    def changed_since_verified(self) -> Self:
        return self.filter(updated_at__gt=F("verified_at"))

    def to_verify(self) -> Self:
        """What the ministry has not looked at, or not since it was edited."""
        return self.filter(Q(verified_at=None) | Q(updated_at__gt=F("verified_at")))


class OfInstitutionQuerySet(ScopedQuerySet):
    """Rows that belong to one institution: needs, offers, assessments, interest."""

    def within(self, reach: Reach) -> Q:
        return Q(institution__in=reach.institutions | twins_of(reach)) | of_regions(reach.regions, "institution__")


class NeedQuerySet(OfInstitutionQuerySet):
    view_action = "need.view"

    def open(self) -> Self:
        return self.filter(closed_on=None, institution__merged_into=None)


class OfferQuerySet(OfInstitutionQuerySet):
    view_action = "offer.view"

    def open(self) -> Self:
        return self.filter(closed_on=None, institution__merged_into=None)


class AssessmentQuerySet(OfInstitutionQuerySet):
    view_action = "assessment.view"


class InterestQuerySet(OfInstitutionQuerySet):
    view_action = "interest.view"

    def handed_in(self) -> Self:
        """The register: everything but drafts."""
        return self.exclude(status="draft")

    def without_drafts_of_others(self, user: Any) -> Self:
        """A draft is read where it is written, by nobody else."""
        return self.filter(~Q(status="draft") | Q(institution__in=institutions_of(user)))


class ProposalQuerySet(ScopedQuerySet):
    view_action = "proposal.view"

    def within(self, reach: Reach) -> Q:
        """The two sides see a proposal once it has been sent to them."""
        sides = Q(sender__in=reach.institutions) | Q(host__in=reach.institutions)
        return (sides | of_regions(reach.regions, "sender__") | of_regions(reach.regions, "host__")) & ~Q(sent_at=None)

    def with_sides(self) -> Self:
        places = (f"{side}__{name}" for side in ("sender", "host") for name in ("kind", "region", "country"))
        return self.select_related(*places, "plan", "partnership", "proposed_by").prefetch_related("specialties")

    def open(self) -> Self:
        """Neither decided nor withdrawn; never more than one for the same two."""
        return self.filter(status__in=["proposed", "sent"])

    def accepted_by_both(self) -> Self:
        """Sent, and both sides have accepted: the ministry decides."""
        return self.filter(status="sent", sender_answer="accepted", host_answer="accepted")

    def lapsed(self) -> Self:
        """Sent, the days to answer are over, and a side has said nothing."""
        return self.filter(Q(sender_answer="") | Q(host_answer=""), status="sent", answer_due_on__lt=today())

    def waiting(self) -> Self:
        """Sent, and a side still has days to answer."""
        return self.filter(Q(sender_answer="") | Q(host_answer=""), status="sent", answer_due_on__gte=today())


def through_parties(parties: models.QuerySet, reach: Reach) -> Q:
    """Rows one of whose parties the reach covers. A subquery, so that no row comes twice."""
    covered = parties.filter(Q(institution__in=reach.institutions) | of_regions(reach.regions, "institution__"))
    return Q(pk__in=covered.values("partnership")) | Q(pk__in=reach.partnerships)


class PartnershipQuerySet(ScopedQuerySet):
    view_action = "partnership.view"

    def within(self, reach: Reach) -> Q:
        from partnerships.models import PartnershipParty  # the models import this module

        return through_parties(PartnershipParty.objects.all(), reach)

    def with_people(self) -> Self:
        return self.prefetch_related(with_parties(), "specialties")

    def running(self) -> Self:
        return self.filter(status="active")


def in_force(on: date) -> Q:
    """Of agreements: signed, begun, not ended; a terminated one until the day on which the termination takes effect."""
    return (Q(status="signed") | Q(status="terminated", terminated_on__gt=on)) & Q(starts_on__lte=on, ends_on__gte=on)


def in_force_within(start: date, end: date) -> Q:
    """Of agreements: in force on some day from `start` to `end`."""
    return (Q(status="signed") | Q(status="terminated", terminated_on__gt=start)) & Q(starts_on__lte=end, ends_on__gte=start)


def reaching(last: date) -> Q:
    """Of agreements: neither ended nor terminated by `last`, which they still hold."""
    return Q(ends_on__gte=last) & (Q(terminated_on=None) | Q(terminated_on__gt=last))


class AgreementQuerySet(ScopedQuerySet):
    view_action = "agreement.view"

    def within(self, reach: Reach) -> Q:
        return Q(partnership__in=partnerships_of(reach))

    def signed_within(self, start: date | None, end: date | None) -> Self:
        rows = self.filter(signed_on__isnull=False)
        if start:
            rows = rows.filter(signed_on__gte=start)
        return rows.filter(signed_on__lte=end) if end else rows

    def in_force(self, on: date | None = None) -> Self:
        return self.filter(in_force(on or today()))

    def waiting(self) -> Self:
        """Papers on which somebody has to act before they are signed."""
        return self.filter(status__in=["negotiation", "visa", "review", "approved"])

    def with_last_move(self) -> Self:
        """Annotates `moved_at`: when the agreement came into its present status."""
        moves = Change.objects.filter(object_type="partnerships.agreement", object_id=OuterRef("pk")).exclude(to_status="")
        return self.annotate(moved_at=Subquery(moves.order_by("-pk").values("at")[:1]))

    def ended(self, on: date | None = None) -> Self:
        return self.filter(status="signed", ends_on__lt=on or today())

    def ending_within(self, days: int, on: date | None = None) -> Self:
        """In force, and whose last day is at most `days` away: its end, or the eve of a termination."""
        on = on or today()
        return self.in_force(on).exclude(reaching(on + timedelta(days=days + 1)))

    def by_last_day(self) -> Self:
        return self.order_by(Least("ends_on", Coalesce("terminated_on", "ends_on")), "pk")


class OfAgreementQuerySet(ScopedQuerySet):
    """Rows that belong to one agreement: clauses, comments, signatories, amendments."""

    view_action = "agreement.view"

    def within(self, reach: Reach) -> Q:
        return Q(agreement__partnership__in=partnerships_of(reach))


class OfPartnershipQuerySet(ScopedQuerySet):
    """Rows that belong to one partnership: focal points, service lines, projects, meetings, messages."""

    view_action = "partnership.view"

    def within(self, reach: Reach) -> Q:
        return Q(partnership__in=partnerships_of(reach))


class IntakeQuerySet(ScopedQuerySet):
    """Imports are the ministry's own."""

    view_action = "institution.import"

    def within(self, reach: Reach) -> Q:
        return Q(pk__in=())
