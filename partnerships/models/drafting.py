"""The text of an agreement: model clauses, the clauses of one agreement with every version, comments, signatories, amendments."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.formats import in_language, language, today
from core.models import TimeStamped
from partnerships.choices import TONES, AmendmentStatus
from partnerships.models.agreement import Agreement
from partnerships.models.geography import Named
from partnerships.models.institution import Institution
from partnerships.querysets import OfAgreementQuerySet


class ClauseKind(Named):
    """One of the 24 kinds of clause that an agreement is made of; the name is its heading."""

    slug = models.SlugField(_("code"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("order"))
    is_mandatory = models.BooleanField(_("mandatory"), default=False)

    class Meta:
        verbose_name = _("kind of clause")
        verbose_name_plural = _("kinds of clause")
        ordering = ["order"]


class ClauseModel(models.Model):
    """A model text of a clause: one variant, for the countries and kinds of agreement that it fits. Edited by the ministry."""

    kind = models.ForeignKey(ClauseKind, models.CASCADE, related_name="variants", verbose_name=_("kind of clause"))
    slug = models.SlugField(_("code"), max_length=50)
    order = models.PositiveSmallIntegerField(_("order"), default=0)  # the first that fits is offered first
    country = models.CharField(_("country"), max_length=2, blank=True)  # empty: every country
    agreements = models.JSONField(_("kinds of agreement"), default=list)
    label_ar = models.CharField(_("Arabic label"), max_length=150)
    label_fr = models.CharField(_("French label"), max_length=150, blank=True)
    label_en = models.CharField(_("English label"), max_length=150, blank=True)
    text_ar = models.TextField(_("Arabic text"))
    text_fr = models.TextField(_("French text"), blank=True)
    text_en = models.TextField(_("English text"), blank=True)

    class Meta:
        verbose_name = _("model clause")
        verbose_name_plural = _("model clauses")
        ordering = ["kind", "order"]
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="clause_model_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self.label_ar, self.label_fr, self.label_en)

    def fits(self, agreement_kind: str, country: str) -> bool:
        """Is it meant for agreements of this kind in this country?"""
        return agreement_kind in self.agreements and self.country in {"", country}


class OfAgreement(models.Model):
    """Whose it is: rows that belong to one agreement."""

    agreement: Agreement

    class Meta:
        abstract = True

    @property
    def party_ids(self) -> set[int]:
        return self.agreement.party_ids

    @property
    def party_region_ids(self) -> set[int | None]:
        return self.agreement.party_region_ids

    @property
    def partnership_key(self) -> int | None:
        return self.agreement.partnership_key


class Clause(OfAgreement):
    """One clause of one agreement as it stands now. Two people may edit different clauses at once; `version` guards one."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="clauses", verbose_name=_("agreement"))
    kind = models.ForeignKey(
        ClauseKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind of clause")
    )  # None: a clause of the parties' own
    order = models.PositiveSmallIntegerField(_("order"))
    heading_ar = models.CharField(_("Arabic heading"), max_length=200, blank=True)
    heading_fr = models.CharField(_("French heading"), max_length=200, blank=True)
    heading_en = models.CharField(_("English heading"), max_length=200, blank=True)
    variant = models.ForeignKey(ClauseModel, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("variant"))
    text_ar = models.TextField(_("Arabic text"), blank=True)
    text_fr = models.TextField(_("French text"), blank=True)
    text_en = models.TextField(_("English text"), blank=True)
    is_included = models.BooleanField(_("in the agreement"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["agreement", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["agreement", "kind"], name="clause_kind_once")]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        return f"/agreements/{self.agreement_id}/clauses/{self.pk}/"

    @property
    def heading(self) -> str:
        """In the active language; a clause of the parties' own has its headings in the languages of the agreement only."""
        own = {"ar": self.heading_ar, "fr": self.heading_fr}.get(language(), self.heading_en)
        return own or (self.kind.name if self.kind else "") or self.heading_ar or self.heading_fr or self.heading_en

    @property
    def is_mandatory(self) -> bool:
        return self.kind is not None and self.kind.is_mandatory


class ClauseText(models.Model):
    """What a clause said from one version of the agreement's text on. Never edited: the change list is made of these rows."""

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="texts", verbose_name=_("clause"))
    revision = models.PositiveIntegerField(_("version of the text"))
    text_ar = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    is_included = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["clause", "revision"]
        constraints = [models.UniqueConstraint(fields=["clause", "revision"], name="clause_text_once")]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.revision}"


class ClauseComment(OfAgreement, TimeStamped):
    """What one side says about a clause while the text is negotiated."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="comments", verbose_name=_("agreement"))
    clause = models.ForeignKey(Clause, models.CASCADE, related_name="comments", verbose_name=_("clause"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("comment"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by"))

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a clause")
        verbose_name_plural = _("comments on clauses")
        ordering = ["clause", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Signatory(OfAgreement):
    """Who signs for a party, in what capacity, by what authority, and when they did."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatories", verbose_name=_("agreement"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    name = models.CharField(_("name"), max_length=120)
    capacity = models.CharField(_("capacity"), max_length=150)
    authority = models.CharField(_("by virtue of"), max_length=250, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["agreement", "pk"]
        constraints = [models.UniqueConstraint(fields=["agreement", "institution"], name="signatory_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.capacity}"


class Amendment(OfAgreement, TimeStamped):
    """A list of changes to a signed agreement, with the day from which they hold. One open at a time."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="amendments", verbose_name=_("agreement"))
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=12, choices=AmendmentStatus, default=AmendmentStatus.DRAFT)
    subject = models.CharField(_("subject"), max_length=300)
    effective_on = models.DateField(_("effective from"))
    ends_on = models.DateField(_("new end"), null=True, blank=True)  # an amendment may prolong
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="amendment_number_once"),
            models.UniqueConstraint(fields=["agreement"], condition=models.Q(status__in=["draft", "review"]), name="amendment_open_once"),
            models.CheckConstraint(condition=models.Q(status__in=AmendmentStatus.values), name="amendment_status"),
        ]

    def __str__(self) -> str:
        return pgettext("an amendment and its number", "Amendment no. %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return f"/amendments/{self.pk}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def is_effective(self) -> bool:
        return self.status == AmendmentStatus.SIGNED and self.effective_on <= today()

    @property
    def status_label(self) -> str:
        return pgettext("amendment status", "effective") if self.is_effective else self.get_status_display()

    @property
    def tone(self) -> str:
        return TONES["effective" if self.is_effective else self.status]


class AmendmentChange(models.Model):
    """One clause as an amendment words it anew."""

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="changes", verbose_name=_("amendment"))
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="amended_by", verbose_name=_("clause"))
    text_ar = models.TextField(_("Arabic text"), blank=True)
    text_fr = models.TextField(_("French text"), blank=True)
    text_en = models.TextField(_("English text"), blank=True)

    class Meta:
        verbose_name = _("change of an amendment")
        verbose_name_plural = _("changes of an amendment")
        ordering = ["amendment", "pk"]
        constraints = [models.UniqueConstraint(fields=["amendment", "clause"], name="amendment_change_once")]

    def __str__(self) -> str:
        return str(self.clause)
