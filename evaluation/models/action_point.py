"""What follows from evaluations, meetings and visits: action points. And what is worth spreading: good practices."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.formats import today
from core.models import TimeStamped
from evaluation.choices import TONES, ActionStatus, AdoptionState, PracticeStatus, Priority
from evaluation.models.evaluation import Evaluation, OfPartnership
from evaluation.querysets import ActionPointQuerySet, PracticeQuerySet
from partnerships.models import Decision, Institution, Partnership, Specialty


class ActionPoint(OfPartnership, TimeStamped):
    """Something that one person does by a day, and that somebody else looks at when it is done."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="action_points", verbose_name=_("partnership"))
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, null=True, blank=True, related_name="action_points", verbose_name=_("evaluation"))
    decision = models.OneToOneField(Decision, models.CASCADE, null=True, blank=True, related_name="action_point", verbose_name=_("decision of a meeting"))
    text = models.CharField(_("what is to be done"), max_length=400)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="action_points", verbose_name=_("done by"))
    due_on = models.DateField(_("until"))
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.NORMAL)
    status = models.CharField(_("status"), max_length=10, choices=ActionStatus, default=ActionStatus.OPEN)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_note = models.CharField(_("what was done"), max_length=400, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActionPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("action point")
        verbose_name_plural = _("action points")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["status", "due_on"]),
            models.Index(fields=["owner", "status", "due_on"]),
            models.Index(fields=["partnership", "status"]),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=ActionStatus.values), name="action_status")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"/actions/{self.pk}/"

    @property
    def is_overdue(self) -> bool:
        return self.status == ActionStatus.OPEN and self.due_on < today()

    @property
    def status_label(self) -> str:
        return pgettext("action point", "overdue") if self.is_overdue else self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES["overdue" if self.is_overdue else f"action_{self.status}"]


class GoodPractice(TimeStamped):
    """Something that worked in one partnership and that others may take up: the problem, what was done, what came of it."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="practices", verbose_name=_("partnership"))
    evaluation = models.ForeignKey(Evaluation, models.SET_NULL, null=True, blank=True, related_name="practices", verbose_name=_("evaluation"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialty"))
    title = models.CharField(_("title"), max_length=200)
    problem = models.TextField(_("the problem"))
    solution = models.TextField(_("what was done"))
    outcome = models.TextField(_("what came of it"))
    conditions = models.TextField(_("what it takes"), blank=True)
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES, default="ar")
    status = models.CharField(_("status"), max_length=10, choices=PracticeStatus, default=PracticeStatus.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("good practice")
        verbose_name_plural = _("good practices")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "-id"])]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=PracticeStatus.values), name="practice_status")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/practices/{self.pk}/"

    @property
    def tone(self) -> str:
        return TONES[self.status]

    @property
    def party_ids(self) -> set[int]:
        return self.partnership.party_ids if self.partnership else set()

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.partnership.party_region_ids if self.partnership else set()

    @property
    def partnership_key(self) -> int | None:
        return self.partnership_id


class Adoption(TimeStamped):
    """An institution takes up a good practice, and says how far it has come."""

    practice = models.ForeignKey(GoodPractice, models.PROTECT, related_name="adoptions", verbose_name=_("good practice"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="adoptions", verbose_name=_("institution"))
    state = models.CharField(_("state"), max_length=10, choices=AdoptionState, default=AdoptionState.PLANNED)
    note = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = pgettext_lazy("of a good practice", "adoption")
        verbose_name_plural = pgettext_lazy("of a good practice", "adoptions")
        ordering = ["practice", "pk"]
        constraints = [models.UniqueConstraint(fields=["practice", "institution"], name="adoption_once")]

    def __str__(self) -> str:
        return str(self.institution)
