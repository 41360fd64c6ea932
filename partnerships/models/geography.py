"""Countries, regions and the lists that the ministry edits: specialties, professions, procedures, institution kinds."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.folding import fold
from core.formats import in_language
from partnerships.choices import World, Zone
from partnerships.querysets import RegionQuerySet, SpecialtyQuerySet


class Named(models.Model):
    """Something with a name in each of the three languages."""

    name_ar = models.CharField(_("Arabic name"), max_length=200)
    name_fr = models.CharField(_("French name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the active language; the nearest one where it is not known."""
        return in_language(self.name_ar, self.name_fr, self.name_en)

    def __str__(self) -> str:
        return self.name


class Country(Named):
    """A country or territory of ISO 3166."""

    code = models.CharField(_("code"), max_length=2, unique=True)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["code"]


class Region(Named):
    """A wilaya or governorate, as long as it exists."""

    country = models.ForeignKey(Country, models.PROTECT, related_name="regions", verbose_name=_("country"))
    code = models.CharField(_("code"), max_length=10)
    zone = models.CharField(_("zone"), max_length=10, choices=Zone, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("formerly part of"))
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_to = models.DateField(_("exists until"), null=True, blank=True)
    installed_on = models.DateField(
        _("own directorate from"), null=True, blank=True, help_text=_("Until that day the directorate of the region it was part of looks after it as well.")
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["country", "code"]
        constraints = [models.UniqueConstraint(fields=["country", "code"], name="region_code_once")]

    def at(self, day: date) -> "Region":
        """The region that this place belonged to on `day`: climbs to the mother region while this one did not exist.

        One query for each step up unless `parent` is loaded. `partnerships.regions.under` says the same of all regions.
        """
        region = self
        while not region.exists_on(day) and region.parent:
            region = region.parent
        return region

    def exists_on(self, day: date) -> bool:
        """From the first day to the day before the last one, as `RegionQuerySet.on` has it."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to > day)


class Specialty(Named):
    """A medical specialty."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    group = models.CharField(pgettext_lazy("of specialties", "group"), max_length=30, blank=True)

    objects = SpecialtyQuerySet.as_manager()

    class Meta:
        verbose_name = _("specialty")
        verbose_name_plural = _("specialties")
        ordering = ["code"]


class Profession(Named):
    """A cadre: who somebody is by training."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    group = models.CharField(pgettext_lazy("of specialties", "group"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("profession")
        verbose_name_plural = _("professions")
        ordering = ["code"]


class Procedure(Named):
    """A usual act of surgical and medical days; not an official nomenclature."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name=_("specialty"))
    kind = models.CharField(_("kind"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["code"]


class InstitutionKind(Named):
    """CHU, EPH, general hospital, company…"""

    code = models.CharField(_("code"), max_length=20, unique=True)
    world = models.CharField(_("sort of institution"), max_length=10, choices=World, default=World.CARE)
    legal_basis = models.CharField(_("legal basis"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("kind of institution")
        verbose_name_plural = _("kinds of institution")
        ordering = ["code"]


class Equipment(Named):
    """A main piece of equipment or a facility that decides what can be done at a place."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    specialties = models.ManyToManyField(Specialty, blank=True, related_name="equipment", verbose_name=_("specialties that need it"))

    class Meta:
        verbose_name = pgettext_lazy("main equipment", "equipment")
        verbose_name_plural = pgettext_lazy("main equipment", "equipment")
        ordering = ["code"]


def folded_names(*names: str, at_most: int = 600) -> str:
    """What a search box looks through: every word of every name, folded, once; cut at `at_most` letters."""
    return " ".join(dict.fromkeys(fold(" ".join(name for name in names if name)).split()))[:at_most]
