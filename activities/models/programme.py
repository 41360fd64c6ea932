"""The annual programme of an agreement: what is to be done, of which kind, when. What became of it is derived."""

import zlib
from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import TONES, ProgrammeStatus
from activities.kinds import kind_choices
from activities.querysets import ProgrammeQuerySet
from core.formats import digits, today
from core.models import TimeStamped
from partnerships.models import Agreement, Specialty


class Programme(TimeStamped):
    """One calendar year of one agreement."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="programmes", verbose_name=_("agreement"))
    year = models.PositiveSmallIntegerField(_("year"))
    status = models.CharField(_("status"), max_length=10, choices=ProgrammeStatus, default=ProgrammeStatus.DRAFT)
    note = models.TextField(_("notes"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual programme")
        verbose_name_plural = _("annual programmes")
        ordering = ["-year", "-pk"]
        indexes = [models.Index(fields=["status", "year"])]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "year"], name="programme_once"),
            models.CheckConstraint(condition=models.Q(status__in=ProgrammeStatus.values), name="programme_status"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.partnership.title} · {digits(str(self.year))}"

    def get_absolute_url(self) -> str:
        return f"/programmes/{self.pk}/"

    @property
    def is_closed(self) -> bool:
        """Approved, and its year is over."""
        return self.status == ProgrammeStatus.APPROVED and today() > date(self.year, 12, 31)

    @property
    def status_label(self) -> str:
        return str(pgettext_lazy("programme status", "closed")) if self.is_closed else self.get_status_display()

    @property
    def tone(self) -> str:
        return "done" if self.is_closed else TONES[self.status]

    @property
    def partnership(self):
        return self.agreement.partnership

    @property
    def party_ids(self) -> set[int]:
        return self.agreement.partnership.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.agreement.partnership.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return self.agreement.partnership_id


class PlannedActivity(models.Model):
    """One line of a programme: a kind of activity in a month, in one specialty, with the volumes that both sides expect."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="lines", verbose_name=_("annual programme"))
    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices)
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialty"))
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    starts_on = models.DateField(_("proposed first day"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(pgettext_lazy("length", "days"), default=5)
    consultations = models.PositiveIntegerField(_("consultations planned"), default=0)
    operations = models.PositiveIntegerField(_("operations planned"), default=0)
    trained = models.PositiveIntegerField(_("people to train"), default=0)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    reasons = models.JSONField(_("why this date"), default=list, blank=True, editable=False)  # [{"rule": slug, …figures}], worded when shown

    class Meta:
        verbose_name = _("line of the annual programme")
        verbose_name_plural = _("lines of the annual programme")
        ordering = ["programme", "month", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(month__gte=1, month__lte=12), name="planned_month")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.month}"

    @property
    def version(self) -> int:
        """What the line says, as one number: two people who change different lines at once are not in each other's way."""
        said = (self.kind, self.specialty_id, self.month, self.starts_on, self.days, self.consultations, self.operations, self.trained, self.note)
        return zlib.crc32(repr(said).encode())

    @property
    def ends_on(self) -> date | None:
        return self.starts_on + timedelta(days=max(self.days, 1) - 1) if self.starts_on else None
