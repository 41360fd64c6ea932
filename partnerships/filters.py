"""List filters shared by pages and API: the same names, the same meaning."""

from datetime import date
from functools import cached_property

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import can
from core.formats import today
from core.forms import DayField
from core.listing import ListFilters, search
from core.profile import home
from partnerships.choices import (
    AgreementKind,
    AgreementStatus,
    InterestStatus,
    NeedKind,
    PartnershipStatus,
    ProposalStatus,
    Reach,
    Severity,
    Side,
    Wish,
    World,
    Zone,
)
from partnerships.models import (
    Agreement,
    Country,
    Institution,
    InstitutionKind,
    Interest,
    MatchProposal,
    Need,
    Offer,
    Partnership,
    PartnershipParty,
    PlanPair,
    Region,
    Specialty,
)
from partnerships.models.agreement import ENDS_SOON_DAYS
from partnerships.models.interest import LAPSES_AFTER
from partnerships.regions import division, ground, ground_of_zone
from partnerships.search import find


def home_regions(request) -> QuerySet:
    from django.conf import settings  # the country of this portal

    return Region.objects.filter(country__code=settings.PORTAL_COUNTRY).select_related("country")


class DayFilter(django_filters.Filter):
    field_class = DayField


class PlaceFilters(ListFilters):
    """Region and zone under the division of today, or of the day `on`. Leaves the zones out where the country has none."""

    region_path = "institution__region"

    on = DayFilter(method="leave", label=_("Regions as they were on"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["on"] = self.filters.pop("on")  # asked for least: the last of the menus
        if not home().has_zones:
            del self.filters["zone"]

    def leave(self, queryset, name, value: date):
        return queryset  # the day tells the other two filters which division counts

    @cached_property
    def divided(self) -> dict[int, int]:
        return division(self.form.cleaned_data.get("on"))

    def by_region(self, queryset, name, value: Region):
        return queryset.filter(**{f"{self.region_path}__in": self.regions_under(value)})

    def by_zone(self, queryset, name, value: str):
        return queryset.filter(**{f"{self.region_path}__in": self.regions_of_zone(value)})

    def regions_under(self, region: Region) -> list[int]:
        return ground(region.pk, self.divided)

    def regions_of_zone(self, zone: str) -> list[int]:
        return ground_of_zone(zone, self.divided)


class RegionFilters(django_filters.FilterSet):
    """The regions of one country, and those that exist on a day."""

    country = django_filters.CharFilter(field_name="country__code", label=_("Country"))
    on = DayFilter(method="by_day", label=_("Regions as they were on"))

    class Meta:
        model = Region
        fields: list[str] = []

    def by_day(self, queryset, name, value: date):
        return queryset.on(value)


class InstitutionFilters(PlaceFilters):
    region_path = "region"

    kind = django_filters.ModelChoiceFilter(queryset=InstitutionKind.objects.all(), to_field_name="code", label=_("Kind"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_region", label=_("Region"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_zone", label=_("Zone"))
    country = django_filters.ModelChoiceFilter(queryset=Country.objects.filter(institutions__isnull=False).distinct(), to_field_name="code", label=_("Country"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), field_name="specialties", to_field_name="code", label=_("Specialty"))
    world = django_filters.ChoiceFilter(field_name="kind__world", choices=World, label=_("Sort of institution"))
    verified = django_filters.ChoiceFilter(
        choices=[("yes", _("yes")), ("no", _("no")), ("changed", _("changed since"))], method="by_verified", label=pgettext_lazy("profile", "Verified")
    )
    old_profile = django_filters.ChoiceFilter(choices=[("yes", _("yes")), ("no", _("no"))], method="by_age", label=_("Profile older than a year"))

    class Meta:
        model = Institution
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request is not None and not can(self.request.user, "institution.verify"):  # how well the register is kept is the ministry's to see
            del self.filters["verified"], self.filters["old_profile"]

    def by_verified(self, queryset, name, value):
        if value == "no":
            return queryset.filter(verified_at=None)
        return queryset.changed_since_verified() if value == "changed" else queryset.exclude(verified_at=None)

    def by_age(self, queryset, name, value):
        old = Institution.objects.with_old_profile().values("pk")
        return queryset.exclude(pk__in=old) if value == "no" else queryset.filter(pk__in=old)

    def by_words(self, queryset, name, value):
        return find(queryset, value)


STATES = [("open", pgettext_lazy("need", "open")), ("closed", pgettext_lazy("need", "closed")), ("all", pgettext_lazy("need", "open and closed"))]


class OfInstitutionFilters(PlaceFilters):
    """Rows that belong to one institution: found by its names, its region and its zone."""

    search_field = "institution__search_text"

    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_region", label=_("Region"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_zone", label=_("Zone"))

    def by_region(self, queryset, name, value: Region):
        return queryset.filter(institution__region__in=self.regions_under(value))

    def by_zone(self, queryset, name, value: str):
        return queryset.filter(institution__region__in=self.regions_of_zone(value))


class StatedFilters(OfInstitutionFilters):
    """Needs and offers; the open ones when nothing is said."""

    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    kind = django_filters.ChoiceFilter(choices=NeedKind, label=_("Kind"))
    institution = django_filters.ModelChoiceFilter(queryset=None, to_field_name="code", label=_("Institution"))
    state = django_filters.ChoiceFilter(choices=STATES, method="by_state", label=_("State"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stated = self.queryset.values("institution")
        self.filters["institution"].queryset = Institution.objects.listed().filter(pk__in=stated).order_by("sort_key", "pk")

    def by_state(self, queryset, name, value):
        return queryset

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state") or "open"
        return queryset if state == "all" else queryset.filter(closed_on__isnull=state == "open")


class NeedFilters(StatedFilters):
    severity = django_filters.ChoiceFilter(choices=Severity, label=_("Severity"))

    class Meta:
        model = Need
        fields: list[str] = []


class OfferFilters(StatedFilters):
    class Meta:
        model = Offer
        fields: list[str] = []


class InterestFilters(OfInstitutionFilters):
    status = django_filters.ChoiceFilter(
        choices=[*InterestStatus.choices, ("lapsed", pgettext_lazy("interest status", "lapsed"))], method="by_status", label=_("Status")
    )
    wish = django_filters.ChoiceFilter(choices=Wish, label=_("Wants"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), field_name="specialties", to_field_name="code", label=_("Specialty"))

    class Meta:
        model = Interest
        fields: list[str] = []

    def by_status(self, queryset, name, value):
        lapsed = Q(status=InterestStatus.ACCEPTED, accepted_on__lt=today() - LAPSES_AFTER)
        return queryset.filter(lapsed) if value == "lapsed" else queryset.filter(status=value).exclude(lapsed)


class MatchFilters(PlaceFilters):
    """Open needs by whose they are; who could answer them, and how well, is chosen once the pairs are scored."""

    region_path = "institution__region"

    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    kind = django_filters.ChoiceFilter(choices=NeedKind, label=_("Kind"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_zone", label=_("Zone of the host"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_region", label=_("Region of the host"))
    host = django_filters.ModelChoiceFilter(queryset=None, field_name="institution", to_field_name="code", label=_("Benefiting institution"))
    sender = django_filters.ModelChoiceFilter(queryset=None, to_field_name="code", method="leave", label=_("Supporting institution"))
    score = django_filters.NumberFilter(label=_("Least score"), min_value=0, max_value=100, method="leave")

    class Meta:
        model = Need
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Institution.objects.listed().order_by("sort_key", "pk")
        self.filters["host"].queryset = places.filter(pk__in=Need.objects.open().values("institution"))
        self.filters["sender"].queryset = places.filter(pk__in=Offer.objects.open().values("institution"))

    def by_words(self, queryset, name, value):
        return queryset  # the words may be of either side


class PairFilters(PlaceFilters):
    """The pairs of a plan."""

    region_path = "host__region"

    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), to_field_name="code", label=_("Specialty"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_zone", label=_("Zone of the host"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_region", label=_("Region of the host"))
    sender = django_filters.ModelChoiceFilter(queryset=None, to_field_name="code", label=_("Supporting institution"))

    class Meta:
        model = PlanPair
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["sender"].queryset = Institution.objects.filter(pk__in=self.queryset.values("sender")).order_by("sort_key", "pk")

    def by_words(self, queryset, name, value):
        return search(queryset, "host__search_text", value) | search(queryset, "sender__search_text", value)


class ProposalFilters(PlaceFilters):
    region_path = "host__region"

    status = django_filters.ChoiceFilter(
        choices=[*ProposalStatus.choices, ("lapsed", pgettext_lazy("proposal status", "lapsed")), ("accepted", pgettext_lazy("proposal status", "accepted by both sides"))],
        method="by_status", label=_("Status"),
    )  # fmt: skip
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), field_name="specialties", to_field_name="code", label=_("Specialty"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_zone", label=_("Zone of the host"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_region", label=_("Region of the host"))

    class Meta:
        model = MatchProposal
        fields: list[str] = []

    def by_words(self, queryset, name, value):
        return search(queryset, "host__search_text", value) | search(queryset, "sender__search_text", value)

    def by_status(self, queryset, name, value):
        if value == "lapsed":
            return queryset.lapsed()
        if value == "accepted":
            return queryset.accepted_by_both()
        return queryset.filter(status=value)


class PartnershipFilters(PlaceFilters):
    status = django_filters.ChoiceFilter(choices=PartnershipStatus, label=_("Status"))
    reach = django_filters.ChoiceFilter(choices=Reach, label=_("Kind"))
    region = django_filters.ModelChoiceFilter(queryset=home_regions, to_field_name="code", method="by_host_region", label=_("Region of the host"))
    zone = django_filters.ChoiceFilter(choices=Zone, method="by_host_zone", label=_("Zone of the host"))
    specialty = django_filters.ModelChoiceFilter(queryset=Specialty.objects.by_name(), field_name="specialties", to_field_name="code", label=_("Specialty"))

    class Meta:
        model = Partnership
        fields: list[str] = []

    def by_host_region(self, queryset, name, value: Region):
        return self.hosted_in(queryset, self.regions_under(value))

    def by_host_zone(self, queryset, name, value: str):
        return self.hosted_in(queryset, self.regions_of_zone(value))

    def hosted_in(self, queryset, regions: list[int]):
        return queryset.filter(pk__in=PartnershipParty.objects.filter(side=Side.HOST, institution__region__in=regions).values("partnership"))


class AgreementFilters(ListFilters):
    search_field = "partnership__search_text"

    status = django_filters.ChoiceFilter(choices=AgreementStatus, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=AgreementKind, label=_("Kind"))
    in_force = django_filters.ChoiceFilter(choices=[("yes", _("yes")), ("no", _("no"))], method="by_force", label=_("In force"))
    waiting = django_filters.ChoiceFilter(choices=[("yes", _("yes"))], method="by_waiting", label=_("Waiting for somebody"))
    ending = django_filters.ChoiceFilter(choices=[("yes", _("yes"))], method="by_end", label=_("Ends within 90 days"))
    year = django_filters.NumberFilter(label=_("Year"), min_value=1960, max_value=2100)

    class Meta:
        model = Agreement
        fields: list[str] = []

    def by_waiting(self, queryset, name, value):
        return queryset.waiting()

    def by_end(self, queryset, name, value):
        return queryset.filter(pk__in=Agreement.objects.ending_within(ENDS_SOON_DAYS).values("pk"))

    def by_force(self, queryset, name, value):
        in_force = Agreement.objects.in_force().values("pk")
        return queryset.filter(pk__in=in_force) if value == "yes" else queryset.exclude(pk__in=in_force)
