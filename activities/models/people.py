"""The professionals of twinning: the roster, who took part and learnt what, visitors' papers, placements."""

from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from activities.choices import (
    CADRE_OF,
    TONES,
    Cadre,
    PaperKind,
    PaperState,
    Part,
    ParticipantRole,
    PlacementResult,
    Presence,
    Sex,
    VisitorStatus,
)
from activities.models.activity import Activity
from activities.querysets import OfActivityQuerySet, ParticipantQuerySet, PlacementQuerySet, ProfessionalQuerySet
from core.formats import today
from core.models import TimeStamped
from core.profile import home
from partnerships.models import Department, Institution, Profession, Specialty


class Professional(TimeStamped):
    """Somebody of the roster, as a professional: who they are by training, where they work, what they speak.

    Kept for the programme's own purpose (teams, certificates); erased on request by `erase_professional`, which leaves the
    counts. Never a patient.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="professionals", verbose_name=_("institution"))
    name = models.CharField(_("name"), max_length=120)
    latin_name = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    profession = models.ForeignKey(Profession, models.PROTECT, related_name="+", verbose_name=_("profession"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialty"))
    rank = models.CharField(_("rank"), max_length=100, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)  # codes: "ar", "fr", "en", …
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="professional", verbose_name=_("login"))
    left_on = models.DateField(_("left the post on"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    search_text = models.CharField(max_length=400, editable=False, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProfessionalQuerySet.as_manager()

    class Meta:
        verbose_name = _("professional")
        verbose_name_plural = _("professionals")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["institution", "name"]), models.Index(fields=["specialty"]), models.Index(fields=["name", "id"])]

    def __str__(self) -> str:
        return self.name or str(pgettext_lazy("professional", "name erased"))

    def get_absolute_url(self) -> str:
        return f"/professionals/{self.pk}/"

    @property
    def cadre(self) -> str:
        """The family of professions that figures are kept by."""
        return CADRE_OF.get(self.profession.group, Cadre.OTHERS)

    @property
    def is_abroad(self) -> bool:
        return self.institution.country.code != home().country

    @property
    def party_ids(self) -> set[int]:
        return self.institution.party_ids

    @property
    def twinned_ids(self) -> set[int]:
        return self.institution.twinned_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.institution.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return None


class Participant(models.Model):
    """People who took part: an anonymous head-count by institution and cadre, or one named professional."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participants", verbose_name=_("activity"))
    part = models.CharField(_("part"), max_length=10, choices=Part)
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("institution"))
    cadre = models.CharField(_("cadre"), max_length=15, choices=Cadre, blank=True)
    profession = models.ForeignKey(Profession, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("profession"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    count = models.PositiveIntegerField(pgettext_lazy("of people", "number"), default=1)
    professional = models.ForeignKey(Professional, models.PROTECT, null=True, blank=True, related_name="participations", verbose_name=_("professional"))
    role = models.CharField(_("role"), max_length=12, choices=ParticipantRole, blank=True)
    days = models.PositiveSmallIntegerField(_("days present"), default=0)  # 0: the whole activity
    presence = models.CharField(_("presence"), max_length=10, choices=Presence, default=Presence.PRESENT)
    pre_score = models.DecimalField(_("test before"), max_digits=4, decimal_places=1, null=True, blank=True)  # out of 100
    post_score = models.DecimalField(_("test after"), max_digits=4, decimal_places=1, null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["activity", "pk"]
        indexes = [models.Index(fields=["part", "activity"])]
        constraints = [
            models.UniqueConstraint(fields=["activity", "professional", "part"], name="participant_once", condition=models.Q(professional__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.professional) if self.professional else self.name or f"{self.get_part_display()}: {self.count}"

    @property
    def is_named(self) -> bool:
        return bool(self.professional_id or self.name)

    @property
    def is_open(self) -> bool:
        """Nobody has said yet whether this person came."""
        return self.presence in {Presence.REGISTERED, Presence.WAITING}

    @property
    def tone(self) -> str:
        return {Presence.REGISTERED: "run", Presence.WAITING: "wait", Presence.PRESENT: "done", Presence.ABSENT: "stop"}[Presence(self.presence)]

    @property
    def is_counted(self) -> bool:
        """Whether this row enters the figures; `ParticipantQuerySet.counted` says the same of many."""
        return self.presence == Presence.PRESENT

    @property
    def person_days(self) -> int:
        """People times days; a head-count is there for the whole activity unless it says otherwise."""
        activity = self.activity
        return self.count * (self.days or (activity.ends_on - activity.starts_on).days + 1)


class Feedback(models.Model):
    """What one participant thought of an activity. Nobody knows who: no name, no address, no time of day."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="feedback", verbose_name=_("activity"))
    useful = models.PositiveSmallIntegerField(_("useful for my work"), validators=[MaxValueValidator(4)])
    taught = models.PositiveSmallIntegerField(_("well taught"), validators=[MaxValueValidator(4)])
    organised = models.PositiveSmallIntegerField(_("well organised"), validators=[MaxValueValidator(4)])
    will_use = models.PositiveSmallIntegerField(_("I shall use it"), validators=[MaxValueValidator(4)])
    comment = models.TextField(_("comment"), blank=True)
    given_on = models.DateField(_("given on"), default=today)
    uid = models.UUIDField(unique=True)  # sent by the form, so that a second press of the button is the same answer

    class Meta:
        verbose_name = pgettext_lazy("of participants", "feedback")
        verbose_name_plural = pgettext_lazy("of participants", "feedback")
        ordering = ["activity", "pk"]

    def __str__(self) -> str:
        return str(self.activity)


class FeedbackLink(models.Model):
    """The address that participants open, by hand or from a QR on the wall, until it closes."""

    activity = models.OneToOneField(Activity, models.CASCADE, related_name="feedback_link", verbose_name=_("activity"))
    token = models.CharField(_("code"), max_length=43, unique=True)  # 256 bits, by chance
    closes_on = models.DateField(_("closes on"))

    class Meta:
        verbose_name = _("address for feedback")
        verbose_name_plural = _("addresses for feedback")

    def __str__(self) -> str:
        return str(self.activity)


class OfActivity(models.Model):
    """Whose it is: rows that belong to one activity. Those who are merely invited to it see nothing of them."""

    activity: Activity

    class Meta:
        abstract = True

    @property
    def party_ids(self) -> set[int]:
        return self.activity.keeper_ids

    @property
    def keeper_ids(self) -> set[int]:
        return self.activity.keeper_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.activity.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return self.activity.partnership_key


class VisitorFile(OfActivity, TimeStamped):
    """The papers of a specialist from abroad for one mission, and the licence that the ministry gives for its days."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="visitor_files", verbose_name=_("activity"))
    professional = models.ForeignKey(Professional, models.PROTECT, related_name="visitor_files", verbose_name=_("specialist"))
    status = models.CharField(_("status"), max_length=12, choices=VisitorStatus, default=VisitorStatus.DRAFT)
    scope_of_practice = models.TextField(_("what the specialist will do"), blank=True)
    licence_number = models.CharField(_("number of the licence"), max_length=60, blank=True)
    valid_from = models.DateField(_("licensed from"), null=True, blank=True)
    valid_to = models.DateField(_("licensed until"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a visiting specialist")
        verbose_name_plural = _("files of visiting specialists")
        ordering = ["activity", "pk"]
        indexes = [models.Index(fields=["status", "valid_from"])]
        constraints = [
            models.UniqueConstraint(fields=["activity", "professional"], name="visitor_file_once"),
            models.CheckConstraint(condition=models.Q(status__in=VisitorStatus.values), name="visitor_status"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_from=None) | models.Q(valid_to__gte=models.F("valid_from")), name="licence_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.professional)

    def get_absolute_url(self) -> str:
        return f"/visitors/{self.pk}/"

    @property
    def phase(self) -> str:
        """The status, refined by the dates: an expired licence, and one that no longer covers the days, are derived."""
        if self.status == VisitorStatus.LICENSED and self.valid_to and self.valid_from:
            if self.valid_to < today():
                return "expired"
            if not self.covers_the_days:
                return "not_covering"
        return self.status

    @property
    def covers_the_days(self) -> bool:
        """Licensed for every day of the mission."""
        if self.status != VisitorStatus.LICENSED or not self.valid_from or not self.valid_to:
            return False
        return self.valid_from <= self.activity.starts_on and self.activity.ends_on <= self.valid_to

    @property
    def status_label(self) -> str:
        derived = {
            "expired": pgettext("file of a visiting specialist", "licence expired"),
            "not_covering": pgettext("file of a visiting specialist", "licence does not cover the days"),
        }
        return derived.get(self.phase) or self.get_status_display()

    @property
    def tone(self) -> str:
        return {"expired": "stop", "not_covering": "late"}.get(self.phase) or TONES[self.status]


class VisitorPaper(models.Model):
    """One paper of a visiting specialist: asked for, received, checked. The scan is an attachment with this row's kind as its role."""

    file = models.ForeignKey(VisitorFile, models.CASCADE, related_name="papers", verbose_name=_("file"))
    kind = models.CharField(_("paper"), max_length=15, choices=PaperKind)
    state = models.CharField(_("state"), max_length=10, choices=PaperState, default=PaperState.MISSING)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("paper of a visiting specialist")
        verbose_name_plural = _("papers of visiting specialists")
        ordering = ["file", "pk"]
        constraints = [models.UniqueConstraint(fields=["file", "kind"], name="visitor_paper_once")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def lasts(self) -> bool:
        """Valid to the last day of the mission; a paper without an end lasts."""
        return self.valid_until is None or self.valid_until >= self.file.activity.ends_on

    @property
    def tone(self) -> str:
        if not self.lasts:
            return "late"
        return {PaperState.CHECKED: "done", PaperState.RECEIVED: "wait", PaperState.REJECTED: "late"}.get(PaperState(self.state), "draft")


ASSESSED_WITHIN = timedelta(days=15)  # after the last day of a placement


class Placement(OfActivity, TimeStamped):
    """A trainee of one department in another: what is to be learnt, who supervises, what came of it."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="placements", verbose_name=_("activity"))
    trainee = models.ForeignKey(Professional, models.PROTECT, related_name="placements", verbose_name=_("trainee"))
    from_department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("from the department"))
    to_department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("to the department"))
    supervisor = models.ForeignKey(Professional, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supervisor"))
    result = models.CharField(_("result"), max_length=10, choices=PlacementResult, blank=True)
    remark = models.TextField(_("assessment in words"), blank=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessed by"))
    assessed_at = models.DateTimeField(_("assessed at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "trainee"], name="placement_once")]

    def __str__(self) -> str:
        return str(self.trainee)

    def get_absolute_url(self) -> str:
        return f"/placements/{self.pk}/"

    @property
    def assess_by(self) -> date:
        return self.activity.ends_on + ASSESSED_WITHIN

    @property
    def phase(self) -> str:
        """Assessed, over and not assessed yet, under way, or ahead: derived from the days and the result."""
        if self.assessed_at:
            return "assessed"
        if self.activity.ends_on < today():
            return "to_assess"
        return "under_way" if self.activity.starts_on <= today() else "ahead"

    @property
    def status_label(self) -> str:
        return {
            "assessed": pgettext("placement", "assessed"),
            "to_assess": pgettext("placement", "to be assessed"),
            "under_way": pgettext("placement", "under way"),
            "ahead": pgettext("placement", "ahead"),
        }[self.phase]

    @property
    def tone(self) -> str:
        return {"assessed": "done", "to_assess": "wait", "under_way": "run", "ahead": "draft"}[self.phase]


class PlacementObjective(models.Model):
    """One thing to be learnt during a placement, and how well it was."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="objectives", verbose_name=_("placement"))
    text = models.CharField(_("objective"), max_length=300)
    mark = models.PositiveSmallIntegerField(_("mark"), null=True, blank=True, validators=[MaxValueValidator(4)])
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("objective of a placement")
        verbose_name_plural = _("objectives of a placement")
        ordering = ["placement", "pk"]

    def __str__(self) -> str:
        return self.text


class PlacementEntry(models.Model):
    """One line of the log of a placement: what the trainee did on a day."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="entries", verbose_name=_("placement"))
    done_on = models.DateField(_("day"))
    text = models.CharField(_("what was done"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("line of the log of a placement")
        verbose_name_plural = _("log of a placement")
        ordering = ["placement", "-done_on", "-pk"]

    def __str__(self) -> str:
        return self.text
