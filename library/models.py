"""Legal texts with what they do to each other, consultations on drafts, guides and templates by step."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.folding import fold
from core.formats import day, digits, hijri, in_language, month_name, today
from core.models import TimeStamped
from library.choices import TONES, Certainty, GuideKind, LinkKind, Precision, Stance, Step, Subject, TextKind, TextStatus
from library.querysets import LegalTextQuerySet, OpinionQuerySet


class LegalText(TimeStamped):
    """A law, decree, order or instruction that twinning rests on, or a draft of one."""

    country = models.CharField(_("country"), max_length=2)
    kind = models.CharField(_("kind"), max_length=20, choices=TextKind)
    number = models.CharField(pgettext_lazy("of a legal text", "number"), max_length=30, blank=True)
    dated_on = models.DateField(pgettext_lazy("of a legal text", "date"), null=True, blank=True)
    precision = models.CharField(_("precision of the date"), max_length=10, choices=Precision, default=Precision.DAY)
    title_ar = models.CharField(_("Arabic title"), max_length=500, blank=True)
    title_fr = models.CharField(_("French title"), max_length=500, blank=True)
    title_en = models.CharField(_("English title"), max_length=500, blank=True)
    subject = models.CharField(_("about"), max_length=20, choices=Subject)
    journal = models.CharField(_("official gazette"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=15, choices=TextStatus, default=TextStatus.DRAFT)
    certainty = models.CharField(_("how certain"), max_length=10, choices=Certainty, default=Certainty.GAZETTE)
    is_to_check = models.BooleanField(_("status to be checked"), default=False)
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=700, blank=True)
    body = models.TextField(_("text"), blank=True, help_text=_("The draft itself, while it is in consultation; a text in force is attached as a file."))
    consultation_ends_on = models.DateField(_("opinions until"), null=True, blank=True)
    search_text = models.CharField(max_length=1800, editable=False, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LegalTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        ordering = ["-dated_on", "pk"]
        indexes = [models.Index(fields=["country", "subject"]), models.Index(fields=["status", "-dated_on"])]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=TextStatus.values), name="legal_text_status")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        words = [self.number, self.number.replace("-", " "), self.title_ar, self.title_fr, self.title_en, self.journal]
        self.search_text = fold(" ".join(words))[:1800]
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/library/{self.pk}/"

    @property
    def title(self) -> str:
        return in_language(self.title_ar, self.title_fr, self.title_en) or f"{self.get_kind_display()} {self.number}".strip()

    @property
    def short(self) -> str:
        """Kind and number, as people name it: the number keeps the order of the gazette."""
        return f"{self.get_kind_display()} {self.number}".strip()

    @property
    def date_label(self) -> str:
        """The date as far as it is known; "" when it is not."""
        if self.dated_on is None or self.precision == Precision.UNKNOWN:
            return ""
        if self.precision == Precision.YEAR:
            return digits(str(self.dated_on.year))
        if self.precision == Precision.MONTH:
            return f"{month_name(self.dated_on.month)} {digits(str(self.dated_on.year))}"
        return day(self.dated_on)

    @property
    def hijri_label(self) -> str:
        """The same day in the Umm al-Qura calendar, where the day is known."""
        return hijri(self.dated_on) if self.dated_on and self.precision == Precision.DAY else ""

    @property
    def tone(self) -> str:
        return TONES[self.status]

    @property
    def is_open(self) -> bool:
        """Opinions are taken today."""
        return self.status == TextStatus.CONSULTATION and (self.consultation_ends_on is None or today() <= self.consultation_ends_on)

    # Nobody's own: the policy opens texts to roles, not to parties.
    party_ids: frozenset[int] = frozenset()
    party_region_ids: frozenset[int] = frozenset()
    partnership_key = None


class LegalLink(models.Model):
    """What one text does to another."""

    source = models.ForeignKey(LegalText, models.CASCADE, related_name="does", verbose_name=_("text"))
    kind = models.CharField(_("kind"), max_length=10, choices=LinkKind)
    target = models.ForeignKey(LegalText, models.PROTECT, related_name="undergoes", verbose_name=_("the other text"))

    class Meta:
        verbose_name = _("link between texts")
        verbose_name_plural = _("links between texts")
        ordering = ["source", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "target"], name="legal_link_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="legal_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source.short} {self.get_kind_display()} {self.target.short}"


class Opinion(TimeStamped):
    """What somebody says of a draft in consultation; may be changed until it closes."""

    text = models.ForeignKey(LegalText, models.CASCADE, related_name="opinions", verbose_name=_("legal text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    on_behalf = models.CharField(_("as"), max_length=250, blank=True)  # role and place at the time
    stance = models.CharField(_("opinion"), max_length=15, choices=Stance)
    remarks = models.TextField(_("remarks"), blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion on a draft")
        verbose_name_plural = _("opinions on drafts")
        ordering = ["text", "pk"]
        constraints = [models.UniqueConstraint(fields=["text", "by"], name="opinion_once")]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_stance_display()}"


class Guide(TimeStamped):
    """How a step of a twinning is done, or a paper to fill in; Markdown in three languages, edited by the ministry."""

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    step = models.CharField(_("step"), max_length=15, choices=Step)
    kind = models.CharField(_("kind"), max_length=10, choices=GuideKind, default=GuideKind.GUIDE)
    title_ar = models.CharField(_("Arabic title"), max_length=200)
    title_fr = models.CharField(_("French title"), max_length=200, blank=True)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    body_ar = models.TextField(_("Arabic text"))
    body_fr = models.TextField(_("French text"), blank=True)
    body_en = models.TextField(_("English text"), blank=True)

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides and templates")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/library/guides/{self.slug}/"

    @property
    def title(self) -> str:
        return in_language(self.title_ar, self.title_fr, self.title_en)

    @property
    def body(self) -> str:
        return in_language(self.body_ar, self.body_fr, self.body_en)


def parse_partial(text: str) -> tuple[date | None, str]:
    """A date known to the day, the month or the year ("2018-07-02", "2020-10", "1960", ""), and how well it is known."""
    parts = [int(part) for part in text.split("-") if part]
    if not parts:
        return None, Precision.UNKNOWN
    precision = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1), precision
