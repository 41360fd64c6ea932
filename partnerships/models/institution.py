"""Health institutions, their departments, and who belongs to them."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import Role
from core.folding import bare, fold, sort_key
from core.formats import today
from core.models import TimeStamped
from partnerships.choices import CareLevel, NameKind, World
from partnerships.models.geography import Country, Equipment, InstitutionKind, Named, Procedure, Profession, Region, Specialty, folded_names
from partnerships.querysets import InstitutionQuerySet, MembershipQuerySet, twinned_with

PROFILE_LASTS = timedelta(days=365)


class Institution(Named, TimeStamped):
    """A hospital, a health centre, a university, a company: whoever can be a party."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    kind = models.ForeignKey(InstitutionKind, models.PROTECT, related_name="institutions", verbose_name=_("kind"))
    country = models.ForeignKey(Country, models.PROTECT, related_name="institutions", verbose_name=_("country"))
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="institutions", verbose_name=_("region"))
    city = models.CharField(_("town"), max_length=100, blank=True)
    aliases = models.CharField(_("everyday names"), max_length=600, blank=True, help_text=_("Several are separated by commas."))
    level = models.CharField(_("level of care"), max_length=10, choices=CareLevel, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    beds_count = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    theatres_count = models.PositiveSmallIntegerField(_("operating theatres"), null=True, blank=True)
    has_telemedicine = models.BooleanField(_("telemedicine"), default=False)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    specialties = models.ManyToManyField(Specialty, blank=True, related_name="institutions", verbose_name=_("specialties"))
    procedures = models.ManyToManyField(Procedure, blank=True, related_name="institutions", verbose_name=_("procedures mastered"))
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="institutions", verbose_name=_("main equipment"))
    partners_at_most = models.PositiveSmallIntegerField(
        _("partners at most"), null=True, blank=True, help_text=_("How many institutions it can support at once; empty: the limit of the matching settings.")
    )
    profile_checked_on = models.DateField(_("profile last checked on"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="doubles", verbose_name=_("merged into"), editable=False)
    former_names = models.TextField(_("former names"), blank=True, editable=False)  # of the doubles merged into it, one a line
    search_text = models.CharField(max_length=1200, editable=False, blank=True)
    sort_key = models.CharField(max_length=160, editable=False, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["code"]
        indexes = [models.Index(fields=["region", "kind"]), models.Index(fields=["country", "kind"])]

    def save(self, *args, **kwargs):
        self.refresh_search()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_text", "sort_key"}
        super().save(*args, **kwargs)
        self.refresh_names()
        keep_words([self])

    def refresh_search(self) -> None:
        """The folded columns; writes nothing."""
        if self.merged_into_id:  # found under the one it was merged into
            self.search_text = ""
            return
        self.search_text = folded_names(self.code, self.name_ar, self.name_fr, self.name_en, self.aliases, self.city, self.former_names, at_most=1200)
        self.sort_key = sort_key(self.name_ar or self.name_fr or self.name_en)

    def names(self) -> list["InstitutionName"]:
        """A row for each name that this institution goes by, folded, each once; not saved. None once it is merged into another."""
        if self.merged_into_id:
            return []
        found: dict[str, InstitutionName] = {}
        official = [(name, NameKind.OFFICIAL) for name in (self.name_ar, self.name_fr, self.name_en)]
        former = [(name, NameKind.FORMER) for name in self.former_names.splitlines()]
        for text, kind in [*official, *((alias, NameKind.ALIAS) for alias in self.alias_list), *former]:
            folded = fold(text)[:200]
            if folded and folded not in found:
                found[folded] = InstitutionName(institution=self, text=text[:200], folded=folded, kind=kind)
        return list(found.values())

    def refresh_names(self) -> None:
        """Bring the rows of names in line with the fields. One query when nothing changed."""
        wanted = {name.folded: name for name in self.names()}
        kept = {name.folded: name for name in InstitutionName.objects.filter(institution=self)}
        stale = [name.pk for folded, name in kept.items() if folded not in wanted or (wanted[folded].text, wanted[folded].kind) != (name.text, name.kind)]
        if stale:
            InstitutionName.objects.filter(pk__in=stale).delete()
        InstitutionName.objects.bulk_create(name for folded, name in wanted.items() if folded not in kept or kept[folded].pk in stale)

    def get_absolute_url(self) -> str:
        return f"/institutions/{self.pk}/"

    @property
    def searched_names(self) -> list[str]:
        """What others are found by that it takes part in: its names, its city, its region."""
        return [self.name_ar, self.name_fr, self.city, self.aliases, *((self.region.name_ar, self.region.name_fr) if self.region else ())]

    @property
    def alias_list(self) -> list[str]:
        """The everyday names, as typed."""
        return [alias.strip() for alias in re.split("[,،;؛|]", self.aliases) if alias.strip()]

    @property
    def is_care(self) -> bool:
        """Whether patients are cared for here: what decides which parts a profile has."""
        return self.kind.world == World.CARE

    @property
    def is_changed_since_verified(self) -> bool:
        """The ministry has verified the profile, and it has been edited since."""
        return self.verified_at is not None and self.updated_at > self.verified_at

    @property
    def is_profile_old(self) -> bool:
        """Nobody has looked through the profile for a year, or ever: as `with_old_profile`, of one row."""
        return self.profile_checked_on is None or today() - self.profile_checked_on > PROFILE_LASTS

    @property
    def place(self) -> str:
        """What people call it by: its region at home, its own name abroad."""
        return self.region.name if self.region else self.name

    @property
    def party_ids(self) -> set[int]:
        return {self.pk}

    @property
    def twinned_ids(self) -> set[int]:
        """Itself and the institutions that it is or was twinned with. One query."""
        return {self.pk, *twinned_with(frozenset({self.pk})).values_list("institution", flat=True)}

    @property
    def party_region_ids(self) -> set[int | None]:
        """Its region, and the one that still looks after that region."""
        region = self.region
        looked_after = region is not None and region.installed_on is not None and region.installed_on > today()
        return {self.region_id, region.parent_id} if region is not None and looked_after else {self.region_id}

    @property
    def partnership_key(self) -> int | None:
        return None


class InstitutionName(models.Model):
    """One name that an institution goes by, folded for comparing: what search, doubles and imports look names up in."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="all_names", verbose_name=_("institution"))
    text = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=NameKind)

    class Meta:
        verbose_name = _("name of an institution")
        verbose_name_plural = _("names of institutions")
        ordering = ["institution", "pk"]
        constraints = [models.UniqueConstraint(fields=["institution", "folded"], name="institution_name_once")]

    def __str__(self) -> str:
        return self.text


class InstitutionWord(models.Model):
    """One word that an institution can be found by: of its names, its code, its town; with the Arabic article and without."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+", verbose_name=_("institution"))
    word = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("word of an institution")
        verbose_name_plural = _("words of institutions")
        ordering = ["pk"]
        constraints = [  # the first class lets PostgreSQL find beginnings of words under any collation
            models.UniqueConstraint(fields=["word", "institution"], opclasses=["varchar_pattern_ops", "int8_ops"], name="institution_word_once")
        ]

    def __str__(self) -> str:
        return self.word


def keep_words(institutions: Iterable[Institution]) -> None:
    """Bring the rows of words in line with the search columns, which must be fresh. One query when nothing changed."""
    wanted = {(place.pk, form[:60]) for place in institutions for word in place.search_text.split() for form in (word, bare(word))}
    rows = InstitutionWord.objects.filter(institution__in={place.pk for place in institutions})
    kept = {(institution, word): pk for pk, institution, word in rows.values_list("pk", "institution", "word")}
    if stale := [pk for key, pk in kept.items() if key not in wanted]:
        InstitutionWord.objects.filter(pk__in=stale).delete()
    new = sorted(wanted - kept.keys())
    InstitutionWord.objects.bulk_create((InstitutionWord(institution_id=institution, word=word) for institution, word in new), batch_size=5_000)


class StaffCount(models.Model):
    """How many people of one cadre work at an institution."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="staff", verbose_name=_("institution"))
    profession = models.ForeignKey(Profession, models.PROTECT, related_name="+", verbose_name=_("profession"))
    count = models.PositiveIntegerField(_("number of people"))

    class Meta:
        verbose_name = _("staff of a cadre")
        verbose_name_plural = _("staff by cadre")
        ordering = ["institution", "profession"]
        constraints = [models.UniqueConstraint(fields=["institution", "profession"], name="staff_once")]

    def __str__(self) -> str:
        return f"{self.profession}: {self.count}"


class Department(models.Model):
    """A specialty as it exists in one institution."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="departments", verbose_name=_("institution"))
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="departments", verbose_name=_("specialty"))
    head = models.CharField(_("head of department"), max_length=120, blank=True)
    beds_count = models.PositiveSmallIntegerField(_("beds"), null=True, blank=True)
    specialists_count = models.PositiveSmallIntegerField(_("specialists"), null=True, blank=True)

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
