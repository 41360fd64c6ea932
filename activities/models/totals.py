"""What validated activities add up to, by month and by year. Derived: `activities.totals` writes it, nothing else does."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.querysets import TotalQuerySet
from partnerships.choices import Side
from partnerships.models import Institution, Partnership, Specialty


class PartySet(models.Model):
    """The partnership and the institutions of activities, each on its side. Activities with the same ones share a set.

    Every question about the place of an activity is a question about its set: region, level of care, institution, reach.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, null=True, related_name="party_sets", verbose_name=_("partnership"))

    class Meta:
        verbose_name = _("set of parties")
        verbose_name_plural = _("sets of parties")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)


class PartySetMember(models.Model):
    """One institution of a set of parties. A merge of institutions moves it like every other reference."""

    party_set = models.ForeignKey(PartySet, models.CASCADE, related_name="members", verbose_name=_("set of parties"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    side = models.CharField(_("side"), max_length=12, choices=Side)

    class Meta:
        verbose_name = pgettext_lazy("of an agreement", "party")
        verbose_name_plural = pgettext_lazy("of an agreement", "parties")
        ordering = ["party_set", "pk"]
        constraints = [models.UniqueConstraint(fields=["party_set", "institution"], name="party_set_member_once")]

    def __str__(self) -> str:
        return str(self.institution)


class Total(models.Model):
    """The sums over the validated activities of one set of parties that ended in a month, or in a year (month 0).

    There is a row for all activities, one for each kind, one for each specialty, one for each kind in a specialty. In the rows of a
    specialty, activities and people trained are those of the activities that name it, the other figures those of its own lines.
    """

    party_set = models.ForeignKey(PartySet, models.CASCADE, related_name="totals", verbose_name=_("set of parties"))
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    specialty = models.ForeignKey(Specialty, models.CASCADE, null=True, related_name="+", verbose_name=_("specialty"))
    activities = models.PositiveIntegerField(_("activities"), default=0)
    missions = models.PositiveIntegerField(_("missions"), default=0)
    lines = models.PositiveIntegerField(_("lines of results"), default=0)
    consultations = models.PositiveBigIntegerField(_("specialist consultations"), default=0)
    consultation_lines = models.PositiveIntegerField(_("lines with consultations"), default=0)
    operations = models.PositiveBigIntegerField(_("operations done"), default=0)
    operation_lines = models.PositiveIntegerField(_("lines with operations"), default=0)
    trained = models.PositiveBigIntegerField(_("people trained, counted without names"), default=0)
    trained_lines = models.PositiveIntegerField(_("lines of people trained"), default=0)

    objects = TotalQuerySet.as_manager()

    class Meta:
        verbose_name = _("total")
        verbose_name_plural = _("totals")
        ordering = ["year", "month", "pk"]
        indexes = [
            models.Index(fields=["specialty", "kind", "month", "year"]),
            models.Index(fields=["kind", "month", "year", "specialty"]),
            models.Index(fields=["party_set", "kind", "specialty", "month", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


class TrainedPerson(models.Model):
    """Somebody of the roster who was trained at activities of one kind and one set of parties in a month: people count once, so sums do not do.

    Without a specialty: at any of them; beside it a row for each specialty that the activities name.
    """

    party_set = models.ForeignKey(PartySet, models.CASCADE, related_name="+", verbose_name=_("set of parties"))
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    kind = models.CharField(_("kind"), max_length=20)
    specialty = models.ForeignKey(Specialty, models.CASCADE, null=True, related_name="+", verbose_name=_("specialty"))
    professional = models.ForeignKey("activities.Professional", models.CASCADE, related_name="+", verbose_name=_("professional"))

    objects = TotalQuerySet.as_manager()

    class Meta:
        verbose_name = _("person trained")
        verbose_name_plural = _("people trained")
        ordering = ["year", "month", "pk"]
        indexes = [models.Index(fields=["specialty", "year", "month", "party_set", "professional"])]

    def __str__(self) -> str:
        return str(self.professional)


SUMS = ("activities", "missions", "lines", "consultations", "consultation_lines", "operations", "operation_lines", "trained", "trained_lines")
