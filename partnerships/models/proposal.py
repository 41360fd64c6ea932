"""Proposed matches, the weights behind their scores, and national plans over the whole register."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.formats import today
from core.models import TimeStamped
from partnerships.choices import TONES, Answer, JobState, ProposalStatus
from partnerships.models.geography import Specialty
from partnerships.models.institution import Institution
from partnerships.models.need import Need, Offer
from partnerships.models.partnership import Partnership
from partnerships.querysets import ProposalQuerySet


class MatchingSettings(models.Model):
    """The weights of the criteria, out of 100 together, and the limits. One row; edited by administrators and the head of the cell.

    Source of the defaults: the ministry's criteria as described in docs/decisions/0007-matching.md.
    """

    specialty = models.PositiveSmallIntegerField(_("specialty need met"), default=40)
    severity = models.PositiveSmallIntegerField(_("severity of the need"), default=15)
    zone = models.PositiveSmallIntegerField(_("zone rule: from the north to the south first"), default=15)
    capacity = models.PositiveSmallIntegerField(_("capacity left"), default=10)
    preference = models.PositiveSmallIntegerField(_("preference of the two"), default=8)
    record = models.PositiveSmallIntegerField(_("validated results of the past"), default=5)
    equipment = models.PositiveSmallIntegerField(_("equipment and telemedicine"), default=4)
    travel = models.PositiveSmallIntegerField(_("travel"), default=3)
    load_limit = models.PositiveSmallIntegerField(
        _("partners at most for one supporting institution"), default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    equity_pct = models.PositiveSmallIntegerField(
        _("extra weight of the zone with the widest gaps, in percent"), default=50, validators=[MaxValueValidator(300)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("matching settings")
        verbose_name_plural = _("matching settings")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.version})"

    @classmethod
    def current(cls) -> "MatchingSettings":
        return cls.objects.order_by("pk").first() or cls()


class NationalPlan(TimeStamped):
    """One run over the whole register: who should be twinned with whom so that the most need is covered."""

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked for by"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    weights = models.JSONField(_("weights and limits"), default=dict)  # the fields of MatchingSettings as they were
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    progress_pct = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict)  # totals, coverage, who is left out and why
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("national plan")
        verbose_name_plural = _("national plans")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title or f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/matching/plans/{self.pk}/"


class PlanPair(models.Model):
    """One need that a plan gives to one offer."""

    plan = models.ForeignKey(NationalPlan, models.CASCADE, related_name="pairs", verbose_name=_("national plan"))
    sender = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("supporting institution"))
    host = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("benefiting institution"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="+", verbose_name=_("specialty"))
    need = models.ForeignKey(Need, models.SET_NULL, null=True, related_name="+", verbose_name=_("need"))
    offer = models.ForeignKey(Offer, models.SET_NULL, null=True, related_name="+", verbose_name=_("offer"))
    score = models.FloatField(_("score"))  # 0 to 100
    covered = models.FloatField(_("need covered"))  # in the unit of the objective
    reasons = models.JSONField(_("reasons"), default=list)

    class Meta:
        verbose_name = _("pair of a plan")
        verbose_name_plural = _("pairs of a plan")
        ordering = ["plan", "-covered", "pk"]
        indexes = [models.Index(fields=["plan", "sender"]), models.Index(fields=["plan", "host"])]
        constraints = [models.UniqueConstraint(fields=["plan", "need"], name="plan_need_once")]

    def __str__(self) -> str:
        return f"{self.sender} → {self.host}: {self.specialty}"


class MatchProposal(TimeStamped):
    """A pair that the ministry proposes to both directors; their answers, and the decision."""

    sender = models.ForeignKey(Institution, models.PROTECT, related_name="proposals_to_send", verbose_name=_("supporting institution"))
    host = models.ForeignKey(Institution, models.PROTECT, related_name="proposals_to_host", verbose_name=_("benefiting institution"))
    specialties = models.ManyToManyField(Specialty, related_name="proposals", verbose_name=_("specialties"))
    score = models.FloatField(_("score"), default=0)
    reasons = models.JSONField(_("reasons"), default=list)
    plan = models.ForeignKey(NationalPlan, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("national plan"))
    note = models.TextField(_("note to the directors"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ProposalStatus, default=ProposalStatus.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answer_due_on = models.DateField(_("answers due on"), null=True, blank=True)
    sender_answer = models.CharField(_("answer of the supporting institution"), max_length=10, choices=Answer, blank=True)
    sender_answered_on = models.DateField(null=True, blank=True)
    sender_reason = models.TextField(_("reason of the supporting institution"), blank=True)
    host_answer = models.CharField(_("answer of the benefiting institution"), max_length=10, choices=Answer, blank=True)
    host_answered_on = models.DateField(null=True, blank=True)
    host_reason = models.TextField(_("reason of the benefiting institution"), blank=True)
    partnership = models.OneToOneField(Partnership, models.PROTECT, null=True, blank=True, related_name="proposal", verbose_name=_("partnership"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a match", "proposal")
        verbose_name_plural = pgettext_lazy("of a match", "proposals")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "answer_due_on"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=ProposalStatus.values), name="proposal_status"),
            models.UniqueConstraint(fields=["sender", "host"], condition=models.Q(status__in=["proposed", "sent"]), name="proposal_open_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/matching/proposals/{self.pk}/"

    @property
    def title(self) -> str:
        return pgettext("two sides of a partnership", "%(sender)s and %(host)s") % {"sender": self.sender.name, "host": self.host.name}

    @property
    def is_answered(self) -> bool:
        """Both sides have said something."""
        return bool(self.sender_answer and self.host_answer)

    @property
    def is_accepted(self) -> bool:
        return self.sender_answer == self.host_answer == Answer.ACCEPTED

    @property
    def is_answerable(self) -> bool:
        """Sent, and its days to answer are not over."""
        return self.status == ProposalStatus.SENT and (self.answer_due_on is None or today() <= self.answer_due_on)

    @property
    def is_lapsed(self) -> bool:
        """The days to answer are over and a side has said nothing."""
        return self.status == ProposalStatus.SENT and not self.is_answered and not self.is_answerable

    @property
    def status_label(self) -> str:
        if self.is_lapsed:
            return pgettext("proposal status", "lapsed")
        if self.status == ProposalStatus.SENT and self.is_accepted:
            return pgettext("proposal status", "accepted by both sides")
        if self.status == ProposalStatus.SENT and Answer.DECLINED in (self.sender_answer, self.host_answer):
            return pgettext("proposal status", "declined by a side")
        return self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES["lapsed" if self.is_lapsed else self.status]

    @property
    def party_ids(self) -> set[int]:
        """The two sides, once it has been sent to them."""
        return {self.sender_id, self.host_id} if self.sent_at else set()

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.sender.party_region_ids | self.host.party_region_ids if self.sent_at else set()

    @property
    def partnership_key(self) -> int | None:
        return None
