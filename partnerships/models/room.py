"""The room of a partnership: focal points, service lines, projects, meetings, discussion."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import today
from core.models import TimeStamped
from partnerships.choices import TONES, CareLevel, ProjectState, Rung
from partnerships.models.agreement import Agreement
from partnerships.models.geography import Specialty
from partnerships.models.institution import Department, Institution
from partnerships.models.partnership import Partnership
from partnerships.querysets import OfPartnershipQuerySet


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


class FocalPoint(OfPartnership):
    """Whom to ask at a party about this partnership: a professional, by name and function."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="focal_points", verbose_name=_("partnership"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    name = models.CharField(_("name"), max_length=120)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("focal point")
        verbose_name_plural = _("focal points")
        ordering = ["partnership", "pk"]

    def __str__(self) -> str:
        return self.name


class ServiceLine(OfPartnership, TimeStamped):
    """A service that two departments build up together, and how far the host has come on the autonomy ladder."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="service_lines", verbose_name=_("partnership"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="+", verbose_name=_("specialty"))
    name = models.CharField(_("service"), max_length=150, blank=True)  # "cataract surgery"; empty: the specialty as a whole
    sender_department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department that supports"))
    host_department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department that benefits"))
    rung = models.CharField(_("autonomy"), max_length=12, choices=Rung, default=Rung.REFERRED)
    target_rung = models.CharField(_("aim"), max_length=12, choices=Rung, default=Rung.AUTONOMOUS)
    target_on = models.DateField(_("aimed at for"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("service line")
        verbose_name_plural = _("service lines")
        ordering = ["partnership", "pk"]
        constraints = [models.UniqueConstraint(fields=["partnership", "specialty", "name"], name="service_line_once")]

    def __str__(self) -> str:
        return self.name or str(self.specialty)

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}#service-{self.pk}"


class RungReached(models.Model):
    """A step on the autonomy ladder, up or down, and what shows it."""

    service_line = models.ForeignKey(ServiceLine, models.CASCADE, related_name="rungs", verbose_name=_("service line"))
    rung = models.CharField(_("autonomy"), max_length=12, choices=Rung)
    reached_on = models.DateField(_("reached on"), default=today)
    note = models.CharField(_("what shows it"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("step on the autonomy ladder")
        verbose_name_plural = _("steps on the autonomy ladder")
        ordering = ["service_line", "reached_on", "pk"]

    def __str__(self) -> str:
        return self.get_rung_display()


class Project(OfPartnership, TimeStamped):
    """What an agreement turned into: a piece of work with outputs and a budget."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="projects", verbose_name=_("partnership"))
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("agreement"))
    title = models.CharField(_("title"), max_length=200)
    level = models.CharField(_("level of care"), max_length=10, choices=CareLevel, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ProjectState, default=ProjectState.PLANNED)
    outputs = models.TextField(_("outputs"), blank=True)
    budget = models.DecimalField(_("budget"), max_digits=15, decimal_places=3, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a partnership", "project")
        verbose_name_plural = pgettext_lazy("of a partnership", "projects")
        ordering = ["partnership", "-starts_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        return TONES[self.state]


class Meeting(OfPartnership, TimeStamped):
    """A meeting of the parties, planned or held: agenda, who was there, minutes, decisions."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="meetings", verbose_name=_("partnership"))
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("day"))
    place = models.CharField(_("place, or the link of a video conference"), max_length=200, blank=True)
    agenda = models.TextField(_("agenda"), blank=True)
    participants = models.TextField(_("participants"), blank=True, help_text=_("One line each: name, function, institution, embassy or company."))
    minutes = models.TextField(_("minutes"), blank=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("called by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["partnership", "-held_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/meetings/{self.pk}/"


class Decision(models.Model):
    """What a meeting decided, who does it, until when."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions", verbose_name=_("meeting"))
    text = models.CharField(_("decision"), max_length=400)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("done by"))
    due_on = models.DateField(_("until"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["meeting", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on is not None and self.due_on < today()


class Message(OfPartnership):
    """One contribution to the discussion of a partnership; an answer names what it answers."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="messages", verbose_name=_("partnership"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered_by", verbose_name=_("answers"))
    text = models.TextField(_("message"))
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("people named"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("in a discussion", "message")
        verbose_name_plural = pgettext_lazy("in a discussion", "messages")
        ordering = ["partnership", "-pk"]
        indexes = [models.Index(fields=["partnership", "-at"])]

    def __str__(self) -> str:
        return self.text[:60]
