"""Questionnaires, two-sided evaluations, indicators, and the rules that schedule and remind."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from activities.kinds import kind_choices
from activities.models import Activity
from core.formats import today
from core.models import TimeStamped
from evaluation.choices import TONES, AnsweringSide, Direction, EvaluationKind, EvaluationStatus
from evaluation.querysets import EvaluationQuerySet
from partnerships.models import Partnership
from partnerships.models.geography import Named


class Indicator(Named):
    """Something that is measured to say what twinning brings; seven of them are the ministry's headline figures."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    unit = models.CharField(_("unit"), max_length=20)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    is_headline = models.BooleanField(_("headline figure"), default=False)
    computed_from = models.CharField(_("computed from"), max_length=60, blank=True)
    how_computed = models.CharField(_("how it is computed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]


class Questionnaire(Named):
    """A set of criteria, each answered from 0 to 4 by both sides."""

    slug = models.SlugField(_("code"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["slug"]


class Criterion(Named):
    """One statement of a questionnaire, within a domain."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="criteria", verbose_name=_("questionnaire"))
    number = models.PositiveSmallIntegerField(_("number"))
    domain = models.SlugField(_("domain"), max_length=30)
    domain_ar = models.CharField(_("domain in Arabic"), max_length=100)
    domain_fr = models.CharField(_("domain in French"), max_length=100)
    domain_en = models.CharField(_("domain in English"), max_length=100)
    hint_ar = models.CharField(_("hint in Arabic"), max_length=200, blank=True)
    hint_fr = models.CharField(_("hint in French"), max_length=200, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["questionnaire", "number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="criterion_once")]

    def in_language(self, name: str) -> str:
        from core.formats import language  # the language of this very request

        return getattr(self, f"{name}_{language()}")

    @property
    def domain_name(self) -> str:
        return self.in_language("domain")

    @property
    def hint(self) -> str:
        return self.in_language("hint")


class EvaluationRule(models.Model):
    """When a follow-up evaluation is scheduled by itself. Editable by administrators."""

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    activity_kind = models.CharField(_("kind of activity"), max_length=20, choices=kind_choices, blank=True, help_text=_("Empty: every kind."))
    kind = models.CharField(_("evaluation"), max_length=12, choices=EvaluationKind, default=EvaluationKind.FOLLOW_UP)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+", verbose_name=_("questionnaire"))
    due_after_days = models.PositiveSmallIntegerField(_("due, in days after the last day"), default=30)
    time_to_answer_days = models.PositiveSmallIntegerField(_("at least this many days to answer"), default=7)
    not_older_than_days = models.PositiveSmallIntegerField(_("only for activities that ended within so many days"), default=180)
    is_active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("evaluation rule")
        verbose_name_plural = _("evaluation rules")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Evaluation(TimeStamped):
    """An evaluation of a partnership, or of one of its activities, that both sides answer alone."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="evaluations", verbose_name=_("partnership"))
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="evaluations", verbose_name=_("activity"))
    kind = models.CharField(_("kind"), max_length=12, choices=EvaluationKind)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="evaluations", verbose_name=_("questionnaire"))
    rule = models.ForeignKey(EvaluationRule, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("scheduled by"))
    opens_on = models.DateField(_("opens"))
    due_on = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=12, choices=EvaluationStatus, default=EvaluationStatus.SCHEDULED)
    achievements = models.TextField(_("achievements"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    decisions = models.TextField(_("decisions"), blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["status", "due_on"]), models.Index(fields=["partnership", "due_on"]), models.Index(fields=["due_on"])]
        constraints = [
            models.UniqueConstraint(fields=["activity", "kind"], name="evaluation_once_per_activity", condition=models.Q(activity__isnull=False)),
            models.CheckConstraint(condition=models.Q(status__in=EvaluationStatus.values), name="evaluation_status"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.partnership.title}"

    def get_absolute_url(self) -> str:
        return f"/evaluations/{self.pk}/"

    @property
    def is_overdue(self) -> bool:
        return self.status == EvaluationStatus.OPEN and today() > self.due_on

    @property
    def status_label(self) -> str:
        return pgettext("evaluation status", "overdue") if self.is_overdue else self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES["overdue" if self.is_overdue else self.status]

    @property
    def are_answers_open(self) -> bool:
        """Each side sees the other's answers once both have submitted, or the due day has passed."""
        return self.status not in {EvaluationStatus.SCHEDULED, EvaluationStatus.OPEN} or today() > self.due_on

    @property
    def party_ids(self) -> set[int]:
        return self.partnership.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.partnership.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return self.partnership_id


class EvaluationSide(models.Model):
    """What one side answered, and when it handed it in."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="sides", verbose_name=_("evaluation"))
    side = models.CharField(_("side"), max_length=10, choices=AnsweringSide)
    remarks = models.TextField(_("remarks"), blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by"))

    class Meta:
        verbose_name = pgettext_lazy("of an evaluation", "side")
        verbose_name_plural = pgettext_lazy("of an evaluation", "sides")
        ordering = ["evaluation", "pk"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "side"], name="evaluation_side_once")]

    def __str__(self) -> str:
        return self.get_side_display()


class Answer(models.Model):
    """One side's answer to one criterion: 0 to 4, or not applicable when the score is empty."""

    side = models.ForeignKey(EvaluationSide, models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("of an evaluation", "answer")
        verbose_name_plural = pgettext_lazy("of an evaluation", "answers")
        ordering = ["side", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["side", "criterion"], name="answer_once"),
            models.CheckConstraint(condition=models.Q(score__lte=4) | models.Q(score=None), name="answer_0_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"


OFFSETS = RegexValidator(r"^-?\d+(\|-?\d+)*$", _("Days before (−) or after the due day, separated by |, for example -30|-7|0."))
ESCALATION = RegexValidator(r"^(-?\d+:[a-z_]+(\|-?\d+:[a-z_]+)*)?$", _("Pairs of days and people, for example 15:directors|30:heads."))


class ReminderRule(Named):
    """When whom to remind of what. Data, so that the ministry can change it."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    trigger = models.SlugField(_("moment"), max_length=40)
    offsets = models.CharField(_("days"), max_length=60, validators=[OFFSETS])
    audience = models.CharField(_("people"), max_length=120)
    escalation = models.CharField(_("escalation"), max_length=120, blank=True, validators=[ESCALATION])
    is_active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["code"]

    @property
    def offset_days(self) -> list[int]:
        return sorted(int(text) for text in self.offsets.split("|"))

    @property
    def escalation_steps(self) -> list[tuple[int, str]]:
        return [(int(step.split(":")[0]), step.split(":")[1]) for step in self.escalation.split("|") if step]
