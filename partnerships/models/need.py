"""What institutions need, what they can give, and how they see themselves."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import today
from core.models import TimeStamped
from partnerships.choices import AssessmentArea, NeedKind, Severity
from partnerships.models.geography import Procedure, Specialty
from partnerships.models.institution import Institution
from partnerships.querysets import AssessmentQuerySet, NeedQuerySet, OfferQuerySet


class OfInstitution(models.Model):
    """Whose it is: rows that belong to one institution."""

    institution: Institution

    class Meta:
        abstract = True

    @property
    def party_ids(self) -> set[int]:
        return self.institution.party_ids

    @property
    def twinned_ids(self) -> set[int]:
        return self.institution.twinned_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.institution.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return None


class Stated(OfInstitution, TimeStamped):
    """What a need and an offer have in common. Open until somebody closes it with a reason."""

    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="%(class)ss", verbose_name=_("specialty"))
    kind = models.CharField(_("kind"), max_length=15, choices=NeedKind, default=NeedKind.CARE)
    stated_on = models.DateField(_("stated on"), default=today)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.specialty} ({self.get_kind_display()})"

    def get_absolute_url(self) -> str:
        return f"{self.institution.get_absolute_url()}#{self._meta.model_name}-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class Need(Stated):
    """A service that patients of an institution lack, or have to travel for."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="needs", verbose_name=_("institution"))
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.THREE)
    waiting_count = models.PositiveIntegerField(_("people waiting"), default=0)
    nearest_offer = models.CharField(_("nearest place that offers it"), max_length=150, blank=True)
    nearest_km = models.PositiveIntegerField(_("distance to it, in kilometres"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    procedures = models.ManyToManyField(Procedure, blank=True, related_name="needs", verbose_name=_("procedures"))

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-severity", "pk"]
        indexes = [models.Index(fields=["specialty", "closed_on"]), models.Index(fields=["closed_on", "-severity"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(severity__range=(1, 5)), name="need_severity"),
            models.UniqueConstraint(fields=["institution", "specialty", "kind"], condition=models.Q(closed_on=None), name="need_open_once"),
        ]

    @property
    def tone(self) -> str:
        """The shape that goes with the severity; a closed need has stopped."""
        if not self.is_open:
            return "stop"
        return "late" if self.severity >= Severity.FOUR else "wait" if self.severity == Severity.THREE else "draft"


class Offer(Stated):
    """A service that an institution can bring to others."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="offers", verbose_name=_("institution"))
    capacity_per_year = models.PositiveSmallIntegerField(
        _("capacity per year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_("How many institutions it can serve in a year."),
    )
    months = models.JSONField(_("periods"), default=list, blank=True)  # month numbers; empty: the whole year
    conditions = models.TextField(_("conditions"), blank=True)
    procedures = models.ManyToManyField(Procedure, blank=True, related_name="offers", verbose_name=_("procedures"))

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of help", "offer")
        verbose_name_plural = pgettext_lazy("of help", "offers")
        ordering = ["institution", "pk"]
        indexes = [models.Index(fields=["specialty", "closed_on"])]
        constraints = [models.UniqueConstraint(fields=["institution", "specialty", "kind"], condition=models.Q(closed_on=None), name="offer_open_once")]

    @property
    def tone(self) -> str:
        return "done" if self.is_open else "stop"


class NeedsAssessment(OfInstitution, TimeStamped):
    """One dated look of an institution at itself, area by area."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="assessments", verbose_name=_("institution"))
    assessed_on = models.DateField(_("assessed on"), default=today)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessed by"))
    summary = models.TextField(_("summary"), blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("needs assessment")
        verbose_name_plural = _("needs assessments")
        ordering = ["institution", "-assessed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.institution}: {self.assessed_on}"

    def get_absolute_url(self) -> str:
        return f"/assessments/{self.pk}/"


class AreaScore(models.Model):
    """Where one area stands now and where it should get to, both from 0 to 4."""

    assessment = models.ForeignKey(NeedsAssessment, models.CASCADE, related_name="scores", verbose_name=_("needs assessment"))
    area = models.CharField(_("area"), max_length=15, choices=AssessmentArea)
    now = models.PositiveSmallIntegerField(_("now"), validators=[MaxValueValidator(4)])
    target = models.PositiveSmallIntegerField(_("target"), validators=[MaxValueValidator(4)])
    comment = models.CharField(_("comment"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("score of an area")
        verbose_name_plural = _("scores of areas")
        ordering = ["assessment", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "area"], name="area_once")]

    def __str__(self) -> str:
        return f"{self.get_area_display()}: {self.now} → {self.target}"

    @property
    def gap(self) -> int:
        """What is missing to the target, in points."""
        return max(0, self.target - self.now)
