"""The rules of the reminders: data that the ministry may change."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.topics import topic_choices
from partnerships.models.geography import Named

OFFSETS = RegexValidator(r"^-?\d+(\|-?\d+)*$", _("Days before (−) or after the due day, separated by |, for example -30|-7|0."))
ESCALATION = RegexValidator(r"^(-?\d+:[a-z_]+(\|-?\d+:[a-z_]+)*)?$", _("Pairs of days and people, for example 15:directors|30:heads."))


class ReminderRule(Named):
    """When whom to remind of what. Data, so that the ministry can change it."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    trigger = models.SlugField(_("moment"), max_length=40)
    offsets = models.CharField(_("days"), max_length=60, validators=[OFFSETS])
    audience = models.CharField(_("people"), max_length=120)
    escalation = models.CharField(_("escalation"), max_length=120, blank=True, validators=[ESCALATION])
    topic = models.CharField(_("topic"), max_length=20, choices=topic_choices, default="reminders")
    rests_on_week_end = models.BooleanField(_("advance notices wait for the working week"), default=True)
    is_urgent = models.BooleanField(_("at once, whatever rhythm a person chose"), default=False)
    is_active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["code"]

    @property
    def steps(self) -> list[tuple[int, str]]:
        """Every moment as (days from the due day, audience), the escalation included."""
        return [(offset, slug) for offset in self.offset_days for slug in self.audience.split("|")] + self.escalation_steps

    @property
    def offset_days(self) -> list[int]:
        return sorted(int(text) for text in self.offsets.split("|"))

    @property
    def escalation_steps(self) -> list[tuple[int, str]]:
        return [(int(step.split(":")[0]), step.split(":")[1]) for step in self.escalation.split("|") if step]
