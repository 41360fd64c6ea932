"""Questionnaires, two-sided evaluations and the rules that schedule them, visits of evaluators, surveys in aggregate."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from activities.kinds import kind_choices
from activities.models import Activity
from core.formats import in_language, language, today
from core.models import TimeStamped
from evaluation.choices import TONES, AnsweringSide, DifficultyArea, EvaluationKind, EvaluationStatus, Moment, QuestionnairePurpose
from evaluation.querysets import EvaluationQuerySet, SideQuerySet, SurveyQuerySet
from partnerships.models import Partnership
from partnerships.models.geography import Named

GRACE_DAYS = 20  # after the due day, before the joint review goes on with one side only


class Questionnaire(Named):
    """A set of criteria, each answered from 0 to 4. One that has been answered is never edited: a new version replaces it."""

    slug = models.SlugField(_("code"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    purpose = models.CharField(_("purpose"), max_length=12, choices=QuestionnairePurpose, default=QuestionnairePurpose.SIDES)
    is_current = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["slug", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "edition"], name="questionnaire_edition_once"),
            models.UniqueConstraint(fields=["slug"], name="questionnaire_one_current", condition=models.Q(is_current=True)),
        ]

    @property
    def is_used(self) -> bool:
        """Something was opened with it, so its words stay as they are."""
        opened = self.evaluations.exclude(status=EvaluationStatus.SCHEDULED).exists()
        return opened or self.surveys.exists() or Criterion.objects.filter(questionnaire=self, pk__in=VisitAnswer.objects.values("criterion")).exists()


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
    marks = models.JSONField(_("what each mark means"), default=dict, blank=True)  # {"ar": [five texts, of 0 to 4], "fr": …, "en": …}

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["questionnaire", "number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="criterion_once")]

    def in_language(self, name: str) -> str:
        return getattr(self, f"{name}_{language()}")

    @property
    def domain_name(self) -> str:
        return self.in_language("domain")

    @property
    def hint(self) -> str:
        return self.in_language("hint")

    @property
    def mark_words(self) -> list[tuple[int, str]]:
        """What each mark from 0 to 4 means, in the active language; [] where nobody has written it."""
        texts = in_language(*("\n".join(self.marks.get(code, ())) for code in ("ar", "fr", "en")))
        return list(enumerate(texts.split("\n"))) if texts else []


class EvaluationRule(models.Model):
    """When a follow-up evaluation is scheduled by itself. Editable by administrators."""

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    activity_kind = models.CharField(_("kind of activity"), max_length=20, choices=kind_choices, blank=True, help_text=_("Empty: every kind."))
    kind = models.CharField(_("evaluation"), max_length=12, choices=EvaluationKind, default=EvaluationKind.FOLLOW_UP)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+", verbose_name=_("questionnaire"))
    moment = models.CharField(_("counted from"), max_length=12, choices=Moment, default=Moment.ACTIVITY)
    due_after_days = models.PositiveSmallIntegerField(_("due, in days after that moment"), default=30)
    opens_before_days = models.PositiveSmallIntegerField(_("opens so many days before it is due"), default=30)
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
    counted_from = models.DateField(_("counted from"), null=True, blank=True)  # the day that the rule counted from: one evaluation each
    opens_on = models.DateField(_("opens"))
    due_on = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=12, choices=EvaluationStatus, default=EvaluationStatus.SCHEDULED)
    achievements = models.TextField(_("achievements"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    decisions = models.TextField(_("decisions"), blank=True)
    evaluator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("external evaluator"))
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    visit_findings = models.TextField(_("findings of the visit"), blank=True)
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
            models.UniqueConstraint(
                fields=["partnership", "kind", "counted_from"],
                name="evaluation_once_per_moment",
                condition=models.Q(activity=None, counted_from__isnull=False),
            ),
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
    def closes_on(self) -> date:
        """The last day on which a late side can still hand in, once the other one has."""
        return self.due_on + timedelta(days=GRACE_DAYS)

    @property
    def are_answers_open(self) -> bool:
        """Each side sees the other's answers once both have submitted, or the due day has passed."""
        return self.status not in {EvaluationStatus.SCHEDULED, EvaluationStatus.OPEN} or today() > self.due_on

    @property
    def answered_sides(self) -> list["EvaluationSide"]:
        """The sides that have handed in; reads the sides."""
        return [side for side in self.sides.all() if side.submitted_at is not None]

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

    objects = SideQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of an evaluation", "side")
        verbose_name_plural = pgettext_lazy("of an evaluation", "sides")
        ordering = ["evaluation", "pk"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "side"], name="evaluation_side_once")]

    def __str__(self) -> str:
        return self.get_side_display()

    @property
    def party_ids(self) -> set[int]:
        return self.evaluation.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.evaluation.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return self.evaluation.partnership_id


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


class VisitAnswer(models.Model):
    """One line of the evaluator's checklist at the place: 0 to 4, or not applicable when the score is empty."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="visit_answers", verbose_name=_("evaluation"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("line of a visit")
        verbose_name_plural = _("lines of a visit")
        ordering = ["evaluation", "criterion"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "criterion"], name="visit_answer_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"


class Difficulty(models.Model):
    """One difficulty that a joint review named, in an area, so that those which recur across the country show."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="difficulty_list", verbose_name=_("evaluation"))
    area = models.CharField(_("area"), max_length=15, choices=DifficultyArea)
    text = models.CharField(_("difficulty"), max_length=400)

    class Meta:
        verbose_name = _("difficulty")
        verbose_name_plural = _("difficulties")
        ordering = ["evaluation", "pk"]
        indexes = [models.Index(fields=["area"])]

    def __str__(self) -> str:
        return self.text


class OfPartnership(models.Model):
    """Whose it is: rows that belong to one partnership."""

    partnership: Partnership

    class Meta:
        abstract = True

    @property
    def party_ids(self) -> set[int]:
        return self.partnership.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.partnership.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return self.partnership_id


class Survey(OfPartnership, TimeStamped):
    """What patients or staff answered on paper, in aggregate: how many gave each mark, never who."""

    uid = models.UUIDField(unique=True)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="surveys", verbose_name=_("partnership"))
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="surveys", verbose_name=_("activity"))
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="surveys", verbose_name=_("questionnaire"))
    held_on = models.DateField(_("held on"))
    respondents = models.PositiveIntegerField(_("people who answered"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("satisfaction survey")
        verbose_name_plural = _("satisfaction surveys")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["partnership", "-held_on"])]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.held_on}"

    def get_absolute_url(self) -> str:
        return f"/surveys/{self.pk}/"


class SurveyCount(models.Model):
    """How many people gave each mark from 0 to 4 to one question."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="counts", verbose_name=_("satisfaction survey"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    n0 = models.PositiveIntegerField("0", default=0)
    n1 = models.PositiveIntegerField("1", default=0)
    n2 = models.PositiveIntegerField("2", default=0)
    n3 = models.PositiveIntegerField("3", default=0)
    n4 = models.PositiveIntegerField("4", default=0)

    class Meta:
        verbose_name = _("marks given to a question")
        verbose_name_plural = _("marks given to a question")
        ordering = ["survey", "criterion"]
        constraints = [models.UniqueConstraint(fields=["survey", "criterion"], name="survey_count_once")]

    def __str__(self) -> str:
        return str(self.criterion)
