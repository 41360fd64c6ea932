"""Activities: what a partnership does, who took part, and what came of it. Counts and cadres, never a patient."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from activities.choices import TONES, ActivityStatus, Cadre, Checklist, Opinion, Part, SessionKind
from activities.kinds import REGISTRY, ActivityKind, kind_choices
from activities.querysets import AWAITING_REPORT, REPORT_DUE_DAYS, ActivityQuerySet
from core.formats import days, today
from core.models import TimeStamped
from partnerships.choices import DatePrecision, Side
from partnerships.models import Agreement, Institution, Partnership, Profession, Specialty
from partnerships.models.geography import folded_names
from partnerships.models.partnership import names_of


class Activity(TimeStamped):
    """Something planned or done together: surgical days, medical days, a study day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices)
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("partnership"))
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("agreement"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    date_precision = models.CharField(_("certainty of the date"), max_length=10, choices=DatePrecision, default=DatePrecision.DAY)
    status = models.CharField(_("status"), max_length=20, choices=ActivityStatus, default=ActivityStatus.DRAFT)
    specialties = models.ManyToManyField(Specialty, blank=True, related_name="activities", verbose_name=_("specialties"))
    planned_consultations = models.PositiveIntegerField(_("consultations planned"), default=0)
    planned_operations = models.PositiveIntegerField(_("operations planned"), default=0)
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
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["-starts_on", "-id"]),
            models.Index(fields=["status", "ends_on"]),
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

    @property
    def title(self) -> str:
        words = {"kind": self.get_kind_display(), "days": days(self.starts_on, self.ends_on)}
        return pgettext("an activity and its days", "%(kind)s, %(days)s") % words

    def of_side(self, *sides: str) -> list[Institution]:
        return [party.institution for party in sorted(self.parties.all(), key=lambda party: party.pk) if party.side in sides]

    @property
    def sender_places(self) -> str:
        return names_of(self.of_side(Side.SENDER, Side.PEER))

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
        derived = {
            "report_overdue": pgettext("activity status", "report overdue"),
            "held": pgettext("activity status", "held, report awaited"),
            "under_way": pgettext("activity status", "under way"),
        }
        return derived.get(self.phase) or self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES[self.phase]

    @property
    def party_ids(self) -> set[int]:
        return self.partnership.party_ids if self.partnership else {party.institution_id for party in self.parties.all()}

    @property
    def party_region_ids(self) -> set[int | None]:
        if self.partnership:
            return self.partnership.party_region_ids
        return set().union(*(party.institution.party_region_ids for party in self.parties.all()))

    @property
    def partnership_key(self) -> int | None:
        return self.partnership_id

    def refresh_search_text(self) -> None:
        names = [self.partnership.code if self.partnership else ""]
        for specialty in self.specialties.all():
            names += [specialty.name_ar, specialty.name_fr]
        for party in self.parties.select_related("institution__region"):
            place = party.institution
            names += [place.name_ar, place.name_fr, place.city, place.region.name_ar if place.region else "", place.region.name_fr if place.region else ""]
        self.search_text = folded_names(*names, at_most=900)
        type(self).objects.filter(pk=self.pk).update(search_text=self.search_text)


class ActivityParty(models.Model):
    """An institution in an activity: sending or hosting. Each confirms its part before the day."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="parties", verbose_name=_("activity"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="activity_parties", verbose_name=_("institution"))
    side = models.CharField(_("side"), max_length=12, choices=Side)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by"))

    class Meta:
        verbose_name = pgettext_lazy("of an agreement", "party")
        verbose_name_plural = pgettext_lazy("of an agreement", "parties")
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "institution"], name="activity_party_once")]
        indexes = [models.Index(fields=["side", "institution"])]

    def __str__(self) -> str:
        return str(self.institution)


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


class Session(models.Model):
    """A part of a day: an examination, an operating list, a lecture."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="sessions", verbose_name=_("activity"))
    kind = models.CharField(_("kind"), max_length=15, choices=SessionKind)
    held_on = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=150)
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialty"))

    class Meta:
        verbose_name = pgettext_lazy("of an activity", "session")
        verbose_name_plural = pgettext_lazy("of an activity", "sessions")
        ordering = ["held_on", "pk"]

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """People who took part: an anonymous head-count by institution and cadre, or one named professional."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participants", verbose_name=_("activity"))
    part = models.CharField(_("part"), max_length=10, choices=Part)
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("institution"))
    cadre = models.CharField(_("cadre"), max_length=15, choices=Cadre, blank=True)
    profession = models.ForeignKey(Profession, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("profession"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    count = models.PositiveIntegerField(pgettext_lazy("of people", "number"), default=1)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["activity", "pk"]
        indexes = [models.Index(fields=["part", "activity"])]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.count}"


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


OUTCOMES = ("consultations", "explorations", "operations_planned", "operations_done", "transferred", "transfers_avoided", "audience")


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
        return str(Result._meta.get_field(self.figure).verbose_name)
