"""The calendar that plans are laid over, and the secret addresses that feed it to telephones."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.choices import OccasionCalendar, OccasionKind
from core.models import TimeStamped
from partnerships.choices import Zone
from partnerships.models.geography import Named


class Occasion(Named):
    """Days on which a mission is better not planned: a public holiday, Ramadan, the heat of the far south. A rule, not a date."""

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=OccasionKind)
    calendar = models.CharField(_("calendar"), max_length=10, choices=OccasionCalendar)
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(31)])
    length = models.PositiveSmallIntegerField(_("length in days"), default=1)
    zone = models.CharField(_("only in the zone"), max_length=10, choices=Zone, blank=True)
    is_active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("special day of the calendar")
        verbose_name_plural = _("special days of the calendar")
        ordering = ["slug"]


class OccasionDate(models.Model):
    """The date that was announced for one year, where it differs from the computed one: the moon is seen a day later."""

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="dates", verbose_name=_("special day of the calendar"))
    year = models.PositiveSmallIntegerField(_("year"))
    starts_on = models.DateField(_("first day"))

    class Meta:
        verbose_name = _("announced date")
        verbose_name_plural = _("announced dates")
        ordering = ["year", "starts_on"]

    def __str__(self) -> str:
        return f"{self.occasion} {self.year}"


class CalendarFeed(TimeStamped):
    """A secret address under which a person's calendar is read by their telephone. Shown once, kept hashed, revocable."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the secret
    query = models.CharField(_("filters"), max_length=300, blank=True)
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
