"""Expressions of interest in twinning: the ministry's register of who wants what."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.formats import today
from core.models import TimeStamped
from partnerships.choices import TONES, InterestStatus, Wish
from partnerships.models.geography import Specialty
from partnerships.models.institution import Institution
from partnerships.models.need import OfInstitution
from partnerships.querysets import InterestQuerySet

LAPSES_AFTER = timedelta(days=365)  # an accepted interest that nothing came of


class Interest(OfInstitution, TimeStamped):
    """An institution says that it wants to be twinned, with what aim and, if it knows, with whom."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="interests", verbose_name=_("institution"))
    wish = models.CharField(_("wants"), max_length=10, choices=Wish, default=Wish.RECEIVE)
    specialties = models.ManyToManyField(Specialty, blank=True, related_name="interests", verbose_name=_("specialties"))
    preferred_partner = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="preferred_by", verbose_name=_("preferred partner"))
    motivation = models.TextField(_("motivation"), blank=True)
    status = models.CharField(_("status"), max_length=15, choices=InterestStatus, default=InterestStatus.DRAFT)
    submitted_on = models.DateField(_("handed in on"), null=True, blank=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True, editable=False)
    support = models.JSONField(_("support that would suit"), default=list, blank=True)  # values of SuitableSupport
    support_note = models.TextField(_("note of the ministry"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("in twinning", "expression of interest")
        verbose_name_plural = pgettext_lazy("in twinning", "expressions of interest")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "-submitted_on"])]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=InterestStatus.values), name="interest_status")]

    def __str__(self) -> str:
        return f"{self.institution} · {self.get_wish_display()}"

    def get_absolute_url(self) -> str:
        return f"/interests/{self.pk}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def is_lapsed(self) -> bool:
        """Accepted a year ago, and no partnership came of it."""
        return self.status == InterestStatus.ACCEPTED and self.accepted_on is not None and today() - self.accepted_on > LAPSES_AFTER

    @property
    def status_label(self) -> str:
        return pgettext("interest status", "lapsed") if self.is_lapsed else self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES["lapsed" if self.is_lapsed else self.status]
