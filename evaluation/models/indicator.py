"""Indicators: what is measured, from where to where, and the figures that people type because the portal cannot compute them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.formats import in_language
from core.models import TimeStamped
from evaluation.choices import TONES, Destination, Dimension, Direction, Frequency, ValueStatus
from evaluation.models.evaluation import OfPartnership
from evaluation.querysets import MeasurementQuerySet, OfPartnershipQuerySet, ReferralQuerySet
from partnerships.models import Country, Institution, Partnership, Region, Specialty
from partnerships.models.geography import Named


class Indicator(Named):
    """Something that is measured to say what twinning brings; seven of them are the ministry's headline figures."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    unit = models.CharField(_("unit"), max_length=20)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    is_headline = models.BooleanField(_("headline figure"), default=False)
    computed_from = models.CharField(_("computed from"), max_length=60, blank=True)
    how_computed = models.CharField(_("how it is computed"), max_length=300, blank=True)
    frequency = models.CharField(_("measured"), max_length=10, choices=Frequency, default=Frequency.YEARLY)
    definition_ar = models.TextField(_("definition in Arabic"), blank=True)
    definition_fr = models.TextField(_("definition in French"), blank=True)
    definition_en = models.TextField(_("definition in English"), blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]

    def get_absolute_url(self) -> str:
        return f"/indicators/{self.code}/"

    @property
    def definition(self) -> str:
        return in_language(self.definition_ar, self.definition_fr, self.definition_en)


class IndicatorTarget(OfPartnership, TimeStamped):
    """Where a partnership stood at the beginning, and where it wants to be."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="targets", verbose_name=_("partnership"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator"))
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField(_("baseline of"), null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2, null=True, blank=True)
    target_on = models.DateField(_("to be reached by"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline and target")
        verbose_name_plural = _("baselines and targets")
        ordering = ["partnership", "indicator"]
        constraints = [models.UniqueConstraint(fields=["partnership", "indicator"], name="target_once")]

    def __str__(self) -> str:
        return str(self.indicator)


class IndicatorValue(OfPartnership, TimeStamped):
    """A typed figure of one partnership in one period: numerator, denominator, evidence. Once approved, its period is locked."""

    uid = models.UUIDField(unique=True)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator"))
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="measurements", verbose_name=_("partnership"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("measured at"))
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period until"))
    numerator = models.DecimalField(_("numerator"), max_digits=14, decimal_places=2)
    denominator = models.DecimalField(_("denominator"), max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.TextField(_("remark and source"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ValueStatus, default=ValueStatus.DRAFT)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-period_end", "indicator", "pk"]
        indexes = [
            models.Index(fields=["indicator", "period_end"]),
            models.Index(fields=["partnership", "-period_end"]),
            models.Index(fields=["status", "period_end"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "partnership", "institution", "period_start", "period_end"], name="measurement_once"),
            models.CheckConstraint(condition=models.Q(period_end__gte=models.F("period_start")), name="period_ends_after_start"),
            models.CheckConstraint(condition=models.Q(status__in=ValueStatus.values), name="measurement_status"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} · {self.period_end}"

    def get_absolute_url(self) -> str:
        return f"/measurements/{self.pk}/"

    @property
    def keeper_ids(self) -> set[int]:
        """Who writes and approves it: the institution that measured; the other parties read."""
        return {self.institution_id}

    @property
    def tone(self) -> str:
        return TONES[self.status]


class ValuePart(models.Model):
    """A share of a measurement: of one cadre, one sex, one specialty, one age band."""

    value = models.ForeignKey(IndicatorValue, models.CASCADE, related_name="parts", verbose_name=_("measurement"))
    dimension = models.CharField(_("by"), max_length=10, choices=Dimension)
    key = models.CharField(_("category"), max_length=60)
    numerator = models.DecimalField(_("numerator"), max_digits=14, decimal_places=2)
    denominator = models.DecimalField(_("denominator"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("share of a measurement")
        verbose_name_plural = _("shares of a measurement")
        ordering = ["value", "dimension", "key"]
        constraints = [models.UniqueConstraint(fields=["value", "dimension", "key"], name="value_part_once")]

    def __str__(self) -> str:
        return f"{self.dimension} {self.key}"


class ReferralStatistic(TimeStamped):
    """How many patients of one region or institution were sent abroad or to another region, in one specialty and year."""

    year = models.PositiveSmallIntegerField(_("year"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="+", verbose_name=_("specialty"))
    destination = models.CharField(_("sent"), max_length=10, choices=Destination)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from the region"))
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("from the institution"))
    country = models.ForeignKey(Country, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the country"))
    patients = models.PositiveIntegerField(_("patients"))
    cost = models.DecimalField(_("cost"), max_digits=17, decimal_places=3, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral statistic")
        verbose_name_plural = _("referral statistics")
        ordering = ["-year", "specialty", "pk"]
        indexes = [models.Index(fields=["year", "specialty"]), models.Index(fields=["region", "year"])]  # once per key: `record_referral` sees to it

    def __str__(self) -> str:
        return f"{self.year} {self.specialty}: {self.patients}"

    @property
    def party_ids(self) -> set[int]:
        return {self.institution_id} if self.institution_id else set()

    @property
    def party_region_ids(self) -> set[int | None]:
        return ({self.region_id} if self.region_id else set()) | (self.institution.party_region_ids if self.institution else set())

    @property
    def partnership_key(self) -> int | None:
        return None
