"""A partnership: the folder of everything that two or more institutions do together."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.formats import digits, today
from core.models import Searched, TimeStamped
from partnerships.choices import GIVING, TONES, Origin, PartnershipStatus, Reach, Side
from partnerships.models.geography import Specialty, folded_names
from partnerships.models.institution import Institution
from partnerships.querysets import PartnershipQuerySet

DORMANT_AFTER = timedelta(days=180)


class Partnership(Searched, TimeStamped):
    """Institutions that agreed to work together. Never closed by a date: people close it."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    reach = models.CharField(_("kind"), max_length=15, choices=Reach, default=Reach.NATIONAL)
    origin = models.CharField(_("origin"), max_length=15, choices=Origin, default=Origin.PROGRAMME)
    status = models.CharField(_("status"), max_length=15, choices=PartnershipStatus, default=PartnershipStatus.EXPLORING)
    institutions = models.ManyToManyField(Institution, through="PartnershipParty", related_name="partnerships")
    specialties = models.ManyToManyField(Specialty, blank=True, related_name="partnerships", verbose_name=_("specialties"))
    goals = models.TextField(_("goals"), blank=True)
    exit_plan = models.TextField(_("exit plan"), blank=True)
    sdg_targets = models.JSONField(_("sustainable development goals"), default=list, blank=True)  # target codes, for example "3.8"
    started_on = models.DateField(_("since"), null=True, blank=True)
    last_activity_on = models.DateField(_("last activity"), null=True, blank=True, editable=False)  # kept by the activities
    source = models.URLField(_("public source"), max_length=500, blank=True)
    search_text = models.CharField(max_length=1200, editable=False, blank=True)
    SEARCHED = ("parties__institution__region",)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "reach"]), models.Index(fields=["-last_activity_on"])]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=PartnershipStatus.values), name="partnership_status")]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def get_absolute_url(self) -> str:
        return f"/partnerships/{self.pk}/"

    def of_side(self, *sides: str) -> list[Institution]:
        """The institutions on these sides, in a stable order; reads the prefetched parties."""
        return [party.institution for party in sorted(self.parties.all(), key=lambda party: party.pk) if party.side in sides]

    @property
    def senders(self) -> list[Institution]:
        return self.of_side(*GIVING)

    @property
    def hosts(self) -> list[Institution]:
        return self.of_side(Side.HOST)

    @property
    def title(self) -> str:
        """The places of the two sides: تيزي وزو وتمنراست."""
        ends = [names_of(self.senders), names_of(self.hosts)]
        return pgettext("two sides of a partnership", "%(sender)s and %(host)s") % {"sender": ends[0], "host": ends[1]} if all(ends) else "".join(ends)

    @property
    def sender_places(self) -> str:
        return names_of(self.senders)

    @property
    def host_places(self) -> str:
        return names_of(self.hosts)

    @property
    def is_dormant(self) -> bool:
        """Active, without an activity for 180 days; whether people met or wrote is left to the reminder that proposes to rest it."""
        last = self.last_activity_on or self.started_on
        return self.status == PartnershipStatus.ACTIVE and bool(last) and today() - last > DORMANT_AFTER

    @property
    def status_label(self) -> str:
        return pgettext("partnership status", "dormant") if self.is_dormant else self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES["dormant" if self.is_dormant else self.status]

    @property
    def party_ids(self) -> set[int]:
        return {party.institution_id for party in self.parties.all()}

    @property
    def party_region_ids(self) -> set[int | None]:
        return set().union(*(party.institution.party_region_ids for party in self.parties.all()))

    @property
    def partnership_key(self) -> int | None:
        return self.pk

    def found_by(self) -> str:
        return folded_names(self.code, *(name for party in self.parties.all() for name in party.institution.searched_names), at_most=1200)


def names_of(institutions: list[Institution]) -> str:
    """The short places of up to two institutions, then how many more."""
    names = list(dict.fromkeys(place.place for place in institutions))
    joint = pgettext("between two names", ", ")
    return joint.join(names[:2]) + (f" \u2066+{digits(str(len(names) - 2))}\u2069" if len(names) > 2 else "")


class PartnershipParty(models.Model):
    """One institution in a partnership, and on which side."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="parties", verbose_name=_("partnership"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="partnership_parties", verbose_name=_("institution"))
    side = models.CharField(_("side"), max_length=12, choices=Side)

    class Meta:
        verbose_name = pgettext_lazy("of an agreement", "party")
        verbose_name_plural = pgettext_lazy("of an agreement", "parties")
        ordering = ["partnership", "pk"]
        constraints = [models.UniqueConstraint(fields=["partnership", "institution"], name="party_once")]

    def __str__(self) -> str:
        return str(self.institution)
