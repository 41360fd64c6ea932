"""Activities: what a partnership or the ministry does, where, and the sessions inside the days."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from activities.choices import PHASES, TONES, ActivityOrigin, ActivityStatus, Checklist, InvitationStatus, Opinion, SessionKind, VisitPurpose
from activities.kinds import REGISTRY, ActivityKind, kind_choices
from activities.querysets import AWAITING_REPORT, REPORT_DUE_DAYS, ActivityQuerySet, InvitationQuerySet, PartyQuerySet
from core.folding import fold
from core.formats import days, today
from core.models import Searched, TimeStamped
from partnerships.choices import GIVING, TAKING_PART, DatePrecision, Side
from partnerships.models import Agreement, Institution, Partnership, Specialty
from partnerships.models.geography import folded_names
from partnerships.models.partnership import names_of


class Series(TimeStamped):
    """Activities of one kind that follow each other: the ministry's monthly seminar, a course in four workshops."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices)
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="series", verbose_name=_("partnership"))
    note = models.TextField(_("notes"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("series of activities")
        verbose_name_plural = _("series of activities")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Activity(Searched, TimeStamped):
    """Something planned or done together: surgical days, medical days, a study day.

    Without a partnership it is the ministry's own: a workshop or seminar to which institutions are invited.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices)
    name = models.CharField(_("subject"), max_length=200, blank=True)
    origin = models.CharField(_("origin"), max_length=12, choices=ActivityOrigin, default=ActivityOrigin.PROGRAMME)
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("series"))
    planned = models.ForeignKey(
        "activities.PlannedActivity", models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("line of the annual programme")
    )
    purpose = models.CharField(_("purpose of the visit"), max_length=12, choices=VisitPurpose, blank=True)
    leader = models.ForeignKey("activities.Professional", models.PROTECT, null=True, blank=True, related_name="led_activities", verbose_name=_("team leader"))
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("partnership"))
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("agreement"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    date_precision = models.CharField(_("certainty of the date"), max_length=10, choices=DatePrecision, default=DatePrecision.DAY)
    status = models.CharField(_("status"), max_length=20, choices=ActivityStatus, default=ActivityStatus.DRAFT)
    specialties = models.ManyToManyField(Specialty, blank=True, related_name="activities", verbose_name=_("specialties"))
    planned_consultations = models.PositiveIntegerField(_("consultations planned"), default=0)
    planned_operations = models.PositiveIntegerField(_("operations planned"), default=0)
    theatres = models.PositiveSmallIntegerField(_("operating theatres at hand"), null=True, blank=True)
    consumables = models.TextField(_("consumables and instruments"), blank=True, help_text=_("One line each: what, how many, who brings it."))
    lodging = models.TextField(_("lodging and meals"), blank=True)
    travel = models.TextField(_("travel"), blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    note = models.TextField(_("notes"), blank=True)
    over_plan_reason = models.TextField(_("why more operations than planned"), blank=True)
    checklist = models.CharField(_("surgical safety checklist"), max_length=5, choices=Checklist, blank=True)
    region_opinion = models.CharField(_("opinion of the region"), max_length=12, choices=Opinion, blank=True)
    region_opinion_note = models.CharField(_("remark of the region"), max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported by"))
    reported_for = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported for"))
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    validated_at = models.DateTimeField(_("validated at"), null=True, blank=True)
    source = models.URLField(_("public source"), max_length=700, blank=True)
    source_note = models.TextField(_("what the source says"), blank=True)
    search_text = models.CharField(max_length=900, editable=False, blank=True)
    SEARCHED = ("partnership", "specialties", "parties__institution__region")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["-starts_on", "-id"]),
            models.Index(fields=["status", "ends_on"]),
            models.Index(fields=["status", "-starts_on", "id"]),
            models.Index(fields=["kind", "-starts_on"]),
            models.Index(fields=["partnership", "-starts_on"]),
            models.Index(fields=["ends_on"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="activity_ends_after_start"),
            models.CheckConstraint(condition=models.Q(status__in=ActivityStatus.values), name="activity_status"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/activities/{self.pk}/"

    @property
    def kind_of(self) -> ActivityKind:
        return REGISTRY[self.kind]

    def get_kind_display(self) -> str:
        return str(self.kind_of.label)

    @property
    def title(self) -> str:
        if self.name:
            return self.name
        words = {"kind": self.get_kind_display(), "days": days(self.starts_on, self.ends_on)}
        return pgettext("an activity and its days", "%(kind)s, %(days)s") % words

    def of_side(self, *sides: str) -> list[Institution]:
        return [party.institution for party in sorted(self.parties.all(), key=lambda party: party.pk) if party.side in sides]

    @property
    def counted_people(self) -> list[models.Model]:
        """The head-counts, and the named people who were present; reads the prefetched participants."""
        return [person for person in self.participants.all() if person.is_counted]

    @property
    def sender_places(self) -> str:
        return names_of(self.of_side(*GIVING))

    @property
    def host_places(self) -> str:
        return names_of(self.of_side(Side.HOST))

    @property
    def report_due_on(self) -> date:
        return self.ends_on + timedelta(days=REPORT_DUE_DAYS)

    @property
    def phase(self) -> str:
        """The status, refined by the dates: under way, held, report overdue are derived, never stored."""
        if self.status in AWAITING_REPORT:
            if today() > self.report_due_on:
                return "report_overdue"
            if today() > self.ends_on:
                return "held"
            if self.status == ActivityStatus.CONFIRMED and today() >= self.starts_on:
                return "under_way"
        return self.status

    @property
    def status_label(self) -> str:
        phase = self.phase
        return str(PHASES[phase]) if phase in PHASES else self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES[self.phase]

    @property
    def party_ids(self) -> set[int]:
        """Whose it is: the parties of its partnership; else its own, and whoever is invited to an activity of the ministry."""
        if self.partnership:
            return self.partnership.party_ids
        return self.keeper_ids | {invitation.institution_id for invitation in self.invitations.all()}

    @property
    def keeper_ids(self) -> set[int]:
        """Who may write: the invited only read and answer."""
        return self.partnership.party_ids if self.partnership else {party.institution_id for party in self.parties.all()}

    @property
    def party_region_ids(self) -> set[int | None]:
        if self.partnership:
            return self.partnership.party_region_ids
        return set().union(*(party.institution.party_region_ids for party in self.parties.all()))

    @property
    def partnership_key(self) -> int | None:
        return self.partnership_id

    def found_by(self) -> str:
        names = [self.partnership.code if self.partnership else "", self.name]
        names += [name for specialty in self.specialties.all() for name in (specialty.name_ar, specialty.name_fr)]
        return folded_names(*names, *(name for party in self.parties.all() for name in party.institution.searched_names), at_most=900)


class ActivityParty(models.Model):
    """An institution in an activity: sending or hosting. Each confirms its part before the day."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="parties", verbose_name=_("activity"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="activity_parties", verbose_name=_("institution"))
    side = models.CharField(_("side"), max_length=12, choices=Side)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by"))

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of an agreement", "party")
        verbose_name_plural = pgettext_lazy("of an agreement", "parties")
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "institution"], name="activity_party_once")]
        indexes = [models.Index(fields=["side", "institution", "activity"])]

    def __str__(self) -> str:
        return str(self.institution)

    @property
    def is_unconfirmed(self) -> bool:
        """It has to say yet that it takes part; the same as `unconfirmed` of the queryset."""
        return self.confirmed_at is None and self.side in TAKING_PART


