"""What came of an activity: counts by site and specialty, what the other side disputes, what was corrected later."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import Cadre, Part
from activities.kinds import ActivityKind
from activities.models.activity import Activity, Site
from partnerships.models import Specialty


class Result(models.Model):
    """What was done at one site in one specialty: counts only."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="results", verbose_name=_("activity"))
    site = models.ForeignKey(Site, models.CASCADE, related_name="results", verbose_name=_("site"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="results", verbose_name=_("specialty"))
    consultations = models.PositiveIntegerField(_("specialist consultations"), default=0)
    explorations = models.PositiveIntegerField(_("complementary explorations"), default=0)
    operations_planned = models.PositiveIntegerField(_("operations planned"), default=0)
    operations_done = models.PositiveIntegerField(_("operations done"), default=0)
    transferred = models.PositiveIntegerField(_("patients transferred"), default=0)
    transfers_avoided = models.PositiveIntegerField(_("transfers avoided"), default=0)
    audience = models.PositiveIntegerField(_("people present"), default=0)
    men = models.PositiveIntegerField(_("men seen"), default=0)
    women = models.PositiveIntegerField(_("women seen"), default=0)
    children = models.PositiveIntegerField(_("children seen"), default=0)
    complications = models.PositiveIntegerField(_("immediate complications"), default=0)
    operating_lists = models.PositiveIntegerField(_("operating lists"), default=0)
    lists_with_checklist = models.PositiveIntegerField(_("lists with the safety checklist"), default=0)
    cases_discussed = models.PositiveIntegerField(_("cases discussed"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("of an activity", "result")
        verbose_name_plural = pgettext_lazy("of an activity", "results")
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["site", "specialty"], name="result_once")]

    def __str__(self) -> str:
        return f"{self.site} · {self.specialty or '—'}"

    @property
    def operations_postponed(self) -> int:
        """Planned and not done; never below zero."""
        return max(0, self.operations_planned - self.operations_done)


OUTCOMES = (
    "consultations", "explorations", "operations_planned", "operations_done", "transferred", "transfers_avoided", "audience",
    "men", "women", "children", "complications", "operating_lists", "lists_with_checklist", "cases_discussed",
)  # fmt: skip


def figure_label(kind: ActivityKind, figure: str) -> str:
    """What a figure of a report is called: a count in the words of its kind, or the people of one cadre ("trained:doctors")."""
    part, _colon, cadre = figure.partition(":")
    if part in Part.values:
        return f"{Part(part).label}: {Cadre(cadre).label}" if cadre else str(Part(part).label)
    return str(kind.words.get(figure) or Result._meta.get_field(figure).verbose_name)


class Dispute(models.Model):
    """One figure that the other side does not confirm, what they hold to be right, and why."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="disputes", verbose_name=_("activity"))
    site_name = models.CharField(_("site"), max_length=200)
    specialty_name = models.CharField(_("specialty"), max_length=200, blank=True)
    figure = models.CharField(_("figure"), max_length=20)
    reported = models.PositiveIntegerField(_("reported"))
    expected = models.PositiveIntegerField(_("held to be right"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    is_settled = models.BooleanField(_("settled"), default=False)

    class Meta:
        verbose_name = pgettext_lazy("of a figure", "dispute")
        verbose_name_plural = pgettext_lazy("of a figure", "disputes")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.site_name}: {self.figure}"

    @property
    def figure_label(self) -> str:
        return figure_label(self.activity.kind_of, self.figure)


class Correction(models.Model):
    """A validated figure that was mended later: from what to what, why, by whom."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="corrections", verbose_name=_("activity"))
    site_name = models.CharField(_("site"), max_length=200)
    specialty_name = models.CharField(_("specialty"), max_length=200, blank=True)
    figure = models.CharField(_("figure"), max_length=20)
    before = models.PositiveIntegerField(_("before"))
    after = models.PositiveIntegerField(_("after"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("of a figure", "correction")
        verbose_name_plural = pgettext_lazy("of a figure", "corrections")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.site_name}: {self.figure}"

    @property
    def figure_label(self) -> str:
        return figure_label(self.activity.kind_of, self.figure)
