"""Files of institutions that people bring: what was read, what becomes of each row, and how to take it back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped
from partnerships.choices import IntakeStatus, Verdict
from partnerships.models.institution import Institution
from partnerships.querysets import IntakeQuerySet


class Intake(TimeStamped):
    """One file or pasted table of institutions, from the upload to the import and, within a day, back."""

    title = models.CharField(_("file"), max_length=150)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)
    content = models.FileField(_("file"), upload_to="intakes/%Y/%m", blank=True)
    status = models.CharField(_("status"), max_length=12, choices=IntakeStatus, default=IntakeStatus.READING)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("brought by"))
    columns = models.JSONField(_("columns"), default=dict)  # {sheet: {header as typed: field, "-" or ""}}
    options = models.JSONField(_("options"), default=dict)
    problem = models.TextField(_("why it cannot be read"), blank=True)  # a code and its facts: see intake/findings.py
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    applied_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of institutions")
        verbose_name_plural = _("imports of institutions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/institutions/import/{self.pk}/"

    @property
    def matching(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What each column was taken for: [(sheet, [(header as typed, field, "-" or "")])], in the order of the file."""
        headers = self.options.get("headers", [])  # a list: PostgreSQL keeps no order in an object
        return [(sheet, [(header, self.columns[sheet].get(header, "")) for header in own]) for sheet, own in headers if sheet in self.columns]


class IntakeRow(models.Model):
    """One row of the file: as it was read, what was found about it, and what it did to the register."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="rows", verbose_name=_("import of institutions"))
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    number = models.PositiveIntegerField(_("row"))  # as a person sees it in the sheet; for CSV the record, the header is 1
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    cells = models.JSONField(_("cells"), default=dict)  # {header as typed: text as typed}
    values = models.JSONField(_("values"), default=dict)  # {field: value as it is written; "if_new": what only a new one gets}
    findings = models.JSONField(_("findings"), default=list)  # [{"verdict", "column", "value", "code", "facts"}]
    institution = models.ForeignKey(Institution, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("institution"))
    before = models.JSONField(_("before"), default=dict)  # what an update would replace, or has replaced
    same_as = models.ForeignKey(Institution, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("the same as"))
    is_new = models.BooleanField(_("a new one in spite of the likeness"), default=False)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["intake", "pk"]
        indexes = [models.Index(fields=["intake", "verdict"])]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"


class ColumnMemory(models.Model):
    """A header that somebody once matched to a field, remembered for the next file."""

    header = models.CharField(_("header"), max_length=120, unique=True)  # folded
    field = models.CharField(_("field"), max_length=40, blank=True)  # empty: left out on purpose
    seen_at = models.DateTimeField(_("seen at"), auto_now=True)

    class Meta:
        verbose_name = _("remembered column")
        verbose_name_plural = _("remembered columns")
        ordering = ["header"]

    def __str__(self) -> str:
        return self.header