class Site(models.Model):
    """Where it takes place: an institution of the register, or a named place near it."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="sites", verbose_name=_("activity"))
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("institution"))
    place = models.CharField(_("another place"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["activity", "pk"]

    def __str__(self) -> str:
        return self.place or str(self.institution)

    @property
    def key(self) -> int | str:
        """What makes two sites the same: the institution, or the name however it is spelt."""
        return self.institution_id or fold(self.place)


class Session(models.Model):
    """A part of a day: an examination, an operating list, a lecture."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="sessions", verbose_name=_("activity"))
    kind = models.CharField(_("kind"), max_length=15, choices=SessionKind)
    held_on = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=150)
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("until"), null=True, blank=True)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("site"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialty"))
    speaker = models.ForeignKey("activities.Professional", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("led by"))

    class Meta:
        verbose_name = pgettext_lazy("of an activity", "session")
        verbose_name_plural = pgettext_lazy("of an activity", "sessions")
        ordering = ["held_on", "pk"]

    def __str__(self) -> str:
        return self.title


class PlannedVolume(models.Model):
    """What a mission sets out to do in one specialty, and how many people wait for it at the hosts."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="volumes", verbose_name=_("activity"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="+", verbose_name=_("specialty"))
    waiting = models.PositiveIntegerField(_("people waiting"), default=0)
    consultations = models.PositiveIntegerField(_("consultations planned"), default=0)
    operations = models.PositiveIntegerField(_("operations planned"), default=0)

    class Meta:
        verbose_name = _("planned volume")
        verbose_name_plural = _("planned volumes")
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "specialty"], name="planned_volume_once")]

    def __str__(self) -> str:
        return str(self.specialty)


class Invitation(models.Model):
    """An institution invited to an activity of the ministry, and what it answered."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="invitations", verbose_name=_("activity"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="invitations", verbose_name=_("institution"))
    status = models.CharField(_("answer"), max_length=10, choices=InvitationStatus, default=InvitationStatus.SENT)
    seats = models.PositiveSmallIntegerField(_("seats kept"), default=2)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "institution"], name="invitation_once")]

    def __str__(self) -> str:
        return str(self.institution)

    def get_absolute_url(self) -> str:
        return f"/activities/{self.activity_id}/invitations/"

    @property
    def party_ids(self) -> set[int]:
        """Who reads it: the invited, and whoever keeps the activity."""
        return self.activity.keeper_ids | {self.institution_id}

    @property
    def keeper_ids(self) -> set[int]:
        """Who answers it and registers people: the invited alone."""
        return {self.institution_id}

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.activity.party_region_ids | self.institution.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return None

    @property
    def tone(self) -> str:
        return {InvitationStatus.SENT: "wait", InvitationStatus.ACCEPTED: "done", InvitationStatus.DECLINED: "stop"}[InvitationStatus(self.status)]
