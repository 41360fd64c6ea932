"""Health institutions, their departments, and who belongs to them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import Role
from core.models import TimeStamped
from partnerships.models.geography import Country, InstitutionKind, Named, Region, Specialty, folded_names
from partnerships.querysets import InstitutionQuerySet, MembershipQuerySet


class Institution(Named, TimeStamped):
    """A hospital, a health centre, a university, a company: whoever can be a party."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    kind = models.ForeignKey(InstitutionKind, models.PROTECT, related_name="institutions", verbose_name=_("kind"))
    country = models.ForeignKey(Country, models.PROTECT, related_name="institutions", verbose_name=_("country"))
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="institutions", verbose_name=_("region"))
    city = models.CharField(_("town"), max_length=100, blank=True)
    aliases = models.CharField(_("everyday names"), max_length=300, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    beds_count = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    theatres_count = models.PositiveSmallIntegerField(_("operating theatres"), null=True, blank=True)
    has_telemedicine = models.BooleanField(_("telemedicine"), default=False)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    specialties = models.ManyToManyField(Specialty, blank=True, related_name="institutions", verbose_name=_("specialties"))
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    search_text = models.CharField(max_length=700, editable=False, blank=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["code"]
        indexes = [models.Index(fields=["region", "kind"]), models.Index(fields=["search_text"])]

    def save(self, *args, **kwargs):
        self.search_text = folded_names(self.code, self.name_ar, self.name_fr, self.name_en, self.aliases, self.city)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/institutions/{self.pk}/"

    @property
    def place(self) -> str:
        """What people call it by: its region at home, its own name abroad."""
        return self.region.name if self.region else self.name

    @property
    def party_ids(self) -> set[int]:
        return {self.pk}

    @property
    def party_region_ids(self) -> set[int | None]:
        return {self.region_id}

    @property
    def partnership_key(self) -> int | None:
        return None


class Department(models.Model):
    """A specialty as it exists in one institution."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="departments", verbose_name=_("institution"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="departments", verbose_name=_("specialty"))
    head = models.CharField(_("head of department"), max_length=120, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("of a hospital", "department")
        verbose_name_plural = pgettext_lazy("of a hospital", "departments")
        ordering = ["institution", "specialty"]
        constraints = [models.UniqueConstraint(fields=["institution", "specialty"], name="department_once")]

    def __str__(self) -> str:
        return f"{self.specialty} · {self.institution}"


class Membership(TimeStamped):
    """A person in a role: at an institution, for a region, for one partnership, or for the nation; from when until when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=15, choices=Role)
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("institution"))
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("region"))
    partnership = models.ForeignKey(
        "partnerships.Partnership", models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("partnership")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    BOUND_TO = {Role.DIRECTOR: "institution", Role.COORDINATOR: "institution", Role.REGION: "region", Role.EVALUATOR: "partnership"}

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "pk"]
        indexes = [models.Index(fields=["role", "institution"])]

    def __str__(self) -> str:
        where = self.institution or self.region or self.partnership
        return f"{self.get_role_display()}" + (f" · {where}" if where else "")

    def clean(self):
        """A role is bound to exactly what it needs."""
        for name in ("institution", "region", "partnership"):
            needed = self.BOUND_TO.get(Role(self.role)) == name if self.role else False
            if needed != bool(getattr(self, f"{name}_id")):
                text = _("This role needs it.") if needed else _("This role does not go with it.")
                raise ValidationError({name: text})
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The end comes before the start.")})
