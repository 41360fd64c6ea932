"""Technologies that twinning brought: devices, medicines, techniques; whether they are still in use."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped
from partnerships.models import Country, Institution, Partnership, Specialty
from support.choices import TechnologyKind
from support.models.request import SupportRequest
from support.querysets import TechnologyQuerySet


class TechnologyIntroduced(TimeStamped):
    """Something new at an institution: where it comes from, what it is worth, since when, who can use it."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="technologies", verbose_name=_("institution"))
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="technologies", verbose_name=_("partnership"))
    request = models.ForeignKey(SupportRequest, models.SET_NULL, null=True, blank=True, related_name="technologies", verbose_name=_("support request"))
    kind = models.CharField(_("kind"), max_length=10, choices=TechnologyKind)
    name = models.CharField(_("name"), max_length=200)
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialty"))
    origin = models.ForeignKey(Country, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country of origin"))
    maker = models.CharField(_("maker"), max_length=150, blank=True)
    value = models.DecimalField(_("value"), max_digits=17, decimal_places=3, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    commissioned_on = models.DateField(_("in service since"))
    users_trained = models.PositiveIntegerField(_("users trained"), default=0)
    in_use = models.BooleanField(_("still in use after six months"), null=True, blank=True)
    checked_on = models.DateField(_("looked at on"), null=True, blank=True)
    note = models.TextField(_("remark"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TechnologyQuerySet.as_manager()

    class Meta:
        verbose_name = _("technology introduced")
        verbose_name_plural = _("technologies introduced")
        ordering = ["-commissioned_on", "-pk"]
        indexes = [models.Index(fields=["institution", "-commissioned_on"]), models.Index(fields=["kind", "-commissioned_on"])]
        constraints = [models.CheckConstraint(condition=models.Q(value=None) | models.Q(value__gte=0), name="technology_value_not_negative")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/support/technologies/{self.pk}/"

    @property
    def party_ids(self) -> set[int]:
        return self.institution.party_ids | (self.partnership.party_ids if self.partnership else set())

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.institution.party_region_ids | (self.partnership.party_region_ids if self.partnership else set())

    @property
    def partnership_key(self) -> int | None:
        return self.partnership_id
