"""Requests for support: what is asked and why, opinions, what is granted, paid in tranches, justified."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import Opinion as Stance
from core.models import Searched, TimeStamped
from core.money import in_home_currency
from library.models import Guide
from partnerships.models import Institution, Need, Partnership, Specialty
from partnerships.models.geography import folded_names
from support.choices import IN_MONEY, TONES, BudgetSource, JustificationStatus, OpinionKind, SupportKind, SupportStatus
from support.querysets import JustificationQuerySet, SupportQuerySet, TrancheQuerySet

SOMETHING = MinValueValidator(Decimal("0.001"))


class Budget(TimeStamped):
    """What may be spent in one year out of one source, in the home currency. What was spent of it is derived."""

    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source of money"), max_length=10, choices=BudgetSource)
    name = models.CharField(_("name"), max_length=150)
    amount = models.DecimalField(_("amount"), max_digits=17, decimal_places=3, validators=[SOMETHING])
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("of the ministry", "budget")
        verbose_name_plural = pgettext_lazy("of the ministry", "budgets")
        ordering = ["-year", "name"]
        constraints = [
            models.UniqueConstraint(fields=["year", "source", "name"], name="budget_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="budget_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"

    def get_absolute_url(self) -> str:
        return f"/support/budgets/{self.pk}/"


class SupportRequest(Searched, TimeStamped):
    """An institution asks the ministry for money, equipment, work or advice."""

    uid = models.UUIDField(unique=True)
    code = models.CharField(_("number"), max_length=20, unique=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="support_requests", verbose_name=_("institution"))
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="support_requests", verbose_name=_("for the partnership"))
    kind = models.CharField(_("kind"), max_length=15, choices=SupportKind)
    title = models.CharField(_("subject"), max_length=200)
    reasons = models.TextField(_("reasons"))
    needs = models.ManyToManyField(Need, blank=True, related_name="support_requests", verbose_name=_("needs that it answers"))
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=14, decimal_places=6, null=True, blank=True)  # home currency for one unit
    rate_on = models.DateField(_("rate of the day"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=150, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=SupportStatus, default=SupportStatus.DRAFT)
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("paid from"))
    granted = models.DecimalField(_("granted"), max_digits=17, decimal_places=3, null=True, blank=True)
    granted_in_kind = models.TextField(_("granted in kind"), blank=True)
    granted_on = models.DateField(_("granted on"), null=True, blank=True)
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adviser"))
    answer = models.TextField(_("answer"), blank=True)
    guide = models.ForeignKey(Guide, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("guide made of the answer"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by"))
    search_text = models.CharField(max_length=700, editable=False, blank=True)
    SEARCHED = ("institution__region",)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("support request")
        verbose_name_plural = _("support requests")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["status", "-id"]),
            models.Index(fields=["institution", "-id"]),
            models.Index(fields=["kind", "-id"]),
            models.Index(fields=["budget", "status"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=SupportStatus.values), name="support_status"),
            models.CheckConstraint(condition=models.Q(granted=None) | models.Q(granted__gte=0), name="support_granted_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/support/{self.pk}/"

    def found_by(self) -> str:
        return folded_names(self.code, self.title, self.institution.code, *self.institution.searched_names, at_most=700)

    @property
    def is_in_money(self) -> bool:
        return self.kind in IN_MONEY

    @property
    def is_draft(self) -> bool:
        """Still, or again, in the hands of the institution."""
        return self.status in {SupportStatus.DRAFT, SupportStatus.RETURNED}

    @property
    def status_label(self) -> str:
        return self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES[self.status]

    def at_home(self, amount: Decimal | None) -> Decimal | None:
        """An amount of this request in the home currency, at the rate recorded with it."""
        return None if amount is None else in_home_currency(amount, self.currency, self.rate)

    @property
    def party_ids(self) -> set[int]:
        return self.institution.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.institution.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return None


class SupportLine(models.Model):
    """One thing that is asked for: how many, at what price."""

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="lines", verbose_name=_("support request"))
    text = models.CharField(_("what"), max_length=200)
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialty"))
    quantity = models.PositiveIntegerField(_("quantity"), default=1, validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(_("price of one"), max_digits=15, decimal_places=3, validators=[MinValueValidator(Decimal(0))])

    class Meta:
        verbose_name = _("line of a support request")
        verbose_name_plural = _("lines of a support request")
        ordering = ["request", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gte=1, unit_price__gte=0), name="support_line_not_negative")]

    def __str__(self) -> str:
        return self.text

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_price


class Opinion(models.Model):
    """What a technical or a finance officer thinks of a request, and the amount that they would grant."""

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="opinions", verbose_name=_("support request"))
    kind = models.CharField(_("kind"), max_length=10, choices=OpinionKind)
    stance = models.CharField(_("opinion"), max_length=12, choices=Stance)
    amount = models.DecimalField(_("amount that would suit"), max_digits=17, decimal_places=3, null=True, blank=True)
    text = models.TextField(_("in words"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("on a support request", "opinion")
        verbose_name_plural = pgettext_lazy("on a support request", "opinions")
        ordering = ["request", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_stance_display()}"


class Tranche(models.Model):
    """A part of what was granted: planned, paid once, to be justified by a day. In the currency of the request."""

    request = models.ForeignKey(SupportRequest, models.PROTECT, related_name="tranches", verbose_name=_("support request"))
    number = models.PositiveSmallIntegerField(_("number"))
    amount = models.DecimalField(_("amount"), max_digits=17, decimal_places=3, validators=[SOMETHING])
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    reference = models.CharField(_("reference of the payment"), max_length=80, blank=True)
    justify_by = models.DateField(_("to be justified by"), null=True, blank=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by"))

    objects = TrancheQuerySet.as_manager()

    class Meta:
        verbose_name = _("tranche")
        verbose_name_plural = _("tranches")
        ordering = ["request", "number"]
        indexes = [models.Index(fields=["paid_on", "justify_by"])]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="tranche_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="tranche_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.request.code} · {self.number}"

    @property
    def left(self) -> Decimal:
        """What is still to be justified, of a row of `with_covered`."""
        return self.amount - self.covered


class Justification(models.Model):
    """What a part of a tranche was spent on, with its papers; the files are attachments of this row."""

    uid = models.UUIDField(unique=True)
    tranche = models.ForeignKey(Tranche, models.PROTECT, related_name="justifications", verbose_name=_("tranche"))
    amount = models.DecimalField(_("amount"), max_digits=17, decimal_places=3, validators=[SOMETHING])
    note = models.TextField(_("what it was spent on"))
    status = models.CharField(_("status"), max_length=10, choices=JustificationStatus, default=JustificationStatus.SUBMITTED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by"))
    remark = models.CharField(_("remark"), max_length=400, blank=True)

    objects = JustificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("justification")
        verbose_name_plural = _("justifications")
        ordering = ["tranche", "pk"]
        indexes = [models.Index(fields=["status"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="justification_positive"),
            models.CheckConstraint(condition=models.Q(status__in=JustificationStatus.values), name="justification_status"),
        ]

    def __str__(self) -> str:
        return f"{self.tranche} · {self.amount}"

    @property
    def waits(self) -> bool:
        """Nobody has checked it yet."""
        return self.status == JustificationStatus.SUBMITTED

    @property
    def tone(self) -> str:
        return TONES[self.status]

    def get_absolute_url(self) -> str:
        return self.tranche.request.get_absolute_url()

    @property
    def party_ids(self) -> set[int]:
        return self.tranche.request.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.tranche.request.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return None
