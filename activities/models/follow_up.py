"""What became of the people who were treated: a pseudonym of the host, a specialty, an age band, and how they are.

Nothing here can identify anybody: no name, no birth date, no file number, no free text.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.choices import AgeBand, CaseReason, Outcome
from activities.models.activity import Activity
from activities.models.people import OfActivity
from activities.outcomes import window
from activities.querysets import CaseQuerySet, CheckQuerySet
from core.formats import today
from core.models import TimeStamped
from partnerships.models import Institution, Procedure, Specialty


class FollowUpCase(OfActivity, TimeStamped):
    """One treated or transferred person under the host's own pseudonym."""

    uid = models.UUIDField(unique=True)  # the client's, so that a repeat makes one
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="cases", verbose_name=_("activity"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="follow_up_cases", verbose_name=_("followed at"))
    code = models.CharField(_("code"), max_length=12)  # the host's pseudonym: letters and at most four digits, see rules
    reason = models.CharField(_("why"), max_length=11, choices=CaseReason, default=CaseReason.TREATED)
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="+", verbose_name=_("specialty"))
    procedure = models.ForeignKey(Procedure, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("procedure"))
    age_band = models.CharField(_("age band"), max_length=8, choices=AgeBand)
    treated_on = models.DateField(_("treated on"))
    for_a_year = models.BooleanField(_("also after a year"), default=False)
    closed_on = models.DateField(_("transfer closed on"), null=True, blank=True)  # of a transferred person: healed, back home, or died
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up case")
        verbose_name_plural = _("follow-up cases")
        ordering = ["-treated_on", "-pk"]
        indexes = [models.Index(fields=["institution", "-treated_on"]), models.Index(fields=["reason", "closed_on"])]
        constraints = [models.UniqueConstraint(fields=["institution", "code"], name="case_code_once")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return f"/follow-up/{self.pk}/"

    @property
    def keeper_ids(self) -> set[int]:
        """Only the host that knows the people writes."""
        return {self.institution_id}

    @property
    def is_open_transfer(self) -> bool:
        """Sent to another hospital, and nobody has said yet how that ended."""
        moved = self.reason == CaseReason.TRANSFERRED or any(check.outcome == Outcome.TRANSFERRED for check in self.checks.all())
        return moved and self.closed_on is None


class FollowUpCheck(models.Model):
    """How a person is at day 7, 30, 90 or 365; empty until the host has looked. Three attempts in vain: lost from sight."""

    case = models.ForeignKey(FollowUpCase, models.CASCADE, related_name="checks", verbose_name=_("follow-up case"))
    day = models.PositiveSmallIntegerField(_("day"))
    due_on = models.DateField(_("due"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts in vain"), default=0)
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by"))

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up check")
        verbose_name_plural = _("follow-up checks")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["outcome", "due_on"])]
        constraints = [models.UniqueConstraint(fields=["case", "day"], name="check_once")]

    def __str__(self) -> str:
        return f"{self.case} +{self.day}"

    @property
    def is_owed(self) -> bool:
        return not self.outcome and self.due_on <= today()

    @property
    def is_in_time(self) -> bool:
        """Whether somebody seen today is seen for this check: neither too early nor so late that the next one says it."""
        first, last = window(self.case.treated_on, self.day)
        return first <= today() <= last

    @property
    def tone(self) -> str:
        if self.outcome:
            return {Outcome.WELL: "done", Outcome.LOST: "stop", Outcome.DIED: "stop"}.get(Outcome(self.outcome), "late")
        return "late" if self.due_on < today() else "wait" if self.due_on == today() else "draft"
