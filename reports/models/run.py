"""Files that people asked for: made in the background, each for one person's eyes."""

from pathlib import PurePath
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Seal, TimeStamped
from reports.choices import EXPORT, TONES, UNFINISHED, Format, RunState, report_choices
from reports.models.schedule import ReportSchedule

MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}


class RunQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """A file holds what its asker may see, so it is the asker's alone, whatever roles others hold."""
        return self.filter(asked_by=user.pk) if user.is_authenticated and user.is_active else self.none()

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)


class ReportRun(TimeStamped):
    """One file for one person: a report, or a long list. The row is what is owed; the task queue only nudges."""

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="report_runs", verbose_name=_("asked for by"))
    report = models.CharField(_("report"), max_length=40, choices=report_choices)
    parameters = models.JSONField(_("what it is about"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ar")
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.PDF)
    schedule = models.ForeignKey(ReportSchedule, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("scheduled report"))
    period_start = models.DateField(_("period"), null=True, blank=True)  # of a scheduled one: what makes it once
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.WAITING)
    progress_pct = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    claimed_by = models.UUIDField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)  # the last sign of life of its maker
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    rows_count = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to="reports/%Y/%m", blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)
    standing_key = models.CharField(max_length=64, blank=True, editable=False)  # what its asker could see when it was made
    seal = models.ForeignKey(Seal, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("issued document"))
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("report as a file")
        verbose_name_plural = _("reports as files")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["asked_by", "-id"]),
            models.Index(fields=["claimed_at"], name="run_unfinished", condition=models.Q(state__in=["waiting", "running"])),
            models.Index(fields=["finished_at"], name="run_with_file", condition=~models.Q(file="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "period_start", "asked_by"], name="scheduled_run_once", condition=models.Q(schedule__isnull=False)),
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="run_state"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return f"/reports/documents/{self.pk}/"

    @property
    def is_export(self) -> bool:
        return self.report == EXPORT

    @property
    def title(self) -> Any:
        """In the active language."""
        if self.is_export:
            from reports.long_lists import list_name  # it renders a page

            return list_name(self.parameters.get("name", ""))
        return self.get_report_display()

    @property
    def tone(self) -> str:
        return TONES[RunState(self.state)]

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def has_file(self) -> bool:
        """Made, and not yet forgotten."""
        return self.state == RunState.DONE and bool(self.file)

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[Format(self.format)]

    @property
    def file_name(self) -> str:
        """What it is called on the disk of whoever downloads it: Latin, so that every system keeps it."""
        name = PurePath(self.parameters.get("name", "list")).name if self.is_export else self.report
        period = self.parameters.get("since", "")
        return "-".join(filter(None, ["tawama", name, period, self.language])) + f".{self.format}"
