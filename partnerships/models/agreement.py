"""Agreements: twinning conventions and memoranda, from the first draft to the signed paper and its end."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.formats import digits, today
from core.models import TimeStamped
from library.models import LegalText
from partnerships.choices import TONES, AgreementKind, AgreementStatus, AmendmentStatus, Renewal
from partnerships.models.institution import Institution
from partnerships.models.partnership import Partnership
from partnerships.querysets import AgreementQuerySet

ENDS_SOON_DAYS = 90  # as the labels of lists and reports say


def default_languages() -> list[str]:
    return ["ar", "fr"]


class Agreement(TimeStamped):
    """The legal base of a partnership for a stretch of time. In force and ended follow from its dates."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="agreements", verbose_name=_("partnership"))
    kind = models.CharField(_("kind"), max_length=12, choices=AgreementKind, default=AgreementKind.CONVENTION)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=12, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    starts_on = models.DateField(_("start"))
    ends_on = models.DateField(_("end"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    renewal = models.CharField(_("renewal"), max_length=10, choices=Renewal, default=Renewal.EXPRESS)
    notice_days = models.PositiveSmallIntegerField(_("notice, in days"), default=30)
    subject = models.TextField(_("subject"), blank=True)
    renews = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("renews"))
    legal_bases = models.ManyToManyField(LegalText, blank=True, related_name="agreements", verbose_name=_("legal bases"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )  # addenda, statements of work
    languages = models.JSONField(_("languages"), default=default_languages)
    prevailing_language = models.CharField(_("prevailing language"), max_length=2, default="ar")
    cost_sharing = models.JSONField(_("cost sharing"), default=dict, blank=True)  # {CostItem: Payer}
    place = models.CharField(_("place of signature"), max_length=100, blank=True)
    copies_count = models.PositiveSmallIntegerField(_("original copies"), default=2)
    revision = models.PositiveIntegerField(_("version of the text"), default=0, editable=False)  # counts every change of the clauses
    frozen_at = models.DateTimeField(_("text frozen at"), null=True, blank=True, editable=False)
    frozen_words = models.JSONField(default=dict, blank=True, editable=False)  # {language: {placeholder: words}} as they were then
    fingerprint = models.CharField(_("fingerprint of the text"), max_length=64, blank=True, editable=False)
    notice_given_on = models.DateField(_("notice given on"), null=True, blank=True, editable=False)
    terminated_by_consent = models.BooleanField(_("all parties agreed to end it"), default=False, editable=False)
    terminated_on = models.DateField(_("terminated with effect from"), null=True, blank=True, editable=False)
    source = models.URLField(_("public source"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["status", "ends_on"]),
            models.Index(fields=["signed_on"]),
            models.Index(fields=["-starts_on"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="agreement_number_once"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="agreement_ends_after_start"),
            models.CheckConstraint(condition=models.Q(status__in=AgreementStatus.values), name="agreement_status"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.partnership.title}"

    def get_absolute_url(self) -> str:
        return f"/agreements/{self.pk}/"

    @property
    def title(self) -> str:
        words = {"kind": self.get_kind_display(), "number": digits(str(self.number)), "year": digits(str(self.year))}
        return pgettext("an agreement and its number", "%(kind)s no. %(number)s of %(year)s") % words

    @property
    def phase(self) -> str:
        """The status, refined by the dates: a signed agreement is not yet in force, in force, or ended."""
        holds_on = self.status == AgreementStatus.TERMINATED and self.terminated_on is not None and today() < self.terminated_on
        if self.status != AgreementStatus.SIGNED and not holds_on:  # it holds until the day on which the termination takes effect
            return self.status
        if today() < self.starts_on:
            return "not_yet"
        return "in_force" if today() <= self.ends_on else "ended"

    @property
    def last_day(self) -> date:
        """The last day that it holds: its end, or the eve of the day on which a termination takes effect."""
        return min(self.ends_on, self.terminated_on - timedelta(days=1)) if self.terminated_on else self.ends_on

    @property
    def is_amendable(self) -> bool:
        return self.status == AgreementStatus.SIGNED and self.phase != "ended"

    @property
    def is_renewable(self) -> bool:
        return self.status in {AgreementStatus.SIGNED, AgreementStatus.TERMINATED}

    @property
    def is_binding(self) -> bool:
        """Signed, perhaps suspended, and not terminated: notice can be given of it."""
        return self.status in {AgreementStatus.SIGNED, AgreementStatus.SUSPENDED}

    @property
    def has_open_amendment(self) -> bool:
        return self.amendments.filter(status__in=[AmendmentStatus.DRAFT, AmendmentStatus.REVIEW]).exists()

    @property
    def has_renewal(self) -> bool:
        return self.renewals.exclude(status=AgreementStatus.CANCELLED).exists()

    @property
    def earliest_end(self) -> date | None:
        """The first day on which a termination may take effect after the notice given; None without one."""
        return self.notice_given_on + timedelta(days=self.notice_days) if self.notice_given_on else None

    @property
    def status_label(self) -> str:
        derived = {
            "not_yet": pgettext("agreement status", "signed, not yet in force"),
            "in_force": pgettext("agreement status", "in force"),
            "ended": pgettext("agreement status", "ended"),
        }
        return derived.get(self.phase) or self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES[self.phase]

    @property
    def party_ids(self) -> set[int]:
        return self.partnership.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.partnership.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return self.partnership_id


class AgreementVisa(models.Model):
    """A director's visa on the text of an agreement, in the name of one party."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="visas")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("of a director", "visa")
        verbose_name_plural = pgettext_lazy("of a director", "visas")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["agreement", "institution"], name="visa_once")]

    def __str__(self) -> str:
        return f"{self.institution}: {self.by}"
