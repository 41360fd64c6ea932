"""People who log in. What they may do follows from their memberships, in accounts/policy.py."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from knox.models import AuthToken


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class Theme(models.TextChoices):
    """Light, dark, or as the device says."""

    AUTO = "auto", pgettext_lazy("theme", "automatic")
    LIGHT = "light", pgettext_lazy("theme", "light")
    DARK = "dark", pgettext_lazy("theme", "dark")


STANDING = ("user", "role", "partnership", *(f"{place}__{name}" for place in ("institution", "region") for name in ("code", "name_ar", "name_fr", "name_en")))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a login. `is_staff` opens the Django admin; it never loosens a rule of the domain."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ar")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def standing(self) -> list[Any]:
        """The memberships in force today, with what names them; read once per request, and in each."""
        return list(self.memberships.in_force().select_related("institution", "region").only(*STANDING).order_by("pk"))

    @cached_property
    def found(self) -> dict[Any, frozenset[int]]:
        """What her reaches were found to cover; read once per request, as the memberships that they follow from."""
        return {}

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Actions of the policy are answered by the policy alone, for administrators too."""
        from accounts.policy import GRANTS, can  # policy reads this model

        return can(self, perm, obj) if perm in GRANTS else super().has_perm(perm, obj)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class ApiToken(AuthToken):
    """A person's token for the API: hashed, expiring; deleting it revokes it."""

    class Meta:
        proxy = True
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")


class Absence(models.Model):
    """Days on which somebody is away, and who is told in their place. The deputy's own memberships say what the deputy may do."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("person"))
    deputy = models.ForeignKey(User, models.CASCADE, related_name="stands_in", verbose_name=_("deputy"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=~models.Q(user=models.F("deputy")), name="absence_deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.deputy}"
