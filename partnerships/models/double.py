"""What somebody at the ministry said about two institutions that look alike."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped
from partnerships.models.institution import Institution


class NotDouble(TimeStamped):
    """Two institutions that look alike and are two: they are not shown as likely doubles again."""

    first = models.ForeignKey(Institution, models.CASCADE, related_name="+", verbose_name=_("institution"))
    second = models.ForeignKey(Institution, models.CASCADE, related_name="+", verbose_name=_("institution"))  # the one with the higher key
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("said by"))

    class Meta:
        verbose_name = _("not a double")
        verbose_name_plural = _("not doubles")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_double_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="not_double_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
