"""Reports that are made by themselves every month or quarter."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import TimeStamped
from reports.choices import Format, Rhythm, report_choices

LAST_DAY = 28  # every month has it


class ReportSchedule(TimeStamped):
    """One report for some people, about each month or quarter once it is over. What is due of it follows from the day and its runs."""

    report = models.CharField(_("report"), max_length=40, choices=report_choices)
    parameters = models.JSONField(_("what it is about"), default=dict, blank=True)  # without the period
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ar")
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.PDF)
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm, default=Rhythm.MONTHLY)
    day = models.PositiveSmallIntegerField(_("day of the month"), default=5, validators=[MinValueValidator(1), MaxValueValidator(LAST_DAY)])
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="report_schedules", verbose_name=_("recipients"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    starts_on = models.DateField(_("from"))  # what was due before is not made up for
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["stopped_at"])]
        constraints = [models.CheckConstraint(condition=models.Q(day__gte=1, day__lte=LAST_DAY), name="schedule_day_in_every_month")]

    def __str__(self) -> str:
        return f"{self.get_report_display()} · {self.get_rhythm_display()}"

    def get_absolute_url(self) -> str:
        return f"/reports/documents/schedules/{self.pk}/"

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None

    @property
    def state(self) -> tuple[Any, str]:
        """In words, with its tone."""
        return (pgettext_lazy("schedule", "running"), "run") if self.is_running else (pgettext_lazy("schedule", "stopped"), "stop")
